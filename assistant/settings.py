"""Settings, read once from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path


@dataclass(frozen=True, slots=True)
class Settings:
    """Where data lives and which embedding model is used.

    `home` keeps the index (POLICY_ASSISTANT_HOME); `policies` is the folder of policy folders
    (POLICY_ASSISTANT_POLICIES, None: the shipped ones); `embedding` names a sentence-transformers
    model (POLICY_ASSISTANT_EMBEDDING, None: the shipped one).
    """

    home: Path
    policies: Path | None = None
    embedding: str | None = None

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the settings from environment variables; empty ones count as unset."""
        home = os.environ.get("POLICY_ASSISTANT_HOME")
        policies = os.environ.get("POLICY_ASSISTANT_POLICIES")
        return cls(
            home=Path(home).expanduser() if home else user_data_path("policy-assistant"),
            policies=Path(policies).expanduser() if policies else None,
            embedding=os.environ.get("POLICY_ASSISTANT_EMBEDDING") or None,
        )
