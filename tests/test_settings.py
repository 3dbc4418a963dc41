"""Settings come from the environment, and secrets stay out of what is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import Settings
from index.embedder import EmbeddingModel
from index.server import AddressError, Server

PREFIX = "POLICY_ASSISTANT_"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in Settings.__dataclass_fields__:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    return monkeypatch


def test_nothing_set_is_the_shipped_model_and_files(environment: pytest.MonkeyPatch) -> None:
    settings = Settings.from_environment()
    assert settings == Settings(settings.home)
    assert settings.model == EmbeddingModel()
    assert settings.server is None


def test_every_field_is_a_variable(environment: pytest.MonkeyPatch) -> None:
    names = Settings.__dataclass_fields__.keys() - {"chat"}
    values = {name: f"the-{name}" for name in names} | {"journal_days": "7"}
    for name, value in values.items():
        environment.setenv(PREFIX + name.upper(), value)
    settings = Settings.from_environment()
    assert {name: str(getattr(settings, name)) for name in values} == values


def test_empty_variables_count_as_unset(environment: pytest.MonkeyPatch) -> None:
    before = Settings.from_environment()
    for name in Settings.__dataclass_fields__:
        environment.setenv(PREFIX + name.upper(), "")
    assert Settings.from_environment() == before


def test_the_model_and_the_server_are_made_of_their_fields() -> None:
    settings = Settings(
        Path(),
        embedding="BAAI/bge-m3",
        embedding_backend="onnx",
        query_prompt="查询：",
        chroma_url="https://vectors",
        chroma_database="policies",
        chroma_token="s3cret",
    )
    assert settings.model == EmbeddingModel("BAAI/bge-m3", "查询：", None, "onnx")
    assert settings.server == Server("https://vectors", database="policies", token="s3cret")
    assert "s3cret" not in repr(settings) + repr(settings.server)


def test_a_wrong_address_is_said_when_the_server_is_wanted() -> None:
    with pytest.raises(AddressError, match="nowhere"):
        Settings(Path(), chroma_url="nowhere").server  # noqa: B018 - it raises
