"""Answers about money: what a clause gives, what it comes to, and what it would take."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant import wording
from assistant.aspects import stretches
from assistant.awards import SCOPES, gives, most, summary, tightest
from assistant.leftover import approximations, multiplied, unused
from assistant.lexicon import language
from assistant.normalise import normalise
from assistant.passage import Part, passages
from assistant.payment import written
from assistant.sentences import cite_words
from assistant.told import Role
from corpus.award import AwardRule, Fixed, Nature, Rate, Scope, Support, Tiers
from corpus.money import Kind, figures, write_money, write_percent
from corpus.policy import bracketed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.answer import Citation
    from assistant.calculation import Calculation, Inverse
    from assistant.lexicon import Lexicon
    from assistant.passage import Passage
    from assistant.question import Question
    from assistant.steps import Worked
    from assistant.told import Told
    from corpus.library import Library
    from corpus.policy import Clause

_MYRIAD = Decimal(10_000)
_HUNDREDTH = Decimal("0.01")


def headline(rule: AwardRule, clause: Clause, aspects: Iterable[str], library: Library) -> str:
    """Return the conclusion about one award for the money aspects asked."""
    words = gives(rule, clause, library)
    if isinstance(rule.amount, Support):
        return wording.NO_AMOUNT.format(reference=clause.reference, words=rule.amount.quote)
    asked = set(aspects)
    if "cap" in asked:
        return _cap_line(rule, clause, words)
    if "rate" in asked:
        return _rate_line(rule, clause, words)
    return f"{clause.reference}规定：**{words}**。"


def _cap_line(rule: AwardRule, clause: Clause, words: str) -> str:
    if isinstance(rule.amount, Fixed):
        return f"{clause.reference}是定额：**{words}**。"
    limit = most(rule)
    if limit is None:
        return wording.NO_CAP.format(reference=clause.reference, words=_as_written(words, clause))
    cap = tightest(rule)
    scope = SCOPES[cap.scope] if cap else ""
    return f"{scope}最高**{write_money(limit)}**{bracketed(f'{clause.reference}：{words}')}。"


def _rate_line(rule: AwardRule, clause: Clause, words: str) -> str:
    if isinstance(rule.amount, Tiers) and all(tier.rate for tier in rule.amount.tiers):
        return f"{clause.reference}分档规定比例：**{words}**。"
    if not isinstance(rule.amount, Rate):
        return wording.NO_RATE.format(reference=clause.reference, words=_as_written(words, clause))
    base = rule.input(rule.amount.of)
    of = f"{base.label}的" if base else ""
    ceiling = "不超过" if rule.nature is Nature.CEILING else ""
    place = bracketed(f"{clause.reference}：{words}")
    return f"比例是{ceiling}{of}**{write_percent(rule.amount.rate)}**{place}。"


def _as_written(words: str, clause: Clause) -> str:
    """Return words in quotation marks when they are the clause's own, else as they are."""
    return f"“{words}”" if words in clause.text else words


def conclusion(
    calculation: Calculation, rule: AwardRule, clause: Clause, inputs: str = "", *, alone: bool
) -> str:
    """Return the sentence that says what a calculation comes to.

    `inputs` names the facts when several cases are set side by side; the award is named unless it
    stands `alone` in its clause.
    """
    place = bracketed(clause.reference if alone else f"{clause.reference}，{rule.title}")
    lead = wording.ACCORDING_TO.format(inputs=inputs) if inputs else "按这些数据"
    if calculation.amount is None:
        words = rule.amount.quote if isinstance(rule.amount, Support) else rule.title
        return wording.NO_AMOUNT.format(reference=clause.reference, words=words)
    if not calculation.amount:
        reasons = [unmet.reason for unmet in calculation.unmet] or [_why_nothing(calculation)]
        return f"{lead}**不能获得**该项支持{place}：{'；'.join(reasons)}。"
    written_sum = write_money(calculation.amount)
    if calculation.nature is Nature.CEILING:
        return f"{lead}{'' if inputs else '，'}最高不超过**{written_sum}**{place}。"
    return f"{lead}测算为**{written_sum}**{place}。"


