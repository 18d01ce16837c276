"""Notebooks to take along: as the page has them, and in one language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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


def write(app: Sphinx, docname: str, _template: str, _context: dict, doctree: Any) -> None:
    """Write the notebooks in one language of a page that is being written."""
    source = Path(app.env.doc2path(docname)) if doctree else None  # None: a page without a source
    if source is None or source.suffix != ".ipynb":
        return
    folder = Path(app.outdir) / SOURCES
    vietnamese, _, english = (folder / name for name in names(f"{docname}.ipynb"))
    notebook = nbformat.read(source, as_version=4)
    for lang, path in ((TARGET_LANG, vietnamese), (SOURCE_LANG, english)):
        notebooks.save(in_one_language(notebook, lang), path)
