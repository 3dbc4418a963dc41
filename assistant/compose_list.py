"""Lists of clauses: those that fit what is asked, all with an award, claims about every clause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant import wording
from assistant.aspects import Aspect, Group
from assistant.awards import gives, grant_citations, most
from assistant.lexicon import language
from assistant.passage import Part, Passage, passages
from assistant.reference import CLAUSE, EXCEPT, RANGE, SECTION
from assistant.scope import named, policy_prefix, scope
from assistant.sentences import Sentence, cite_words, sentences
from assistant.steps import Draft, Worked, answered
from assistant.topics import is_specific

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from assistant.answer import Citation
    from assistant.lexicon import Lexicon
    from corpus.policy import Clause

    Test = Callable[[Clause], bool]
_LONGEST_PHRASE, _SHORTEST_PHRASE = 8, 4


def listed(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """List the clauses that fit what is asked: with a sum, a review, stages, a word …"""
    question = worked.evidence.question
    names_one = any(reference.kind == CLAUSE for reference in question.references)
    if names_one and not _beyond(worked, lexicon):
        return None
    if draft := _every(worked, lexicon) or _part(worked, lexicon):
        return draft
    tests = _tests(worked, lexicon)
    if not _wants_list(worked, lexicon, tests):
        return None
    if not tests and any(reference.kind != EXCEPT for reference in question.references):
        return None
    tests = tests or _by_words(worked, lexicon)
    clauses = clauses_in_scope(worked, lexicon)
    if not tests:
        text = wording.OVERVIEW.format(policy=named(scope(worked, lexicon)))
        paying = tuple(c for c in clauses if lexicon.library.awards_of(c.policy, c.label))
        return listing(worked, lexicon, text, paying)
    if re.search(language()["lists_awards"], question.text):
        tests.append(lambda clause: _pays(clause, lexicon))
    negative = re.search(language()["negative_list"], question.text) is not None
    fitting = tuple(c for c in clauses if all(test(c) for test in tests) is not negative)
    text = wording.LIST_SUCH if fitting else wording.NO_CLAUSE_SUCH
    if fitting and re.search(language()["counts_clauses"], question.text):
        text = wording.LIST_COUNTED.format(count=len(fitting))
    return listing(worked, lexicon, text, fitting, says=not negative)


def _wants_list(worked: Worked, lexicon: Lexicon, tests: Sequence[Test]) -> bool:
    """Tell whether several clauses or awards are asked for rather than one thing."""
    question = worked.evidence.question
    pointed = any(is_specific(term, lexicon) for term in question.terms)
    plural = re.search(language()["plural_awards"], question.text) and tests and not pointed
    lists = _asks_for_clauses(question.text, counted=bool(tests))
    return bool(plural or lists or _beyond(worked, lexicon))


def _by_words(worked: Worked, lexicon: Lexicon) -> list[Test]:
    """Return the test for a question's own words: those in quotes, a rare run, a specific term."""
    evidence = worked.evidence
    text = evidence.question.text
    if phrase := _quoted(text) or _phrase(text, lexicon):
        titled = re.search(language()["in_titles"], text)
        return [lambda clause: phrase in (clause.title if titled else clause.text)]
    if not evidence.topics:
        return []
    specific = {term for term in evidence.question.terms if is_specific(term, lexicon)}
    carrying = {match.clause for match in evidence.matches if specific & set(match.terms)}
    return [lambda clause: clause in carrying]


def narrows(worked: Worked, lexicon: Lexicon) -> bool:
    """Tell whether clauses of some kind are to be listed or counted: 第四部分哪几条要评审."""
    text = worked.evidence.question.text
    return _asks_for_clauses(text, counted=True) and bool(_tests(worked, lexicon))


def _asks_for_clauses(text: str, *, counted: bool) -> bool:
    words = language()
    counts = counted and re.search(words["counts_clauses"], text)
    return bool(counts or re.search(words["lists_clauses"], text))


