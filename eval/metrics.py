"""What is right and what is wrong with an answer: one verdict a question.

The rules are those of `eval/questions/README.md`: right only if everything expected holds.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from corpus.money import Kind, figures
from eval.evidence import unsourced_figures, unverbatim_quotes
from eval.wording import STATUS_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from decimal import Decimal

    from assistant.answer import Citation
    from corpus.library import Library
    from eval.cases import Case
    from eval.predictions import Calculated, Prediction

_Cited = TypeVar("_Cited", "Citation", "Calculated")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Miss:
    """One expectation that did not hold: the field, what was expected, what came."""

    field: str
    expected: str
    came: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A question, its answer, and everything found wrong with it."""

    case: Case
    prediction: Prediction
    misses: tuple[Miss, ...]
    unverbatim: tuple[str, ...]
    unsourced: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Return whether everything the question expects holds."""
        return not self.misses

    @property
    def faulty(self) -> bool:
        """Return whether anything is wrong: the question, a quote, a figure."""
        return bool(self.misses or self.unverbatim or self.unsourced)


def judge(case: Case, prediction: Prediction, library: Library) -> Verdict:
    """Hold an answer against what its question expects and against the text of the law."""
    found = (check(case, prediction) for check in _CHECKS)
    return Verdict(
        case=case,
        prediction=prediction,
        misses=tuple(miss for miss in found if miss),
        unverbatim=unverbatim_quotes(prediction, library),
        unsourced=unsourced_figures(case, prediction, library),
    )


def stated_yuan(text: str) -> frozenset[Decimal]:
    """Return the amounts of yuan that a text states, in whatever unit."""
    return frozenset(
        item.value for item in figures(text) if item.kind is Kind.MONEY and item.unit == "CNY"
    )


def cited_labels(case: Case, prediction: Prediction) -> tuple[str, ...]:
    """Return the clauses cited from the question's policy, each once, in the order cited."""
    return tuple(dict.fromkeys(item.clause for item in _of_policy(case, prediction.citations)))


def _folded(text: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def _of_policy(case: Case, items: Iterable[_Cited]) -> list[_Cited]:
    return [item for item in items if case.policy is None or item.policy == case.policy]


def _yuan(amounts: Iterable[Decimal | None]) -> str:
    return "、".join("无金额" if item is None else f"{item:f}元" for item in amounts) or "无"


def _joined(texts: Sequence[str]) -> str:
    return "、".join(texts) or "无"


def _check_status(case: Case, prediction: Prediction) -> Miss | None:
    if prediction.status == case.expect.status:
        return None
    came = STATUS_NAMES[prediction.status]
    reason = f"（{prediction.reason}）" if prediction.reason else ""
    return Miss("status", STATUS_NAMES[case.expect.status], came + reason)


def _check_clauses(case: Case, prediction: Prediction) -> Miss | None:
    cited, wanted = cited_labels(case, prediction), case.expect.clauses
    if set(wanted) <= set(cited):
        return None
    return Miss("clauses", f"都引用：{_joined(wanted)}", _joined(cited))


def _check_any_clause(case: Case, prediction: Prediction) -> Miss | None:
    cited, wanted = cited_labels(case, prediction), case.expect.any_clause
    if not wanted or set(wanted) & set(cited):
        return None
    return Miss("any_clause", f"至少引用一个：{_joined(wanted)}", _joined(cited))


def _check_amounts(case: Case, prediction: Prediction) -> Miss | None:
    calculations = _of_policy(case, prediction.calculations)
    came = [(item.clause, item.amount) for item in calculations]
    missing = [pair for pair in case.expect.amounts.items() if pair not in came]
    if not missing:
        return None
    written = [f"{label}：{_yuan([amount])}" for label, amount in came]
    wanted = [f"{label}：{_yuan([amount])}" for label, amount in missing]
    return Miss("amounts", _joined(wanted), _joined(written))


def _check_says(case: Case, prediction: Prediction) -> Miss | None:
    missing = [item for item in case.expect.says if item not in stated_yuan(prediction.answer)]
    return Miss("says", _yuan(missing), "文中没有") if missing else None


def _check_contains(case: Case, prediction: Prediction) -> Miss | None:
    text = _folded(prediction.answer)
    missing = [item for item in case.expect.contains if _folded(item) not in text]
    return Miss("contains", _joined(missing), "文中没有") if missing else None


def _check_contains_any(case: Case, prediction: Prediction) -> Miss | None:
    text, wanted = _folded(prediction.answer), case.expect.contains_any
    if not wanted or any(_folded(item) in text for item in wanted):
        return None
    return Miss("contains_any", f"至少有一个：{_joined(wanted)}", "文中都没有")


def _check_excludes(case: Case, prediction: Prediction) -> Miss | None:
    text = _folded(prediction.answer)
    present = [item for item in case.expect.excludes if _folded(item) in text]
    return Miss("excludes", f"不出现：{_joined(present)}", "文中有") if present else None


_CHECKS: tuple[Callable[[Case, Prediction], Miss | None], ...] = (
    _check_status,
    _check_clauses,
    _check_any_clause,
    _check_amounts,
    _check_says,
    _check_contains,
    _check_contains_any,
    _check_excludes,
)
