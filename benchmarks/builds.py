"""Build the book in a copy: cold, again, after a prose edit; weigh its pages."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.timing import ENVIRONMENT, ROOT

#: What the build prints when a notebook has been executed.
EXECUTED = re.compile(r"^executing \[\d+/\d+\] \S+: done,", re.MULTILINE)
#: A file that a style sheet names.
URL = re.compile(r"""url\(["']?([^"')]+)["']?\)""")


def copy(folder: Path) -> None:
    """Copy the book, as far as git knows it or would take it, without anything that is built."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)


def build(folder: Path) -> dict:
    """Build the book as ``make html`` does, in this environment; return what it took.

    Raises
    ------
    RuntimeError
        If the build fails; the message holds the end of what it printed.
    """
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "bitext", "pages", "--execute"],
        cwd=folder,
        env=ENVIRONMENT | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"the build failed:\n{(done.stdout + done.stderr)[-3000:]}")
    seconds = time.perf_counter() - start
    notebooks = len(list(folder.glob("chapter_*/*.ipynb")))
    executed = len(EXECUTED.findall(done.stderr))
    return {"seconds": seconds, "executed": executed, "notebooks": notebooks}


def edit_prose(folder: Path, number: int) -> None:
    """Write one more sentence into the first paragraph of a section, a different one each time."""
    section = folder / "chapter_rnn" / "deep-rnn.md"
    before, title, after = section.read_text("utf-8").partition("\n# ")
    heading, _, rest = after.partition("\n\n")
    sentence = f"This sentence was added, as number {number}."
    section.write_text(f"{before}{title}{heading}\n\n{sentence}\n{rest}", "utf-8")


class Links(HTMLParser):
    """The files that a browser loads together with a page."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take note of a style sheet, a script or an image."""
        known = dict(attributes)
        if tag == "link" and known.get("rel") in ("stylesheet", "preload", "icon", "shortcut icon"):
            self.found.append(known.get("href") or "")
        elif tag in ("script", "img"):
            self.found.append(known.get("src") or "")


def loaded(page: Path) -> set[Path]:
    """Return the files that a page loads, those that its style sheets name included.

    A browser loads of the fonts only those that it needs; so this is the most that it can be.
    """
    links = Links()
    links.feed(page.read_text("utf-8"))
    files = {_file(page, link) for link in links.found} - {None}
    for sheet in [file for file in files if file.suffix == ".css"]:
        files |= {_file(sheet, link) for link in URL.findall(sheet.read_text("utf-8"))} - {None}
    return files


def _file(page: Path, link: str) -> Path | None:
    """Return the file that a link in another file leads to, None if it is not there."""
    parts = urlsplit(link)
    file = (page.parent / parts.path).resolve()
    return file if not parts.scheme and parts.path and file.is_file() else None


def compressed(content: bytes) -> int:
    """Return the bytes that a web server sends: by gzip, unless that makes it no smaller."""
    return min(len(content), len(gzip.compress(content, 6, mtime=0)))


def weigh(page: Path) -> dict[str, int]:
    """Return the bytes of a page, and of all that it loads."""
    sizes = {file: file.read_bytes() for file in {page, *loaded(page)}}
    return {
        "page": len(sizes[page]),
        "page_compressed": compressed(sizes[page]),
        "all": sum(map(len, sizes.values())),
        "all_compressed": sum(map(compressed, sizes.values())),
    }


def weights(folder: Path) -> dict[str, list[dict[str, int]]]:
    """Return what each page of a built book weighs, by its path."""
    html = folder / "_build" / "html"
    pages = [*html.glob("*.html"), *html.glob("chapter_*/*.html")]
    return {page.relative_to(html).as_posix(): [weigh(page)] for page in sorted(pages)}
