"""A clause's sentences, and the words in them that grant something."""

from __future__ import annotations

from itertools import pairwise

import pytest

from assistant.sentences import cite, cite_words, granting, sentences
from corpus.library import load_library
from corpus.reader import read_policy

LIBRARY = load_library()


@pytest.mark.parametrize("clause", LIBRARY.clauses, ids=lambda clause: clause.label)
def test_every_sentence_is_a_stretch_of_its_clause(clause: object) -> None:
    found = next(c for c in LIBRARY.clauses if c is clause)
    parts = sentences(found)
    assert parts
    for part in parts:
        assert part.text == found.text[part.start : part.end]
        citation = part.cite()
        assert found.text[citation.start : citation.end] == citation.quote != ""
        assert (citation.policy, citation.clause) == (found.policy, found.label)
    spans = [(part.start, part.end) for part in parts]
    assert spans == sorted(spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@pytest.mark.parametrize(
    ("label", "measure"),
    [
        ("2", "分阶段给予不超过揭榜额50%、最高2000万元的经费支持"),
        ("3", "经评审，给予不超过研发投入的30%、最高200万元的经费支持"),
        ("4", "给予上限150万元的资助"),
        ("5", "按销售额的3%给予补助，累计最高不超过200万元"),
        ("6", "经评审，分阶段给予投资额10%资助，上限1000万元"),
        ("8", "给予30万元一次性资助"),
        ("9", "分阶段给予不超过1000万元的建设运营经费支持"),
        ("11", "予以扶持"),
    ],
)
def test_what_a_clause_gives_with_all_that_limits_it(label: str, measure: str) -> None:
    clause = LIBRARY.clause("minhang-robot", label)
    assert clause
    sentence = granting(clause)
    assert sentence
    assert sentence.measure == measure
    assert sentence.grants
    assert sentence.has_figure == (label != "11")


def test_a_citation_of_words_stands_where_they_stand() -> None:
    clause = LIBRARY.clauses[4]
    found = cite_words(clause, "按销售额的3%")
    assert found
    assert clause.text[found.start : found.end] == found.quote == "按销售额的3%"
    assert found == cite(clause, found.start, found.end)
    assert cite_words(clause, "按销售额的5%") is None
    assert cite_words(clause, "") is None


def test_a_list_stays_with_its_lead_in() -> None:
    text = (
        "试验办法\n第一条 按下列标准给予奖励：\n（一）甲类给予50万元；\n（二）乙类给予20万元。\n"
        "第二条 本办法由试验局解释。\n"
    )
    clause = read_policy("invented", text).clauses[0]
    grant = granting(clause)
    assert grant
    assert "50万元" in grant.text
    assert "20万元" in grant.text


def test_a_clause_that_gives_nothing_has_no_grant() -> None:
    clause = read_policy("invented", "试验办法\n1.附则。由试验局解释。\n").clauses[0]
    assert granting(clause) is None
    assert sentences(clause)[0].measure == ""
