"""The types that name a policy: Policy, Segment, Clause.

Offsets count characters (code points) of the policy's text as decoded from its file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - pydantic models with a PolicyInfo resolve the annotation
from enum import StrEnum

from corpus.numerals import write_integer

_LONGEST_NAME = 24


class SegmentKind(StrEnum):
    """What a stretch of a policy's text is."""

    TITLE = "title"
    PREAMBLE = "preamble"
    HEADING = "heading"
    CLAUSE = "clause"
    CLOSING = "closing"
    SPACE = "space"


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of the text; a policy's segments in order give its text back exactly."""

    kind: SegmentKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered provision, word for word.

    `label` is the number as printed ("5", "第五条", "（二）"), qualified by its section where the
    document restarts its numbering ("二、5"). `section` holds the headings above it, outermost
    first. `text` is `policy.text[start:end]`, its own number included. `called` is how to name it
    where 第N条 would name another clause ("（三）1"), else empty.
    """

    policy: str
    label: str
    title: str
    section: tuple[str, ...]
    text: str
    start: int
    end: int
    called: str = ""

    @property
    def reference(self) -> str:
        """Return the label as a person would say it: "5" becomes 第五条, others stay as printed."""
        if self.called:
            return self.called
        if self.label.isdigit():
            return f"第{write_integer(int(self.label))}条"
        return self.label

    @property
    def is_named(self) -> bool:
        """Tell whether the title is a name set before the text rather than its first sentence."""
        return len(self.title) <= _LONGEST_NAME and not re.search(r"[，；：\d]", self.title)

    @property
    def name(self) -> str:
        """Return the reference with the title, if the clause has one: 第五条《推广服务机器人》."""
        return f"{self.reference}《{self.title}》" if self.is_named else self.reference


def bracketed(words: str) -> str:
    """Return words set in brackets; a label that has its own, （三）, is not set in a second pair.

    Other words that hold brackets are set in 〔〕, as GB/T 15834 has it.
    """
    if re.fullmatch(r"（[^（）]*）", words):
        return words
    return f"〔{words}〕" if "（" in words else f"（{words}）"


class PolicyStatus(StrEnum):
    """Whether a policy binds."""

    DRAFT = "draft"
    IN_FORCE = "in-force"


@dataclass(frozen=True, slots=True)
class PolicyInfo:
    """What `policy.yaml` says of a policy.

    It applies from `effective` to `expires`, both included; None where the policy doesn't say.
    """

    title: str
    issuer: str
    kind: str
    source: str
    in_force: bool
    short_title: str
    region: str
    aliases: tuple[str, ...] = ()
    effective: date | None = None
    expires: date | None = None

    @property
    def status(self) -> PolicyStatus:
        """Return whether the policy is a draft or in force."""
        return PolicyStatus.IN_FORCE if self.in_force else PolicyStatus.DRAFT

    def is_in_force(self, on: date) -> bool:
        """Tell whether the policy is in force on a day; a draft is on none."""
        has_begun = self.effective is None or self.effective <= on
        return self.in_force and has_begun and (self.expires is None or on <= self.expires)

    @classmethod
    def of_title(cls, title: str) -> PolicyInfo:
        """Return what a bare document says of itself: its title, and that its status is unknown."""
        draft = "征求意见稿" in title or "草案" in title
        kind = "征求意见稿" if draft else ""
        return cls(title, "", kind, "", in_force=False, short_title=title, region="")


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document, read."""

    id: str
    info: PolicyInfo
    text: str
    title: str
    preamble: str
    closing: str
    headings: tuple[str, ...]
    clauses: tuple[Clause, ...]
    segments: tuple[Segment, ...]

    @property
    def numbered(self) -> tuple[Clause, ...]:
        """Return the clauses that carry a number of their own, all when none does."""
        found = tuple(c for c in self.clauses if not c.label.startswith(("段", "末段")))
        return found or self.clauses

    def clause(self, label: str) -> Clause | None:
        """Return the clause with this label, or None."""
        return next((clause for clause in self.clauses if clause.label == label), None)