def _part(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """List what a part gives, when support is asked for and what is named is its heading's word."""
    clauses = part_named(worked, lexicon)
    if not clauses or not worked.evidence.question.asks("list"):
        return None
    text = wording.SECTION_IS.format(heading=f"“{clauses[0].section[0]}”")
    return listing(worked, lexicon, text, clauses)


def part_named(worked: Worked, lexicon: Lexicon) -> tuple[Clause, ...]:
    """Return the clauses that pay in the part whose heading holds all that a question names."""
    evidence = worked.evidence
    question = evidence.question
    things = [term for term in question.terms if term.noun]
    if not things or question.references or question.quantities or evidence.unknown:
        return ()
    for policy in scope(worked, lexicon):
        for heading in policy.headings:
            if all(any(form in heading for form, _ in term.forms) for term in things):
                inside = (clause for clause in policy.numbered if heading in clause.section)
                paying = tuple(clause for clause in inside if _pays(clause, lexicon))
                return paying if len(paying) > 1 else ()
    return ()


def _every(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Answer a claim about every clause (每一条都有金额吗) with those that lack it."""
    question = worked.evidence.question
    tests = _tests(worked, lexicon)
    claims = re.search(language()["every_clause"], question.text)
    if not (claims and tests and (question.polar or question.confirms)):
        return None
    clauses = clauses_in_scope(worked, lexicon)
    lacking = tuple(c for c in clauses if not all(test(c) for test in tests))
    text = wording.EVERY_CLAUSE_BUT if lacking else wording.EVERY_CLAUSE
    return listing(worked, lexicon, text, lacking or clauses)


def _tests(worked: Worked, lexicon: Lexicon) -> list[Test]:
    """Return what the aspects and figures of a list question demand of a clause."""
    question = worked.evidence.question
    tests: list[Test] = []
    sums = [q.value for q in question.money if q.value is not None]
    if sums:
        exact = not re.search(language()["at_least"], question.text)
        tests.append(lambda clause: any(
            top == min(sums) if exact else top >= min(sums) for top in _tops(clause, lexicon)
        ))  # fmt: skip
    elif test := _beyond(worked, lexicon):
        tests.append(test)
    elif re.search(language()["of_sums"], question.text):
        tests.append(lambda clause: bool(_tops(clause, lexicon)))
    levels = (re.search(level, question.text) for level in language()["levels"])
    named_levels = [found[0] for found in levels if found]
    if named_levels and not question.terms:
        tests.append(lambda clause: any(level in clause.text for level in named_levels))
    if not sums:
        if any(found.group is Group.MONEY and not found.weak for found in question.aspects):
            tests.append(lambda clause: _pays(clause, lexicon))
        tests += [
            _carries(found, question.text, clauses_in_scope(worked, lexicon))
            for found in question.aspects
            if found.evidence
            and not found.weak
            and (found.group is Group.MONEY or (found.group is Group.TEXT and found.topical))
        ]
    return tests


def _tops(clause: Clause, lexicon: Lexicon) -> list[Decimal]:
    """Return the most that each award of a clause pays in 元, of those that name a most."""
    rules = lexicon.library.awards_of(clause.policy, clause.label)
    return [top for rule in rules if (top := most(rule)) is not None]


def _beyond(worked: Worked, lexicon: Lexicon) -> Test | None:
    """Return the test for paying more, or less, than a clause that is named: 上限比第五条高的."""
    match = re.search(language()["than_a_clause"], worked.evidence.question.text)
    bounds = [top for clause in worked.evidence.topics[:1] for top in _tops(clause, lexicon)]
    if match is None or not bounds:
        return None
    if re.search(language()["fewer"], match[1]):
        return lambda clause: any(top < min(bounds) for top in _tops(clause, lexicon))
    return lambda clause: any(top > max(bounds) for top in _tops(clause, lexicon))


def _quoted(asked: str) -> str:
    """Return the words that a question puts in quotation marks, "" if it does not."""
    match = re.search(r"[“\"「『]([^”\"」』]+)[”\"」』]", asked)
    return match[1] if match else ""


def _phrase(asked: str, lexicon: Lexicon) -> str:
    """Return the longest run of a question's words that few clauses use: 一次性资助."""
    sizes = range(_LONGEST_PHRASE, _SHORTEST_PHRASE - 1, -1)
    runs = (asked[at : at + size] for size in sizes for at in range(len(asked) - size + 1))
    few = len(lexicon.clauses) / 2
    return next((run for run in runs if 0 < lexicon.frequency(run) < few), "")


def _pays(clause: Clause, lexicon: Lexicon) -> bool:
    """Tell whether a clause has an award, or belongs to a policy whose awards nobody wrote down."""
    rules = lexicon.library.awards
    written_down = any(rule.policy == clause.policy for rule in rules)
    return not written_down or bool(lexicon.library.awards_of(clause.policy, clause.label))


def _carries(found: Aspect, asked: str, clauses: tuple[Clause, ...]) -> Test:
    """Return the test for an aspect, held to the question's own words if the clauses use them."""
    signs = found.signs if found.group is Group.TEXT else ()
    said = [match[0] for sign in signs if (match := sign.search(asked))]
    words = next((word for word in said if any(word in clause.text for clause in clauses)), "")

    def test(clause: Clause) -> bool:
        text = "".join(sentence.text for sentence in sentences(clause) if sentence.grants)
        return words in text if words else found.carried_by(text)

    return test


def overview(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Give an overview when support is asked for and nothing says which."""
    evidence = worked.evidence
    question = evidence.question
    if evidence.topics or evidence.unknown or question.quantities or question.wants_calculation:
        return None
    general = question.asks("list") or (
        question.terms and question.asks("amount", "eligibility", "object")
    )
    if not general or any(not a.weak and a.group is not Group.MONEY for a in question.aspects):
        return None
    clauses = tuple(
        clause
        for clause in clauses_in_scope(worked, lexicon)
        if lexicon.library.awards_of(clause.policy, clause.label)
    )
    return listing(
        worked, lexicon, wording.OVERVIEW.format(policy=named(scope(worked, lexicon))), clauses
    )


def listing(
    worked: Worked, lexicon: Lexicon, text: str, clauses: tuple[Clause, ...], *, says: bool = False
) -> Draft:
    """List clauses with what they give, each cited.

    Where one gives nothing and `says` is set, the sentence stands there that answers the question.
    """
    lines, citations = [text], []
    said = [Passage(Part.CONCLUSION, text)]
    for clause in clauses:
        rules = lexicon.library.awards_of(clause.policy, clause.label)
        words = "；".join(gives(rule, clause, lexicon.library) for rule in rules)
        place = f"{policy_prefix(clause.policy, lexicon)}{clause.name}"
        cited = [c for rule in rules for c in grant_citations(rule, clause)]
        if says and not rules and (sentence := _answering(clause, worked, lexicon)):
            words, cited = sentence.text, [sentence.cite()]
        line = f"{place}：{words}" if words else place
        lines.append(f"- {line}")
        said += passages(Part.ITEM, [line], clause)
        citations += cited or [cite_title(clause) or sentences(clause)[0].cite()]
    lines += ["", *notice(clauses, lexicon)]
    return answered(worked, "\n".join(lines).rstrip(), citations, said)


def _answering(clause: Clause, worked: Worked, lexicon: Lexicon) -> Sentence | None:
    """Return the sentence of a clause that carries a question's own words best, if any does."""
    terms = [t for t in worked.evidence.question.terms if is_specific(t, lexicon)]
    found = sentences(clause)
    carried = [sum(lexicon.strength(t, s.text.lower()) for t in terms) for s in found]
    return found[carried.index(max(carried))] if any(carried) else None


def cite_title(clause: Clause) -> Citation | None:
    """Cite a clause's own title where its text holds it."""
    return cite_words(clause, clause.title)


def clauses_in_scope(worked: Worked, lexicon: Lexicon) -> tuple[Clause, ...]:
    """Return the clauses of the policies in scope: of the parts and ranges named, if any are.

    Those set aside (除了第六条) are left out.
    """
    references = worked.evidence.question.references
    inside = {place for r in references if r.kind in (RANGE, SECTION) for place in r.places}
    outside = {place for r in references if r.kind == EXCEPT for place in r.places}
    return tuple(
        clause
        for policy in scope(worked, lexicon)
        for clause in policy.clauses
        if (not inside or (policy.id, clause.label) in inside)
        and (policy.id, clause.label) not in outside
    )


def notice(clauses: tuple[Clause, ...], lexicon: Lexicon) -> list[str]:
    """Return the draft notice of the clauses' policy as a line, none when it is in force."""
    policy = lexicon.library.policy(clauses[0].policy) if clauses else None
    words = wording.draft_notice(policy.info) if policy else ""
    return [words] if words else []
