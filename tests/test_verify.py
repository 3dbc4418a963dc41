"""The gate: every true draft passes, every corrupted one is refused and never shown."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from langchain_core.runnables import RunnableLambda, RunnableSequence

from assistant.answer import Citation, Outcome, Status
from assistant.steps import Draft
from assistant.verify import faults
from assistant.wording import PROMISES
from tests.dialogue import held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.chain import Assistant

PLAIN = [
    ("揭榜挂帅项目最多能拿多少钱？",),
    ("核心零部件攻关有什么条件",),
    ("智能工厂能给多少",),
    ("服务机器人怎么补",),
    ("龙头企业落户给多少",),
    ("入围推荐目录给多少",),
    ("国家级检测实验室最多给多少",),
    ("第五条是按5%补助对吧？",),
    ("帮我算揭榜挂帅能拿多少",),
    ("第六条原文是什么？",),
    ("链主企业的申报截止时间是什么时候",),
]
COMPUTED = [
    ("揭榜额3719万的项目能拿多少",),
    ("核心零部件研发投入473万能拿多少",),
    ("智慧养老产品卖了1873万，能补多少？",),
    ("智慧教育产品卖了5431万，之前已经领过167万",),
    ("两个产品分别卖了1583万和2791万，补多少",),
    ("链主企业投资4173万能拿多少？",),
    ("链主企业投资4173万能拿多少？", "那如果是6719万呢"),
    ("服务机器人想拿满71万，要卖多少",),
]
"""Sums chosen so that no slip of the pen makes one of them another: 4173万 × 10% = 417.3万."""
WITH_FIGURES = [*PLAIN[:8], *COMPUTED]
_NUMBER = re.compile(r"\d[\d.]*(?=\s*(?:万|亿|元|%))")


def drafted(assistant: Assistant, turns: tuple[str, ...]) -> Draft:
    return held(assistant, *turns).draft


def numbers(text: str, change: Callable[[str], str]) -> Iterator[str]:
    for match in _NUMBER.finditer(text):
        if (changed := change(match[0])) != match[0]:
            yield text[: match.start()] + changed + text[match.end() :]


def swapped(text: str, old: str, new: str) -> Iterator[str]:
    for match in re.finditer(rf"(?<=\d){re.escape(old)}", text):
        yield text[: match.start()] + new + text[match.end() :]


def other_digit(number: str) -> str:
    return str(int(number[0]) % 9 + 1) + number[1:]


SLIPS: dict[str, Callable[[str], Iterator[str]]] = {
    "another digit": lambda text: numbers(text, other_digit),
    "a zero dropped": lambda text: numbers(text, lambda n: n.removesuffix("0") or n),
    "a zero added": lambda text: numbers(text, lambda n: n + ("0" if "." not in n else "9")),
    "万 for 亿": lambda text: swapped(text, "万", "亿"),
    "percent for per mille": lambda text: swapped(text, "%", "‰"),
    "万 left out": lambda text: swapped(text, "万元", "元"),
}


@pytest.mark.parametrize("turns", [*PLAIN, *COMPUTED], ids=" / ".join)
def test_a_true_draft_passes(assistant: Assistant, turns: tuple[str, ...]) -> None:
    draft = drafted(assistant, turns)
    assert draft.outcome is not Outcome.UNVERIFIED
    assert faults(draft, assistant.library) == ()


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("turns", WITH_FIGURES, ids=" / ".join)
def test_a_wrong_figure_anywhere_is_refused(
    assistant: Assistant, turns: tuple[str, ...], slip: str
) -> None:
    draft = drafted(assistant, turns)
    for text in SLIPS[slip](draft.text):
        assert faults(replace(draft, text=text), assistant.library), text


def test_the_slips_reach_every_kind_of_line(assistant: Assistant) -> None:
    for turns in WITH_FIGURES:
        assert list(SLIPS["another digit"](drafted(assistant, turns).text)), turns


@pytest.mark.parametrize("turns", COMPUTED, ids=" / ".join)
def test_a_wrong_figure_in_a_step_of_the_working_is_refused(
    assistant: Assistant, turns: tuple[str, ...]
) -> None:
    draft = drafted(assistant, turns)
    steps = [step.text for found in draft.calculations for step in found.steps]
    assert steps
    for step in steps:
        for wrong in numbers(step, lambda n: f"{n}7"):
            text = draft.text.replace(step, wrong)
            assert text != draft.text
            assert faults(replace(draft, text=text), assistant.library), wrong


@pytest.mark.parametrize("turns", [*PLAIN, *COMPUTED], ids=" / ".join)
def test_a_block_quote_altered_by_one_character_is_refused(
    assistant: Assistant, turns: tuple[str, ...]
) -> None:
    draft = drafted(assistant, turns)
    for citation in draft.citations:
        if f"> {citation.quote}" not in draft.text:
            continue
        for at in range(0, len(citation.quote), 7):
            wrong = citation.quote[:at] + "某" + citation.quote[at + 1 :]
            text = draft.text.replace(citation.quote, wrong)
            assert faults(replace(draft, text=text), assistant.library), wrong


def altered(citation: Citation, assistant: Assistant) -> Iterator[Citation]:
    """Yield citations that are wrong in one thing each."""
    quote = citation.quote
    for at in range(0, len(quote), 5):
        yield replace(citation, quote=quote[:at] + "某" + quote[at + 1 :])
    yield replace(citation, quote=quote + "。。")
    yield replace(citation, quote="", end=citation.start)
    yield replace(citation, start=citation.start + 1)
    yield replace(citation, start=citation.start + 1, end=citation.end + 1)
    for label in ("99", "0", ""):
        yield replace(citation, clause=label)
    yield replace(citation, policy="no-such-policy")
    for clause in assistant.library.clauses:
        if clause.label != citation.clause:
            yield replace(citation, clause=clause.label)
            words = clause.text[5:25]
            yield replace(citation, quote=words, start=5, end=25)


@pytest.mark.parametrize("turns", [PLAIN[0], PLAIN[4], COMPUTED[2]], ids=" / ".join)
def test_a_citation_wrong_in_one_thing_is_refused(
    assistant: Assistant, turns: tuple[str, ...]
) -> None:
    draft = drafted(assistant, turns)
    for wrong in altered(draft.citations[0], assistant):
        changed = replace(draft, citations=(wrong, *draft.citations[1:]))
        assert faults(changed, assistant.library), wrong


ADDITIONS = {
    "an invented block quote": "> 符合条件的企业由区财政全额兜底",
    "a block quote without a space": ">符合条件的企业由区财政全额兜底",
    "invented words in quotation marks": "条文写明“由区财政全额兜底”。",
    "a quote of another clause": "> 支持骨干企业针对新技术、新产品进行重组或并购",
    "an invented clause": "另见第十九条。",
    "an invented clause in digits": "另见第99条。",
    "a figure from nowhere": "另外还有77万元奖励。",
    "a figure in Chinese numerals": "另外还有八百万元奖励。",
    "a rate from nowhere": "另按百分之七上浮。",
    "a date from nowhere": "有效期至2031年。",
    "a telephone number": "电话021-64881234。",
}


@pytest.mark.parametrize("addition", ADDITIONS.values(), ids=ADDITIONS)
@pytest.mark.parametrize("turns", [PLAIN[0], PLAIN[5], COMPUTED[5]], ids=" / ".join)
def test_what_no_source_says_is_refused(
    assistant: Assistant, turns: tuple[str, ...], addition: str
) -> None:
    draft = drafted(assistant, turns)
    for text in (f"{draft.text}\n\n{addition}", f"{addition}\n\n{draft.text}"):
        assert faults(replace(draft, text=text), assistant.library)


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_is_refused(assistant: Assistant, promise: str) -> None:
    draft = drafted(assistant, PLAIN[0])
    assert faults(replace(draft, text=f"您{promise}拿到。{draft.text}"), assistant.library)


def test_a_figure_of_the_asker_may_be_repeated(assistant: Assistant) -> None:
    draft = drafted(assistant, ("链主企业投资4173万能拿多少？",))
    text = f"您说的是4173万。\n\n{draft.text}"
    assert faults(replace(draft, text=text), assistant.library) == ()


def test_a_decline_is_held_to_the_same_rules(assistant: Assistant) -> None:
    draft = drafted(assistant, ("链主企业的申报截止时间是什么时候",))
    assert draft.outcome.status is Status.DECLINED
    text = f"{draft.text}大约是每年9月30日。"
    assert faults(replace(draft, text=text), assistant.library)


@pytest.mark.parametrize(
    "lie", ["给予77万元。", "> 由区财政全额兜底", "您一定能拿到。", "见第十九条。"]
)
def test_an_answer_that_fails_the_gate_is_never_shown(assistant: Assistant, lie: str) -> None:
    steps = assistant.chain
    assert isinstance(steps, RunnableSequence)
    *before, gate = steps.steps
    lying = RunnableLambda[Draft, Draft](lambda d: replace(d, text=f"{lie}\n\n{d.text}"))
    liar = copy.copy(assistant)
    liar.chain = RunnableSequence(*before, lying, gate)
    for turns in (PLAIN[0], COMPUTED[5]):
        answer = held(liar, *turns).answer
        assert answer.outcome is Outcome.UNVERIFIED
        assert answer.outcome.status is Status.DECLINED
        assert lie.strip("> ") not in answer.text
        assert (answer.citations, answer.calculations) == ((), ())
        assert answer.text.strip()


def test_the_gate_lets_a_true_answer_through_unchanged(assistant: Assistant) -> None:
    steps = assistant.chain
    assert isinstance(steps, RunnableSequence)
    for turns in (PLAIN[0], COMPUTED[2]):
        draft = drafted(assistant, turns)
        assert steps.steps[-1].invoke(draft) == draft


SPOILT = [
    ("链主企业投资4173万能拿多少？", "**417.3万元**", "**1000万元**"),
    ("链主企业投资4173万能拿多少？", "**417.3万元**", "**4173万元**"),
    ("链主企业投资4173万能拿多少？", "× 10% = 417.3万元", "× 10% = 4173万元"),
    ("链主企业投资4173万能拿多少？", "——第六条", "——第九条"),
    ("揭榜挂帅项目最多能拿多少钱？", "（第二条", "（第九条"),
    ("揭榜挂帅项目最多能拿多少钱？", "> ——第二条", "> ——区长口头答应全额支付\n> ——第二条"),
    ("揭榜挂帅项目最多能拿多少钱？", "（本政策为", "  > 全额支付，无需评审\n\n（本政策为"),
    ("揭榜挂帅项目最多能拿多少钱？", "（本政策为", "条文写着「全额支付」。（本政策为"),
    ("揭榜挂帅项目最多能拿多少钱？", "（本政策为", "我保证可以。（本政策为"),
    ("揭榜挂帅项目最多能拿多少钱？", "（本政策为", "见七、（九）。（本政策为"),
]


@pytest.mark.parametrize(("question", "true", "false"), SPOILT, ids=[s[2] for s in SPOILT])
def test_what_stands_in_the_wrong_place_is_refused(
    assistant: Assistant, question: str, true: str, false: str
) -> None:
    draft = drafted(assistant, (question,))
    assert true in draft.text
    spoilt = replace(draft, text=draft.text.replace(true, false, 1))
    assert not faults(draft, assistant.library)
    assert faults(spoilt, assistant.library)


def test_an_amount_is_computed_again(assistant: Assistant) -> None:
    draft = drafted(assistant, ("链主企业投资4173万能拿多少？",))
    assert draft.calculations[0].amount is not None
    doubled = replace(draft.calculations[0], amount=draft.calculations[0].amount * 2)
    text = draft.text.replace("417.3万元", "834.6万元")
    assert faults(replace(draft, text=text, calculations=(doubled,)), assistant.library)
