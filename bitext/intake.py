"""Files of text that people give to the book: what is none is refused, with one line about it."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from bitext.findings import Finding, SourceError

#: Bytes; all of Wikipedia's longest article is a hundredth of it.
LARGEST = 64_000_000

#: The beginnings of texts in which a letter takes two bytes.
WIDE = (b"\xff\xfe", b"\xfe\xff")


def content(path: Path, name: str, kind: str) -> bytes:
    """Return what is in a file of text.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        How errors name it.
    kind : str
        The kind of their findings.

    Raises
    ------
    SourceError
        If it is a folder, a device or the like, empty, too large, no text, or in UTF-16.
    OSError
        If it is not there or cannot be read.
    """

    def fail(what: str, remedy: str, line: int = 1) -> SourceError:
        return SourceError([Finding(name, line, kind, what, remedy)])

    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):  # to open a pipe would be to wait for its other end
        what = "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"
        raise fail(f"this is {what}, no file", "name a file of text")
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise fail(f"more than {LARGEST // 10**6} MB", "name a file of text, or a part of it")
    if not data.strip():
        raise fail("the file is empty", "fetch it again, or restore it")
    if data.startswith(WIDE):
        raise fail("the file is in UTF-16", "save the file as UTF-8")
    if (at := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, at) + 1
        raise fail("a NUL byte: the file is no text", "name a file of text, or save it anew", line)
    return data


def text(path: Path, name: str, kind: str) -> str:
    """Return the text of a file in UTF-8, as :func:`content` does, each line ended by a newline."""
    return re.sub("\r\n?", "\n", decoded(content(path, name, kind), name, kind))


def decoded(data: bytes, name: str, kind: str) -> str:
    """Return a text in UTF-8.

    Raises
    ------
    SourceError
        If it is not UTF-8; the error names the line.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"the byte 0x{data[error.start]:02x} is not UTF-8"
        finding = Finding(name, line, kind, what, "save the file as UTF-8")
        raise SourceError([finding]) from error