def total(calculation: Calculation, rule: AwardRule, clause: Clause) -> list[Passage]:
    """Return what several calculations come to together, and how far that rests on the clause."""
    if calculation.amount is None:
        return []
    ceiling = "最高不超过" if calculation.nature is Nature.CEILING else "为"
    written_sum = write_money(calculation.amount)
    said = wording.TOTAL.format(ceiling=ceiling, sum=written_sum, place=bracketed(clause.reference))
    lines = passages(Part.CONCLUSION, [said], clause)
    lines += passages(Part.WORKING, [f"1. {step.text}" for step in calculation.steps], clause)
    caps = [cap for cap in rule.caps if cap.value < calculation.amount]
    over = [
        wording.TOTAL_OVER_CAP.format(reference=clause.reference, cap=write_money(cap.value))
        for cap in caps[:1]
    ]
    return lines + passages(Part.CAVEAT, over, clause)


def _why_nothing(calculation: Calculation) -> str:
    """Return the step that brought an amount to nothing: the one that says so, else the first."""
    texts = [step.text for step in calculation.steps]
    return next((text for text in texts if "未达" in text or "已" in text), texts[0])


def agreed(worked: Worked, lines: list[Passage]) -> list[Passage]:
    """Put before a computed sum whether it is the one that someone wants confirmed (给60万对吗)."""
    question = worked.evidence.question
    stated = [
        item.quantity
        for item in worked.evidence.told
        if item.role is Role.STATED and item.quantity.kind is Kind.MONEY and item.quantity.value
    ]
    sums = {found.amount for found in worked.calculations}
    asks = question.confirms or question.polar
    at = next((at for at, line in enumerate(lines) if line.part is Part.CONCLUSION), None)
    if not asks or len(stated) != 1 or len(sums) != 1 or None in sums or at is None:
        return lines
    form = wording.SUM_RIGHT if stated[0].value in sums else wording.SUM_WRONG
    said = replace(lines[at], text=form.format(stated=stated[0].text) + lines[at].text)
    return [*lines[:at], said, *lines[at + 1 :]]


def told_inputs(calculation: Calculation, rule: AwardRule) -> str:
    """Return the facts of a calculation in words: 单个产品销售额600万元."""
    return "，".join(
        item.label + "、".join(written(value, item.unit) for value in values)
        for name, values in calculation.inputs.items()
        if (item := rule.input(name))
    )


def working(calculation: Calculation) -> list[str]:
    """Return the steps of a calculation as lines of a list."""
    steps = [step.text for step in calculation.steps]
    if calculation.amount:
        steps += [f"{unmet.reason}，不计入" for unmet in calculation.unmet]
    return [f"{number}. {text}" for number, text in enumerate(steps, 1)]


def caveats(rule: AwardRule) -> str:
    """Return what stands between the figure and the money: review, stages, conditions."""
    words = "”“".join(flag for flag in (rule.reviewed, rule.staged, rule.one_off) if flag)
    lines = [wording.WRITTEN.format(words=words)] if words else []
    if rule.nature is Nature.CEILING:
        lines.append(wording.CEILING)
    if needs := conditions(rule):
        lines.append(wording.CONDITIONS.format(conditions=needs))
    return "".join(lines)


def conditions(rule: AwardRule) -> str:
    """Return what a rule demands, in one line."""
    return "；".join(condition.text for condition in rule.conditions)


def calculation_citations(
    calculation: Calculation, rule: AwardRule, clause: Clause
) -> list[Citation]:
    """Cite the words each step, cap, condition and failed threshold of a calculation rests on."""
    quotes = [step.quote for step in calculation.steps]
    quotes += [unmet.quote for unmet in calculation.unmet]
    quotes += [condition.quote for condition in rule.conditions]
    quotes += [cap.quote for cap in rule.caps]
    found = [cite_words(clause, quote) for quote in dict.fromkeys(quotes)]
    return [citation for citation in found if citation]


def way_back(inverse: Inverse, rule: AwardRule, clause: Clause) -> str:
    """Return what it takes to reach a wanted amount, or why none reaches it."""
    if inverse.value is None or inverse.input is None:
        return f"{clause.reference}：{inverse.reason}"
    unit, label = inverse.input.unit, inverse.input.label
    word = "测算上限要达到" if rule.nature is Nature.CEILING else "要达到"
    wanted = "" if inverse.wanted is None else f"{word}{write_money(inverse.wanted)}，"
    needed = _needed(inverse.value, unit)
    if inverse.have is None:
        return f"{wanted}{label}至少需要**{needed}**{bracketed(clause.reference)}。"
    form = wording.REACHED if inverse.have >= inverse.value else wording.STILL_NEEDED
    return wanted + form.format(
        label=label,
        needed=needed,
        have=written(inverse.have, unit),
        rest=_needed(max(Decimal(0), inverse.value - inverse.have), unit),
        place=bracketed(clause.reference),
    )


