"""Answers from how a policy is divided: its parts, what each holds, how many, how long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant import wording
from assistant.compose_list import cite_title, listing, narrows
from assistant.lexicon import language
from assistant.passage import Part, passages
from assistant.reference import CLAUSE, RANGE, SECTION
from assistant.scope import in_policy, scope
from assistant.sentences import sentences
from assistant.steps import Draft, Worked, answered
from assistant.topics import is_specific

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Citation
    from assistant.lexicon import Lexicon
    from assistant.passage import Passage
    from corpus.policy import Clause, Policy


def fullest_part(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Name the parts with the most clauses, or the fewest, with what each holds."""
    asked = worked.evidence.question.text
    match = re.search(language()["part_size"], asked)
    if match is None:
        return None
    least = re.search(language()["the_least"], match[0])
    lines: list[str] = []
    for policy in scope(worked, lexicon):
        sizes = {heading: len(_under(policy, heading)) for heading in policy.headings}
        if not sizes:
            continue
        size = (min if least else max)(sizes.values())
        heads = "”“".join(head for head, count in sizes.items() if count == size)
        form = wording.FEWEST_CLAUSES if least else wording.MOST_CLAUSES
        lines += [form.format(headings=heads, count=size), *_contents(policy)]
    return _contents_draft(worked, lexicon, lines) if lines else None


def part_of(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Tell in which part the clauses asked about stand."""
    topics = [clause for clause in worked.evidence.topics if clause.section]
    if not topics or not re.search(language()["asks_part"], worked.evidence.question.text):
        return None
    lines = [
        wording.STANDS_IN.format(name=in_policy(clause, lexicon), heading=clause.section[0])
        for clause in topics
    ]
    citations = [_cited(clause) for clause in topics]
    said = passages(Part.CONCLUSION, lines, *topics)
    return answered(worked, "\n".join(lines), citations, said)


def longest_clause(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Name the longest clause, or the shortest, by the letters of its text."""
    match = re.search(language()["clause_length"], worked.evidence.question.text)
    if match is None:
        return None
    shortest = "短" in match[0] or "少" in match[0]
    choose = min if shortest else max
    found = [
        choose(policy.numbered, key=lambda clause: len(clause.text))
        for policy in scope(worked, lexicon)
    ]
    form = wording.SHORTEST_CLAUSE if shortest else wording.LONGEST_CLAUSE
    return listing(worked, lexicon, form, tuple(found))


def section(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """List the clauses of the parts that are named, or of a range that is to be listed."""
    question = worked.evidence.question
    named = [r for r in question.references if r.found and r.kind != CLAUSE]
    named = [r for r in named if r.kind == SECTION or (r.kind == RANGE and question.asks("list"))]
    if not named or (question.asks("count") and not any(r.number for r in named)):
        return None
    if narrows(worked, lexicon):
        return None
    clauses = tuple(
        clause
        for reference in named
        for policy, label in reference.places
        if (clause := lexicon.library.clause(policy, label))
    )
    if named[0].kind == RANGE:
        return listing(worked, lexicon, wording.LIST_SUCH, clauses)
    heads = dict.fromkeys(clause.section[0] for clause in clauses if clause.section)
    counts = {head: sum(clause.section[:1] == (head,) for clause in clauses) for head in heads}
    if question.asks("count"):
        said = "，".join(
            wording.HOLDS.format(heading=head, count=count) for head, count in counts.items()
        )
        return listing(worked, lexicon, f"{said}：", clauses)
    text = wording.SECTION_IS.format(heading="、".join(f"“{head}”" for head in heads))
    return listing(worked, lexicon, text, clauses)


def count(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Count a policy's parts and clauses, when it is the document that is counted."""
    question = worked.evidence.question
    if not question.asks("count") or narrows(worked, lexicon):
        return None
    if _is_of_a_clause(worked, lexicon):
        return None
    lines: list[str] = []
    for policy in scope(worked, lexicon):
        name = wording.policy_name(policy.info)
        parts = wording.PARTS.format(parts=len(policy.headings)) if policy.headings else ""
        said = wording.COUNT.format(policy=name, parts=parts, clauses=len(policy.numbered))
        lines += [said, *_contents(policy)]
    return _contents_draft(worked, lexicon, lines)


def _is_of_a_clause(worked: Worked, lexicon: Lexicon) -> bool:
    """Tell whether what is counted belongs to a thing that some clause speaks of."""
    question = worked.evidence.question
    named = any(term.noun and is_specific(term, lexicon) for term in question.terms)
    of_document = question.policies or re.search(language()["of_document"], question.text)
    return named and not of_document and bool(worked.evidence.topics)


def _contents_draft(worked: Worked, lexicon: Lexicon, lines: list[str]) -> Draft:
    cited = [_cited(c) for policy in scope(worked, lexicon) for c in policy.numbered]
    return answered(worked, "\n".join(lines), cited, _told(lines))


def _told(lines: Sequence[str]) -> list[Passage]:
    """Return lines as passages: those with a list mark, which is the text's alone, as items."""
    said: list[Passage] = []
    for line in lines:
        part = Part.ITEM if line.startswith("- ") else Part.CONCLUSION
        said += passages(part, [line.removeprefix("- ")])
    return said


def _contents(policy: Policy) -> list[str]:
    """Return a policy's parts with the clauses below each, or its clauses when it has no parts."""
    lines = [
        f"- {heading}（{'、'.join(clause.reference for clause in under)}）"
        for heading in policy.headings
        if (under := _under(policy, heading))
    ]
    return lines or [f"- {clause.reference}　{clause.title}" for clause in policy.numbered]


def _under(policy: Policy, heading: str) -> list[Clause]:
    return [clause for clause in policy.numbered if heading in clause.section]


def _cited(clause: Clause) -> Citation:
    return cite_title(clause) or sentences(clause)[0].cite()
