"""Settings, read once from the environment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

JOURNAL_DAYS = 180
"""How long turns are kept when nothing is set."""
_MOST_DAYS = 36_500


class SettingError(ValueError):
    """An environment variable can't be used; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where data lives and which embedding model is used.

    `home` keeps the index (POLICY_ASSISTANT_HOME); `policies` is the folder of policy folders
    (POLICY_ASSISTANT_POLICIES, None: the shipped ones); `embedding` names a sentence-transformers
    model (POLICY_ASSISTANT_EMBEDDING, None: the shipped one); `journal_days` is how long turns are
    kept in the journal (POLICY_ASSISTANT_JOURNAL_DAYS, 0: nothing is kept).
    """

    home: Path
    policies: Path | None = None
    embedding: str | None = None
    journal_days: int = JOURNAL_DAYS

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the settings from environment variables; empty ones count as unset."""
        home = os.environ.get("POLICY_ASSISTANT_HOME")
        policies = os.environ.get("POLICY_ASSISTANT_POLICIES")
        return cls(
            home=Path(home).expanduser() if home else user_data_path("policy-assistant"),
            policies=Path(policies).expanduser() if policies else None,
            embedding=os.environ.get("POLICY_ASSISTANT_EMBEDDING") or None,
            journal_days=_journal_days(os.environ.get("POLICY_ASSISTANT_JOURNAL_DAYS") or ""),
        )


def _journal_days(value: str) -> int:
    if not value:
        return JOURNAL_DAYS
    days = int(value) if re.fullmatch(r"\d{1,9}", value, re.ASCII) else -1
    if not 0 <= days <= _MOST_DAYS:
        raise SettingError(
            f"设置 POLICY_ASSISTANT_JOURNAL_DAYS 的值是“{value}”，"
            f"应为 0 到 {_MOST_DAYS} 的整数（保留天数，0 为不记录）。"
        )
    return days
