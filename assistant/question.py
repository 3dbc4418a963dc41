"""What was asked: the values that reading a turn yields, and the reading itself.

A reading never decides the answer; it names aspects, terms, references and quantities.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from assistant.answer import Outcome
from assistant.aspects import Aspect, Group, asked_aspects, aspect
from assistant.data_files import read_data
from assistant.lexicon import language, place_stem, places
from assistant.normalise import normalise
from assistant.reference import read_references
from corpus.money import Kind, Quantity, read_quantities
from index.words import is_in_dictionary

if TYPE_CHECKING:
    from assistant.correction import Corrector
    from assistant.lexicon import Lexicon, Term
    from assistant.reference import Reference
    from corpus.policy import Policy

LONGEST = 2000
_SPELT, _MOSTLY = 6, 0.8
_CALCULATE = re.compile(
    r"(?:帮|替|给(?:我|咱|俺|企业|客户)|请|麻烦)[^，。]{0,8}(?<!不)算(?![不是作数])|算(?:一下|一算|下|出来|笔账|个数|看看|算)"
    r"|算出|算个|测算|计算(?!依据|方法|方式|公式|标准)|核算|估算"
)


@dataclass(frozen=True, slots=True)
class Question:
    """A turn as read. `text` is normalised and corrected; offsets refer to it.

    `talk` is set for turns that ask nothing of a policy; `rewritten` when the text is not what
    was typed; `policies` are those it names, by title or by place; `place` names another place.
    """

    asked: str
    text: str
    talk: Outcome | None = None
    rewritten: str | None = None
    aspects: tuple[Aspect, ...] = ()
    terms: tuple[Term, ...] = ()
    references: tuple[Reference, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    policies: tuple[str, ...] = ()
    place: str | None = None
    wants_calculation: bool = False
    confirms: bool = False
    polar: bool = False

    def asks(self, *names: str) -> bool:
        """Tell whether one of the named aspects is asked for."""
        return any(found.id in names for found in self.aspects)

    def asks_group(self, group: Group) -> bool:
        """Tell whether an aspect of this group is asked for."""
        return any(found.group is group for found in self.aspects)

    def specified(self) -> Question:
        """Return the question with its aspects asked of the things it names."""
        forms = [form for term in self.terms for form, _ in term.forms]
        return replace(self, aspects=tuple(found.about(forms, self.text) for found in self.aspects))

    @property
    def money(self) -> tuple[Quantity, ...]:
        """Return the sums of money it names."""
        return tuple(found for found in self.quantities if found.kind is Kind.MONEY)


def read_question(asked: str, lexicon: Lexicon, corrector: Corrector) -> Question:
    """Read one turn by itself."""
    plain = _in_chinese(normalise(asked))
    if len(plain) > LONGEST:
        return Question(asked, plain[:LONGEST], talk=Outcome.TOO_LONG)
    spoken = _without_filler(plain)
    if not re.search(r"\w", spoken):
        return Question(asked, spoken, talk=Outcome.NOT_UNDERSTOOD)
    talk = _talk(spoken)
    if talk is Outcome.INJECTION:
        spoken = _without_injection(spoken)
        talk = _talk(spoken) or talk
    if talk and talk is not Outcome.INJECTION:
        return Question(asked, spoken, talk=talk)
    corrected, changes = corrector.correct(_unspaced(spoken))
    question = _read(asked, corrected, lexicon, rewritten=corrected if changes else None)
    if talk is Outcome.INJECTION and not (
        question.references or any(t.known for t in question.terms)
    ):
        return Question(asked, spoken, talk=Outcome.UNSAFE)
    return question


def _read(asked: str, text: str, lexicon: Lexicon, rewritten: str | None) -> Question:
    names = lexicon.named_spans(text)
    quantities = tuple(
        found
        for found in read_quantities(text)
        if found.values and not any(start <= found.start < end for start, end in names)
    )
    library = lexicon.library
    named = named_policies(text, library.policies)
    scope = tuple(p for p in library.policies if p.id in named) or library.policies
    return Question(
        asked=asked,
        text=text,
        rewritten=rewritten,
        aspects=_aspects(text, quantities),
        terms=lexicon.terms(text),
        references=read_references(text, scope),
        quantities=quantities,
        policies=named,
        place=_other_place(text, lexicon),
        wants_calculation=_CALCULATE.search(text) is not None,
        confirms=re.search(language()["confirm"], text) is not None,
        polar=re.search(language()["polar"], text) is not None,
    )


def _aspects(text: str, quantities: tuple[Quantity, ...]) -> tuple[Aspect, ...]:
    """Return what is asked; a count that someone wants confirmed asks for the number."""
    asked = asked_aspects(text)
    counted = any(found.kind is Kind.COUNT and found.unit not in "次年" for found in quantities)
    if not asked and counted and re.search(language()["confirm"], text):
        return (aspect("number"),)
    return asked


def _in_chinese(text: str) -> str:
    """Put the English words that people mix in into Chinese (`data/language.yaml`)."""
    text = re.sub(r"(?<=\d)\s*kw(?![a-z])", "千万", text)
    text = re.sub(r"(?<=\d)\s*wan(?![a-z])", "万", text)
    text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", text)
    for slip, meant in language()["misspelt"].items():
        text = text.replace(slip, meant)
    for english, chinese in language()["english"].items():
        text = re.sub(rf"(?<![a-z])(?:{english})(?![a-z])", chinese, text)
    return text


def _unspaced(text: str) -> str:
    """Close the gaps between single characters (揭 榜 挂 帅); other gaps are pauses."""
    pieces = text.split(" ")
    if len(pieces) >= _SPELT and sum(len(piece) == 1 for piece in pieces) >= _MOSTLY * len(pieces):
        return "".join(pieces)
    spelt = re.compile(
        r"(?<![\u4e00-\u9fff])(?:[\u4e00-\u9fff] ){2,}[\u4e00-\u9fff](?![\u4e00-\u9fff])"
    )
    closed = spelt.sub(lambda match: match[0].replace(" ", ""), text)
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "，", closed)


def _without_filler(text: str) -> str:
    for pattern in language()["filler"]:
        text = re.sub(pattern, "", text)
    return text.strip(" ,，。、;；")


@cache
def _patterns() -> tuple[tuple[Outcome, re.Pattern[str] | None, re.Pattern[str] | None], ...]:
    entries = read_data("talk.yaml")

    def joined(patterns: list[str]) -> re.Pattern[str] | None:
        return re.compile("|".join(f"(?:{p})" for p in patterns), re.I) if patterns else None

    return tuple(
        (Outcome(entry["outcome"]), joined(entry.get("whole", [])), joined(entry.get("within", [])))
        for entry in entries
    )


def _talk(text: str) -> Outcome | None:
    """Return the ending of a turn that asks nothing of a policy, or None."""
    bare = re.sub(r"[\s,.，。!！?？~～、…;；:：]+", "", text)
    for outcome, whole, within in _patterns():
        if (whole and whole.fullmatch(bare)) or (within and within.search(text)):
            return outcome
    return None


def _without_injection(text: str) -> str:
    """Drop the stretches of a turn that try to instruct the assistant."""
    within = next(found for outcome, _, found in _patterns() if outcome is Outcome.INJECTION)
    pieces = re.split(r"(?<=[，,。；;：:！!？?\n])|(?<=\.)\s", text)
    return "".join(piece for piece in pieces if within and not within.search(piece))


def named_policies(text: str, policies: tuple[Policy, ...]) -> tuple[str, ...]:
    """Return the policies a question names by title, by alias or, failing that, by place."""
    by_name = tuple(
        policy.id
        for policy in policies
        if any(normalise(name) in text for name in _names_of(policy) if name)
    )
    by_place = tuple(
        policy.id
        for policy in policies
        if _stem(policy.info.region) and _stem(policy.info.region) in text
    )
    return by_name or by_place


def _names_of(policy: Policy) -> tuple[str, ...]:
    return (policy.info.title, policy.info.short_title, *policy.info.aliases)


def _stem(region: str) -> str:
    return place_stem(region)


def _other_place(text: str, lexicon: Lexicon) -> str | None:
    """Return another place that the question is about, if it names none of the policies' own."""
    words = language()
    own = " ".join(
        policy.info.title + policy.info.region + policy.text for policy in lexicon.library.policies
    )
    if named_policies(text, lexicon.library.policies):
        return None
    match = re.search(words["other_place"], text)
    if match and not re.search(words["comes_here"], text):
        return match[0]
    named = [name for name in places() if name in text and name not in own]
    named += [
        place
        for place in re.findall(words["place"], text)
        if not any(place.endswith(other) for other in words["not_place"])
        and place not in own
        and place[:-1] in places()
    ]
    named += [
        place
        for place in re.findall(r"[市省]([\u4e00-\u9fff]{2,3}[区县])(?!级)", text)
        if place not in own
    ]
    named += [
        place
        for place in re.findall(language()["unlisted_place"], text)
        if place_stem(place) not in own and not is_in_dictionary(place_stem(place))
    ]
    home = language()["at_home"]
    named = [n for n in named if len(re.findall(home + n, text)) < text.count(n)]
    staying = [
        name for name in named if not re.search(rf"(?:从|由|离开|原(?:来)?在)\s*{name}", text)
    ]
    return max(staying, key=lambda name: (len(name), name), default=None)
