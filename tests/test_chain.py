"""The chain as a whole: its steps, its endings, any text at all, the same answer every time."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.runnables import Runnable, RunnableSequence

from assistant.answer import Answer, Outcome, Status
from assistant.chain import Conversation, open_assistant
from assistant.conversation import Context
from assistant.question import LONGEST
from assistant.steps import Request
from assistant.wording import PROMISES
from corpus.library import load_library
from eval.cases import load_cases
from tests.dialogue import held, said

if TYPE_CHECKING:
    from assistant.chain import Assistant

QUESTIONS = Path(__file__).parents[1] / "eval" / "questions"
TURNS = [
    "揭榜挂帅项目最多能拿多少钱？",
    "智慧养老产品卖了1500万，能补多少？",
    "研发投入500万，投资3000万，分别能拿多少？",
    "500万能补多少",
    "申报材料有哪些？",
    "接榜掛帅有什么条件",
    "哪条最高",
    "今天天气怎么样？",
    "第八条原文是什么？",
]


def test_the_steps_are_one_sequence_of_runnables(assistant: Assistant) -> None:
    assert isinstance(assistant.chain, RunnableSequence)
    assert len(assistant.chain.steps) >= 5
    assert all(isinstance(step, Runnable) for step in assistant.chain.steps)


def test_every_value_between_the_steps_is_frozen(assistant: Assistant) -> None:
    assert isinstance(assistant.chain, RunnableSequence)
    value: Any = Request("链主企业投资3000万能拿多少？", Context())
    for step in assistant.chain.steps:
        before = repr(value)
        result = step.invoke(value)
        assert repr(value) == before
        assert is_dataclass(result)
        with pytest.raises(FrozenInstanceError):
            setattr(result, next(iter(result.__dataclass_fields__)), None)
        value = result
    turn = assistant.ask("第五条")
    for kept in (turn, turn.answer, turn.conversation, turn.conversation.context):
        with pytest.raises(FrozenInstanceError):
            setattr(kept, next(iter(kept.__dataclass_fields__)), None)


def test_a_langchain_program_can_run_a_batch(assistant: Assistant) -> None:
    requests = [Request(question, Context()) for question in TURNS]
    texts = [draft.text for draft in assistant.chain.batch(requests)]
    assert texts == [said(assistant, question).text for question in TURNS]


@pytest.mark.parametrize("question", TURNS)
def test_the_same_question_has_the_same_answer(assistant: Assistant, question: str) -> None:
    first = said(assistant, question)
    said(assistant, "链主企业投资3000万能拿多少？", "谢谢")
    assert said(assistant, question) == first


def test_another_assistant_gives_the_same_answers(assistant: Assistant, tmp_path: Path) -> None:
    other = open_assistant(tmp_path)
    for question in TURNS:
        assert said(other, question) == said(assistant, question)


def test_a_new_conversation_is_an_empty_one(assistant: Assistant) -> None:
    started = assistant.ask("那如果是6000万呢", Conversation())
    assert started.answer == said(assistant, "那如果是6000万呢")


def test_a_turn_is_told_as_the_contract_says(assistant: Assistant) -> None:
    told = said(assistant, "链主企业投资3000万能拿多少？").to_json()
    assert told.keys() == {
        "question", "status", "reason", "answer", "citations", "calculations", "latency_ms",
    }  # fmt: skip
    assert (told["status"], told["reason"]) == ("answered", "answered")
    assert told["calculations"][0]["amount"] == "3000000"
    assert told["calculations"][0]["inputs"] == {"investment": ["30000000"]}
    assert told["citations"][0].keys() == {
        "policy", "clause", "label", "title", "quote", "start", "end",
    }  # fmt: skip


def test_each_ending_is_one_of_three_ways() -> None:
    ways = {outcome: outcome.status for outcome in Outcome}
    assert set(ways.values()) == set(Status)
    assert ways[Outcome.UNVERIFIED] is Status.DECLINED


def test_every_answer_of_the_question_sets_is_proved(assistant: Assistant) -> None:
    library = assistant.library
    for name in ("dev", "chat"):
        for case in load_cases(QUESTIONS / f"minhang-robot.{name}.jsonl"):
            answer = held(assistant, *case.turns).answer
            assert answer.outcome is not Outcome.UNVERIFIED, case.id
            assert not any(word in answer.text for word in PROMISES), case.id
            assert answer.text.count("尚未正式施行") <= 1, case.id
            for citation in answer.citations:
                clause = library.clause(citation.policy, citation.clause)
                assert clause, case.id
                assert clause.text[citation.start : citation.end] == citation.quote, case.id
                assert (citation.label, citation.title) == (clause.reference, clause.title)
            for found in answer.calculations:
                clause = library.clause(found.policy, found.clause)
                assert clause, case.id
                assert all(step.quote in clause.text for step in found.steps), case.id


def check(answer: Answer, asked: str) -> None:
    assert answer.question == asked
    assert answer.outcome in Outcome
    assert answer.text.strip()
    assert answer.latency_ms > 0
    answer.to_json()


@pytest.mark.parametrize(
    "asked",
    [
        "",
        " \n\t",
        "？！。",
        "\x00\x01\x02",
        "\ud800",
        "😀" * 50,
        "👩‍👩‍👧 揭榜挂帅 🤖 最高多少？",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>揭榜挂帅最高多少",
        "> # **第五条** | a | b |\n|---|---|",
        "'; DROP TABLE clauses; --",
        "{{7*7}} ${jndi:ldap://x} %s %d {0}",
        "\u202e少多高最帅挂榜揭",
        "第" * 300,
        "1" * 1900,
        "9" * 50 + "万能补多少",
        "揭榜挂帅最高多少" * 200,
        "投资3000万，" * 150,
        "-0万 +5万 1e9元 ½亿 ②条 Ⅴ条",
        "السلام عليكم كم المبلغ",
        "сколько денег 第五条",
    ],
)
def test_odd_text_ends_in_a_named_way(assistant: Assistant, asked: str) -> None:
    check(said(assistant, asked), asked)
    check(said(assistant, "链主企业投资3000万能拿多少？", asked), asked)


@pytest.mark.parametrize("asked", ["啊" * 10_000, "揭榜挂帅" * LONGEST, "1" * (LONGEST + 1)])
def test_a_text_too_long_is_not_answered(assistant: Assistant, asked: str) -> None:
    answer = said(assistant, asked)
    check(answer, asked)
    assert answer.outcome.status is not Status.ANSWERED
    assert answer.citations == ()


_LAW = "".join(clause.text for clause in load_library().clauses)
_PIECES = [
    *"第一二三五六条款部分万亿元％%-.,，。？！“”《》（）>*|#",
    *("第五条", "第99条", "上一条", "下一条", "最后一条", "最高", "上限", "能拿多少", "想拿满"),
    *(
        "要卖多少",
        "条件",
        "材料",
        "什么时候",
        "对吧",
        "吗",
        "呢",
        "那如果",
        "再加",
        "翻倍",
        "已经领过",
    ),
    *(
        "3%",
        "5个点",
        "0",
        "-1",
        "1e9",
        "10万",
        "3000万",
        "两个亿",
        "五百来万",
        "600万到800万",
        "美元",
    ),
    *("揭榜挂帅", "链主企业", "研发投入", "销售额", "投资额", "揭榜额", "智能工厂", "浦东", "云汀"),
    *("你好", "谢谢", "忽略以上", "哪些", "一共", "比较", "和", "分别", "没有", "原文", "算一下"),
    *("\n", "\t", "\u200b", "😀", "<b>", "１２", "ａ", "kw", "R&D", "jiebangguashuai"),
]
_TEXTS = {
    "any characters": st.text(max_size=120),
    "Chinese characters": st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)),
    "mixed scripts": st.text("揭榜掛３0a万亿%٣क가あ\u0301\u200d\ufe0f🤖\x07\ud83d<&", max_size=60),
    "pieces of questions": st.lists(st.sampled_from(_PIECES), max_size=10).map("".join),
    "stretches of the law": st.builds(
        lambda at, size, tail: _LAW[at : at + size] + tail,
        st.integers(0, len(_LAW)), st.integers(1, 80), st.sampled_from(_PIECES),
    ),
}  # fmt: skip
_RANDOM = settings(max_examples=300, deadline=None, derandomize=True)


@pytest.mark.parametrize("kind", _TEXTS)
def test_any_text_ends_in_a_named_way(assistant: Assistant, kind: str) -> None:
    @_RANDOM
    @given(_TEXTS[kind], st.booleans())
    def ends(asked: str, later: bool) -> None:
        before = ("链主企业投资3000万能拿多少？",) if later else ()
        check(said(assistant, *before, asked), asked)

    ends()
