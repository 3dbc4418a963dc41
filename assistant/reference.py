"""Clauses that a question names by their place: 第五条, 第3到5条, 倒数第二条, 三、（二）, 一个部分.

What one reader has read, the ones after it don't see: the number in 第三部分第（四）项 names no
clause （四） as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.clause_numbers import called_in
from assistant.lexicon import language
from assistant.normalise import normalise
from corpus.numerals import read_integer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpus.policy import Clause, Policy

CLAUSE, SECTION, RANGE, EXCEPT = "clause", "section", "range", "except"
_LONG_HEADING = 5
_READ = "□"
_NUMBER = r"(?:\d{1,4}|[零〇一二两三四五六七八九十百]{1,6})"
_NAMED = rf"第\s*（?({_NUMBER})）?\s*条"
_PART = r"(?:部分|大部分|章|大块|块|大点|大条|方面|节)"
_CLAUSE = re.compile(
    rf"第\s*({_NUMBER})\s*(?:条)"
    r"|(?<![\d共有前达到过.])(\d{1,3})\s*条(?=$|[，。？?、；：:\s]|的|怎|讲|说|写|原文|内容|规定|呢|是|里|给|最|能|要|和|跟|与|有没有)"
)
_QUALIFIED = re.compile(
    r"([一二三四五六七八九十]{1,3})\s*[、，.]?\s*（([一二三四五六七八九十]{1,3})）"
)
_ITEM = re.compile(
    rf"第\s*({_NUMBER})\s*个?{_PART}[，、]?(?:里|中|下面?)?的?\s*"
    rf"(?:第\s*（?|（)({_NUMBER})）?\s*(?:小?[项条款点]|个)?"
)
_SPAN = re.compile(
    rf"(?:第\s*（?|（)({_NUMBER})）?\s*条?\s*(?:到|至|[-—–~])\s*第?\s*（?({_NUMBER})）?\s*条"
)
_SECTION = re.compile(rf"第\s*({_NUMBER})\s*个?{_PART}")
_LAST_SECTION = re.compile(rf"(?:最后|最末|末尾)的?(?:一|那)?个?{_PART}")
_LABEL = re.compile(r"（([一二三四五六七八九十]{1,3})）")
_FIRST_FEW = re.compile(rf"(?<![的之以此名排])前面?({_NUMBER})条(?!件)")
_LAST_FEW = re.compile(rf"(?:最后|最末|末尾)的?({_NUMBER})条(?!件)")
_FROM_END = re.compile(rf"倒数第?({_NUMBER})条(?!件)")
_LAST = re.compile(r"(?:最后|最末|末尾)(?:的)?(?:一|那)?条")
_SET_ASIDE = re.compile(rf"(?:除(?:了|去|开)?|不算|不含)\s*(?:[、和与跟及]?{_NAMED})+")


@dataclass(frozen=True, slots=True)
class Reference:
    """Clauses named by their place: (policy, label) of each.

    `kind` tells how: CLAUSE by itself, SECTION with all of a part, RANGE from one to another,
    EXCEPT as set aside (除了第六条). `number` is what was said, 0 when no number was.
    """

    kind: str
    number: int
    places: tuple[tuple[str, str], ...]

    @property
    def found(self) -> bool:
        """Tell whether a policy has it."""
        return bool(self.places)

    def within(self, policies: tuple[str, ...]) -> Reference:
        """Return the reference with only its places in these policies."""
        return replace(self, places=tuple(place for place in self.places if place[0] in policies))


def read_references(text: str, policies: Sequence[Policy]) -> tuple[Reference, ...]:
    """Return what a question names by place; a part named beside a single clause only says where.

    Clauses come first, each kind in the order of the text.
    """
    text = text.replace("(", "（").replace(")", "）")
    found: list[Reference] = []
    for clause in called_in(text, policies):
        found.append(Reference(CLAUSE, 0, ((clause.policy, clause.label),)))
        text = re.sub(rf"{re.escape(clause.called)}(?!\d)", lambda m: _READ * len(m[0]), text)
    for pattern, read in (*_neighbours(), *_READERS):
        for match in pattern.finditer(text):
            if reference := read(match, policies):
                found.append(reference)
                text = text[: match.start()] + _READ * len(match[0]) + text[match.end() :]
    found += _headings_named(text, policies)
    if any(r.kind == CLAUSE and len(r.places) == 1 for r in found):
        found = [reference for reference in found if reference.kind != SECTION]
    return tuple(dict.fromkeys(found))


def relative_step(text: str) -> int | None:
    """Return -1 for 上一条, 1 for 下一条, None when neither is said."""
    beside = language()["beside"]
    return next((step for step, words in _sides(beside) if re.search(words, text)), None)


def clauses_numbered(policy: Policy, number: int) -> tuple[str, ...]:
    """Return the labels of the clauses with this number; several where parts number anew."""
    return tuple(clause.label for clause in policy.clauses if _number_of(clause) == number)


def clauses_in_section(policy: Policy, number: int) -> tuple[str, ...]:
    """Return the labels of the clauses below the section with this number."""
    return tuple(
        clause.label
        for clause in policy.clauses
        if any(read_integer(_digits(_mark(heading))) == number for heading in clause.section[:1])
    )


def _sides(words: dict[str, str]) -> tuple[tuple[int, str], ...]:
    return ((-1, words["before"]), (1, words["after"]))


def _neighbours() -> list[tuple[re.Pattern[str], Callable[..., Reference | None]]]:
    """Return the readers of the clause before or after one that is named: 第四条前面一条."""
    return [
        (re.compile(_NAMED + words), _neighbour_reader(step))
        for step, words in _sides(language()["beside_a_clause"])
    ]


def _neighbour_reader(step: int) -> Callable[[re.Match[str], Sequence[Policy]], Reference]:
    def read(match: re.Match[str], policies: Sequence[Policy]) -> Reference:
        number = (read_integer(match[1]) or 0) + step
        return _by_number(CLAUSE, number, policies)

    return read


def _clause(match: re.Match[str], policies: Sequence[Policy]) -> Reference | None:
    number = read_integer(match[1] or match[2])
    return None if number is None else _by_number(CLAUSE, number, policies)


def _section(match: re.Match[str], policies: Sequence[Policy]) -> Reference | None:
    number = read_integer(match[1])
    return None if number is None else _by_number(SECTION, number, policies)


def _by_number(kind: str, number: int, policies: Sequence[Policy]) -> Reference:
    find = clauses_numbered if kind == CLAUSE else clauses_in_section
    places = tuple((policy.id, label) for policy in policies for label in find(policy, number))
    return Reference(kind, number, places)


def _span(match: re.Match[str], policies: Sequence[Policy]) -> Reference:
    low, high = (read_integer(match[1]) or 0), (read_integer(match[2]) or 0)
    numbers = range(low, high + 1)
    return Reference(RANGE, low, _places(policies, lambda c: _number_of(c) in numbers))


def _item(match: re.Match[str], policies: Sequence[Policy]) -> Reference | None:
    """Return the clause of a part that has a number, or else is at that place in it."""
    section, item = read_integer(match[1]), read_integer(match[2])
    if not section or not item:
        return None
    places = []
    for policy in policies:
        inside = clauses_in_section(policy, section)
        numbered = [label for label in clauses_numbered(policy, item) if label in inside]
        places += [(policy.id, label) for label in numbered or inside[item - 1 : item]]
    return Reference(CLAUSE, 0 if places else item, tuple(places))


def _qualified(match: re.Match[str], policies: Sequence[Policy]) -> Reference | None:
    """Return the clauses labelled 三、（二） in documents that number anew in each part."""
    label = f"{match[1]}、（{match[2]}）"
    return _if_any(Reference(CLAUSE, 0, _places(policies, lambda c: c.label == label)))


def _labelled(match: re.Match[str], policies: Sequence[Policy]) -> Reference | None:
    """Return the clauses whose whole label is a number in brackets: （十九）."""
    label = f"（{match[1]}）"
    return _if_any(Reference(CLAUSE, 0, _places(policies, lambda c: c.label == label)))


def _last_section(_: re.Match[str], policies: Sequence[Policy]) -> Reference | None:
    last = {policy.id: policy.headings[-1] for policy in policies if policy.headings}
    places = _places(policies, lambda clause: last.get(clause.policy) in clause.section)
    return _if_any(Reference(SECTION, 0, places))


def _first_few(match: re.Match[str], policies: Sequence[Policy]) -> Reference | None:
    count = read_integer(match[1]) or 0
    return _at(policies, slice(0, count)) if count > 1 else None


def _last_few(match: re.Match[str], policies: Sequence[Policy]) -> Reference | None:
    count = read_integer(match[1]) or 0
    return _at(policies, slice(-count, None)) if count > 1 else None


def _from_end(match: re.Match[str], policies: Sequence[Policy]) -> Reference:
    count = read_integer(match[1]) or 1
    return replace(_at(policies, slice(-count, 1 - count or None)), kind=CLAUSE)


def _last(_: re.Match[str], policies: Sequence[Policy]) -> Reference:
    return replace(_at(policies, slice(-1, None)), kind=CLAUSE)


def _at(policies: Sequence[Policy], where: slice) -> Reference:
    """Return the clauses at a place among a policy's numbered ones, as a range."""
    return Reference(
        RANGE, 0, tuple((p.id, clause.label) for p in policies for clause in p.numbered[where])
    )


