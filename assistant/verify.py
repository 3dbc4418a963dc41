"""The gate: what may be shown. Quotations exact, figures sourced, no promise, no clause invented.

It trusts nothing that the steps before it say of themselves: it reads the text as a user would,
and computes every amount again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answer import Outcome
from assistant.balance import left_under_cap, less
from assistant.calculation import DIFFERENCE, added
from assistant.calculator import FactError, calculate
from assistant.paid import paid_before
from assistant.wording import PROMISES
from corpus.money import read_quantities, unsourced, write_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

    from assistant.answer import Citation
    from assistant.calculation import Calculation
    from assistant.steps import Draft
    from corpus.award import AwardRule
    from corpus.library import Library
    from corpus.policy import Clause, Policy

_MARKED = re.compile(r"“([^”]+)”|「([^」]+)」|『([^』]+)』|\"([^\"\n]+)\"")
_BLOCK = re.compile(r"^[ \t]*>[ \t]?(.*)$", re.M)
_SOURCE = "——"
_NUMERAL = "[零〇一二两三四五六七八九十百千0-9]"
_REFERENCE = re.compile(
    rf"第{_NUMERAL}{{1,6}}条|[一二三四五六七八九十]{{1,3}}、（{_NUMERAL}{{1,3}}）"
)
_STEP = re.compile(r"^\d+\. (.+)$", re.M)
_BOLD_SUM = re.compile(r"\*\*(?:约)?([\d.,]+(?:万|亿)?元)(?:（[^）]*）)?\*\*")


def faults(draft: Draft, library: Library) -> tuple[str, ...]:
    """Return why a draft may not be shown, one reason a fault; empty when it may."""
    if draft.worked.evidence.question.talk:
        return (*_promises(draft.text), *_strange_passages(draft))
    clauses = [library.clause(citation.policy, citation.clause) for citation in draft.citations]
    found = [
        f"quote not in clause {citation.clause}: {citation.quote!r}"
        for citation, clause in zip(draft.citations, clauses, strict=True)
        if clause is None or not _is_exact(citation, clause)
    ]
    cited = [clause for clause in clauses if clause]
    sources = [*_said(draft), *(clause.text for clause in cited)]
    sources += [line for result in draft.calculations for line in _lines(result)]
    sources += [part for policy in library.policies for part in _frame(policy)]
    sources.append(f"{len(dict.fromkeys(cited))}条")
    sources += [name for clause in cited for name in _called(clause, library)]
    found += _bad_blocks(draft.text, cited, library)
    found += _bad_marks(draft.text, sources)
    figures = sorted(map(str, unsourced(_prose(draft.text), sources)))
    found += [f"figure without a source: {figure}" for figure in figures]
    found += [fault for result in draft.calculations for fault in _miscalculated(result, library)]
    found += _badly_taken(draft, library)
    found += _bad_working(draft)
    found += _bad_differences(draft, [*_said(draft), *(clause.text for clause in cited)])
    found += _promises(draft.text)
    found += _unknown_references(draft, library)
    found += _strange_passages(draft)
    return tuple(found)


def _strange_passages(draft: Draft) -> Iterator[str]:
    """Yield passages that the text, which is what has been checked, doesn't hold."""
    for passage in draft.passages:
        if passage.text not in draft.text:
            yield f"passage that is not in the text: {passage.text!r}"


def _is_exact(citation: Citation, clause: Clause) -> bool:
    return bool(citation.quote) and clause.text[citation.start : citation.end] == citation.quote


def _said(draft: Draft) -> list[str]:
    """Return what the user said, and what an input's own question asks for."""
    evidence = draft.worked.evidence
    said = [evidence.question.asked, evidence.question.text]
    said += [item.quantity.text for item in evidence.told]
    if draft.outcome is Outcome.MISSING_FACT and draft.worked.open:
        said += [item.ask + item.hint for item in draft.worked.open.inputs]
    return said


def _lines(result: Calculation) -> list[str]:
    """Return the lines of a calculation's working: its steps, its inputs, what was not met."""
    lines = [step.text for step in result.steps] + [unmet.reason for unmet in result.unmet]
    lines += [write_money(value) for values in result.inputs.values() for value in values]
    return lines if result.amount is None else [*lines, write_money(result.amount)]


def _called(clause: Clause, library: Library) -> Iterator[str]:
    """Yield what a clause's awards and their inputs are called in the policy's own data."""
    for rule in library.awards_of(clause.policy, clause.label):
        yield from (rule.title, *rule.names, *(item.label for item in rule.inputs))


def _frame(policy: Policy) -> tuple[str, ...]:
    """Return a policy's words outside its clauses, and how many clauses it and its parts have."""
    sizes = {sum(head in clause.section for clause in policy.numbered) for head in policy.headings}
    counts = "，".join(f"{size}条" for size in {*sizes, len(policy.numbered)})
    count = f"{counts}，{len(policy.headings)}个部分"
    titles = (policy.info.title, policy.info.short_title, policy.info.kind, count)
    return (*titles, policy.preamble, policy.closing, *policy.headings)


def _bad_blocks(text: str, cited: list[Clause], library: Library) -> Iterator[str]:
    """Yield quoted lines that don't stand where the line below them says they do."""
    held: list[str] = []
    for line in (found.strip() for found in _BLOCK.findall(text)):
        if not line.startswith(_SOURCE):
            held += [line] if line else []
            continue
        origin = line.removeprefix(_SOURCE)
        texts = _texts_of(origin, cited, library)
        for words in held:
            if not any(words in place for place in texts):
                yield f"{origin} doesn't say: {words!r}"
        held = [] if texts else [origin]
        if not texts:
            yield f"no such source: {origin!r}"
    known = [clause.text for clause in cited]
    yield from (f"quotation without a source: {w!r}" for w in held if not _stands_in(w, known))


