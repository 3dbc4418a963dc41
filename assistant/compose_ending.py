"""Endings that are not answers from a clause: small talk, refusals, and silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant import wording
from assistant.answer import Citation, Outcome
from assistant.aspects import Group
from assistant.lexicon import language
from assistant.passage import Part, passages
from assistant.question import LONGEST
from assistant.reference import SECTION
from assistant.scope import named, scope
from assistant.sentences import granting, sentences
from assistant.steps import Draft, Worked
from corpus.numerals import write_integer

if TYPE_CHECKING:
    from assistant.lexicon import Lexicon
    from assistant.passage import Passage
    from assistant.reference import Reference
    from corpus.policy import Clause

_EXAMPLES = 4


def ending(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Return the draft for a turn that must not be answered from a clause, or None."""
    question = worked.evidence.question
    if question.talk:
        return _talk(worked, lexicon, question.talk)
    missing = [reference for reference in question.references if not reference.found]
    if missing and len(missing) == len(question.references):
        return _unknown_clause(worked, lexicon, missing)
    if question.place:
        text = wording.OTHER_PLACE.format(
            place=question.place, policies=named(lexicon.library.policies)
        )
        return Draft(
            worked, Outcome.OTHER_PLACE, text, suggestions=examples(lexicon), passages=_only(text)
        )
    return None


def silence(worked: Worked, lexicon: Lexicon) -> Draft:
    """Return the draft that says what the policies don't say, and what comes nearest."""
    evidence = worked.evidence
    question = evidence.question
    if evidence.unknown or not (question.aspects or evidence.topics):
        if not question.terms:
            return _not_understood(worked, lexicon)
        if not _is_about_policy(worked):
            return _off_topic(worked, lexicon)
        terms = [term.text for term in evidence.unknown]
        terms = terms or [term.text for term in question.terms if not term.known]
        if not terms:
            return _not_understood(worked, lexicon)
        text = wording.SILENT_TOPIC.format(
            policy=named(scope(worked, lexicon)), terms="”“".join(dict.fromkeys(terms))
        )
        return _with_nearest(worked, lexicon, Outcome.SILENT_TOPIC, text)
    silent = [a.name for a in question.aspects if a.group is Group.TEXT and not a.weak]
    if silent:
        text = wording.SILENT_ASPECT.format(
            policy=named(scope(worked, lexicon)), aspects="、".join(silent)
        )
        if evidence.topics:
            reference = evidence.topics[0].reference
            text = wording.SILENT_ASPECT_OF.format(reference=reference, aspects="、".join(silent))
        if question.asks("validity", "status"):
            text += "".join(
                wording.STATUS_DRAFT.format(policy="本政策", kind=policy.info.kind)
                for policy in scope(worked, lexicon)[:1]
                if not policy.info.in_force
            )
        return _with_nearest(worked, lexicon, Outcome.SILENT_ASPECT, text)
    if not _is_about_policy(worked):
        return _off_topic(worked, lexicon)
    return _not_understood(worked, lexicon)


def examples(lexicon: Lexicon) -> tuple[str, ...]:
    """Return example questions made from the policies' own awards and clauses."""
    rules = [rule for rule in lexicon.library.awards if rule.names]
    needing = [rule for rule in rules if any(not item.optional for item in rule.inputs)]
    found = [f"{rule.names[0]}最高能拿多少？" for rule in rules[:2]]
    found += [f"{rule.names[0]}有什么条件？" for rule in needing[1:2]]
    found += [f"{clause.reference}的原文是什么？" for clause in lexicon.clauses[:1]]
    return tuple(found[:_EXAMPLES])


def _talk(worked: Worked, lexicon: Lexicon, talk: Outcome) -> Draft:
    offered = examples(lexicon)
    if talk is Outcome.TOO_LONG:
        length = len(worked.evidence.question.asked)
        text = wording.TOO_LONG.format(length=length, limit=LONGEST)
        return Draft(worked, talk, text, passages=_only(text))
    text = wording.TALK[talk].format(policy=named(lexicon.library.policies))
    if talk is Outcome.THANKS:
        return Draft(worked, talk, text, passages=_only(text))
    said = _only(text)
    return Draft(worked, talk, _listed(text, offered), suggestions=offered, passages=said)


def _only(text: str) -> tuple[Passage, ...]:
    """Return a text that concludes at once, paragraph by paragraph."""
    return tuple(passages(Part.CONCLUSION, text.split("\n\n")))


def _listed(text: str, offered: tuple[str, ...]) -> str:
    return text + "\n\n" + "\n".join(f"- {example}" for example in offered)


def _unknown_clause(worked: Worked, lexicon: Lexicon, missing: list[Reference]) -> Draft:
    numbers = "、".join(
        f"第{write_integer(r.number)}{'部分' if r.kind == SECTION else '条'}"
        if r.number
        else wording.NO_NEIGHBOUR
        for r in missing
    )
    lines = []
    for policy in scope(worked, lexicon):
        last = policy.numbered[-1]
        lines.append(
            wording.UNKNOWN_CLAUSE.format(
                policy=wording.policy_name(policy.info),
                named=numbers,
                last=last.name,
            )
        )
        if missing[0].kind == SECTION and policy.headings:
            lines.append(wording.SECTIONS_ARE.format(headings="；".join(policy.headings)))
    text = "\n\n".join(lines)
    return Draft(
        worked, Outcome.UNKNOWN_CLAUSE, text, suggestions=examples(lexicon), passages=_only(text)
    )


def _off_topic(worked: Worked, lexicon: Lexicon) -> Draft:
    offered = examples(lexicon)
    said = wording.OFF_TOPIC.format(policy=named(lexicon.library.policies))
    text = _listed(said, offered)
    return Draft(worked, Outcome.OFF_TOPIC, text, suggestions=offered, passages=_only(said))


def _not_understood(worked: Worked, lexicon: Lexicon) -> Draft:
    offered = examples(lexicon)
    text = _listed(wording.NOT_UNDERSTOOD, offered)
    said = _only(wording.NOT_UNDERSTOOD)
    return Draft(worked, Outcome.NOT_UNDERSTOOD, text, choices=offered, passages=said)


def _is_about_policy(worked: Worked) -> bool:
    """Tell whether a turn speaks of support, clauses or enterprises at all."""
    question = worked.evidence.question
    known = any(term.known for term in question.terms)
    return known or any(word in question.text for word in language()["of_policies"])


def _with_nearest(worked: Worked, lexicon: Lexicon, outcome: Outcome, text: str) -> Draft:
    """Add the nearest clause and what it does say, when one shares a word with the question."""
    near = _nearest(worked)
    if near is None:
        return Draft(worked, outcome, text, suggestions=examples(lexicon), passages=_only(text))
    sentence = granting(near) or sentences(near)[0]
    words = sentence.measure or sentence.text.rstrip("。；！？")
    citation: tuple[Citation, ...] = (sentence.cite(),)
    said = wording.nearest(near, words)
    return Draft(
        worked, outcome, f"{text}\n\n{said}", citation,
        suggestions=(f"{near.reference}的原文是什么？",),
        passages=(*_only(text), *passages(Part.DETAIL, [said], near)),
    )  # fmt: skip


def _nearest(worked: Worked) -> Clause | None:
    evidence = worked.evidence
    if evidence.topics:
        return evidence.topics[0]
    return evidence.matches[0].clause if evidence.matches else None
