from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from assistant.web.links import (
    anchor,
    calculator_link,
    clause_link,
    question_link,
    read_span,
)
from assistant.web.passages import Passage, find, passages
from corpus.library import load_library
from corpus.policy import Policy, SegmentKind
from corpus.reader import read_policy

OTHER_POLICIES = Path(__file__).with_name("policies")
POLICIES = [*load_library().policies, *load_library(OTHER_POLICIES).policies]
TEXT = (
    "某区办法\n\n第一条 支持企业<b>。\n（一）给予50万元；\n（二）给予30万元。\n"
    "第二条 企业应当申报。\n"
)


def marked(shown: tuple[Passage, ...], kind: str) -> list[str]:
    return [
        piece.text
        for passage in shown
        for line in passage.lines
        for piece in line
        if getattr(piece, kind)
    ]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_every_character_of_a_policy_is_there_in_order(policy: Policy) -> None:
    quoted = [(clause.start + 2, clause.start + 40) for clause in policy.clauses]
    hits = find(policy.text, "企业")
    shown = passages(policy, quoted, hits)
    assert "".join(passage.text for passage in shown) == policy.text
    assert [passage.clause for passage in shown if passage.clause] == list(policy.clauses)
    names = [passage.id for passage in shown if passage.id]
    assert len(names) == len(set(names))
    assert not any(blank in name for name in names for blank in " \n\t")


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_marks_are_exactly_the_words_they_mark(policy: Policy) -> None:
    clause = policy.clauses[-1]
    hits = find(policy.text, "企业")
    shown = passages(policy, [(clause.start + 3, clause.start + 9)], hits)
    assert "".join(marked(shown, "quoted")) == clause.text[3:9]
    assert "".join(marked(shown, "hit")) == "企业" * len(hits)
    assert len(marked(shown, "opens")) == len(hits) == policy.text.count("企业")


def test_a_mark_may_run_over_several_lines() -> None:
    policy = read_policy("sample", TEXT)
    start, end = TEXT.index("支持企业"), TEXT.index("30万元") + 4
    shown = passages(policy, [(start, end)], [])
    lines = [
        "".join(piece.text for piece in line if piece.quoted)
        for passage in shown
        for line in passage.lines
    ]
    assert "\n".join(filter(None, lines)) == TEXT[start:end]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("企业", ["企业", "企业"]),
        ("５０萬元", ["50万元"]),
        ("支持 申报", ["支持", "申报"]),
        ("第二条 企业", ["第二条 企业"]),
        ("<B>", ["<b>"]),
        ("没有", []),
        ("", []),
        (" ", []),
        (".*", []),
    ],
)
def test_words_are_found_as_written_and_as_meant(wanted: str, found: list[str]) -> None:
    assert [TEXT[start:end] for start, end in find(TEXT, wanted)] == found


def test_hits_never_overlap() -> None:
    assert find("企业企业企", "企业 业企 企") == ((0, 2), (2, 4), (4, 5))


def test_titles_are_marked_where_they_stand() -> None:
    shown = passages(POLICIES[0], [], [])
    titles = marked(shown, "titled")
    assert titles[4] == "5.推广服务机器人融入智慧生活"


def test_headings_have_places_of_their_own() -> None:
    shown = passages(POLICIES[0], [], [])
    parts = [passage.id for passage in shown if passage.kind is SegmentKind.HEADING]
    assert parts == [f"minhang-robot-part-{number}" for number in range(1, 6)]


def test_a_clause_has_one_address_and_words_in_it_too() -> None:
    assert anchor("minhang-robot", "5") == "minhang-robot-5"
    assert clause_link("minhang-robot", "5") == "/policy?policy=minhang-robot#minhang-robot-5"
    link = clause_link("minhang-robot", "5", [(118, 129), (130, 140)])
    assert link == (
        "/policy?quote=minhang-robot:5:118-129&quote=minhang-robot:5:130-140#minhang-robot-5"
    )
    assert clause_link("p", "一、（一）", [(0, 3)]).isascii()


@pytest.mark.parametrize("label", ["5", "二、5", "一、（一）", "第五条", "a:b"])
def test_a_span_comes_back_as_it_was_written(label: str) -> None:
    assert read_span(f"minhang-robot:{label}:118-129") == ("minhang-robot", label, 118, 129)


@pytest.mark.parametrize("text", ["", "a", "a:5", "a:5:1", "a:5:-1-3", "a:5:x-y", "a:5:1-99999999"])
def test_what_is_no_span_is_none(text: str) -> None:
    assert read_span(text) is None


def test_questions_and_figures_travel_in_addresses() -> None:
    rule = next(rule for rule in load_library().awards if rule.id == "open-call-research")
    assert calculator_link([rule], [(rule, "bounty", "1500")]) == (
        "/calculator?award=minhang-robot/open-call-research"
        "&minhang-robot/open-call-research.bounty=1500"
    )
    assert question_link("能补？&#") == "/?question=%E8%83%BD%E8%A1%A5%EF%BC%9F%26%23"


@pytest.mark.parametrize(
    ("spans", "quoted"),
    [
        ([], []),
        ([(0, 1)], ["某"]),
        ([(2, 5), (0, 3)], ["某区办法"]),
        ([(0, 1), (1, 2)], ["某区"]),
        ([(3, 3)], []),
        ([(10, 15)], ["支持企业<"]),
    ],
)
def test_quotes_that_overlap_or_touch_are_marked_once(
    spans: list[tuple[int, int]], quoted: list[str]
) -> None:
    shown = passages(read_policy("sample", TEXT), spans, [])
    runs = [
        "".join(piece.text for piece in run)
        for passage in shown
        for line in passage.lines
        for is_quoted, run in groupby(line, key=lambda piece: piece.quoted)
        if is_quoted
    ]
    assert runs == quoted
