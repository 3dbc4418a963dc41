"""What every door offers besides asking: search, clauses, awards, calculations, policies.

Requests in, the contract's JSON objects out, the same that the command line prints.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assistant import calc_command
from assistant import door_wording as words
from assistant.calculator import FactError
from assistant.door_requests import DoorError, shortened
from assistant.terminal import clause_json, hit_json, inverse_json
from assistant.usage import UsageError
from corpus.money import MoneyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.door_requests import Calculate, ReadClause, Search
    from corpus.library import Library
    from corpus.policy import Clause, Policy
    from index.retriever import PolicyRetriever


def found(
    wanted: Search, library: Library, retriever: PolicyRetriever
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return the hits as `search --json` prints them, and a line for what was out of order.

    Raises DoorError for a policy that isn't there.
    """
    chosen = [policy_of(name, library).id for name in wanted.policies] or None
    retrieval = retriever.retrieve(wanted.query, wanted.top, chosen, wanted.status, wanted.on)
    pairs = [(hit, library.clause(hit.policy, hit.clause)) for hit in retrieval.hits]
    return [hit_json(hit, clause) for hit, clause in pairs if clause], retrieval.notes


def calculated(wanted: Calculate, library: Library) -> dict[str, Any]:
    """Return a calculation as `calc --json` prints it, the way back when an amount is wanted.

    Raises DoorError for what can't be calculated with.
    """
    try:
        rule = calc_command.find_award(wanted.award, library)
    except UsageError as error:
        raise DoorError(str(error), "award", "unknown_award") from error
    try:
        if wanted.want is None:
            facts = {name: _written(value) for name, value in wanted.facts.items()}
            result = calc_command.worked_out(rule, facts)
            return result.to_json() | calc_command.open_points(result)
        if wanted.facts:
            raise DoorError(words.WANT_ALONE, "want")
        return inverse_json(calc_command.wanted(rule, wanted.want))
    except (UsageError, FactError, MoneyError) as error:
        place = "facts" if wanted.want is None else "want"
        raise DoorError(shortened(str(error), 400), place) from error


def awards(library: Library, policy: str | None = None) -> list[dict[str, str]]:
    """Return the awards as `awards --json` prints them, of one policy or of all."""
    rows = calc_command.award_rows(library)
    chosen = policy_of(policy, library).id if policy else None
    return [row for row in rows if chosen in (None, row["policy"])]


def policies(library: Library) -> list[dict[str, Any]]:
    """Return what is known of each policy."""
    return [_policy_json(policy) for policy in library.policies]


def clauses(library: Library, policy: str | None = None) -> list[dict[str, str]]:
    """Return the clauses of one policy or of all, word for word."""
    chosen = [policy_of(policy, library)] if policy else library.policies
    return [{"policy": p.id, **clause_json(clause)} for p in chosen for clause in p.clauses]


def clause(wanted: ReadClause, library: Library) -> dict[str, str]:
    """Return one clause, by the label as printed or as people say it; raises DoorError."""
    if wanted.policy is None and len(library.policies) > 1:
        raise DoorError(words.WHICH_POLICY.format(known=_ids(library)), "policy", "missing_field")
    policy = policy_of(wanted.policy or library.policies[0].id, library)
    for one in policy.clauses:
        if wanted.clause.strip() in (one.label, one.reference):
            return {"policy": policy.id, **clause_json(one)}
    known = "、".join(_labels(policy.clauses))
    line = words.UNKNOWN_CLAUSE.format(
        policy=policy.id, label=shortened(wanted.clause), known=known
    )
    raise DoorError(line, "clause", "unknown_clause", 404)


def policy_of(name: str, library: Library) -> Policy:
    """Return the policy with this id; raises DoorError naming those there are."""
    policy = library.policy(name)
    if policy is None:
        line = words.UNKNOWN_POLICY.format(name=shortened(name), known=_ids(library))
        raise DoorError(line, "policy", "unknown_policy", 404)
    return policy


def _policy_json(policy: Policy) -> dict[str, Any]:
    info = policy.info
    return {
        "policy": policy.id,
        "title": info.title,
        "short_title": info.short_title,
        "issuer": info.issuer,
        "region": info.region,
        "kind": info.kind,
        "status": info.status.value,
        "effective": info.effective.isoformat() if info.effective else None,
        "expires": info.expires.isoformat() if info.expires else None,
        "clauses": len(policy.clauses),
    }


def _written(value: Any) -> list[str]:
    """Return a JSON value as the words a person would have typed."""
    return [_typed(one) for one in (value if isinstance(value, list) else [value])]


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else format(Decimal(str(value)), "f")


def _labels(found: Sequence[Clause]) -> list[str]:
    labels = [one.label for one in found]
    return labels if len(labels) <= 30 else [*labels[:30], "…"]


def _ids(library: Library) -> str:
    return "、".join(policy.id for policy in library.policies)