def _texts_of(origin: str, cited: list[Clause], library: Library) -> list[str]:
    """Return the texts that a source line names: of cited clauses, of a preamble."""
    prefixes = ["", *(f"《{policy.info.short_title}》" for policy in library.policies)]
    texts = [
        clause.text
        for clause in cited
        if any(origin in (prefix + clause.name, prefix + clause.reference) for prefix in prefixes)
    ]
    preambles = [policy.preamble for policy in library.policies]
    return texts + (preambles if any(origin == f"{p}前言" for p in prefixes) else [])


def _bad_marks(text: str, sources: list[str]) -> Iterator[str]:
    """Yield words in quotation marks that no source holds."""
    for groups in _MARKED.findall(_BLOCK.sub("", text)):
        words = "".join(groups)
        if not _stands_in(words, sources):
            yield f"quotation without a source: {words!r}"


def _stands_in(words: str, sources: Iterable[str]) -> bool:
    return any(words in source for source in sources)


def _prose(text: str) -> str:
    """Return the text without emphasis marks and clause references, which are no figures."""
    return _REFERENCE.sub("", re.sub(r"[*_|]+", " ", text))


def _miscalculated(result: Calculation, library: Library) -> Iterator[str]:
    """Yield what differs when an amount is computed again, and step quotes the clause lacks."""
    clause = library.clause(result.policy, result.clause)
    rule = next(
        (r for r in library.awards_of(result.policy, result.clause) if r.id == result.award), None
    )
    if clause is None or rule is None:
        yield f"no such award: {result.award}"
        return
    for quote in (*(s.quote for s in result.steps), *(u.quote for u in result.unmet)):
        if quote not in clause.text:
            yield f"step rests on words the clause lacks: {quote!r}"
    if result.amount is None:
        return
    try:
        again = added([_computed(rule, facts) for facts in _by_part(result)])
        again = less(again, result.taken) if result.taken else again
    except FactError as error:
        yield f"{result.award} can't be computed again: {error}"
        return
    if (again.amount, again.steps, again.nature) != (result.amount, result.steps, result.nature):
        yield f"{result.award} computes to {again.amount}, not {result.amount}"


def _badly_taken(draft: Draft, library: Library) -> Iterator[str]:
    """Yield sums taken off an amount that nobody told as paid and that no earlier facts give."""
    evidence = draft.worked.evidence
    for result in draft.calculations:
        if result.taken is None or result.taken.sum == paid_before(evidence):
            continue
        rules = library.awards_of(result.policy, result.clause)
        facts = evidence.reading.context.facts_of(result.award)
        if result.taken.sum not in {
            _computed(rule, facts).amount for rule in rules if rule.id == result.award
        }:
            yield f"sum taken off without a source: {result.taken.sum}"


def _computed(rule: AwardRule, facts: Mapping[str, tuple[Decimal, ...]]) -> Calculation:
    """Compute a rule; where only earlier payments are known, what they leave of its cap."""
    found = calculate(rule, facts)
    return (left_under_cap(rule, facts) or found) if found.missing else found


def _by_part(result: Calculation) -> list[dict[str, tuple[Decimal, ...]]]:
    """Return the facts of each calculation that a sum adds up; of one alone its own."""
    count = max(1, result.parts)
    shares = {name: len(values) // count for name, values in result.inputs.items()}
    return [
        {name: result.inputs[name][at * n : (at + 1) * n] for name, n in shares.items()}
        for at in range(count)
    ]


def _bad_working(draft: Draft) -> Iterator[str]:
    """Yield steps and emphasised sums of the text that no calculation holds."""
    if not draft.calculations:
        return
    known = [line for result in draft.calculations for line in _lines(result)]
    for step in _STEP.findall(draft.text):
        if step not in known and step.removesuffix("，不计入") not in known:
            yield f"step of no calculation: {step!r}"
    amounts = [write_money(r.amount) for r in draft.calculations if r.amount is not None]
    allowed = amounts or known
    for written in _BOLD_SUM.findall(draft.text):
        if not any(written == line or (not amounts and written in line) for line in allowed):
            yield f"sum of no calculation: {written}"


def _bad_differences(draft: Draft, sources: list[str]) -> Iterator[str]:
    """Yield differences that are wrong, or whose terms neither a clause nor a working states."""
    steps = [step for result in draft.calculations for step in result.steps]
    stated = [*sources, *(step.text for step in steps if step.item != DIFFERENCE)]
    for step in (step for step in steps if step.item == DIFFERENCE):
        terms, _, result = step.text.partition(" = ")
        more, less, rest = (
            sum(read.value or 0 for read in read_quantities(part))
            for part in (*terms.split(" − "), result)
        )
        if more - less != rest or unsourced(terms, stated):
            yield f"difference that doesn't hold: {step.text!r}"


def _promises(text: str) -> Iterator[str]:
    """Yield words of promise outside what is quoted."""
    own = _MARKED.sub("", _BLOCK.sub("", text))
    yield from (f"promise: {word}" for word in PROMISES if word in own)


def _unknown_references(draft: Draft, library: Library) -> Iterator[str]:
    """Yield clauses that an answer names without citing them, unless the user named them."""
    if draft.outcome is Outcome.UNKNOWN_CLAUSE:
        return
    asked = draft.worked.evidence.question
    said = "\n".join((asked.asked, asked.text, *(clause.text for clause in library.clauses)))
    answered = draft.outcome is Outcome.ANSWERED
    labels = {citation.label for citation in draft.citations if answered}
    labels |= {clause.reference for clause in library.clauses if not answered}
    for name in _REFERENCE.findall(_BLOCK.sub("", draft.text)):
        if name not in labels and name not in said:
            yield f"clause that is not cited: {name}"
