"""What is wrong with an award file: Fault, one line each, and RuleErrors holding them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the file, the rule's id, the field, what is written and what the clause says."""

    file: str
    rule: str
    field: str
    written: str
    found: str
    message: str

    def __str__(self) -> str:
        """Return the fault as one line of Chinese."""
        place = "，".join(part for part in (self.file, self.rule, self.field) if part)
        written = f"写的是“{_line(self.written)}”，" if self.written else ""
        found = f"条文是“{_line(self.found)}”，" if self.found else ""
        return f"{place}：{written}{found}{_line(self.message)}"


class RuleErrors(ValueError):  # noqa: N818 — it holds several
    """All the faults of an award file at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def _line(text: str) -> str:
    """Return the text on one line."""
    return " ".join(text.split())
