"""Notebooks to take along: as the page has them, and in one language."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from sphinx.application import Sphinx

from bitext import notebooks
from bitext.sources import SOURCE_LANG, TARGET_LANG

#: Where Sphinx puts the sources of the pages.
SOURCES = "_sources"


def in_one_language(notebook: NotebookNode, lang: str) -> NotebookNode:
    """Return a notebook without the blocks of the other language, with all that has none.

    An English block that is not translated stays, so that no thought is missing.
    """
    langs = [cell.metadata.get("lang") for cell in notebook.cells]
    partners = [*langs[1:], None]
    kept = [
        cell
        for cell, own, partner in zip(notebook.cells, langs, partners)
        if own in (None, lang) or (own == SOURCE_LANG and partner != TARGET_LANG)
    ]
    return NotebookNode(notebook, cells=kept)


def names(name: str) -> list[str]:
    """Return the names of what is offered of a notebook: Vietnamese, both, English.

    Examples
    --------
    >>> names("chapter_rnn/rnn.ipynb")
    ['chapter_rnn/rnn.vi.ipynb', 'chapter_rnn/rnn.ipynb', 'chapter_rnn/rnn.en.ipynb']
    """
    stem = name.removesuffix(".ipynb")
    return [f"{stem}.{TARGET_LANG}.ipynb", name, f"{stem}.{SOURCE_LANG}.ipynb"]


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the notebooks in one language beside those that Sphinx has copied."""
    if exception is not None or app.builder.format != "html":
        return
    for docname in app.env.found_docs:
        source = Path(app.env.doc2path(docname))
        if source.suffix != ".ipynb":
            continue
        folder = Path(app.outdir) / SOURCES
        vietnamese, _, english = (folder / name for name in names(f"{docname}.ipynb"))
        if _fresh(vietnamese, source) and _fresh(english, source):
            continue
        notebook = nbformat.read(source, as_version=4)
        for lang, path in ((TARGET_LANG, vietnamese), (SOURCE_LANG, english)):
            notebooks.save(in_one_language(notebook, lang), path)
            path.touch()


def _fresh(path: Path, source: Path) -> bool:
    """Return whether a file was written after its source, and by the present code."""
    try:
        return path.stat().st_mtime_ns > max(
            made_of.stat().st_mtime_ns for made_of in (source, Path(__file__))
        )
    except FileNotFoundError:
        return False
