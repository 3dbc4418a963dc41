"""Aspects: what a question can ask about a policy, read from `data/aspects.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from assistant.data_files import read_data

if TYPE_CHECKING:
    from collections.abc import Iterable

_BREAK = re.compile(r"(?<=[，,。？?！!；;])|(?=另外|还有|以及|并且|此外)")
_NEAR = 8
_LONG_CUE = 4
_BY_WHOM = re.compile(r"由谁(?:来|去)?([\u4e00-\u9fff]{2})")


class Group(StrEnum):
    """Where the answer to an aspect comes from."""

    MONEY = "money"
    TEXT = "text"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing a question can ask for.

    `evidence` None means that any clause carries it; `signs` are its patterns one by one, the
    surest first. `general` finds the clause that answers an open aspect for the policy at large.
    `topical`: only a clause of the question's topic can answer it. `weak`: its cues are so common
    that another aspect in the same stretch of the question outdoes it. `whole`: its cues may run
    from one stretch into the next. `outdoes`: what else the same stretch seems to ask for and is
    a part of it (几个点 of 所得税): ids, "money" for the group, "all". `of_term`: the words that
    answer stand right after what is asked about.
    """

    id: str
    name: str
    group: Group
    cues: re.Pattern[str]
    evidence: re.Pattern[str] | None
    signs: tuple[re.Pattern[str], ...]
    general: re.Pattern[str] | None
    topical: bool
    weak: bool
    whole: bool
    outdoes: frozenset[str]
    of_term: bool = False

    def about(self, forms: Iterable[str], asked: str) -> Aspect:
        """Return the aspect as a question asks for it.

        A long cue of the question (营业执照) is evidence where a clause uses it too, and so is a
        clause that says who does what is asked (由谁牵引); evidence of a thing's definition must
        follow one of the thing's names.
        """
        names = "|".join(map(re.escape, forms))
        if self.evidence and self.group is Group.TEXT and not self.of_term:
            said = {m[0] for m in self.cues.finditer(asked) if len(m[0]) >= _LONG_CUE}
            by_whom = [f"由[^，。；]{{2,16}}{done}" for done in _BY_WHOM.findall(asked)]
            words = "|".join([*map(re.escape, sorted(said)), *by_whom])
            also = re.compile(f"{self.evidence.pattern}|{words}") if words else self.evidence
            return replace(self, evidence=also)
        if not (self.of_term and self.evidence and names):
            return self
        near = re.compile(rf"(?:{names})[^。；]{{0,{_NEAR}}}?(?:{self.evidence.pattern})")
        return replace(self, evidence=near)

    @property
    def says_what(self) -> bool:
        """Tell whether the aspect by itself says what a question is about (deadline, contact)."""
        return self.group is Group.TEXT and not self.weak

    def covers(self, other: Aspect) -> bool:
        """Tell whether another aspect asked for beside this one is a part of it."""
        names = {"all", other.id, other.group.value}
        return other is not self and bool(self.outdoes & names)

    def carried_by(self, text: str) -> bool:
        """Tell whether a text holds words that answer this aspect."""
        return self.evidence is None or self.evidence.search(text) is not None

    def carries(self, text: str) -> bool:
        """Tell whether a text holds words that any text about this aspect needs; False if none."""
        return self.evidence is not None and self.evidence.search(text) is not None

    def sureness(self, text: str) -> float:
        """Return how surely a text answers this aspect: 1 by its first sign, falling to 0."""
        places = (at for at, sign in enumerate(self.signs) if sign.search(text))
        first = next(places, len(self.signs))
        return 1 - first / len(self.signs) if self.signs else 0.0


@cache
def aspects() -> tuple[Aspect, ...]:
    """Return all aspects in the order of the file."""
    entries = read_data("aspects.yaml")
    return tuple(
        Aspect(
            id=entry["id"],
            name=entry["name"],
            group=Group(entry["group"]),
            cues=re.compile("|".join(f"(?:{cue})" for cue in entry["cues"])),
            evidence=_joined(entry.get("evidence", [])),
            signs=tuple(re.compile(sign) for sign in entry.get("evidence", [])),
            general=_joined(entry.get("general", [])),
            topical=entry.get("context") == "topic",
            weak=entry.get("weak", False),
            whole=entry.get("whole", False),
            outdoes=frozenset(entry.get("outdoes", ())),
            of_term=entry.get("of_term", False),
        )
        for entry in entries
    )


def aspect(name: str) -> Aspect:
    """Return one aspect by its id."""
    return next(found for found in aspects() if found.id == name)


def asked_aspects(text: str) -> tuple[Aspect, ...]:
    """Return the aspects that a question asks for, in the order of the file."""
    asked = {found.id for stretch in stretches(text) for found in _asked_in(stretch)}
    over = [found for found in aspects() if found.whole and found.cues.search(text)]
    asked |= {found.id for found in over}
    asked -= {
        found.id
        for found in aspects()
        if found.group is Group.TEXT and any(other.covers(found) for other in over)
    }
    return tuple(found for found in aspects() if found.id in asked)


def stretches(text: str) -> list[str]:
    """Split a question where one thing ends and the next begins."""
    return [piece for piece in _BREAK.split(text) if re.search(r"\w", piece)]


def _asked_in(stretch: str) -> list[Aspect]:
    found = [candidate for candidate in aspects() if candidate.cues.search(stretch)]
    strong = [candidate for candidate in found if not candidate.weak]
    strong = [one for one in strong if not any(other.covers(one) for other in strong)]
    return strong or found


def _joined(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None
