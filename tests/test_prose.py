"""Marks become citations and figures; what was never given a mark is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.agent_tools import Sources, agent_tools
from assistant.prose import Rejected, Sentence, cut, explained, resolved
from assistant.verify import faults

if TYPE_CHECKING:
    from assistant.chain import Assistant
    from assistant.steps import Draft

QUESTION = "智慧养老产品卖了1500万，能补多少？"
SAID = (
    "该条鼓励企业与非关联场景应用方建立长期合作[[1]]。补助按销售额计算。[[1]]\n"
    "- 测算结果为{{service-robot-sales.amount}}。"
)


@pytest.fixture(scope="module")
def draft(assistant: Assistant) -> Draft:
    return assistant.ask(QUESTION).draft


@pytest.fixture
def sources(assistant: Assistant, draft: Draft) -> Sources:
    return Sources(draft, assistant.library)


def test_marks_are_resolved(assistant: Assistant, sources: Sources) -> None:
    found = [resolved(raw, sources, assistant.library) for raw in cut(SAID, whole=True)[0]]
    assert [one.text for one in found] == [
        "该条鼓励企业与非关联场景应用方建立长期合作（第五条）。",
        "补助按销售额计算（第五条）。",
        "测算结果为45万元（第五条）。",
    ]


@pytest.mark.parametrize(
    "raw",
    [
        "该条鼓励企业。",
        "该条鼓励企业[[2]]。",
        "该条鼓励企业[[0]]。",
        "该条鼓励企业【1】。",
        "测算结果为{{other.amount}}[[1]]。",
        "测算结果为{{service-robot-sales.cap}}[[1]]。",
        "[[1]]",
        "测算结果为{{service-robot-sales.amount}}亿[[1]]。",
        "测算结果为3{{service-robot-sales.amount}}[[1]]。",
        "测算结果不是{{service-robot-sales.amount}}[[1]]。",
    ],
)
def test_an_invented_mark_or_a_figure_beside_one_drops_the_sentence(
    assistant: Assistant, sources: Sources, raw: str
) -> None:
    assert isinstance(resolved(raw, sources, assistant.library), Rejected)


def test_an_invented_mark_beside_a_good_one_is_dropped_alone(
    assistant: Assistant, sources: Sources
) -> None:
    found = resolved("该条鼓励企业[[1]][[9]]。", sources, assistant.library)
    assert isinstance(found, Sentence)
    assert found.text == "该条鼓励企业（第五条）。"


def test_a_sentence_rests_on_one_clause(assistant: Assistant, sources: Sources) -> None:
    other = assistant.library.clauses[0]
    number = sources.mark(other)
    found = resolved(f"该条鼓励企业[[1]][[{number}]]。", sources, assistant.library)
    assert isinstance(found, Rejected)


@given(st.integers(1, 30))
def test_pieces_make_the_same_sentences_as_the_whole(size: int) -> None:
    found: list[str] = []
    rest = ""
    for at in range(0, len(SAID), size):
        done, rest = cut(rest + SAID[at : at + size], whole=False)
        found += done
    assert found + cut(rest, whole=True)[0] == cut(SAID, whole=True)[0]


def test_an_explanation_joins_below_the_conclusion_and_holds(
    assistant: Assistant, draft: Draft, sources: Sources
) -> None:
    found = [resolved(raw, sources, assistant.library) for raw in cut(SAID, whole=True)[0]]
    said = [one for one in found if isinstance(one, Sentence)]
    grown = explained(draft, said, assistant._lexicon)
    first, second, *_ = grown.text.split("\n\n")
    assert first == draft.text.split("\n\n")[0]
    assert second == "".join(one.text for one in said)
    assert faults(grown, assistant.library) == ()


def test_a_clause_that_was_looked_up_is_quoted_word_for_word(
    assistant: Assistant, draft: Draft, sources: Sources
) -> None:
    clause = assistant.library.clause("minhang-robot", "8")
    assert clause
    number = sources.mark(clause)
    found = resolved(
        f"该条鼓励企业打造智能机器人示范应用场景[[{number}]]。", sources, assistant.library
    )
    assert isinstance(found, Sentence)
    grown = explained(draft, [found], assistant._lexicon)
    new = grown.citations[-1]
    assert clause.text[new.start : new.end] == new.quote
    assert f"> {new.quote}" in grown.text
    assert faults(grown, assistant.library) == ()


def tool(
    assistant: Assistant, draft: Draft, sources: Sources, name: str, **arguments: object
) -> str:
    told = frozenset(v for t in draft.worked.evidence.told for v in t.quantity.values)
    tools = agent_tools(sources, assistant.library, assistant.retriever, told)
    found = next(tool for tool in tools if tool.name == name)
    return str(found.invoke(arguments))


def test_tools_give_marks_and_calculate_only_what_was_told(
    assistant: Assistant, draft: Draft, sources: Sources
) -> None:
    assert "[[2]]" in tool(assistant, draft, sources, "search_clauses", words="并购重组")
    assert "标杆" in tool(assistant, draft, sources, "read_clause", label="第八条")
    assert tool(assistant, draft, sources, "read_clause", label="99") == "[]"
    assert "service-robot-sales" in tool(assistant, draft, sources, "list_awards")
    calculate = {"award": "service-robot-sales"}
    own = tool(
        assistant, draft, sources, "calculate_award",
        **calculate, facts={"product_sales": ["1500万元"]},
    )  # fmt: skip
    assert "{{service-robot-sales.amount}}" in own
    assert "45" not in own
    other = tool(
        assistant, draft, sources, "calculate_award",
        **calculate, facts={"product_sales": ["6666万元"]},
    )  # fmt: skip
    assert "用户说过的数" in other
    unknown = tool(assistant, draft, sources, "calculate_award", award="none", facts={})
    assert "没有这项奖励" in unknown
