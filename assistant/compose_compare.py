"""Answers that set awards side by side: which pays most, what two differ by, which pay alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from assistant import wording
from assistant.answer import Outcome
from assistant.award_choice import rules_meant
from assistant.awards import apart, gives, grant_citations, highest_rate, most, tightest
from assistant.calculation import Calculation, subtracted
from assistant.compose_list import clauses_in_scope, notice, part_named
from assistant.compose_money import conditions
from assistant.lexicon import language
from assistant.passage import Part, Passage, passages
from assistant.scope import in_policy
from assistant.sentences import sentences
from assistant.steps import Draft, Worked, answered
from corpus.award import Fixed, Nature, PerUnit, quote_of
from corpus.money import write_money, write_percent
from corpus.numerals import read_integer

if TYPE_CHECKING:
    from decimal import Decimal

    from assistant.answer import Citation
    from assistant.lexicon import Lexicon
    from corpus.award import AwardRule
    from corpus.policy import Clause

_PAIR = 2


class Measure(StrEnum):
    """What awards are compared by: the most they pay, their share, their sum a unit, or what they
    come to by the figures that the asker told."""

    MOST = "most"
    RATE = "rate"
    UNIT = "unit"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Side:
    """One award of a comparison and its worth: 元, or a share; None where its clause names none."""

    clause: Clause
    rule: AwardRule
    measure: Measure
    worth: Decimal | None

    @property
    def written(self) -> str:
        """Return the worth in words: 50%, 30万元, 最高200万元, 每辆2万元."""
        if self.worth is None:
            return wording.NO_SUM
        if self.measure is Measure.RATE:
            return write_percent(self.worth)
        if self.measure is Measure.UNIT and isinstance(self.rule.amount, PerUnit):
            item = self.rule.input(self.rule.amount.of)
            return f"每{item.unit if item else ''}{write_money(self.worth)}"
        is_exact = self.measure is Measure.TOLD or isinstance(self.rule.amount, Fixed)
        is_ceiling = self.rule.nature is Nature.CEILING or not is_exact
        form = wording.MOST_IS if is_ceiling else "{sum}"
        return form.format(sum=write_money(self.worth))

    @property
    def quote(self) -> str:
        """Return the words of the clause that the worth was read from."""
        cap = tightest(self.rule)
        read_from_cap = cap and self.measure in (Measure.MOST, Measure.TOLD)
        return cap.quote if cap and read_from_cap else quote_of(self.rule.amount)


@dataclass(frozen=True, slots=True)
class Contrast:
    """What two awards differ by: the sentence, the working behind it, and its citations."""

    text: str
    working: Calculation
    citations: tuple[Citation, ...]


def compare(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Set the awards of the clauses named side by side, or of all when none is."""
    evidence = worked.evidence
    asked = evidence.question.text
    if draft := _alike(worked, lexicon):
        return draft
    if not evidence.question.asks("compare") or evidence.unknown or contrasted(worked, lexicon):
        return None
    named = _sides_named(worked, lexicon)
    if evidence.topics and not named and not re.search(language()["of_all"], asked):
        return None
    sides = named or _sides_of_all(worked, lexicon)
    if not sides:
        return None
    sign = 1 if re.search(language()["the_least"], asked) else -1
    ranked = sorted(sides, key=lambda side: (side.worth or 0) * sign)
    by_sum = not named or re.search(language()["by_sum"], asked)
    contrast = _contrast(ranked, lexicon) if by_sum and named else None
    if contrast:
        first = f"{contrast.text}："
    elif by_sum:
        first = _extreme(ranked, asked)
    else:
        names = dict.fromkeys(in_policy(side.clause, lexicon) for side in sides)
        first = wording.COMPARED.format(references="、".join(names))
    return _set_out(first, ranked, contrast, worked, lexicon, needs=not by_sum)