def _set_aside(match: re.Match[str], policies: Sequence[Policy]) -> Reference:
    numbers = {read_integer(number) for number in re.findall(_NAMED, match[0])}
    return Reference(EXCEPT, 0, _places(policies, lambda clause: _number_of(clause) in numbers))


def _places(
    policies: Sequence[Policy], fits: Callable[[Clause], bool]
) -> tuple[tuple[str, str], ...]:
    return tuple((p.id, clause.label) for p in policies for clause in p.clauses if fits(clause))


def _if_any(reference: Reference) -> Reference | None:
    return reference if reference.found else None


def _headings_named(text: str, policies: Sequence[Policy]) -> list[Reference]:
    """Return the parts whose heading is said word for word."""
    names = dict.fromkeys(name for policy in policies for name in _headings(policy))
    return [
        Reference(SECTION, 0, places)
        for name in names
        if name in text
        and (
            places := _places(
                policies,
                lambda clause: any(normalise(head).endswith(name) for head in clause.section),  # noqa: B023 used at once
            )
        )
    ]


def _headings(policy: Policy) -> tuple[str, ...]:
    """Return what a policy's parts are called, without their numbers."""
    names = (re.sub(r"^[^、.．\s]{1,6}[、.．\s]\s*", "", heading) for heading in policy.headings)
    return tuple(normalise(name) for name in names if len(name) >= _LONG_HEADING)


def _number_of(clause: Clause) -> int | None:
    return read_integer(_digits(clause.label))


def _mark(heading: str) -> str:
    return re.split(r"[、.．\s]", heading)[0]


def _digits(label: str) -> str:
    return re.sub(r"[第条章节编部分（）()·]|^.*、", "", label)


_READERS: tuple[tuple[re.Pattern[str], Callable[..., Reference | None]], ...] = (
    (_SET_ASIDE, _set_aside),
    (_SPAN, _span),
    (_ITEM, _item),
    (_FROM_END, _from_end),
    (_CLAUSE, _clause),
    (_SECTION, _section),
    (_LAST_SECTION, _last_section),
    (_QUALIFIED, _qualified),
    (_LABEL, _labelled),
    (_FIRST_FEW, _first_few),
    (_LAST_FEW, _last_few),
    (_LAST, _last),
)
"""How places are written, the longest first, and who reads them."""
