"""A Chroma server: its address, a client that doesn't wait for ever, a collection as a store."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from index.store import StoreError, VectorStore, collection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chromadb.api import ClientAPI
    from langchain_core.embeddings import Embeddings

    from index.store import Opened

CONNECT_SECONDS, ANSWER_SECONDS = 5, 30

_SETTING = "POLICY_ASSISTANT_CHROMA_URL"
_PORTS = {"http": 8000, "https": 443}
_REASONS = (
    ("ConnectTimeout", "连接超时"),
    ("ConnectError", "连不上"),
    ("TimeoutException", "没有按时答复"),
    ("TransportError", "连接中断"),
    ("NotFoundError", "服务器上没有所要的集合、租户或数据库"),
)
"""The classes of errors, by name, and what they say to the user; the first that fits counts."""


class AddressError(ValueError):
    """A server's address or token can't be used; the message is one Chinese line for the user."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a Chroma server is. The token is sent with every request and never shown."""

    url: str
    tenant: str = "default_tenant"
    database: str = "default_database"
    token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Raise AddressError when the address or the token can't be used."""
        _port(self.url)
        token = self.token or ""
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise AddressError(
                "POLICY_ASSISTANT_CHROMA_TOKEN 含有空白或非 ASCII 字符，不能作口令。请核对后再试。"
            )

    @property
    def address(self) -> str:
        """Return scheme, host and port."""
        parts = urlsplit(self.url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{parts.scheme}://{host}:{_port(self.url)}"

    @property
    def headers(self) -> dict[str, str]:
        """Return what identifies us to the server or to a proxy before it."""
        if not self.token:
            return {}
        return {"Authorization": f"Bearer {self.token}", "X-Chroma-Token": self.token}


def _port(url: str) -> int:
    """Return the port of an address; raises AddressError unless it is http(s)://host[:port]."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        parts, port = urlsplit(""), 0
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise AddressError(
            f"{_SETTING} 的值“{_shown(url)}”不是服务器地址。请写成 http://主机:8000 或 https://主机。"
        )
    if "@" in parts.netloc:
        raise AddressError(
            f"{_SETTING} 里不能写用户名和密码。请只写地址，口令放在 POLICY_ASSISTANT_CHROMA_TOKEN。"
        )
    return port


def _shown(url: str) -> str:
    """Return an address without what may be a password."""
    return url.rsplit("@", 1)[-1]


def connect(server: Server) -> ClientAPI:
    """Connect to a server; raises StoreError, or what the client raises."""
    import chromadb
    import httpx
    from chromadb.config import Settings

    _check(server)
    parts = urlsplit(server.url)
    client = chromadb.HttpClient(
        host=parts.hostname or "",
        port=_port(server.url),
        ssl=parts.scheme == "https",
        headers=server.headers,
        settings=Settings(anonymized_telemetry=False),
        tenant=server.tenant,
        database=server.database,
    )
    api: Any = client
    api._server._session.timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    return client


def _check(server: Server) -> None:
    """Ask for the database, since Chroma's client would wait for ever; raises StoreError."""
    import httpx

    tenant, database = quote(server.tenant, safe=""), quote(server.database, safe="")
    pages = ("heartbeat", f"tenants/{tenant}", f"tenants/{tenant}/databases/{database}")
    with httpx.Client(
        base_url=server.address, headers=server.headers, timeout=CONNECT_SECONDS
    ) as client:
        answers = [client.get(f"/api/v2/{page}") for page in pages]
    if {answer.status_code for answer in answers} & {401, 403}:
        raise StoreError("服务器不接受口令，请检查 POLICY_ASSISTANT_CHROMA_TOKEN")
    if not answers[0].is_success or "heartbeat" not in answers[0].text:
        raise StoreError("答复的不是 Chroma 服务器")
    if not answers[1].is_success or not answers[2].is_success:
        raise StoreError(f"服务器上没有租户 {server.tenant} 的数据库 {server.database}")


def disconnect(client: Any) -> None:
    """Close a client and its connections."""
    client.close()
    for part in (client, client._admin_client):  # Chroma leaves both connections open
        part._server._session.close()


@contextmanager
def connected(server: Server) -> Iterator[ClientAPI]:
    """Give a client for a while; raises StoreError, or what the client raises."""
    client = connect(server)
    try:
        yield client
    finally:
        disconnect(client)


def reason(error: Exception) -> str:
    """Say in a few words why a request failed."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    found = next((said for name, said in _REASONS if name in kinds), None)
    return found or " ".join(str(error).split())[:200] or type(error).__name__


def open_store(
    server: Server, name: str, embeddings: Embeddings, *, create: bool = False
) -> VectorStore:
    """Return a collection of this name as a store, opened when something first needs it."""
    connect = partial(_opened, server, name, embeddings, create=create)
    return VectorStore(embeddings, connect, place=server.url, reason=reason)


def _opened(
    server: Server, name: str, embeddings: Embeddings, store: VectorStore, *, create: bool
) -> Opened:
    client = connect(server)
    close = partial(disconnect, client)
    try:
        return close, collection(client, name, embeddings, create=create)
    except BaseException:
        close()
        raise
