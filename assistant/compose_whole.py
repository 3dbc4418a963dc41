"""Answers from the structure of a policy: original text, status, counts, lists, comparisons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant import wording
from assistant.answer import Citation, Outcome
from assistant.aspects import Aspect, Group, aspect
from assistant.awards import gives, grant_citations, most
from assistant.compose_money import conditions
from assistant.lexicon import language
from assistant.passage import Part, Passage, passages
from assistant.scope import named, policy_prefix, scope
from assistant.sentences import cite, cite_words, granting, sentences
from assistant.steps import Draft, Worked
from assistant.told import Role
from assistant.topics import is_specific
from corpus.money import Kind, write_money

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.lexicon import Lexicon
    from corpus.award import AwardRule
    from corpus.policy import Clause, Policy


def whole(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Return the draft for a question about the policy as a document, or None."""
    for composer in _COMPOSERS:
        if draft := composer(worked, lexicon):
            return draft
    return None


def _original(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Give a clause whole when its text is asked for, or when only its number is said."""
    evidence = worked.evidence
    question = evidence.question
    named = [r for r in question.references if r.found]
    bare = named and not question.aspects and not question.quantities
    if not evidence.topics or worked.calculations or evidence.unknown:
        return None
    if not (question.asks("original") or bare) or any(r.kind == "section" for r in named):
        return None
    if any(not a.weak for a in question.aspects):
        return None
    return _full_text(worked, evidence.topics[: max(1, len(named))], lexicon)


def _full_text(worked: Worked, clauses: tuple[Clause, ...], lexicon: Lexicon) -> Draft:
    parts, citations = [], []
    said: list[Passage] = []
    for clause in clauses:
        quote = "\n>\n> ".join(line.strip() for line in clause.text.split("\n") if line.strip())
        lead = f"{policy_prefix(clause.policy, lexicon)}{clause.name}原文："
        parts.append(f"{lead}\n\n> {quote}")
        said += passages(Part.CONCLUSION, [lead], clause)
        citations.append(cite(clause, 0, len(clause.text)))
    text = "\n\n".join([*parts, *_notice(clauses, lexicon)])
    return _answered(worked, text, citations, said)


def _section(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """List the clauses of a part that is named by its number."""
    question = worked.evidence.question
    named = [r for r in question.references if r.kind == "section" and r.found]
    if not named or (question.asks("count") and not any(r.number for r in named)):
        return None
    clauses = tuple(
        clause
        for reference in named
        for policy, label in reference.places
        if (clause := lexicon.library.clause(policy, label))
    )
    heads = dict.fromkeys(clause.section[0] for clause in clauses if clause.section)
    text = wording.SECTION_IS.format(heading="、".join(f"“{head}”" for head in heads))
    return _listing(worked, lexicon, text, clauses)


def _status(worked: Worked, lexicon: Lexicon) -> Draft | None:
    question = worked.evidence.question
    if not question.asks("status") or any(t.role is Role.FACT for t in worked.evidence.told):
        return None
    if question.asks("validity"):
        return None
    lines: list[str] = []
    said: list[Passage] = []
    citations: list[Citation] = []
    for policy in scope(worked, lexicon):
        form = wording.STATUS_IN_FORCE if policy.info.in_force else wording.STATUS_DRAFT
        lines.append(form.format(policy=f"《{policy.info.title}》", kind=policy.info.kind))
        said += passages(Part.CONCLUSION, lines[-1:])
        found = [s.cite() for c in policy.clauses for s in sentences(c) if _in_force_from(s.text)]
        lines += [f"> {cited.quote}\n>\n> ——{cited.label}" for cited in found[:1]]
        citations += found[:1]
    return _answered(worked, "\n\n".join(lines), citations, said)


def _in_force_from(text: str) -> bool:
    return aspect("validity").carried_by(text)


def _policies(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Name the policies at hand when they are asked for."""
    if not re.search(language()["asks_policies"], worked.evidence.question.text):
        return None
    lines = [wording.POLICIES_ARE]
    lines += [
        f"- 《{policy.info.title}》（{policy.info.kind}）" for policy in lexicon.library.policies
    ]
    return _answered(worked, "\n".join(lines), [], _led(lines))


def _answered(
    worked: Worked, text: str, citations: Sequence[Citation], said: list[Passage]
) -> Draft:
    return Draft(worked, Outcome.ANSWERED, text, tuple(citations), passages=tuple(said))


def _led(lines: list[str]) -> list[Passage]:
    """Return a conclusion and the items below it, whose list marks belong to the text alone."""
    items = [line.removeprefix("- ") for line in lines[1:]]
    return passages(Part.CONCLUSION, lines[:1]) + passages(Part.ITEM, items)


def _issuer(worked: Worked, lexicon: Lexicon) -> Draft | None:
    if not re.search(language()["asks_issuer"], worked.evidence.question.text):
        return None
    lines = [
        wording.ISSUED_BY.format(policy=wording.policy_name(policy.info), issuer=policy.info.issuer)
        for policy in scope(worked, lexicon)
        if policy.info.issuer
    ]
    said = passages(Part.CONCLUSION, lines)
    return _answered(worked, "\n\n".join(lines), [], said) if lines else None


def _title(worked: Worked, lexicon: Lexicon) -> Draft | None:
    text = worked.evidence.question.text
    if worked.evidence.topics or not re.search(language()["asks_title"], text):
        return None
    titles = "》《".join(policy.info.title for policy in scope(worked, lexicon))
    text = wording.TITLE_IS.format(title=titles)
    return _answered(worked, text, [], [Passage(Part.CONCLUSION, text)])


def _basis(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Answer what a policy rests on from its preamble."""
    with_preamble = [policy for policy in scope(worked, lexicon) if policy.preamble]
    if not worked.evidence.question.asks("basis") or worked.evidence.topics or not with_preamble:
        return None
    parts = [wording.BASIS_IS]
    said = [Passage(Part.CONCLUSION, wording.BASIS_IS)]
    for policy in with_preamble:
        lines = [line.strip() for line in policy.preamble.split("\n") if line.strip()]
        quote = "\n> ".join(lines)
        parts.append(f"> {quote}\n>\n> ——{policy_prefix(policy.id, lexicon)}前言")
        said += passages(Part.QUOTE, lines)
    return _answered(worked, "\n\n".join(parts), [], said)


def _count(worked: Worked, lexicon: Lexicon) -> Draft | None:
    if not worked.evidence.question.asks("count"):
        return None
    lines: list[str] = []
    said: list[Passage] = []
    cited: list[Citation | None] = []
    for policy in scope(worked, lexicon):
        name = wording.policy_name(policy.info)
        own = [wording.COUNT.format(policy=name, clauses=len(policy.numbered)), *_contents(policy)]
        lines += own
        said += _led(own)
        cited += [_cite_title(clause) for clause in policy.numbered]
    citations = tuple(citation for citation in cited if citation)
    return _answered(worked, "\n".join(lines), citations, said)


def _contents(policy: Policy) -> list[str]:
    """Return a policy's parts with the clauses below each, or its clauses when it has no parts."""
    lines = []
    for heading in policy.headings:
        under = [clause.reference for clause in policy.numbered if heading in clause.section]
        if under:
            lines.append(f"- {heading}（{'、'.join(under)}）")
    return lines or [f"- {clause.reference}　{clause.title}" for clause in policy.numbered]


def _compare(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Set the awards of the clauses named side by side, or of all when none is."""
    evidence = worked.evidence
    if not evidence.question.asks("compare") or evidence.unknown:
        return None
    several = len(evidence.topics) > 1 and any(
        lexicon.library.awards_of(clause.policy, clause.label) for clause in evidence.topics
    )
    if len(evidence.topics) == 1 and not re.search(language()["of_all"], evidence.question.text):
        return None
    chosen = evidence.topics if several else _clauses(worked, lexicon)
    rules = [
        (clause, rule)
        for clause in chosen
        for rule in lexicon.library.awards_of(clause.policy, clause.label)
        if several or most(rule) is not None
    ]
    if not rules:
        return None
    least = re.search(language()["the_least"], evidence.question.text)
    ranked = sorted(rules, key=lambda pair: (most(pair[1]) or 0) * (1 if least else -1))
    by_sum = not several or re.search(language()["by_sum"], evidence.question.text)
    references = "、".join(dict.fromkeys(clause.reference for clause, _ in rules))
    lines = [
        _extreme(ranked, least=bool(least))
        if by_sum
        else wording.COMPARED.format(references=references)
    ]
    said = passages(Part.CONCLUSION, lines)
    for clause, rule in ranked:
        line = _line(clause, rule, lexicon, needs=not by_sum)
        lines.append(f"- {line}")
        said += passages(Part.ITEM, [line], clause)
    citations = [c for clause, rule in ranked for c in grant_citations(rule, clause)]
    lines += ["", *_notice(tuple(chosen), lexicon)]
    return _answered(worked, "\n".join(lines), citations, said)


def _extreme(ranked: list[tuple[Clause, AwardRule]], *, least: bool) -> str:
    """Return which of the ranked awards comes first, the highest or the lowest, and its sum."""
    limits = [most(rule) for _, rule in ranked]
    top = limits[0]
    if top is None:
        return wording.COMPARED.format(references="、".join(c.reference for (c, _) in ranked))
    first = [
        clause.reference for (clause, _), limit in zip(ranked, limits, strict=True) if limit == top
    ]
    word = wording.LOWEST if least else wording.HIGHEST
    word = wording.SAME_MOST if len(first) > 1 and not least else word
    return word.format(references="、".join(dict.fromkeys(first)), sum=write_money(top))


def _line(clause: Clause, rule: AwardRule, lexicon: Lexicon, *, needs: bool) -> str:
    name = rule.names[0] if rule.names else rule.title
    line = f"{clause.reference}（{name}）：{gives(rule, clause, lexicon.library)}"
    demands = conditions(rule)
    return f"{line}。要求：{demands}" if needs and demands else line


def _list(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """List the clauses that fit what is asked: with a sum, a review, stages, a word …"""
    evidence = worked.evidence
    question = evidence.question
    if question.references:
        return None
    if draft := _every(worked, lexicon):
        return draft
    tests = _tests(worked, lexicon)
    pointed = any(is_specific(term, lexicon) for term in question.terms)
    plural = re.search(language()["plural_awards"], question.text) and tests and not pointed
    if not plural and not re.search(language()["lists_clauses"], question.text):
        return None
    if not tests and evidence.topics:
        specific = {term for term in question.terms if is_specific(term, lexicon)}
        carrying = {match.clause for match in evidence.matches if specific & set(match.terms)}
        tests = [lambda clause: clause in carrying]
    negative = re.search(language()["negative_list"], question.text)
    clauses = tuple(
        clause
        for clause in _clauses(worked, lexicon)
        if all(test(clause) for test in tests) is not bool(negative and tests)
    )
    if not tests:
        clauses = tuple(c for c in clauses if lexicon.library.awards_of(c.policy, c.label))
        return _listing(
            worked, lexicon, wording.OVERVIEW.format(policy=named(scope(worked, lexicon))), clauses
        )
    text = wording.LIST_SUCH if clauses else wording.NO_CLAUSE_SUCH
    return _listing(worked, lexicon, text, clauses)


def _every(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Answer a claim about every clause (每一条都有金额吗) with those that lack it."""
    question = worked.evidence.question
    tests = _tests(worked, lexicon)
    claims = re.search(language()["every_clause"], question.text)
    if not (claims and tests and (question.polar or question.confirms)):
        return None
    clauses = _clauses(worked, lexicon)
    lacking = tuple(c for c in clauses if not all(test(c) for test in tests))
    text = wording.EVERY_CLAUSE_BUT if lacking else wording.EVERY_CLAUSE
    return _listing(worked, lexicon, text, lacking or clauses)


def _tests(worked: Worked, lexicon: Lexicon) -> list[Callable[[Clause], bool]]:
    """Return what the aspects and figures of a list question demand of a clause."""
    question = worked.evidence.question
    tests: list[Callable[[Clause], bool]] = []
    sums = [q for q in question.quantities if q.kind is Kind.MONEY and q.value is not None]
    if sums:
        least = min(q.value for q in sums if q.value is not None)
        exact = not re.search(language()["at_least"], question.text)
        tests.append(lambda clause: any(
            (top := most(rule)) is not None and (top == least if exact else top >= least)
            for rule in lexicon.library.awards_of(clause.policy, clause.label)
        ))  # fmt: skip
    elif re.search(language()["of_sums"], question.text):
        tests.append(lambda clause: any(
            most(rule) is not None
            for rule in lexicon.library.awards_of(clause.policy, clause.label)
        ))  # fmt: skip
    if not sums:
        tests += [
            _carries(found, question.text, _clauses(worked, lexicon))
            for found in question.aspects
            if found.evidence
            and not found.weak
            and (found.group is Group.MONEY or (found.group is Group.TEXT and found.topical))
        ]
    return tests


def _carries(found: Aspect, asked: str, clauses: tuple[Clause, ...]) -> Callable[[Clause], bool]:
    """Return the test for an aspect, held to the question's own words if the clauses use them."""
    is_text = found.group is Group.TEXT
    sign = found.evidence.search(asked) if found.evidence and is_text else None
    words = sign[0] if sign and any(sign[0] in clause.text for clause in clauses) else ""

    def test(clause: Clause) -> bool:
        grant = granting(clause)
        text = grant.text if grant else ""
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
        for clause in _clauses(worked, lexicon)
        if lexicon.library.awards_of(clause.policy, clause.label)
    )
    return _listing(
        worked, lexicon, wording.OVERVIEW.format(policy=named(scope(worked, lexicon))), clauses
    )


def _listing(worked: Worked, lexicon: Lexicon, text: str, clauses: tuple[Clause, ...]) -> Draft:
    """List clauses with what they give, each cited."""
    lines, citations = [text], []
    said = [Passage(Part.CONCLUSION, text)]
    for clause in clauses:
        rules = lexicon.library.awards_of(clause.policy, clause.label)
        words = "；".join(gives(rule, clause, lexicon.library) for rule in rules)
        place = f"{policy_prefix(clause.policy, lexicon)}{clause.name}"
        line = f"{place}：{words}" if words else place
        lines.append(f"- {line}")
        said += passages(Part.ITEM, [line], clause)
        cited = [c for rule in rules for c in grant_citations(rule, clause)]
        citations += cited or [_cite_title(clause) or sentences(clause)[0].cite()]
    lines += ["", *_notice(clauses, lexicon)]
    return _answered(worked, "\n".join(lines).rstrip(), citations, said)


def _cite_title(clause: Clause) -> Citation | None:
    return cite_words(clause, clause.title)


def _clauses(worked: Worked, lexicon: Lexicon) -> tuple[Clause, ...]:
    """Return the clauses of the policies in scope."""
    return tuple(clause for policy in scope(worked, lexicon) for clause in policy.clauses)


def _notice(clauses: tuple[Clause, ...], lexicon: Lexicon) -> list[str]:
    policy = lexicon.library.policy(clauses[0].policy) if clauses else None
    notice = wording.draft_notice(policy.info) if policy else ""
    return [notice] if notice else []


_COMPOSERS: tuple[Callable[[Worked, Lexicon], Draft | None], ...] = (
    _status,
    _policies,
    _title,
    _issuer,
    _basis,
    _section,
    _count,
    _compare,
    _list,
    _original,
)
