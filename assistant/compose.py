"""The compose step: composers tried in order; the first that has something to say gives the draft.

The same shape from every composer: conclusion, basis (verbatim), working, caveats.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant import compose_money as money
from assistant import wording
from assistant.answer import Citation, Outcome
from assistant.aspects import Aspect, Group
from assistant.awards import gives, grant_citations, grant_sentences, meant
from assistant.calculation import Calculation
from assistant.compose_ending import ending, silence
from assistant.compose_whole import overview, whole
from assistant.scope import in_policy, named, policy_prefix, scope
from assistant.sentences import Sentence, granting, sentences
from assistant.steps import Draft, Worked
from assistant.told import Role, is_measured_in
from assistant.topics import is_requested
from assistant.work import rules_meant
from corpus.money import Kind, figures
from index.words import bigrams, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.calculation import Inverse
    from assistant.lexicon import Lexicon, Term
    from assistant.question import Question
    from corpus.award import AwardRule
    from corpus.policy import Clause

_MOST_QUOTES = 3


def compose(worked: Worked, lexicon: Lexicon) -> Draft:
    """Return the first composer's draft; there always is one."""
    for composer in _COMPOSERS:
        if draft := composer(worked, lexicon):
            return draft
    return silence(worked, lexicon)


def _inverse(worked: Worked, lexicon: Lexicon) -> Draft | None:
    if not worked.inverses:
        return None
    library = lexicon.library
    lines, citations = [], []
    for inverse in worked.inverses:
        clause, rule = _clause_and_rule(inverse.policy, inverse.clause, inverse.award, lexicon)
        lines.append(money.way_back(inverse, rule, clause))
        steps = [f"{number}. {step.text}" for number, step in enumerate(inverse.steps, 1)]
        lines += [wording.STEPS, *steps] if steps else []
        lines.append(money.caveats(rule))
        citations += grant_citations(rule, clause)
    text = _with_basis(lines, citations, lexicon)
    traced = tuple(_as_calculation(inverse) for inverse in worked.inverses)
    suggestions = _next_questions(worked, library.awards)
    return Draft(worked, Outcome.ANSWERED, text, tuple(citations), traced, suggestions=suggestions)


def _as_calculation(inverse: Inverse) -> Calculation:
    """Return the working of an inverse as a calculation without an amount, for the record."""
    return Calculation(
        inverse.policy,
        inverse.award,
        inverse.clause,
        inverse.title,
        None,
        inverse.nature,
        steps=inverse.steps,
    )


def _calculated(worked: Worked, lexicon: Lexicon) -> Draft | None:
    shown = worked.calculations
    if not shown:
        return None
    lines: list[str] = []
    citations: list[Citation] = []
    for found in shown:
        clause, rule = _clause_and_rule(found.policy, found.clause, found.award, lexicon)
        inputs = money.told_inputs(found, rule) if _is_repeated(found, shown) else ""
        alone = len(lexicon.library.awards_of(clause.policy, clause.label)) == 1
        lines.append(money.conclusion(found, rule, clause, inputs, alone=alone))
        if steps := money.working(found):
            lines += [wording.STEPS, *steps]
        if note := money.caveats(rule):
            lines.append(note)
        citations += grant_citations(rule, clause)
        citations += [
            citation
            for citation in money.calculation_citations(found, rule, clause)
            if not any(citation.quote in other.quote for other in citations)
        ]
    lines += money.remarks(worked)
    lines += _silent_too(worked, lexicon, _silent_aspects(worked, lexicon))
    text = _with_basis(lines, citations, lexicon)
    return Draft(worked, Outcome.ANSWERED, text, tuple(citations), shown)


def _is_repeated(found: Calculation, shown: tuple[Calculation, ...]) -> bool:
    return sum(other.award == found.award for other in shown) > 1


