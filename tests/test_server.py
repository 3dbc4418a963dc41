"""Vectors on a Chroma server: the same hits as embedded, words alone while it is away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar

import chromadb
import pytest
from chromadb.config import Settings as ChromaSettings

from assistant.chain import Assistant
from assistant.retrieval import open_retriever
from assistant.settings import Settings
from corpus.library import Library, load_library
from corpus.reader import read_policy
from index import server as module
from index import store as stores
from index.build import Progress, open_index
from index.search import HybridSearch
from index.server import AddressError, Server
from index.shared_index import open_on_server
from tests.chroma_server import ChromaServer, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chromadb.api import ClientAPI

    from index.retriever import PolicyRetriever

CHECKOUT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-c", "from assistant.cli import main; main()"]
QUERIES = ["揭榜挂帅", "并购重组有什么奖励", "支持企业", "不超过30%的补助", "下雨吗", "zzqx"]
TEXT = "奖励办法\n一、支持研发。给予研发投入30%的补助。\n二、支持并购。奖励50万元。\n"


def small(text: str = TEXT) -> Library:
    return Library((read_policy("sample", text),))


@pytest.fixture(scope="module")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with running(tmp_path_factory.mktemp("chroma")) as found:
        yield found


@pytest.fixture
def chroma(running_server: ChromaServer) -> Iterator[ChromaServer]:
    """Give the server without any collection."""
    yield running_server
    with client(running_server) as connected:
        for found in connected.list_collections():
            connected.delete_collection(found.name)


@contextmanager
def client(chroma: ChromaServer) -> Iterator[ClientAPI]:
    host, port = chroma.url.removeprefix("http://").split(":")
    settings = ChromaSettings(anonymized_telemetry=False)
    connected: Any = chromadb.HttpClient(host, int(port), settings=settings)
    try:
        yield connected
    finally:
        module.disconnect(connected)


def names(chroma: ChromaServer) -> set[str]:
    with client(chroma) as connected:
        return {found.name for found in connected.list_collections()}


def hits(retriever: PolicyRetriever) -> list[Any]:
    """Return what is found, to five places: Chroma divides a vector by its length once more."""
    return [
        [
            (hit.policy, hit.clause, *(round(value, 5) for value in (hit.score, hit.fused)))
            for hit in retriever.hits(query, 11)
        ]
        for query in QUERIES
    ]


def test_hits_are_those_of_files(
    chroma: ChromaServer, assistant: Assistant, tmp_path: Path
) -> None:
    remote = open_on_server(load_library(), tmp_path, Server(chroma.url))
    assert hits(remote) == hits(assistant.retriever)
    assert remote.retrieve("并购").notes == ()
    again = open_on_server(load_library(), tmp_path, Server(chroma.url))
    assert hits(again) == hits(assistant.retriever)
    assert len(names(chroma)) == 1


def test_neighbours_are_exactly_those_of_files(chroma: ChromaServer, tmp_path: Path) -> None:
    library = load_library()
    local = open_index(library, tmp_path / "local").search
    remote = open_on_server(library, tmp_path / "words", Server(chroma.url)).search
    documents = open_index(library, tmp_path / "local").documents
    for query in QUERIES:
        pair = [
            HybridSearch(side.lexical, side.store, documents, exact_numbers=0).find(query, 11)
            for side in (local, remote)
        ]
        assert pair[0] == pair[1]


def test_another_text_gets_a_collection_of_its_own(chroma: ChromaServer, tmp_path: Path) -> None:
    first = open_on_server(small(), tmp_path, Server(chroma.url))
    before = first.hits("并购")
    second = open_on_server(small(TEXT.replace("50", "60")), tmp_path, Server(chroma.url))
    assert len(names(chroma)) == 2
    assert first.hits("并购") == before
    assert second.hits("并购")[0].clause == "二"


def test_a_collection_that_lost_documents_is_filled_anew(
    chroma: ChromaServer, tmp_path: Path
) -> None:
    wanted = open_on_server(small(), tmp_path, Server(chroma.url)).hits("并购")
    (name,) = names(chroma)
    with client(chroma) as connected:
        connected.get_collection(name, embedding_function=None).delete(ids=["sample#一"])
        assert open_on_server(small(), tmp_path, Server(chroma.url)).hits("并购") == wanted
        assert connected.get_collection(name, embedding_function=None).count() == 2


def test_only_our_collections_unused_for_a_week_are_removed(
    chroma: ChromaServer, tmp_path: Path
) -> None:
    long_ago, recently = time.time() - 8 * 24 * 3600, time.time() - 6 * 24 * 3600
    kept = {"someone-elses": long_ago, "policy-assistant-recent": recently}
    gone = {"policy-assistant-old": long_ago, "policy-assistant-building-killed": long_ago}
    with client(chroma) as connected:
        for name, used in (kept | gone).items():
            metadata = {"used_at": used}
            connected.create_collection(name, metadata=metadata, embedding_function=None)
    open_on_server(small(), tmp_path, Server(chroma.url))
    assert kept.keys() <= names(chroma)
    assert not gone.keys() & names(chroma)


SCRIPT = f"""
import sys
from pathlib import Path
from corpus.library import Library
from corpus.reader import read_policy
from index.server import Server
from index.shared_index import open_on_server
library = Library((read_policy("sample", {TEXT!r}),))
found = open_on_server(library, Path(sys.argv[1]), Server(sys.argv[2])).retrieve("支持并购奖励", 3)
print([(hit.clause, hit.score, hit.similarity) for hit in found.hits], found.notes)
"""


def test_two_processes_at_once_share_one_collection(chroma: ChromaServer, tmp_path: Path) -> None:
    both = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(tmp_path / name), chroma.url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
            env=os.environ | {"PYTHONUTF8": "1"},
        )
        for name in ("one", "two")
    ]
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert said[0] == said[1]
    assert said[0][0].endswith("] ()\n")
    assert len(names(chroma)) == 1


def note(lines: list[str]) -> str:
    (line,) = lines
    assert "\n" not in line
    return line


def test_a_server_away_at_start_leaves_words_and_says_so(tmp_path: Path) -> None:
    lines: list[str] = []
    away = ChromaServer(tmp_path / "none").url
    settings = Settings(tmp_path, chroma_url=away)
    retriever = open_retriever(load_library(), settings, Progress(note=lines.append))
    said = note(lines)
    assert away in said
    assert "连不上" in said
    assert "只按词语检索" in said
    found = retriever.retrieve("企业并购", 3)
    assert found.hits[0].clause == "7"
    assert found.hits[0].similarity == -1
    assert note(list(found.notes)) == said
    turn = Assistant(load_library(), retriever).ask("企业并购重组有什么奖励？")
    assert turn.answer.citations[0].clause == "7"
    assert {"step": "检索异常", "found": said} in turn.trace


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "PATIENCE_SECONDS", 0)


@pytest.mark.usefixtures("impatient")
def test_a_server_that_goes_and_comes_back_in_mid_query(tmp_path: Path) -> None:
    with running(tmp_path / "chroma") as chroma:
        opened = open_on_server(small(), tmp_path, Server(chroma.url))
        search = HybridSearch(
            opened.search.lexical, opened.search.store, opened.documents, exact_numbers=0
        )
        retriever = opened.model_copy(update={"search": search})
        whole = retriever.retrieve("支持并购奖励")
        assert whole.notes == ()
        chroma.stop()
        for _ in range(2):
            alone = retriever.retrieve("支持并购奖励")
            assert alone.hits[0].clause == whole.hits[0].clause == "二"
            assert alone.hits[0].similarity == -1
            assert chroma.url in note(list(alone.notes))
        chroma.start()
        assert retriever.retrieve("支持并购奖励") == whole


def test_a_small_library_doesnt_need_the_server_after_the_start(tmp_path: Path) -> None:
    with running(tmp_path / "chroma") as chroma:
        retriever = open_on_server(small(), tmp_path, Server(chroma.url))
        whole = retriever.retrieve("支持并购奖励")
    assert retriever.retrieve("支持并购奖励") == whole


def test_a_failed_server_is_left_alone_for_a_while(tmp_path: Path) -> None:
    retriever = open_on_server(small(), tmp_path, Server(ChromaServer(tmp_path).url))
    retriever.hits("并购")
    started = time.perf_counter()
    for _ in range(20):
        assert retriever.retrieve("并购").notes
    assert time.perf_counter() - started < 1


class Refusing(BaseHTTPRequestHandler):
    """Answers every request with one status and keeps the headers it came with."""

    status = 401
    seen: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        type(self).seen.append(dict(self.headers))
        self.send_response(self.status)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        return


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "不接受口令"), (403, "不接受口令"), (200, "不是 Chroma"), (302, "不是 Chroma")],
)
def test_what_is_not_our_server_is_said_and_the_token_kept_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, said: str
) -> None:
    monkeypatch.setattr(Refusing, "status", status)
    monkeypatch.setattr(Refusing, "seen", [])
    with HTTPServer(("127.0.0.1", 0), Refusing) as other:
        thread = Thread(target=other.serve_forever)
        thread.start()
        lines: list[str] = []
        server = Server(f"http://127.0.0.1:{other.server_port}", token="s3cret")
        open_on_server(small(), tmp_path, server, progress=Progress(note=lines.append))
        other.shutdown()
        thread.join()
    assert said in note(lines)
    assert "s3cret" not in lines[0] + repr(server)
    assert Refusing.seen[0]["Authorization"] == "Bearer s3cret"
    assert Refusing.seen[0]["X-Chroma-Token"] == "s3cret"


def test_an_unknown_tenant_is_said(chroma: ChromaServer, tmp_path: Path) -> None:
    lines: list[str] = []
    server = Server(chroma.url, tenant="nobody")
    open_on_server(small(), tmp_path, server, progress=Progress(note=lines.append))
    assert "租户" in note(lines)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8000",
        "ftp://host",
        "http://",
        "http://host:port",
        "http://host:99999",
        "http://host:8000/path",
        "http://host?x=1",
        "",
        "http://[::1",
    ],
)
def test_an_address_that_is_none_is_one_line(url: str) -> None:
    with pytest.raises(AddressError) as caught:
        Server(url)
    message = str(caught.value)
    assert "POLICY_ASSISTANT_CHROMA_URL" in message
    assert f"“{url}”" in message
    assert "\n" not in message


def test_a_password_in_the_address_is_refused_and_not_shown() -> None:
    for url in ("http://me:s3cret@host:8000", "ftp://me:s3cret@host"):
        with pytest.raises(AddressError) as caught:
            Server(url)
        assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("token", ["two words", "我的密码", "line\nbreak"])
def test_a_token_that_is_none_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(AddressError) as caught:
        Server("http://host", token=token)
    assert token not in str(caught.value)


def test_ports_are_those_of_the_scheme() -> None:
    assert module._port("http://host") == 8000
    assert module._port("https://host") == 443
    assert module._port("https://host:8443/") == 8443


def test_the_command_line_tells_of_a_server_away(tmp_path: Path) -> None:
    away = ChromaServer(tmp_path).url
    done = subprocess.run(
        [*COMMAND, "search", "并购", "--json"],
        capture_output=True,
        text=True,
        check=True,
        cwd=CHECKOUT,
        env=os.environ
        | {
            "PYTHONUTF8": "1",
            "POLICY_ASSISTANT_CHROMA_URL": away,
            "POLICY_ASSISTANT_HOME": str(tmp_path),
        },
    )
    assert json.loads(done.stdout)[0]["clause"] == "7"
    assert away in done.stderr
    assert "只按词语检索" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_line_names_a_wrong_address() -> None:
    done = subprocess.run(
        [*COMMAND, "ask", "并购"],
        capture_output=True,
        text=True,
        check=False,
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONUTF8": "1", "POLICY_ASSISTANT_CHROMA_URL": "nowhere"},
    )
    assert done.returncode == 2
    assert "“nowhere”不是服务器地址" in done.stderr
    assert done.stderr.count("\n") == 1
