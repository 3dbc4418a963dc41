"""What an answer was made from, as hashes: the clause's words, the award rules, the policies."""

from __future__ import annotations

import hashlib
import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.award import Odd

if TYPE_CHECKING:
    from corpus.award import AwardRule
    from corpus.library import Library

_FUNCTION = re.compile(r"<function (\S+) at 0x[0-9a-f]+>")


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of a library's award rules and policies: SHA-256 in hexadecimal digits."""

    rules: str
    policies: str

    @classmethod
    def of(cls, library: Library) -> Versions:
        """Return the versions that a library is at."""
        rules = "\n".join(_written(rule) for rule in library.awards)
        return cls(rules=text_hash(rules), policies=library.fingerprint)


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def _written(rule: AwardRule) -> str:
    """Return all a rule says; a function counts with its source, not with its place in memory."""
    said = _FUNCTION.sub(r"\1", repr(rule))
    return said + _source(rule.amount) if isinstance(rule.amount, Odd) else said


def _source(amount: Odd) -> str:
    try:
        return inspect.getsource(amount.compute)
    except (OSError, TypeError):
        return amount.function


def release() -> str:
    """Return the version of this program, as it is installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("policy-assistant")
    except PackageNotFoundError:
        return "0"
