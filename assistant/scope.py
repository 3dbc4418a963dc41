"""Which policies a turn is about, and how answers name them when there are several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.wording import policy_name

if TYPE_CHECKING:
    from assistant.lexicon import Lexicon
    from assistant.steps import Worked
    from corpus.policy import Clause, Policy


def scope(worked: Worked, lexicon: Lexicon) -> tuple[Policy, ...]:
    """Return the policies a question names, those its topics belong to, or all."""
    evidence = worked.evidence
    ids = evidence.question.policies or tuple(clause.policy for clause in evidence.topics)
    ids = ids or tuple(clause.policy for clause in evidence.reading.context.topics)
    chosen = tuple(policy for policy in lexicon.library.policies if policy.id in ids)
    return chosen or lexicon.library.policies


def named(policies: tuple[Policy, ...]) -> str:
    """Return the names of policies, set off by 、."""
    return "、".join(policy_name(policy.info) for policy in policies)


def policy_prefix(policy_id: str, lexicon: Lexicon) -> str:
    """Return a policy's name where several are at hand, else nothing."""
    policy = lexicon.library.policy(policy_id)
    return policy_name(policy.info) if policy and len(lexicon.library.policies) > 1 else ""


def in_policy(clause: Clause, lexicon: Lexicon) -> str:
    """Return a clause's reference, with its policy where several are at hand."""
    return f"{policy_prefix(clause.policy, lexicon)}{clause.reference}"
