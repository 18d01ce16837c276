"""What a build says is so: each run that it names is in the store, and on the page that is built.

A page says in its first lines whose outputs it shows, ``<html … data-run="…">``: the digest of this
machine's run, taken while the page was read, or one of `COMMITTED` and `NONE`.  No clock and no
date of a file has a say in it.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from bitext.book import Run
from bitext.settings import Settings
from bitext.store import store

#: What a page says that shows the outputs of the notebook as it is committed, or none at all.
COMMITTED, NONE = "committed", "none"

TAG = re.compile(r'<html [^>]*data-run="([^"]*)"')
END = b"</html>"

AGAIN = "run the same command again"


def kept(runs: Mapping[str, Run], settings: Settings) -> list[str]:
    """Return what is wrong in the store with the runs of some sections, a line each."""
    found = []
    for path, run in sorted(runs.items()):
        file = store(settings).path(Path(path).stem, run.key)
        name = file.relative_to(settings.root).as_posix()
        digest = store(settings).digest(Path(path).stem, run.key)
        if digest is None:
            found.append(f"{path}: its run is not in {name} any more, or cannot be read: {AGAIN}")
        elif digest != run.digest:
            found.append(f"{path}: {name} holds another run than this build's: {AGAIN}")
    return found


def shown(runs: Mapping[str, Run], settings: Settings) -> list[str]:
    """Return what is wrong on the pages with the runs of some sections, a line each."""
    found = []
    for path, run in sorted(runs.items()):
        page = _page(path, settings)
        name = page.relative_to(settings.root).as_posix()
        tag = _tag(page)
        if not page.is_file():
            found.append(f"{path}: its page {name} is not there: {AGAIN}")
        elif tag in (COMMITTED, NONE, None):
            found.append(f"{path}: its page {name} does not show the run of this build: {AGAIN}")
        elif tag != run.digest:
            found.append(f"{path}: its page {name} shows another run than this build's: {AGAIN}")
    return found


def broken(settings: Settings) -> list[str]:
    """Return the pages that end before their end, a line each."""
    pages = settings.build / "html"
    return [
        f"{page.relative_to(settings.root).as_posix()}: the page is cut off: {AGAIN}"
        for page in sorted([*pages.glob("*.html"), *pages.glob("chapter_*/*.html")])
        if not _ends(page)
    ]


def summary(settings: Settings) -> Iterator[str]:
    """Yield lines that say whose outputs the pages show that are built."""
    pages = defaultdict(list)
    for page in sorted((settings.build / "html").glob("chapter_*/*.html")):
        source = (settings.root / page.parent.name / page.stem).with_suffix(".ipynb")
        tag = _tag(page) if source.is_file() else None
        if tag is not None:
            pages[tag if tag in (COMMITTED, NONE) else ""].append(page.stem)
    for tag, words in (
        ("", "with outputs of this machine"),
        (COMMITTED, "with the committed outputs, not run on this machine as they are now"),
        (NONE, "WITHOUT OUTPUTS, until 'make html' has executed them"),
    ):
        if pages[tag]:
            yield f"pages {words}: {', '.join(pages[tag])}"


def _page(path: str, settings: Settings) -> Path:
    return (settings.build / "html" / path).with_suffix(".html")


def _tag(page: Path) -> str | None:
    """Return what a page says of its outputs, None if it says nothing or is not there."""
    try:
        with page.open("rb") as file:
            match = TAG.search(file.read(1000).decode("utf-8", "replace"))
    except OSError:
        return None
    return match[1] if match else None


def _ends(page: Path) -> bool:
    try:
        with page.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 100))
            return END in file.read()
    except OSError:
        return False
