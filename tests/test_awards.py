"""Awards in words: which are meant, what each gives, the most it pays."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.awards import gives, grant_citations, meant, most, summary, tightest
from corpus.award import Nature
from corpus.library import load_library

LIBRARY = load_library()
RULES = {rule.id: rule for rule in LIBRARY.awards}


@pytest.mark.parametrize(
    ("award", "yuan"),
    [
        ("open-call-research", "20000000"),
        ("core-technology", "2000000"),
        ("smart-factory", "1500000"),
        ("service-robot-sales", "2000000"),
        ("chain-leader-investment", "10000000"),
        ("benchmark-listing", "300000"),
        ("service-platform", "10000000"),
        ("exchange-support", None),
    ],
)
def test_the_most_an_award_pays(award: str, yuan: str | None) -> None:
    assert most(RULES[award]) == (None if yuan is None else Decimal(yuan))


@pytest.mark.parametrize("rule", LIBRARY.awards, ids=lambda rule: rule.id)
def test_what_an_award_gives_is_said_in_the_clauses_words(rule: object) -> None:
    award = next(found for found in LIBRARY.awards if found is rule)
    clause = LIBRARY.clause(award.policy, award.clause)
    assert clause
    assert gives(award, clause, LIBRARY) in clause.text
    citations = grant_citations(award, clause)
    assert citations
    assert all(clause.text[c.start : c.end] == c.quote for c in citations)


@pytest.mark.parametrize("rule", LIBRARY.awards, ids=lambda rule: rule.id)
def test_a_ceiling_is_summed_up_as_a_ceiling(rule: object) -> None:
    award = next(found for found in LIBRARY.awards if found is rule)
    if award.nature is Nature.CEILING:
        assert "不超过" in summary(award) or "最高" in summary(award)
    else:
        assert "不超过" not in summary(award)


def test_the_tightest_cap_limits() -> None:
    caps = RULES["service-robot-sales"].caps
    assert tightest(RULES["service-robot-sales"]) == min(caps, key=lambda cap: cap.value)
    assert tightest(RULES["exchange-support"]) is None


def test_a_single_award_is_always_meant() -> None:
    rules = LIBRARY.awards_of("minhang-robot", "5")
    assert meant(rules, "随便什么") == rules
    assert meant((), "揭榜挂帅") == ()


def test_of_several_awards_the_one_named_is_meant() -> None:
    rules = (RULES["core-technology"], RULES["chain-leader-investment"])
    assert meant(rules, "链主企业落户给多少") == (RULES["chain-leader-investment"],)
    assert meant(rules, "研发投入能补多少") == (RULES["core-technology"],)
    assert meant(rules, "给多少") == rules