def _needed(value: Decimal, unit: str) -> str:
    return _readable(value) if unit == "元" else written(value, unit)


def _readable(value: Decimal) -> str:
    """Write a sum; one that isn't even in 万元 also rounded, as people speak of it."""
    exact = write_money(value)
    if value < _MYRIAD or not exact.endswith("元") or exact.endswith(("万元", "亿元")):
        return exact
    return f"{write_money((value / _MYRIAD).quantize(_HUNDREDTH) * _MYRIAD)}（精确为{exact}）"


def verdict(
    told: tuple[Told, ...], clauses: tuple[Clause, ...], rules: tuple[AwardRule, ...] = ()
) -> tuple[bool, str] | None:
    """Return whether the figures someone states are the clause's own, and a sentence that says so.

    None when none is stated.

    Of a clause with several awards only the sentences of those meant count.
    """
    if not told:
        return None
    by_place = {(clause.policy, clause.label): clause for clause in clauses}
    texts = [summary(rule) for rule in rules if (rule.policy, rule.clause) in by_place]
    texts = texts or [clause.text for clause in clauses]
    own = {figure for text in texts for figure in figures(text)}
    stated = {item.quantity.text for item in told if not figures(item.quantity.text) <= own}
    if stated:
        return False, wording.WRONG.format(stated="”“".join(sorted(stated)))
    named = dict.fromkeys(item.quantity.text for item in told)
    return True, wording.RIGHT.format(stated="”“".join(named))


def remarks(worked: Worked, library: Library) -> list[str]:
    """Return the sentences below calculations: rough or unused figures, awards not to be added."""
    lines = [*worked.remarks, *multiplied(worked), *approximations(worked), *unused(worked)]
    shown = worked.calculations
    readings = [found for found in shown if sum(o.award == found.award for o in shown) > 1]
    if (
        readings
        and not any(found.parts for found in shown)
        and all(t.quantity.low is None for t in worked.evidence.told)
    ):
        lines.append(wording.SEVERAL_VALUES)
    paid = [found for found in shown if found.amount]
    if len({found.award for found in paid}) > 1:
        lines.append(_together(paid, library))
    return lines


def _together(paid: list[Calculation], library: Library) -> str:
    """Return what the clause says of several awards together, or that it says nothing."""
    for found in paid:
        for rule in library.awards_of(found.policy, found.clause):
            shared = [cap for cap in rule.caps if cap.scope is Scope.SHARED]
            if rule.id == found.award and shared:
                return wording.SHARED.format(sum=write_money(shared[0].value))
    return wording.NOT_COMBINED


def denied(rule: AwardRule, question: Question, lexicon: Lexicon) -> list[str]:
    """Return a warning for every condition that a stretch of the question denies."""
    words = language()
    warned: list[str] = []
    for stretch in stretches(question.text):
        denial = re.search(words["denies"], stretch)
        if denial is None:
            continue
        after = [term for term in lexicon.terms(stretch) if term.start >= denial.start()]
        forms = {form for term in after[:1] for form, _ in term.forms}
        forms |= {words["spoken_verbs"].get(stretch[denial.end() : denial.end() + 1], "")} - {""}
        for condition in rule.conditions:
            text = normalise(condition.text + condition.quote)
            if any(_demands(text, form) for form in forms):
                warned.append(condition.quote)
    for condition in rule.conditions:
        excluded = re.findall(r"非([\u4e00-\u9fff]{2})", condition.quote)
        said = [words["excluded_as"].get(word, word) for word in excluded]
        if any(
            re.search(rf"(?<![非无没不])(?<![非无没不]有)(?<!任何)(?:{word})", question.text)
            for word in said
        ):
            warned.append(condition.quote)
        if _falls_below(condition.text + condition.quote, question.text):
            warned.append(condition.quote)
    return [wording.DENIED.format(quote=quote) for quote in dict.fromkeys(warned)]


def _falls_below(demand: str, asked: str) -> bool:
    """Tell whether only a level below the one demanded is told of: 区级 for 市级及以上."""
    levels: list[str] = language()["levels"]
    ranks = [
        [rank for rank, level in enumerate(levels) if re.search(level, text)]
        for text in (demand, asked)
    ]
    return bool(ranks[0] and ranks[1]) and max(ranks[1]) < min(ranks[0])


def _demands(words: str, form: str) -> bool:
    """Tell whether a condition asks for a thing rather than for its absence (非关联)."""
    return re.search(rf"(?<![非不无未]){re.escape(form)}", words) is not None
