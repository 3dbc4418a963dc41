"""The chat model's settings: off by default, said in one line when they can't be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.model_settings import ModelSettings, model_settings
from assistant.settings import SettingError, Settings

URL = {"POLICY_ASSISTANT_MODEL_URL": "http://127.0.0.1:11434/v1/"}
SECRET = "sk-very-secret"


def test_no_model_unless_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.from_environment().chat is None
    monkeypatch.setenv("POLICY_ASSISTANT_MODEL", "off")
    assert Settings.from_environment().chat is None
    monkeypatch.setenv("POLICY_ASSISTANT_MODEL", "openai:qwen3:8b")
    monkeypatch.setenv("POLICY_ASSISTANT_MODEL_URL", URL["POLICY_ASSISTANT_MODEL_URL"])
    chat = Settings.from_environment().chat
    assert chat == ModelSettings("qwen3:8b", "http://127.0.0.1:11434/v1")


def test_the_key_comes_from_the_environment_or_a_file_and_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    for given in ({"KEY": SECRET}, {"KEY_FILE": str(file)}):
        named = {f"POLICY_ASSISTANT_MODEL_{name}": value for name, value in given.items()}
        found = model_settings("qwen-plus", URL | named)
        assert found is not None
        assert found.key == SECRET
        assert SECRET not in repr(found) + repr(Settings(Path(), chat=found))


def test_other_programs_keys_are_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    found = model_settings("qwen-plus", URL)
    assert found is not None
    assert found.key == "none"


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("qwen plus", {}, "qwen plus"),
        ("qwen", {"URL": ""}, "POLICY_ASSISTANT_MODEL_URL"),
        ("qwen", {"URL": "localhost:11434"}, "localhost:11434"),
        ("qwen", {"URL": "http://me:pw@host/v1"}, "不要写账号和密码"),
        ("qwen", {"TIMEOUT": "0"}, "TIMEOUT"),
        ("qwen", {"TIMEOUT": "soon"}, "soon"),
        ("qwen", {"TIMEOUT": "9999"}, "9999"),
        ("qwen", {"RETRIES": "11"}, "RETRIES"),
        ("qwen", {"DAY_TOKENS": "-1"}, "-1"),
        ("qwen", {"REPLY_TOKENS": "0"}, "REPLY_TOKENS"),
        ("qwen", {"STREAM": "maybe"}, "maybe"),
        ("qwen", {"KEY_FILE": "/nowhere/key"}, "/nowhere/key"),
        ("qwen", {"KEY": f"{SECRET} 密钥"}, "重新复制密钥"),
    ],
)
def test_what_cannot_be_used_is_one_line(name: str, changes: dict[str, str], said: str) -> None:
    named = {f"POLICY_ASSISTANT_MODEL_{key}": value for key, value in changes.items()}
    with pytest.raises(SettingError) as fault:
        model_settings(name, URL | named)
    assert said in str(fault.value)
    assert "\n" not in str(fault.value)
    assert SECRET not in str(fault.value)
    assert "pw@" not in str(fault.value)