def _set_out(
    first: str,
    sides: list[Side],
    contrast: Contrast | None,
    worked: Worked,
    lexicon: Lexicon,
    *,
    needs: bool,
) -> Draft:
    """Return the draft of a comparison: its conclusion, a line a side, the working, the notice."""
    items = [(_line(side, lexicon, needs=needs), side.clause) for side in sides]
    shown = [side.clause for side in sides]
    silent = [clause for clause in worked.evidence.topics if clause not in shown]
    if len(worked.evidence.topics) > 1:
        items += [(wording.NO_SUPPORT_WORDS.format(reference=c.reference), c) for c in silent]
    said = passages(Part.CONCLUSION, [first])
    said += [Passage(Part.ITEM, line).resting_on(clause) for line, clause in items]
    lines = [first, *(f"- {line}" for line, _ in items)]
    if contrast:
        steps = [f"1. {step.text}" for step in contrast.working.steps]
        lines += ["", wording.STEPS, "", *steps]
        said += passages(Part.WORKING, [wording.STEPS, *steps])
    lines += ["", *notice(tuple(shown), lexicon)]
    cited = [c for side in sides for c in grant_citations(side.rule, side.clause)]
    cited += [sentences(clause)[0].cite() for line, clause in items if clause in silent]
    told = {side.rule.id for side in sides if side.measure is Measure.TOLD}
    shown_sums = tuple(found for found in worked.calculations if found.award in told)
    if contrast:
        shown_sums += (contrast.working,)
    return Draft(
        worked, Outcome.ANSWERED, "\n".join(lines), tuple(cited), shown_sums, passages=tuple(said)
    )  # fmt: skip


def contrasted(worked: Worked, lexicon: Lexicon) -> Contrast | None:
    """Return what two awards differ by where the asker's own figures say what one of them pays."""
    question = worked.evidence.question
    by_sum = re.search(language()["by_sum"], question.text) and not question.asks("rate")
    if not worked.calculations or not question.asks("compare") or not by_sum:
        return None
    return _contrast(_sides_named(worked, lexicon), lexicon)


def _sides_named(worked: Worked, lexicon: Lexicon) -> list[Side]:
    """Return the awards of the clauses named, or those of a single one that are told apart."""
    evidence = worked.evidence
    chosen = [
        (clause, rule)
        for clause in evidence.topics
        for rule in lexicon.library.awards_of(clause.policy, clause.label)
    ]
    if len(evidence.topics) == 1:
        rules = apart([rule for _, rule in chosen], evidence.question.text)
        chosen = [(clause, rule) for clause, rule in chosen if rule in rules]
    if worked.calculations:
        meant = [
            rule for c in evidence.topics for rule in rules_meant(c, evidence, lexicon.library)
        ]
        chosen = [(clause, rule) for clause, rule in chosen if rule in meant]
    sides = [_side(worked, clause, rule) for clause, rule in chosen]
    return sides if len(sides) >= _PAIR or len(evidence.topics) > 1 else []


def _sides_of_all(worked: Worked, lexicon: Lexicon) -> list[Side]:
    clauses = part_named(worked, lexicon) or clauses_in_scope(worked, lexicon)
    rules = [(c, rule) for c in clauses for rule in lexicon.library.awards_of(c.policy, c.label)]
    sides = [_side(worked, clause, rule) for clause, rule in rules if most(rule) is not None]
    return [side for side in sides if side.worth is not None]


def _side(worked: Worked, clause: Clause, rule: AwardRule) -> Side:
    question = worked.evidence.question
    if question.asks("rate"):
        return Side(clause, rule, Measure.RATE, highest_rate(rule))
    told = [c.amount for c in worked.calculations if c.award == rule.id and c.amount is not None]
    if told:
        return Side(clause, rule, Measure.TOLD, max(told))
    if isinstance(rule.amount, PerUnit) and re.search(language()["each_unit"], question.text):
        return Side(clause, rule, Measure.UNIT, rule.amount.pays)
    return Side(clause, rule, Measure.MOST, most(rule))


