"""Settings, read once from the environment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path

if TYPE_CHECKING:
    from assistant.model_settings import ModelSettings
    from index.embedder import EmbeddingModel
    from index.server import Server

JOURNAL_DAYS = 180
"""How long turns are kept when nothing is set."""
_MOST_DAYS = 36_500


class SettingError(ValueError):
    """An environment variable can't be used; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where data lives, which models are used, and where the vectors are kept.

    `home` keeps the index (POLICY_ASSISTANT_HOME); `policies` is the folder of policy folders
    (POLICY_ASSISTANT_POLICIES, None: the shipped ones); `journal_days` is how long turns are kept
    in the journal, 0: nothing is kept; `chat` is the chat model (POLICY_ASSISTANT_MODEL and those
    that begin so, None: none). Every other field is the variable POLICY_ASSISTANT_<FIELD>,
    None when unset; `README.md` says what each does.
    """

    home: Path
    policies: Path | None = None
    embedding: str | None = None
    embedding_backend: str | None = None
    query_prompt: str | None = None
    document_prompt: str | None = None
    reranker: str | None = None
    adapt: str | None = None
    chroma_url: str | None = None
    chroma_tenant: str | None = None
    chroma_database: str | None = None
    chroma_token: str | None = field(default=None, repr=False)
    journal_days: int = JOURNAL_DAYS
    chat: ModelSettings | None = None
    api_keys_file: str | None = None
    hosts: str | None = None

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the settings from environment variables; empty ones count as unset."""
        home, policies = _read("home"), _read("policies")
        return cls(
            home=Path(home).expanduser() if home else user_data_path("policy-assistant"),
            policies=Path(policies).expanduser() if policies else None,
            embedding=_read("embedding"),
            embedding_backend=_read("embedding_backend"),
            query_prompt=_read("query_prompt"),
            document_prompt=_read("document_prompt"),
            reranker=_read("reranker"),
            adapt=_read("adapt"),
            chroma_url=_read("chroma_url"),
            chroma_tenant=_read("chroma_tenant"),
            chroma_database=_read("chroma_database"),
            chroma_token=_read("chroma_token"),
            journal_days=_journal_days(_read("journal_days") or ""),
            chat=_chat(_read("model")),
            api_keys_file=_read("api_keys_file"),
            hosts=_read("hosts"),
        )

    @property
    def api_keys(self) -> Path | None:
        """Return the file of API keys, None when none are asked for."""
        return Path(self.api_keys_file).expanduser() if self.api_keys_file else None

    @property
    def own_hosts(self) -> frozenset[str]:
        """Return the host names this service goes by beside its addresses, in small letters."""
        return frozenset(name.lower() for name in re.split(r"[,\s]+", self.hosts or "") if name)

    @property
    def model(self) -> EmbeddingModel:
        """Return which model embeds, and how."""
        from index.embedder import EmbeddingModel  # the cheap commands need no model

        backend = self.embedding_backend or "auto"
        return EmbeddingModel(self.embedding, self.query_prompt, self.document_prompt, backend)

    @property
    def adapts(self) -> bool:
        """Tell whether a static model is adapted to a large library: unless `adapt` says off."""
        return (self.adapt or "on").lower() not in _OFF

    @property
    def server(self) -> Server | None:
        """Return the Chroma server that keeps the vectors, None for files; raises AddressError."""
        if self.chroma_url is None:
            return None
        from index.server import Server

        named = {"tenant": self.chroma_tenant, "database": self.chroma_database}
        given = {name: value for name, value in named.items() if value}
        return Server(self.chroma_url, token=self.chroma_token, **given)


_OFF = ("0", "off", "no", "false", "否")


def _read(name: str) -> str | None:
    return os.environ.get(f"POLICY_ASSISTANT_{name.upper()}") or None


def _chat(name: str | None) -> ModelSettings | None:
    if name is None:
        return None
    from assistant.model_settings import model_settings  # not without a model

    return model_settings(name)


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
