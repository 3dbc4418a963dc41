"""What other programs may ask for: one frozen model a request, read strictly, nothing unknown.

`read` turns what came in into a model, or raises a DoorError whose message is one Chinese line
that names the value, its place and the next step.
"""

from __future__ import annotations

import json
from datetime import date  # noqa: TC003 - pydantic reads the annotation
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    StringConstraints,
    ValidationError,
)

from assistant import door_wording as words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST_QUESTION = 20_000
MOST_TURNS = 60
_MOST_FACTS, _MOST_VALUES, _MOST_POLICIES, _MOST_HITS = 50, 200, 100, 1000
_LONGEST_SHOWN = 60


class DoorError(Exception):
    """A request that can't be met: one line for its sender, the field's place, a short code."""

    def __init__(
        self,
        message: str,
        place: str | None = None,
        code: str = "invalid_value",
        status: int = 400,
    ) -> None:
        super().__init__(message)
        self.message, self.place, self.code, self.status = message, place, code, status


def _said(value: str) -> str:
    if not value.strip():
        raise ValueError(words.EMPTY)
    return value


Text = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST_QUESTION), AfterValidator(_said)
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_said)]
Value = str | bool | int | FiniteFloat
Values = Annotated[list[Value], Field(min_length=1, max_length=_MOST_VALUES)]


class _Request(BaseModel):
    """A request: frozen, strict, with no field that isn't named here."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class AskOne(_Request):
    """A question with the questions of its conversation before it."""

    question: Text = Field(description=words.QUESTION)
    earlier: list[Text] = Field(default=[], max_length=MOST_TURNS, description=words.EARLIER)


class Ask(_Request):
    """A question, with those before it, or several questions as turns of one conversation."""

    question: Text | None = Field(default=None, description=words.QUESTION)
    earlier: list[Text] = Field(default=[], max_length=MOST_TURNS, description=words.EARLIER)
    questions: list[Text] | None = Field(
        default=None, min_length=1, max_length=MOST_TURNS, description=words.QUESTIONS
    )


class Search(_Request):
    """What to find, and where."""

    query: Text = Field(description=words.QUERY)
    top: int = Field(default=5, ge=1, le=_MOST_HITS, description=words.TOP)
    policies: list[Name] = Field(default=[], max_length=_MOST_POLICIES, description=words.POLICIES)
    status: Literal["draft", "in-force"] | None = Field(default=None, description=words.STATUS)
    on: Annotated[date | None, Field(strict=False)] = Field(default=None, description=words.ON)


class Calculate(_Request):
    """An award with its facts, or with the amount that is wanted of it."""

    award: Name = Field(description=words.AWARD)
    facts: dict[Name, Value | Values] = Field(
        default={}, max_length=_MOST_FACTS, description=words.FACTS
    )
    want: Name | None = Field(default=None, description=words.WANT)


class ReadClause(_Request):
    """A clause by its label, and its policy where there are several."""

    clause: Name = Field(description=words.CLAUSE)
    policy: Name | None = Field(default=None, description=words.POLICY)


class ListAwards(_Request):
    """The awards of one policy or of all."""

    policy: Name | None = Field(default=None, description=words.POLICY)


Model = TypeVar("Model", bound=BaseModel)


def read(model: type[Model], data: Any) -> Model:
    """Return a request as a model; raises DoorError."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise refused(faults, list(model.model_fields)) from error


def refused(faults: Sequence[Mapping[str, Any]], known: Sequence[str]) -> DoorError:
    """Return what is said of a request's faults: the first, and how many more there are."""
    faults = [_of_fact(fault) for fault in faults]
    places = dict.fromkeys(_place(fault["loc"]) for fault in faults)
    first = min(faults, key=lambda fault: _ORDER.get(fault["type"], 1))
    place = _place(first["loc"])
    more = words.MORE.format(count=len(places) - 1) if len(places) > 1 else ""
    return DoorError(
        f"{_problem(first, place, known)}{more}。{words.NEXT}",
        place or None,
        _CODES.get(first["type"], "invalid_value"),
    )


_ORDER = {"extra_forbidden": 0, "missing": 0}
_CODES = {"extra_forbidden": "unknown_field", "missing": "missing_field"}


def _of_fact(fault: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a fault of a fact's value as one of all forms the value may have, in one place."""
    if fault["loc"][:1] != ("facts",) or len(fault["loc"]) == 1:
        return fault
    return {**fault, "loc": fault["loc"][:2], "type": "fact"}


def _problem(fault: Mapping[str, Any], place: str, known: Sequence[str]) -> str:
    kind, context = fault["type"], fault.get("ctx") or {}
    if kind == "missing":
        return words.MISSING.format(place=place)
    if kind == "extra_forbidden":
        return words.UNKNOWN_FIELD.format(place=place, known="、".join(known))
    if kind == "value_error":
        return words.EMPTY.format(place=place).removesuffix(f"。{words.NEXT}")
    should = words.SHOULD.get(kind)
    said = should.format(**context) if should else words.NOT_USABLE
    return f"“{place}”的值 {shown(fault.get('input'))} {said}" if place else f"请求内容{said}"


def _place(parts: Sequence[str | int]) -> str:
    """Return where a value stands, as one writes it: `questions[0]`, `facts.product_sales`.

    The names of union members, which pydantic adds, are left out.
    """
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not _is_member(part):
            path += f".{part}" if path else part
    return shortened(path)


def _is_member(part: str) -> bool:
    return part in ("str", "bool", "int", "float") or part.startswith(
        ("constrained-", "list[", "function-")
    )


def shown(value: Any) -> str:
    """Return a value as it is quoted in a line: short, on one line, printable."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=True, default=str)
    except (ValueError, RecursionError):
        text = type(value).__name__
    return shortened(text)


def shortened(text: str, longest: int = _LONGEST_SHOWN) -> str:
    """Return words cut to size, without what can't be shown or encoded."""
    cut = text if len(text) <= longest else f"{text[:longest]}…"
    plain = cut.encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() else "�" for c in plain)
