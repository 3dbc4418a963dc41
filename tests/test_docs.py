"""The documents people read: what they point at is there, and what they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.web import texts

CHECKOUT = Path(__file__).parent.parent
GUIDE = CHECKOUT / "docs" / "使用手册.md"
DOCUMENTS = [CHECKOUT / "README.md", GUIDE]
LARGEST_PICTURE = 300_000


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_and_picture_is_there(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)\)", document.read_text("utf-8"))
    missing = [t for t in targets if "://" not in t and not (document.parent / t).exists()]
    assert targets
    assert missing == []


def test_pictures_are_small_and_each_is_shown() -> None:
    shown = "".join(document.read_text("utf-8") for document in DOCUMENTS)
    for picture in (CHECKOUT / "docs").glob("*.png"):
        assert picture.stat().st_size < LARGEST_PICTURE, picture.name
        assert picture.name in shown


def test_the_guide_calls_buttons_by_their_names() -> None:
    guide = GUIDE.read_text("utf-8")
    for name in (
        *(texts.COPY, texts.RETRY, texts.EDIT, texts.UNDO, texts.HELPFUL, texts.NOT_HELPFUL),
        *(texts.NEW, texts.HISTORY, texts.EXPORT, texts.PRINT, texts.CLEAR, texts.FORGET_ALL),
        *(texts.EVIDENCE, texts.CALCULATION, texts.CAVEATS, texts.ASK_NEXT, texts.TO_CALCULATOR),
        *(texts.CHAT_PAGE, texts.CALCULATOR_PAGE, texts.POLICY_PAGE, texts.INSIGHT_PAGE),
    ):
        assert name in guide
