"""The report is one page that needs nothing else and says what went wrong."""

from __future__ import annotations

import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from assistant.answer import Status
from eval.metrics import judge
from eval.outcome import Outcome, outcome
from eval.report import render
from eval.wording import percent
from tests.eval_samples import LIBRARY, case, prediction

TRACE = [{"step": "理解", "问": "<b>", "分": Decimal("0.5")}]
VOID = {"meta", "circle"}


def run() -> Outcome:
    wrong = case(id="q<2>", category="自定", turns=("先问", "<script>alert(1)</script>"), says=())
    return outcome(
        {"questions": "set.jsonl", "limit": None, "policies": ["tea"]},
        [
            judge(case(clauses=("1",)), prediction("20%", "最高50万元"), LIBRARY),
            judge(
                wrong,
                prediction(
                    "共9万元",
                    status=Status.CLARIFY,
                    trace=[{"step": "理解", "问": "<b>", "分": Decimal("0.5")}],
                ),
                LIBRARY,
            ),
        ],
    )


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def test_the_page_is_whole_and_asks_for_nothing_else() -> None:
    page = render(run())
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert not tags.seen & {"script", "link", "img", "iframe"}
    assert not re.search(r"https?://|url\(|@import|src=", page)


def test_what_users_and_answers_say_is_escaped() -> None:
    page = render(run())
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "q&lt;2&gt;" in page


def test_a_wrong_question_shows_expected_came_the_turns_and_the_trace() -> None:
    wrong = render(run()).split("有问题的题（1）")[1].split("全部问答")[0]
    for words in ("先问", "回答", "追问", "共9万元", "9万元", "各步骤", "理解", "&lt;b&gt;"):
        assert words in wrong


def test_categories_figures_and_settings_are_there() -> None:
    page = render(run())
    for words in ("2 题中 1 题完全正确", "金额与标准", "自定", "无来源的数字", "tea", "light dark"):
        assert words in page


def test_a_run_without_faults_says_so() -> None:
    page = render(outcome({}, [judge(case(), prediction("好"), LIBRARY)]))
    assert "没有发现问题" in page
    assert "每一处引文都与条文逐字相符" in page


@pytest.mark.parametrize(
    ("value", "shown"), [(1.0, "100%"), (0.9996, "99.9%"), (0.97345, "97.3%"), (0.0, "0%")]
)
def test_a_share_is_100_percent_only_when_nothing_is_missing(value: float, shown: str) -> None:
    assert percent(value) == shown
