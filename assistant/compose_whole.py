"""Answers from the structure of a policy: original text, status, counts, lists, comparisons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant import wording
from assistant.aspects import aspect
from assistant.awards import gives, grant_citations, highest_rate, most
from assistant.compose_aspect import silent_aspects
from assistant.compose_list import cite_title, clauses_in_scope, listed, listing, notice
from assistant.compose_money import conditions
from assistant.lexicon import language
from assistant.passage import Part, Passage, passages
from assistant.scope import policy_prefix, scope
from assistant.sentences import cite, sentences
from assistant.steps import Draft, Worked, answered
from assistant.told import Role
from corpus.money import write_money, write_percent
from corpus.numerals import read_integer

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from assistant.answer import Citation
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
    text = "\n\n".join([*parts, *notice(clauses, lexicon)])
    return answered(worked, text, citations, said)


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
    return listing(worked, lexicon, text, clauses)


def _status(worked: Worked, lexicon: Lexicon) -> Draft | None:
    question = worked.evidence.question
    if not question.asks("status") or any(t.role is Role.FACT for t in worked.evidence.told):
        return None
    silent = [found for found in silent_aspects(worked, lexicon) if found.id != "basis"]
    if question.asks("validity") or silent:
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
    return answered(worked, "\n\n".join(lines), citations, said)


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
    return answered(worked, "\n".join(lines), [], _led(lines))


def _led(lines: list[str]) -> list[Passage]:
    """Return a conclusion and the items below it, whose list marks belong to the text alone."""
    items = [line.removeprefix("- ") for line in lines[1:]]
    return passages(Part.CONCLUSION, lines[:1]) + passages(Part.ITEM, items)


def _issuer(worked: Worked, lexicon: Lexicon) -> Draft | None:
    asks = re.search(language()["asks_issuer"], worked.evidence.question.text)
    if not asks or worked.evidence.topics:
        return None
    lines = [
        wording.ISSUED_BY.format(policy=wording.policy_name(policy.info), issuer=policy.info.issuer)
        for policy in scope(worked, lexicon)
        if policy.info.issuer
    ]
    said = passages(Part.CONCLUSION, lines)
    return answered(worked, "\n\n".join(lines), [], said) if lines else None


def _title(worked: Worked, lexicon: Lexicon) -> Draft | None:
    text = worked.evidence.question.text
    if worked.evidence.topics or not re.search(language()["asks_title"], text):
        return None
    titles = "》《".join(policy.info.title for policy in scope(worked, lexicon))
    text = wording.TITLE_IS.format(title=titles)
    return answered(worked, text, [], [Passage(Part.CONCLUSION, text)])


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
    return answered(worked, "\n\n".join(parts), [], said)


def _count(worked: Worked, lexicon: Lexicon) -> Draft | None:
    if not worked.evidence.question.asks("count"):
        return None
    lines: list[str] = []
    said: list[Passage] = []
    cited: list[Citation | None] = []
    for policy in scope(worked, lexicon):
        name = wording.policy_name(policy.info)
        parts = wording.PARTS.format(parts=len(policy.headings)) if policy.headings else ""
        said_first = wording.COUNT.format(policy=name, parts=parts, clauses=len(policy.numbered))
        own = [said_first, *_contents(policy)]
        lines += own
        said += _led(own)
        cited += [cite_title(clause) for clause in policy.numbered]
    citations = tuple(citation for citation in cited if citation)
    return answered(worked, "\n".join(lines), citations, said)


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
    chosen = evidence.topics if several else clauses_in_scope(worked, lexicon)
    rules = [
        (clause, rule)
        for clause in chosen
        for rule in lexicon.library.awards_of(clause.policy, clause.label)
        if several or most(rule) is not None
    ]
    if not rules:
        return None
    least = re.search(language()["the_least"], evidence.question.text)
    by_rate = evidence.question.asks("rate")
    measure = highest_rate if by_rate else most
    rules = [pair for pair in rules if not by_rate or measure(pair[1]) is not None] or rules
    ranked = sorted(rules, key=lambda pair: (measure(pair[1]) or 0) * (1 if least else -1))
    by_sum = not several or re.search(language()["by_sum"], evidence.question.text)
    references = "、".join(dict.fromkeys(clause.reference for clause, _ in rules))
    lines = [
        _extreme(ranked, evidence.question.text, measure)
        if by_sum
        else wording.COMPARED.format(references=references)
    ]
    said = passages(Part.CONCLUSION, lines)
    for clause, rule in ranked:
        line = _line(clause, rule, lexicon, needs=not by_sum)
        lines.append(f"- {line}")
        said += passages(Part.ITEM, [line], clause)
    citations = [c for clause, rule in ranked for c in grant_citations(rule, clause)]
    lines += ["", *notice(tuple(chosen), lexicon)]
    return answered(worked, "\n".join(lines), citations, said)


def _extreme(
    ranked: list[tuple[Clause, AwardRule]],
    asked: str,
    measure: Callable[[AwardRule], Decimal | None],
) -> str:
    """Return which of the ranked awards is asked for, the first or the second …, and its sum.

    `measure` is what they are ranked by: the most they pay, or their rate.
    """
    limits = list(dict.fromkeys(measure(rule) for _, rule in ranked))
    nth = re.search(language()["nth_highest"], asked)
    place = (read_integer(nth[1]) or 1) if nth else 1
    top = limits[place - 1] if place <= len(limits) else limits[0]
    if top is None:
        return wording.COMPARED.format(references="、".join(c.reference for (c, _) in ranked))
    first = list(dict.fromkeys(clause.reference for clause, rule in ranked if measure(rule) == top))
    least = re.search(language()["the_least"], asked)
    if nth and place <= len(limits):
        word = wording.NTH.format(place=nth[0])
    elif least:
        word = wording.LOWEST
    else:
        word = wording.SAME_MOST if len(first) > 1 else wording.HIGHEST
    sum_or_rate = write_percent(top) if measure is highest_rate else write_money(top)
    kind = wording.RATE_IS if measure is highest_rate else wording.MOST_IS
    word = word.replace("{references}", "、".join(first))
    return word.replace("{sum}", kind.format(sum=sum_or_rate))


def _line(clause: Clause, rule: AwardRule, lexicon: Lexicon, *, needs: bool) -> str:
    name = rule.names[0] if rule.names else rule.title
    line = f"{clause.reference}（{name}）：{gives(rule, clause, lexicon.library)}"
    demands = conditions(rule)
    return f"{line}。要求：{demands}" if needs and demands else line


_COMPOSERS: tuple[Callable[[Worked, Lexicon], Draft | None], ...] = (
    _status,
    _policies,
    _title,
    _issuer,
    _basis,
    _section,
    _count,
    _compare,
    listed,
    _original,
)