def _contrast(sides: list[Side], lexicon: Lexicon) -> Contrast | None:
    """Return the difference of exactly two awards that both name a sum and don't pay alike."""
    ranked = sorted(sides, key=lambda side: -(side.worth or 0))
    if len(ranked) != _PAIR or any(side.worth is None for side in ranked):
        return None
    more, less = ranked
    if not more.worth or not less.worth or more.worth == less.worth:
        return None
    by_rate = more.measure is Measure.RATE
    step = subtracted(more.worth, less.worth, more.quote, by_rate=by_rate)
    names = [_name(side, ranked, lexicon) for side in ranked]
    text = wording.APART.format(
        more=names[0], more_sum=more.written, less=names[1], less_sum=less.written,
        word="高" if by_rate else "多", difference=step.result,
    )  # fmt: skip
    working = Calculation(
        more.rule.policy, more.rule.id, more.rule.clause, wording.APART_BY, None,
        Nature.UNSPECIFIED, steps=(step,),
    )  # fmt: skip
    cited = tuple(c for side in ranked for c in grant_citations(side.rule, side.clause))
    return Contrast(text, working, cited)


def _name(side: Side, sides: list[Side], lexicon: Lexicon) -> str:
    """Return what a side is called: its clause, or the award's title where that says no more."""
    same = [other for other in sides if other.clause == side.clause]
    return side.rule.title if len(same) > 1 else in_policy(side.clause, lexicon)


def _alike(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Name the clauses that pay the same most (哪几条上限一样)."""
    asked = worked.evidence.question.text
    if not re.search(language()["alike"], asked) or worked.evidence.question.references:
        return None
    ranked = sorted(_sides_of_all(worked, lexicon), key=lambda side: -(side.worth or 0))
    groups = [list(group) for _, group in groupby(ranked, key=lambda side: side.worth)]
    groups = [group for group in groups if len({side.clause for side in group}) > 1]
    if not groups:
        return None
    shown = [side for group in groups for side in group]
    lines = [_extreme(group, "").rstrip("：") + "。" for group in groups]
    items = [_line(side, lexicon, needs=False) for side in shown]
    said = passages(Part.CONCLUSION, lines) + passages(Part.ITEM, items)
    notes = ["", *notice(tuple(side.clause for side in shown), lexicon)]
    text = "\n".join([*lines, *(f"- {item}" for item in items), *notes]).rstrip()
    cited = [c for side in shown for c in grant_citations(side.rule, side.clause)]
    return answered(worked, text, cited, said)


def _extreme(ranked: list[Side], asked: str) -> str:
    """Return which of the ranked awards is asked for, the first or the second …, and its sum."""
    limits = list(dict.fromkeys(side.worth for side in ranked))
    nth = re.search(language()["nth_highest"], asked)
    place = (read_integer(nth[1]) or 1) if nth else 1
    top = limits[place - 1] if place <= len(limits) else limits[0]
    if top is None:
        names = "、".join(side.clause.reference for side in ranked)
        return wording.COMPARED.format(references=names)
    chosen = [side for side in ranked if side.worth == top]
    first = list(dict.fromkeys(side.clause.reference for side in chosen))
    least = re.search(language()["the_least"], asked)
    if nth and place <= len(limits):
        word = wording.NTH.format(place=nth[0])
    elif least:
        word = wording.LOWEST
    else:
        word = wording.SAME_MOST if len(first) > 1 else wording.HIGHEST
    by_rate = chosen[0].measure is Measure.RATE
    kind = wording.RATE_IS if by_rate else wording.MOST_IS
    written = write_percent(top) if by_rate else write_money(top)
    word = word.replace("{references}", "、".join(first))
    return word.replace("{sum}", kind.format(sum=written))


def _line(side: Side, lexicon: Lexicon, *, needs: bool) -> str:
    rule, clause = side.rule, side.clause
    name = rule.names[0] if rule.names else rule.title
    words = gives(rule, clause, lexicon.library)
    line = f"{clause.reference}（{name}）：{words}"
    if side.measure is Measure.TOLD:
        line = f"{clause.reference}（{name}）：{side.written}，标准为{words}"
    demands = conditions(rule)
    return f"{line}。要求：{demands}" if needs and demands else line
