"""Every way of numbering that Chinese policy documents use is read, and nothing is ever lost."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.library import POLICIES
from corpus.markers import read_mark
from corpus.policy import Policy, SegmentKind
from corpus.reader import MAX_BYTES, PolicyError, read_policy, read_text

DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*.yaml"))
MINHANG = POLICIES / "minhang-robot" / "policy.txt"


def lossless(policy: Policy) -> None:
    """Hold the law: spans in order give the text back, labels are unique, no word is lost."""
    text, at = policy.text, 0
    for segment in policy.segments:
        assert segment.start == at < segment.end
        at = segment.end
        if segment.kind is SegmentKind.SPACE:
            spaces = text[segment.start : segment.end].translate(
                dict.fromkeys([0xFEFF, 0x200B, 0x2060, 0x7F, *range(0x20)])
            )
            assert not spaces.strip(), f"lost: {spaces!r}"
    assert at == len(text)
    labels = [clause.label for clause in policy.clauses]
    assert len(set(labels)) == len(labels)
    for before, after in zip(policy.clauses, policy.clauses[1:], strict=False):
        assert before.end <= after.start
    for clause in policy.clauses:
        assert clause.text == text[clause.start : clause.end]
        assert clause.text.strip()
        assert clause.label
    spans = {(segment.start, segment.end) for segment in policy.segments}
    assert all((clause.start, clause.end) in spans for clause in policy.clauses)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_document_is_read_as_a_person_would(path: Path) -> None:
    expected = yaml.safe_load(path.read_text(encoding="utf-8"))
    policy = read_policy(path.stem, expected["text"])
    lossless(policy)
    titles = "\n".join(
        policy.text[segment.start : segment.end]
        for segment in policy.segments
        if segment.kind is SegmentKind.TITLE
    )
    assert policy.title == expected["title"]
    assert [
        [clause.label, clause.title, " / ".join(clause.section)] for clause in policy.clauses
    ] == [row[:3] for row in expected["clauses"]]
    for clause, row in zip(policy.clauses, expected["clauses"], strict=True):
        assert clause.text.endswith(row[3])
    for field in ("preamble", "closing"):
        if field in expected:
            assert getattr(policy, field) == expected[field]
    if "headings" in expected:
        assert list(policy.headings) == expected["headings"]
    for words in expected.get("closing_has", []):
        assert words in policy.closing
    for words in expected.get("titles_have", []):
        assert words in titles


def test_there_are_documents_of_many_kinds() -> None:
    assert len(DOCUMENTS) >= 12
