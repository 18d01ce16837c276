"""The last look before anything is copied: what Sphinx has gathered for a page lies in the book.

The sources have been looked at before (:mod:`bitext.containment`).  Here it does not matter by
which syntax, extension or output of a notebook a file has come to a page: no page is kept, and so
none is written, that shows, offers or includes what lies outside.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.parsers.rst.directives import misc
from sphinx.application import Sphinx
from sphinx.directives import patches
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from bitext import targets
from bitext.containment import KIND, NAME_IT, PICTURE, REMEDY, Place, not_shown
from bitext.findings import Finding, SourceError

#: What nodes call the files that they show or offer; Sphinx has its own word in "candidates".
ATTRIBUTES = ("uri", "original_uri", "refuri", "reftarget")
#: Lines of a notebook, as MyST-NB counts them: cells times this, and the line in the cell.
CELL = 10_000


def setup(app: Sphinx) -> None:
    """Look at each page when it has been read, after Sphinx, and at all of them together."""
    app.add_directive("raw", Raw, override=True)
    app.add_directive("csv-table", CSVTable, override=True)
    app.connect("doctree-read", look, priority=900)
    app.connect("env-updated", look_again, priority=900)


def _without_url(known: type[Directive]) -> dict[str, Any]:
    """Return the options of a directive but that which reads any address, noted nowhere."""
    return {name: read for name, read in known.option_spec.items() if name != "url"}


class Raw(misc.Raw):
    """What is raw, in the page or in a file of the book."""

    option_spec = _without_url(misc.Raw)


class CSVTable(patches.CSVTable):
    """A table, in the page or in a file of the book."""

    option_spec = _without_url(patches.CSVTable)


def look(app: Sphinx, doctree: nodes.document) -> None:
    """Refuse a page that names or holds a file outside the book, or shows one that is not there.

    Raises
    ------
    ExtensionError
        With a line for each file.
    """
    env = app.env
    page = Path(env.doc2path(env.docname))
    beside, above = Place(Path(app.srcdir), page.parent), Place(Path(app.srcdir), Path(app.srcdir))
    named = [(node, name) for node, name in _named(doctree) if beside.leaves(name)]
    named += [
        (node, name)
        for node in doctree.findall(nodes.image)
        for kind, name in node.get("candidates", {}).items()
        if kind != "?" and above.leaves(name)
    ]
    held = [page.relative_to(app.srcdir).as_posix(), *_read(env, env.docname)]
    named += [(doctree, name) for name in held if above.leaves(name)]
    named = [(node, name) for node, name in named if not _is_output(app, name)]
    lost = [
        (node, name)
        for node in doctree.findall(nodes.image)
        for kind, name in node.get("candidates", {}).items()
        if kind != "?" and not Path(app.srcdir, name).is_file()
    ]
    root = Path(app.srcdir)
    findings = [_finding(page, root, *found) for found in named]
    findings += [
        replace(
            _finding(page, root, *found), kind=PICTURE, what=not_shown(found[1]), remedy=NAME_IT
        )
        for found in lost
    ]
    _refuse(findings)


def _is_output(app: Sphinx, name: str) -> bool:
    """Whether a path is that of a picture that a notebook holds and MyST-NB has just written."""
    folder = Path(app.outdir).resolve().parent / "jupyter_execute"
    path = Path(app.srcdir, name.lstrip("/"))
    return path.is_file() and not path.is_symlink() and path.resolve().parent == folder


def _named(doctree: nodes.document) -> Iterator[tuple[nodes.Node, str]]:
    """Yield what the nodes of a page name as its source does."""
    for node in doctree.findall():
        if isinstance(node, nodes.raw):
            reading = targets.tex if node.get("format") == "latex" else targets.html
            yield from ((node, target.text) for target in reading(node.astext()))
        elif isinstance(node, (nodes.math, nodes.math_block)):
            yield from ((node, target.text) for target in targets.tex(node.astext()))
        elif isinstance(node, nodes.image):
            yield node, node.get("original_uri", "")
            yield node, node.get("candidates", {}).get("?", "")
        elif isinstance(node, nodes.Element) and not node.get("refdomain") == "std":
            yield from ((node, node[key]) for key in ATTRIBUTES if isinstance(node.get(key), str))


def _read(env: BuildEnvironment, docname: str) -> Iterator[str]:
    """Yield the files that a page has been made of, from the root, as Sphinx has noted them."""
    root = os.path.realpath(env.srcdir)
    for name in env.dependencies.get(docname, ()):
        yield os.path.relpath(os.path.realpath(name), root) if os.path.isabs(name) else name


def _finding(page: Path, root: Path, node: nodes.Node, name: str) -> Finding:
    while node.line is None and node.parent is not None:
        node = node.parent
    cell, line = divmod(node.line or 1, CELL)
    where = page.relative_to(root).as_posix()
    what = f"{name!r}, which has come to this page, leads out of the book"
    return Finding(where, max(1, line), KIND, what, REMEDY, cell or None)


def _refuse(findings: list[Finding]) -> None:
    if findings:
        raise ExtensionError(f"\n{SourceError(set(findings))}", modname="bitext")


def look_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Refuse to write any page if a file that will be copied, or a source, lies outside.

    Returns
    -------
    list of str
        No page that is to be written anew.
    """
    root = Path(app.srcdir)
    place = Place(root, root)
    gathered: dict[str, Any] = {**env.images, **env.dlfiles}
    pages = {name: os.path.relpath(env.doc2path(name), root) for name in env.found_docs}
    found = [
        Finding(pages.get(min(docs), min(docs)), 1, KIND, f"{name!r} leads out of the book", REMEDY)
        for name, (docs, *_) in gathered.items()
        if docs and place.leaves(name) and not _is_output(app, name)
    ]
    found += [
        Finding(name, 1, KIND, "this page leads out of the book", "put the file itself here")
        for name in pages.values()
        if place.leaves(name)
    ]
    _refuse(found)
    return []