def _missing_fact(worked: Worked, lexicon: Lexicon) -> Draft | None:
    rule = worked.open
    if rule is None:
        return None
    clause, _ = _clause_and_rule(rule.policy, rule.clause, rule.id, lexicon)
    asked = next(item for item in rule.inputs if not item.optional)
    text = wording.MISSING_FACT.format(
        reference=clause.reference,
        measure=gives(rule, clause, lexicon.library),
        ask=asked.ask,
        hint=_hint(asked.hint),
    )
    return Draft(worked, Outcome.MISSING_FACT, text, tuple(grant_citations(rule, clause)))


def _hint(hint: str) -> str:
    """Return a hint without its examples: a figure that nobody named has no place in an answer."""
    kept = "，".join(piece for piece in hint.split("，") if not figures(piece))
    return f"（{kept}）" if kept else ""


def _ambiguous(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Ask which award is meant when money is asked for and nothing says which."""
    question = worked.evidence.question
    sums = [t.quantity for t in worked.evidence.told if t.role is Role.FACT]
    blocked = worked.evidence.unknown and not _only_tells(worked)
    if worked.evidence.topics or blocked or not _asks_for_money(question):
        return None
    if any(term.known for term in question.terms) and not sums:
        return None
    rules = [
        rule
        for rule in lexicon.library.awards
        if rule.policy in {policy.id for policy in scope(worked, lexicon)}
        and (not sums or any(is_measured_in(i, q) for i in rule.inputs for q in sums))
    ]
    text = wording.AMBIGUOUS
    if sums:
        text = wording.AMBIGUOUS_WITH_SUM.format(sum=sums[0].text)
    choices = tuple(_choice(rule, lexicon) for rule in rules)
    listed = "\n".join(f"- {choice}" for choice in choices)
    return Draft(worked, Outcome.AMBIGUOUS_AWARD, f"{text}\n\n{listed}", choices=choices)


def _topical(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Answer from the clauses the question is about, aspect by aspect."""
    evidence = worked.evidence
    if not evidence.topics or evidence.unknown:
        return None
    silent = _silent_aspects(worked, lexicon)
    asked = [found for found in evidence.question.aspects if found.group is not Group.WHOLE]
    here = [a for a in asked if a not in silent and any(_says(a, c) for c in evidence.topics)]
    elsewhere = [a for a in asked if a not in silent and a not in here]
    if (silent or elsewhere) and not here:
        return None
    lines = list(worked.remarks)
    citations: list[Citation] = []
    for clause in evidence.topics:
        own = [found for found in here if _says(found, clause)]
        if own or not here:
            said, cited = _about(clause, worked, own, lexicon)
            lines += said
            citations += cited
    said, cited = _elsewhere(elsewhere, worked, lexicon)
    lines += [*said, *_silent_too(worked, lexicon, silent)]
    citations += cited
    text = _with_basis(lines, citations, lexicon)
    suggestions = _next_questions(worked, lexicon.library.awards)
    return Draft(worked, Outcome.ANSWERED, text, tuple(citations), suggestions=suggestions)


def _about(
    clause: Clause, worked: Worked, asked: list[Aspect], lexicon: Lexicon
) -> tuple[list[str], list[Citation]]:
    """Return what a clause says to the aspects asked: lines and citations."""
    question = worked.evidence.question
    rules = rules_meant(clause, worked.evidence, lexicon.library)
    stated = tuple(t for t in worked.evidence.told if t.role is Role.STATED)
    is_checked = question.confirms or question.polar
    several = len(lexicon.library.awards_of(clause.policy, clause.label)) > 1
    verdict = money.verdict(stated, (clause,), rules if several else ()) if is_checked else None
    if verdict == wording.RIGHT and any(found.group is not Group.MONEY for found in asked):
        verdict = None
    asks_money = verdict is not None or any(found.group is Group.MONEY for found in asked)
    chosen = _best_sentences(clause, question, [] if verdict else asked, lexicon, asks_money)
    lines = _conclusions(clause, rules, chosen, asked, asks_money, lexicon)
    if verdict:
        lines = [verdict + (lines[0] if lines else ""), *lines[1:]]
    return lines, [sentence.cite() for sentence in chosen]


def _conclusions(
    clause: Clause,
    rules: tuple[AwardRule, ...],
    chosen: list[Sentence],
    asked: list[Aspect],
    asks_money: bool,
    lexicon: Lexicon,
) -> list[str]:
    """Return the conclusion about one clause, then its caveats."""
    names = {found.id for found in asked}
    notes = list(dict.fromkeys(note for rule in rules if (note := money.caveats(rule))))
    if asks_money:
        lines = [money.headline(rule, clause, names, lexicon.library) for rule in rules]
        return [*(lines or [_without_award(clause)]), *notes]
    needs = "；".join(needs for rule in rules if (needs := money.conditions(rule)))
    if names & {"condition", "object"} and needs:
        return [wording.NEEDS.format(reference=clause.reference, conditions=needs)]
    if not names - {"eligibility", "condition", "object"} and rules:
        words = "；".join(gives(rule, clause, lexicon.library) for rule in rules)
        return [wording.GIVES.format(reference=clause.reference, words=words), *notes]
    if not names:
        return [wording.LOOK_UP.format(name=clause.name)]
    return [_pointed(clause, chosen, asked)]


def _without_award(clause: Clause) -> str:
    grant = granting(clause)
    if grant is None or not grant.has_figure:
        return wording.NO_SUPPORT_WORDS.format(reference=clause.reference)
    return wording.LOOK_UP.format(name=clause.name)


def _pointed(clause: Clause, chosen: list[Sentence], asked: list[Aspect]) -> str:
    """Return a one-line conclusion that points at the words that answer."""
    for found in asked:
        if found.evidence is None:
            continue
        for sentence in chosen:
            if match := found.evidence.search(sentence.text):
                return f"{clause.name}写明了“{_phrase(sentence.text, match)}”。"
    return f"{clause.name}有规定，原文如下。"


def _phrase(text: str, match: re.Match[str]) -> str:
    """Return the piece between commas that a match stands in."""
    start = text.rfind("，", 0, match.start()) + 1
    end = text.find("，", match.end())
    return text[start : end if end >= 0 else len(text)].strip("。；！？ ")


def _best_sentences(
    clause: Clause,
    question: Question,
    asked: list[Aspect],
    lexicon: Lexicon,
    money_only: bool,
) -> list[Sentence]:
    """Return the sentences of a clause that answer, in their order.

    The sentence that grants something always belongs to it; a question about scope or about the
    clause as a whole gets every sentence that carries its words.
    """
    found = sentences(clause)
    grant = granting(clause)
    scored = {sentence: _fit(sentence, question.terms, asked, lexicon) for sentence in found}
    best = max(found, key=lambda sentence: scored[sentence])
    if money_only and grant and all(a.group is Group.MONEY for a in asked):
        rules = meant(lexicon.library.awards_of(clause.policy, clause.label), question.text)
        chosen = {s for rule in rules for s in grant_sentences(rule, clause)} or {grant}
    elif not asked or all(a.weak for a in asked):
        chosen = set(found)
    else:
        chosen = {best, grant} if grant else {best}
    ordered = [sentence for sentence in found if sentence in chosen]
    return ordered[:_MOST_QUOTES]


def _fit(
    sentence: Sentence, terms: tuple[Term, ...], asked: list[Aspect], lexicon: Lexicon
) -> float:
    text = sentence.text.lower()
    score = sum(lexicon.strength(term, text) for term in terms)
    return score + sum(1.0 for a in asked if a.evidence and a.evidence.search(sentence.text))


def _aspect_elsewhere(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Answer an aspect from a clause about the policy at large: 施行日期, 受理部门, 申报材料 …"""
    evidence = worked.evidence
    if evidence.unknown:
        return None
    asked = [a for a in evidence.question.aspects if a.group is Group.TEXT and a.evidence]
    lines, citations = _elsewhere(asked, worked, lexicon)
    if not lines:
        return None
    silent = [a for a in asked if not _carrying(a, worked, lexicon)]
    lines += _silent_too(worked, lexicon, silent)
    return Draft(worked, Outcome.ANSWERED, _with_basis(lines, citations, lexicon), tuple(citations))


def _elsewhere(
    asked: list[Aspect], worked: Worked, lexicon: Lexicon
) -> tuple[list[str], list[Citation]]:
    """Return what the best clause for each aspect says: lines and citations."""
    lines: list[str] = []
    citations: list[Citation] = []
    for found in asked:
        for clause in _carrying(found, worked, lexicon)[:1]:
            chosen = [s for s in sentences(clause) if found.carried_by(s.text)][:_MOST_QUOTES]
            line = _pointed(clause, chosen, [found])
            lines += [line] if line not in lines else []
            citations += [c for sentence in chosen if (c := sentence.cite()) not in citations]
    return lines, citations


def _at_large(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Answer who may apply, and on what terms, for the policy at large."""
    evidence = worked.evidence
    if evidence.topics or evidence.unknown or _asks_for_money(evidence.question):
        return None
    ids = {policy.id for policy in scope(worked, lexicon)}
    citations = []
    for found in evidence.question.aspects:
        if found.general and not found.evidence:
            citations += [
                sentence.cite()
                for clause in lexicon.clauses
                if clause.policy in ids
                for sentence in sentences(clause)
                if found.general.search(sentence.text)
            ]
    citations = list(dict.fromkeys(citations))[:_MOST_QUOTES]
    if not citations:
        return None
    places = "、".join(dict.fromkeys(citation.label for citation in citations))
    lines = [wording.AT_LARGE.format(places=places)]
    return Draft(worked, Outcome.ANSWERED, _with_basis(lines, citations, lexicon), tuple(citations))


def _carrying(found: Aspect, worked: Worked, lexicon: Lexicon) -> list[Clause]:
    """Return the clauses that answer an aspect, those of the topic first."""
    topics = worked.evidence.topics
    policies = worked.evidence.question.policies or tuple({clause.policy for clause in topics})
    inside = [clause for clause in topics if _says(found, clause)]
    if inside or found.topical:
        return inside
    everywhere = [c for c in lexicon.clauses if not policies or c.policy in policies]
    carrying = [clause for clause in everywhere if _says(found, clause)]
    asked = worked.evidence.question.text
    return sorted(carrying, key=lambda clause: -_kinship(asked, clause, found))


def _kinship(asked: str, clause: Clause, found: Aspect) -> float:
    """Return how much of a question's own wording the sentences that carry an aspect share."""
    text = "".join(s.text for s in sentences(clause) if found.carried_by(s.text))
    shared = sum(len(word) for word in set(words(asked)) if len(word) > 1 and word in text)
    pairs = sum(pair in text for pair in set(bigrams(asked)))
    letters = sum(letter in text for letter in set(asked) if "\u4e00" <= letter <= "\u9fff")
    times = len(found.evidence.findall(text)) if found.evidence else 0
    return shared + pairs + 0.1 * letters + 0.3 * min(times, 3)


def _says(found: Aspect, clause: Clause) -> bool:
    """Tell whether a clause answers an aspect: any does an open one, or one about money."""
    if found.evidence is None or found.group is Group.MONEY:
        return True
    return any(found.carried_by(s.text) for s in sentences(clause))


def _silent_aspects(worked: Worked, lexicon: Lexicon) -> list[Aspect]:
    """Return the asked aspects that nothing in the policies answers."""
    topics = worked.evidence.topics
    return [
        found
        for found in worked.evidence.question.aspects
        if found.group is Group.TEXT
        and not any(_says(found, clause) for clause in topics)
        and (topics or found.evidence)
        and not _carrying(found, worked, lexicon)
    ]


def _silent_too(worked: Worked, lexicon: Lexicon, silent: list[Aspect]) -> list[str]:
    beside = worked.evidence.unmentioned
    lines = []
    if beside.terms and not beside.decides:
        terms = "”“".join(dict.fromkeys(term.text for term in beside.terms))
        policy = named(scope(worked, lexicon))
        lines.append(wording.ALSO_UNMENTIONED.format(policy=policy, terms=terms))
    if not silent:
        return lines
    names = "、".join(found.name for found in silent)
    policy = named(scope(worked, lexicon))
    return [*lines, wording.ALSO_SILENT.format(policy=policy, aspects=names)]


def _asks_for_money(question: Question) -> bool:
    sums = any(found.kind is Kind.MONEY for found in question.quantities)
    return question.asks_group(Group.MONEY) or question.wants_calculation or sums


def _clause_and_rule(
    policy: str, label: str, award: str, lexicon: Lexicon
) -> tuple[Clause, AwardRule]:
    clause = lexicon.library.clause(policy, label)
    rule = next(r for r in lexicon.library.awards_of(policy, label) if r.id == award)
    if clause is None:
        raise LookupError(f"award {award} names clause {label}, which {policy} lacks")
    return clause, rule


def _only_tells(worked: Worked) -> bool:
    """Tell whether a sum is told and the unknown words only tell where it went."""
    evidence = worked.evidence
    text = evidence.question.text
    tells = any(t.role is Role.FACT and t.quantity.kind is Kind.MONEY for t in evidence.told)
    return tells and not any(is_requested(term, text) for term in evidence.unknown)


def _choice(rule: AwardRule, lexicon: Lexicon) -> str:
    clause, _ = _clause_and_rule(rule.policy, rule.clause, rule.id, lexicon)
    return f"{rule.names[0] if rule.names else rule.title}（{in_policy(clause, lexicon)}）"


def _next_questions(worked: Worked, rules: tuple[AwardRule, ...]) -> tuple[str, ...]:
    """Return questions worth asking next about the same awards."""
    labels = {(clause.policy, clause.label) for clause in worked.evidence.topics[:1]}
    for rule in rules:
        if (rule.policy, rule.clause) in labels and rule.names:
            name = rule.names[0]
            needs = [item for item in rule.inputs if not item.optional]
            ask = (f"帮我算一下{name}能拿多少",) if needs else ()
            return (*ask, f"{name}有什么条件？", f"{name}的原文是什么？")
    return ()


def _with_basis(lines: list[str], citations: list[Citation], lexicon: Lexicon) -> str:
    """Join the lines with the quotations they rest on and, once, the draft notice."""
    head, rest = lines[:1], lines[1:]
    parts = ["\n".join(head)] if head else []
    if citations:
        parts.append(quoted(citations, lexicon))
    if rest:
        parts.append("\n\n".join(_grouped(rest)))
    policy = lexicon.library.policy(citations[0].policy) if citations else None
    if policy and (notice := wording.draft_notice(policy.info)):
        parts.append(notice)
    return "\n\n".join(parts)


def _grouped(lines: list[str]) -> list[str]:
    """Keep the numbered steps together as one list."""
    groups: list[str] = []
    for line in lines:
        if groups and re.match(r"\d+\. ", line) and re.match(r"\d+\. ", groups[-1].split("\n")[-1]):
            groups[-1] += "\n" + line
        else:
            groups.append(line)
    return groups


def quoted(citations: list[Citation], lexicon: Lexicon) -> str:
    """Return the quotations as blocks, one a clause, each with its source."""
    blocks = []
    for place in dict.fromkeys((c.policy, c.clause) for c in citations):
        own = [c for c in citations if (c.policy, c.clause) == place]
        outer = [c for c in own if not any(c.quote != o.quote and c.quote in o.quote for o in own)]
        lines = [f"> {line}" for c in dict.fromkeys(outer) for line in c.quote.split("\n")]
        clause = lexicon.library.clause(*place)
        source = policy_prefix(own[0].policy, lexicon) + (clause.name if clause else own[0].label)
        blocks.append("\n>\n".join([*lines, f"> ——{source}"]))
    return "\n\n".join(blocks)


_COMPOSERS: tuple[Callable[[Worked, Lexicon], Draft | None], ...] = (
    ending,
    _inverse,
    whole,
    _missing_fact,
    _calculated,
    _topical,
    _aspect_elsewhere,
    _at_large,
    overview,
    _ambiguous,
)
