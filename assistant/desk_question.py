"""What the desk asks the assistant about an opened clause: the caller's question in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant import wording_desk as words
from assistant.script import figures
from assistant.wording import policy_name

if TYPE_CHECKING:
    from assistant.calculator_form import Case
    from assistant.lookup import Finder
    from corpus.policy import Clause


def asked_of(clause: Clause, typed: str, finder: Finder) -> str:
    """Return the question for a clause: what was typed, when that asks something, within it.

    What only names the clause (5, jbgs, 揭榜挂帅) asks for what it gives.
    """
    if _asks(typed, finder):
        return within(clause, typed, finder)
    pays = finder.library.awards_of(clause.policy, clause.label)
    form = words.ABOUT_AWARD if pays else words.ABOUT_CLAUSE
    return form.format(clause=_named(clause, finder))


def within(clause: Clause, typed: str, finder: Finder) -> str:
    """Return a question about a clause, which is named unless the question names one itself."""
    typed = typed.strip()
    read = finder.read(typed)
    if any(reference.kind == "clause" for reference in read.references):
        return of_policy(clause.policy, typed, finder)
    return words.WITHIN.format(clause=_named(clause, finder), typed=typed)


def of_policy(policy_id: str | None, typed: str, finder: Finder) -> str:
    """Return a question of one policy, named where several are at hand and none is named."""
    policy = finder.library.policy(policy_id or "")
    if policy is None or len(finder.library.policies) < 2 or finder.read(typed).policies:
        return typed.strip()
    return words.WITHIN.format(clause=policy_name(policy.info), typed=typed.strip())


def with_figures(case: Case, finder: Finder) -> str:
    """Return the question with a case's figures in it."""
    clause = case.clause
    named = _named(clause, finder)
    if len(finder.library.awards_of(clause.policy, clause.label)) > 1:
        named += f"“{case.rule.title}”"
    return words.WITH_FIGURES.format(clause=named, figures=figures(case))


def _asks(typed: str, finder: Finder) -> bool:
    """Tell whether something typed asks, rather than only names what to look for."""
    read = finder.read(typed)
    return bool(read.aspects or read.wants_calculation or (read.money and read.terms))


def _named(clause: Clause, finder: Finder) -> str:
    """Return a clause by its number where the assistant understands it, else by its words."""
    policy = finder.library.policy(clause.policy)
    several = len(finder.library.policies) > 1 and policy
    name = policy_name(policy.info) if several and policy else ""
    numbered = f"{name}{clause.reference}"
    places = [place for found in finder.read(numbered).references for place in found.places]
    if places == [(clause.policy, clause.label)]:
        return numbered
    return f"{name}“{clause.title}”"
