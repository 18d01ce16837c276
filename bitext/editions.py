"""The editions of the whole book, on paper and for e-readers: what they have in common."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

import yaml
from bs4 import BeautifulSoup, Tag
from sphinx_external_toc.parsing import FileItem, MalformedError, parse_toc_yaml

from bitext.findings import Finding, SourceError
from bitext.words import both

#: What the title page says of each mode: Vietnamese, English.
EDITIONS = {
    "vi": ("Bản tiếng Việt của một cuốn sách song ngữ", ""),
    "both": ("Sách song ngữ Việt–Anh", "A bilingual book, Vietnamese and English"),
    "en": ("", "The English edition of a bilingual book"),
}
LICENSES = (
    "Văn bản và hình vẽ: CC BY 4.0. Mã nguồn: MIT.",
    "Text and figures: CC BY 4.0. Code: MIT.",
)

#: Where a widget of the pages was: Vietnamese, English.
TRY_IT = (
    "Phần này chạy được trong trang %s của bản web, do lệnh make html dựng.",
    "This part runs in the page %s of the web edition, which make html builds.",
)

TOC = "list the pages as the _toc.yml of Jupyter Book does: root, chapters, sections, file"

UNBUILT = "this page is not built: run 'make html' or 'make preview'"


def files(suffix: str) -> dict[str, str]:
    """Return the name of the file of each reading mode.

    Examples
    --------
    >>> files("pdf")["en"]
    'rnn-song-ngu.en.pdf'
    """
    parts = {"vi": ".vi", "both": "", "en": ".en"}
    return {mode: f"rnn-song-ngu{part}.{suffix}" for mode, part in parts.items()}


def order(root: Path) -> list[tuple[str, int]]:
    """Return the names of the pages as ``_toc.yml`` orders them, each with its depth from 0.

    Raises
    ------
    SourceError
        If the file is no list of pages.
    """
    try:
        toc = parse_toc_yaml(root / "_toc.yml")
    except (yaml.YAMLError, MalformedError, TypeError, ValueError) as error:
        place = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        finding = Finding("_toc.yml", place.line + 1 if place else 1, "toc", what, TOC)
        raise SourceError([finding]) from None

    def below(name: str, depth: int) -> Iterator[tuple[str, int]]:
        for tree in toc[name].subtrees:
            for item in tree.items:
                if isinstance(item, FileItem):
                    yield str(item), depth
                    yield from below(str(item), depth + 1)

    return [(toc.root.docname, 0), *below(toc.root.docname, 0)]


def wait() -> None:
    """Say that the pages are being written, so that they cannot be read yet."""
    print("another process is writing the pages; waiting for its end", file=sys.stderr)


def read(pages: Path, name: str) -> str:
    """Return the HTML of a built page.

    Raises
    ------
    FileNotFoundError
        If it is not built.
    """
    path = pages / f"{name}.html"
    if not path.is_file():
        raise FileNotFoundError(f"{path}: {UNBUILT}")
    return path.read_text("utf-8")


def said(mode: str, pair: tuple[str, str]) -> str:
    """Return what a mode shows of a pair of words, Vietnamese and English.

    Examples
    --------
    >>> said("en", ("Sách", "Book")), said("both", ("Sách", "Book")), said("both", ("RNN", "RNN"))
    ('Book', 'Sách · Book', 'RNN')
    """
    shown = {"vi": pair[:1], "en": pair[1:]}.get(mode, pair)
    return " · ".join(dict.fromkeys(shown))


def still(widget: Tag, name: str) -> None:
    """Put a line that says where to try a widget into the place of the widget."""
    for part in widget.select(":scope > :not(.living-title, .living-about)"):
        part.decompose()
    line = tuple(escape(words) % f"<code>{escape(name)}.html</code>" for words in TRY_IT)
    note = f'<p class="living-lack word">{both(line, markup=True)}</p>'
    widget.append(BeautifulSoup(note, "html.parser"))
    for key in ("data-widget", "data-models"):
        widget.attrs.pop(key, None)
