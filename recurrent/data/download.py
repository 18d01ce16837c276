"""Fetch a text of the registry into the user's cache: resumed, verified, once for all processes.

pooch keeps the cache and checks the sums.  What it lacks is here: a download that breaks off goes
on where it stopped, and of two processes that want a file one waits for the other.

Two environment variables change where texts come from and go to:

- ``RECURRENT_MIRROR``: a folder or a URL below which all files of the registry lie.
- ``RECURRENT_CACHE``: the folder to keep them in, instead of the user's cache.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pooch
import requests
from tqdm import tqdm

from recurrent.data.registry import Entry

FAILURES = 3  # in a row, each without a single new byte, before a download is given up
TIMEOUT = (10, 30)  # seconds for the connection, and for the next bytes

pooch.get_logger().setLevel("WARNING")


class FetchError(OSError):
    """A text cannot be had; the message says why and what to do."""


class BrokenOffError(Exception):
    """The server sent less than the whole file; what came is kept to go on from."""


def cache() -> Path:
    """Return the folder in which fetched texts are kept.

    Raises
    ------
    FetchError
        If the user has no home folder, and RECURRENT_CACHE names no other.
    """
    try:
        return Path(os.environ.get("RECURRENT_CACHE") or pooch.os_cache("recurrent")).expanduser()
    except RuntimeError as error:
        raise FetchError(f"no folder for texts: {error}: name one in RECURRENT_CACHE") from None


def source(entry: Entry) -> str:
    """Return where a text is fetched from: a URL, or a path in a folder that serves as a mirror."""
    mirror = os.environ.get("RECURRENT_MIRROR", "").removeprefix("file://")
    if not mirror:
        return entry.url
    if mirror.startswith(("http://", "https://")):
        return f"{mirror.rstrip('/')}/{entry.file}"
    return str(Path(mirror).expanduser() / entry.file)


def is_cached(entry: Entry) -> bool:
    """Return whether a text lies in the cache, whole."""
    with suppress(OSError):  # no cache, or one that may not be read
        path = cache() / entry.file
        return path.is_file() and pooch.file_hash(str(path)) == entry.sha256
    return False


def fetch(entry: Entry) -> Path:
    """Return the file of a text in the cache, after fetching it there if need be.

    A file appears in the cache only whole and with the right checksum.

    Raises
    ------
    FetchError
        If the text is not in the cache and cannot be had, or not be kept there; or if what came is
        another file, of which nothing is kept.
    """
    if is_cached(entry):  # A cache that others keep need not be one to write in.
        return cache() / entry.file
    try:
        return _fetch(entry)
    except PermissionError as error:
        raise FetchError(
            f"{error.filename or cache()}: {error.strerror}: name in RECURRENT_CACHE a folder that "
            "you may write in"
        ) from None


def _fetch(entry: Entry) -> Path:
    cache().mkdir(parents=True, exist_ok=True)
    with lock(cache() / f"{entry.file}.lock"):
        path = pooch.retrieve(
            source(entry),
            known_hash=f"sha256:{entry.sha256}",
            fname=entry.file,
            path=cache(),
            downloader=lambda url, file, _: bring(entry, url, Path(file)),
        )
    return Path(path)


def size(part: Path) -> int:
    """Return how many bytes of a text have come."""
    return part.stat().st_size if part.exists() else 0


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Let one process at a time into the block; the system unlocks when a process dies."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def bring(entry: Entry, url: str, file: Path) -> None:
    """Bring a text to `file`, by way of a ``.part`` file that outlives an interruption."""
    part = cache() / f"{entry.file}.part"
    started = size(part)
    get = download if url.startswith(("http://", "https://")) else copy
    get(entry, url, part)
    found = pooch.file_hash(str(part))
    if found != entry.sha256 and started:  # The part was of another file: once more, from zero.
        part.unlink()
        get(entry, url, part)
        found = pooch.file_hash(str(part))
    if found != entry.sha256:
        part.unlink()
        raise FetchError(
            f"{url} is not {entry.file}: its sha256 is {found}, that of the right one "
            f"{entry.sha256}. Nothing was kept. {remedy(entry)}"
        )
    part.replace(file)


def copy(entry: Entry, path: str, part: Path) -> None:
    """Copy a text from a folder that serves as a mirror."""
    if not Path(path).is_file():
        raise FetchError(f"{path} is not there, and RECURRENT_MIRROR says it is. {remedy(entry)}")
    shutil.copyfile(path, part)


def download(entry: Entry, url: str, part: Path) -> None:
    """Download a text to `part`, going on from what is there; try again where it breaks off.

    Raises
    ------
    FetchError
        If the server cannot be reached, refuses, sends too much, or breaks off again and again.
    """
    print(f"downloading {entry.title} from {url}", file=sys.stderr)
    have, failures, cause = size(part), 0, None
    with tqdm(total=entry.bytes, unit="B", unit_scale=True, desc=entry.name, disable=None) as bar:
        while failures < FAILURES:
            try:
                return transfer(entry, url, part, bar)
            except (BrokenOffError, requests.RequestException) as error:
                cause = error
            if isinstance(cause, requests.HTTPError) and cause.response.status_code < 500:
                break
            had, have = have, size(part)
            failures = 0 if have > had else failures + 1
            time.sleep(failures / 2)
    came = f"{have} of its {entry.bytes} bytes came" if have else "nothing of it came"
    goes_on = ", the next call goes on from there" if have else ""
    raise FetchError(
        f"{entry.name} is not in {cache()}, and {came} from {url} ({reason(cause)}){goes_on}. "
        f"{remedy(entry)}"
    )


def reason(error: Exception) -> str:
    """Return in a few words why a request failed."""
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return str(error)


def transfer(entry: Entry, url: str, part: Path, bar: tqdm) -> None:
    """Transfer what `part` lacks, in one request.

    Raises
    ------
    BrokenOffError
        If the answer ends too early.
    FetchError
        If the answer does not end where the file should.
    requests.RequestException
        If the request fails.
    """
    have = size(part)
    if have == entry.bytes:  # All came, and then the connection broke.
        return
    if have > entry.bytes:
        part.unlink()
        have = 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as answer:
        answer.raise_for_status()
        answer.raw.enforce_content_length = False  # What came is kept, whatever was announced.
        goes_on = answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        if have and not (answer.status_code == 206 and goes_on):
            have = 0  # The server sends the whole file anew.
        bar.n = have
        with part.open("ab" if have else "wb") as file:
            for chunk in answer.iter_content(1 << 16):
                file.write(chunk)
                have += len(chunk)
                bar.update(len(chunk))
                if have > entry.bytes:
                    break
    if have > entry.bytes:
        part.unlink()
        raise FetchError(
            f"{url} is not {entry.file}: it goes on after {entry.bytes} bytes. "
            f"Nothing was kept. {remedy(entry)}"
        )
    if have < entry.bytes:
        raise BrokenOffError(f"the answer ended after {have} bytes")


def remedy(entry: Entry) -> str:
    """Return what to do where a text cannot be had."""
    return (
        f"Connect to the network and try again; or name in RECURRENT_MIRROR a folder or URL that "
        f"has {entry.file}; or use the shipped corpus {entry.instead!r} instead."
    )
