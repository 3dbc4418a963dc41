"""What every test shares: loopback only, a data folder of its own, one real assistant a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_socket import socket_allow_hosts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.chain import Assistant

LOOPBACK = ["127.0.0.1", "::1", "localhost"]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = str(tmp_path_factory.mktemp("home"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICY_ASSISTANT_HOME", folder)
        yield folder


@pytest.fixture(scope="session")
def assistant() -> Assistant:
    from assistant.chain import open_assistant

    return open_assistant()
