"""Which chat model writes explanations, where it is reached, and how much it may cost."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.settings import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX = "POLICY_ASSISTANT_MODEL"
_PROVIDER = "openai:"
_NO_KEY = "none"
"""What is sent where no key is set: servers on the own machine ask for none."""
_LARGEST = 10**12
_LONGEST = 600.0
_ON, _OFF = ("1", "on", "yes", "true", "是"), ("0", "off", "no", "false", "否")


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """The model's name, address and key, and its limits.

    `timeout` is in seconds and holds for a whole turn; `retries` for each call; `reply_tokens` for
    each reply. The limits a turn and a day count calls and tokens, 0: no limit. `streams` is off
    for servers that can't stream.
    """

    name: str
    url: str
    key: str = field(default=_NO_KEY, repr=False)
    timeout: float = 20.0
    retries: int = 1
    reply_tokens: int = 800
    turn_calls: int = 6
    turn_tokens: int = 30_000
    day_calls: int = 5_000
    day_tokens: int = 20_000_000
    streams: bool = True


def model_settings(
    named: str, environment: Mapping[str, str] | None = None
) -> ModelSettings | None:
    """Return the settings of the model of this name, None for "off"; raises SettingError.

    Everything but the name comes from POLICY_ASSISTANT_MODEL_…; `openai:` before the name tells
    that the address speaks OpenAI's protocol, the only one spoken, and may be left out.
    """
    environment = os.environ if environment is None else environment
    name = named.strip().removeprefix(_PROVIDER)
    if name.lower() in _OFF:
        return None
    if not re.fullmatch(r"[\w./:@+-]{1,200}", name, re.ASCII):
        raise SettingError(f"设置 {_PREFIX} 的值是“{named}”，应为模型名称，例如 openai:qwen-plus。")
    return ModelSettings(
        name=name,
        url=_address(environment.get(f"{_PREFIX}_URL", "")),
        key=_key(environment),
        timeout=_seconds(environment, "TIMEOUT", 20.0),
        retries=_whole(environment, "RETRIES", 1, most=10),
        reply_tokens=_whole(environment, "REPLY_TOKENS", 800, least=1),
        turn_calls=_whole(environment, "TURN_CALLS", 6),
        turn_tokens=_whole(environment, "TURN_TOKENS", 30_000),
        day_calls=_whole(environment, "DAY_CALLS", 5_000),
        day_tokens=_whole(environment, "DAY_TOKENS", 20_000_000),
        streams=_switch(environment, "STREAM"),
    )


def _address(value: str) -> str:
    """Return the address without its last slash; one that carries a password is refused."""
    name = f"{_PREFIX}_URL"
    if not value.strip():
        raise SettingError(
            f"设置了 {_PREFIX}，但没有设置 {name}。"
            "请写模型服务的地址，例如 http://127.0.0.1:11434/v1。"
        )
    parts = urlsplit(value.strip())
    if "@" in parts.netloc:
        raise SettingError(f"设置 {name} 里不要写账号和密码，密钥请写在 {_PREFIX}_KEY。")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise SettingError(
            f"设置 {name} 的值是“{value}”，应为 http:// 或 https:// 开头的地址，"
            "例如 http://127.0.0.1:11434/v1。"
        )
    return value.strip().rstrip("/")


def _key(environment: Mapping[str, str]) -> str:
    """Return the key, from the environment or from the file named there; never shown."""
    name, key = f"{_PREFIX}_KEY", environment.get(f"{_PREFIX}_KEY", "")
    if not key and (file := environment.get(f"{_PREFIX}_KEY_FILE", "")):
        name = f"{_PREFIX}_KEY_FILE"
        try:
            key = Path(file).expanduser().read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise SettingError(
                f"设置 {name} 指向的文件“{file}”读不出，请检查路径和权限。"
            ) from error
    key = key.strip()
    if not re.fullmatch(r"[!-~]{0,4000}", key):
        raise SettingError(f"设置 {name} 里的密钥含有空格、换行或中文，请重新复制密钥。")
    return key or _NO_KEY


def _whole(
    environment: Mapping[str, str], name: str, default: int, least: int = 0, most: int = _LARGEST
) -> int:
    value = environment.get(f"{_PREFIX}_{name}", "").strip()
    if not value:
        return default
    number = int(value) if re.fullmatch(r"\d{1,13}", value, re.ASCII) else -1
    if not least <= number <= most:
        raise SettingError(
            f"设置 {_PREFIX}_{name} 的值是“{value}”，应为 {least} 到 {most} 的整数。"
        )
    return number


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    value = environment.get(f"{_PREFIX}_{name}", "").strip()
    if not value:
        return default
    number = float(value) if re.fullmatch(r"\d{1,4}(\.\d{1,3})?", value, re.ASCII) else 0.0
    if not 0 < number <= _LONGEST:
        raise SettingError(
            f"设置 {_PREFIX}_{name} 的值是“{value}”，应为大于 0、不超过 600 的秒数，例如 20。"
        )
    return number


def _switch(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(f"{_PREFIX}_{name}", "").strip().lower()
    if value and value not in (*_ON, *_OFF):
        raise SettingError(f"设置 {_PREFIX}_{name} 的值是“{value}”，应为 on 或 off。")
    return value not in _OFF
