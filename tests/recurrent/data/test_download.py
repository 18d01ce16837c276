"""Fetching from a server that behaves, breaks off, lies, and serves the wrong bytes."""

import hashlib
import http.server
import multiprocessing
import re
import threading
from pathlib import Path

import pytest

from recurrent.data import download
from recurrent.data.download import FetchError, fetch
from recurrent.data.registry import Entry

TEXT = bytes(range(32, 127)) * 4000  # 380,000 bytes: several chunks


def entry(url: str, text: bytes = TEXT) -> Entry:
    return Entry(
        name="novel",
        title="A Novel",
        license="public domain",
        url=url,
        file="novel.txt",
        bytes=len(text),
        sha256=hashlib.sha256(text).hexdigest(),
        languages=("en",),
        parse="lines",
        instead="story",
    )


class Server(http.server.ThreadingHTTPServer):
    """Serves TEXT on loopback, with the faults that a test asks for."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.text = TEXT
        self.breaks: list[int] = []  # after so many bytes, one for each request to come
        self.ranges = True  # whether a part may be asked for
        self.claims: list[int] = []  # bytes that Content-Length is off by, for requests to come
        self.status = 200
        self.asked: list[str | None] = []  # the Range of each request
        self.arrived = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        """Be silent about clients that go away."""


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        """Be silent."""

    def do_GET(self):
        server, wanted = self.server, self.headers.get("Range")
        server.asked.append(wanted)
        server.arrived.set()
        server.go_on.wait(20)
        if server.status != 200:
            self.send_error(server.status)
            return
        first = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and server.ranges else 0
        body = server.text[first:]
        self.send_response(206 if first else 200)
        if first:
            total = len(server.text)
            self.send_header("Content-Range", f"bytes {first}-{total - 1}/{total}")
        self.send_header(
            "Content-Length", str(len(body) + (server.claims.pop(0) if server.claims else 0))
        )
        self.end_headers()
        self.wfile.write(body[: server.breaks.pop(0)] if server.breaks else body)
        self.close_connection = True


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("RECURRENT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("RECURRENT_MIRROR", raising=False)
    monkeypatch.setattr(download.time, "sleep", lambda seconds: None)
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.go_on.set()
        server.shutdown()


@pytest.fixture
def novel(server):
    return entry(f"{server.url}/novel.txt")


def kept() -> list[str]:
    """Return the files in the cache, but for locks."""
    return sorted(path.name for path in download.cache().iterdir() if path.suffix != ".lock")


def test_a_text_is_fetched_once(server, novel):
    assert not download.is_cached(novel)
    path = fetch(novel)
    assert path.read_bytes() == TEXT
    assert download.is_cached(novel)
    assert fetch(novel) == path
    assert len(server.asked) == 1
    assert kept() == ["novel.txt"]


def test_a_damaged_file_in_the_cache_is_fetched_anew(server, novel):
    fetch(novel).write_bytes(b"damaged")
    assert not download.is_cached(novel)
    assert fetch(novel).read_bytes() == TEXT


def test_a_download_that_breaks_off_goes_on_where_it_stopped(server, novel):
    server.breaks = [100_000, 100_000]
    assert fetch(novel).read_bytes() == TEXT
    assert server.asked == [None, "bytes=100000-", "bytes=200000-"]


def test_a_server_that_knows_no_ranges_begins_anew(server, novel):
    server.ranges, server.breaks = False, [100_000]
    assert fetch(novel).read_bytes() == TEXT
    assert server.asked == [None, "bytes=100000-"]


def test_what_came_before_a_final_failure_is_kept_for_the_next_call(server, novel):
    server.breaks = [100_000] + [0] * download.FAILURES
    with pytest.raises(FetchError, match="100000 of its 380000 bytes came .* goes on from there"):
        fetch(novel)
    assert kept() == ["novel.txt.part"]
    server.breaks = []
    assert fetch(novel).read_bytes() == TEXT
    assert server.asked[-1] == "bytes=100000-"
    assert kept() == ["novel.txt"]


def test_a_server_that_claims_more_than_it_sends(server, novel):
    server.claims = [50_000]
    assert fetch(novel).read_bytes() == TEXT


def test_a_server_that_claims_less_than_the_text_has(server, novel):
    server.claims = [-200_000]
    assert fetch(novel).read_bytes() == TEXT
    assert server.asked == [None, "bytes=180000-"]


def test_a_server_that_never_ends_is_cut_short(server, novel):
    server.text = TEXT * 3
    with pytest.raises(FetchError, match="goes on after 380000 bytes. Nothing was kept"):
        fetch(novel)
    assert kept() == []


def test_the_wrong_bytes_are_not_kept_and_both_sums_are_named(server, novel):
    server.text = TEXT[::-1]
    wrong = hashlib.sha256(server.text).hexdigest()
    with pytest.raises(FetchError, match=f"{wrong}, that of the right one {novel.sha256}.*'story'"):
        fetch(novel)
    assert kept() == []


def test_a_part_of_another_file_is_thrown_away(server, novel):
    download.cache().mkdir(parents=True)
    (download.cache() / "novel.txt.part").write_bytes(b"x" * 1000)
    assert fetch(novel).read_bytes() == TEXT
    assert server.asked == ["bytes=1000-", None]


def test_a_part_that_is_too_long_is_thrown_away(server, novel):
    download.cache().mkdir(parents=True)
    (download.cache() / "novel.txt.part").write_bytes(TEXT + b"x")
    assert fetch(novel).read_bytes() == TEXT


def test_a_refusal_is_told_at_once(server, novel):
    server.status = 404
    with pytest.raises(FetchError, match="404 .*RECURRENT_MIRROR .*'story' instead"):
        fetch(novel)
    assert len(server.asked) == 1


def test_a_server_in_trouble_is_asked_again(server, novel):
    server.status = 503
    with pytest.raises(FetchError, match="503"):
        fetch(novel)
    assert len(server.asked) == download.FAILURES


def test_without_a_network_the_error_says_what_to_do(server, novel, tmp_path):
    server.shutdown()
    server.server_close()
    with pytest.raises(FetchError) as caught:
        fetch(novel)
    for part in (
        str(tmp_path),
        novel.url,
        "(no connection)",
        "RECURRENT_MIRROR",
        "shipped corpus 'story'",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_folder_can_be_a_mirror(server, novel, tmp_path, monkeypatch, scheme):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    monkeypatch.setenv("RECURRENT_MIRROR", f"{scheme}{mirror}")
    with pytest.raises(FetchError, match=r"mirror/novel\.txt is not there"):
        fetch(novel)
    (mirror / "novel.txt").write_bytes(b"wrong")
    with pytest.raises(FetchError, match="Nothing was kept"):
        fetch(novel)
    (mirror / "novel.txt").write_bytes(TEXT)
    assert fetch(novel).read_bytes() == TEXT
    assert server.asked == []


def test_a_url_can_be_a_mirror(server, monkeypatch):
    monkeypatch.setenv("RECURRENT_MIRROR", server.url + "/")
    assert fetch(entry("http://127.0.0.1:9/other.txt")).read_bytes() == TEXT


def fetch_and_tell(novel: Entry, results) -> None:
    results.put(fetch(novel).read_bytes() == TEXT)


def test_of_two_processes_one_fetches_and_the_other_waits(server, novel):
    server.go_on.clear()
    spawn = multiprocessing.get_context("spawn")
    results = spawn.Queue()
    both = [spawn.Process(target=fetch_and_tell, args=(novel, results)) for _ in range(2)]
    for process in both:
        process.start()
    assert server.arrived.wait(60)
    server.go_on.set()
    assert [results.get(timeout=60) for _ in both] == [True, True]
    for process in both:
        process.join()
    assert len(server.asked) == 1


def test_a_process_that_is_killed_leaves_no_lock_and_no_half_file(server, novel):
    server.go_on.clear()
    spawn = multiprocessing.get_context("spawn")
    results = spawn.Queue()
    process = spawn.Process(target=fetch_and_tell, args=(novel, results))
    process.start()
    assert server.arrived.wait(60)
    process.kill()
    process.join()
    server.go_on.set()
    assert not Path(download.cache() / "novel.txt").exists()
    assert fetch(novel).read_bytes() == TEXT
