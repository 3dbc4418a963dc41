"""Answers about several cases of a conversation: what they come to together, or differ by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant import compose_money as money
from assistant import wording
from assistant.answer import Citation, Outcome
from assistant.awards import grant_citations
from assistant.calculation import Calculation
from assistant.layout import with_basis
from assistant.passage import Part, Passage, passages
from assistant.steps import Draft, Worked
from corpus.award import Nature
from corpus.money import write_money
from corpus.policy import bracketed

if TYPE_CHECKING:
    from assistant.lexicon import Lexicon


def together(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Return what the cases of a conversation come to, each with its clause and working."""
    found = worked.together
    if found is None:
        return None
    first = found.parts[0]
    working = Calculation(
        first.policy, first.award, first.clause, found.step.item, None, Nature.UNSPECIFIED,
        steps=(found.step,), parts=len(found.parts),
    )  # fmt: skip
    form = wording.SUMMED if found.is_sum else wording.DIFFER
    is_ceiling = any(part.nature is Nature.CEILING for part in found.parts)
    citations: list[Citation] = []
    items: list[str] = []
    places: list[tuple[str, str]] = []
    for part in found.parts:
        clause = lexicon.library.clause(part.policy, part.clause)
        rules = lexicon.library.awards_of(part.policy, part.clause)
        rule = next(rule for rule in rules if rule.id == part.award)
        if clause is None or part.amount is None:
            continue
        of = bracketed(money.told_inputs(part, rule) or rule.title)
        ceiling = "最高" if part.nature is Nature.CEILING else ""
        items.append(f"{clause.reference}{of}{ceiling}{write_money(part.amount)}")
        places.append((clause.policy, clause.label))
        citations += [c for c in grant_citations(rule, clause) if c not in citations]
    said = form.format(
        ceiling="最高" if is_ceiling else "", sum=found.step.result, items="；".join(items)
    )
    lines = [Passage(Part.CONCLUSION, said, tuple(dict.fromkeys(places)))]
    lines += passages(Part.WORKING, [wording.STEPS, *money.working(working)])
    awards = {part.award for part in found.parts}
    notes = [wording.ONLY_ADDED] if found.is_sum and len(awards) > 1 else []
    lines += passages(Part.CAVEAT, [*notes, *([wording.CEILING] if is_ceiling else [])])
    text = with_basis(lines, citations, lexicon)
    shown = (*found.parts, working)
    return Draft(worked, Outcome.ANSWERED, text, tuple(citations), shown, passages=tuple(lines))
