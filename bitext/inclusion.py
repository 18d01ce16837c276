"""Code that lives in a module and is shown in a section: ``%load -s NAME ../recurrent/FILE.py``."""

from __future__ import annotations

import ast
import difflib
import re
from pathlib import Path

from bitext.containment import KIND, REMEDY, Place
from bitext.findings import Finding, SourceError
from bitext.sources import Cell

LOAD = re.compile(r"%load\s+-s\s+(?P<names>\S+)\s+(?P<path>\S+)")


def expand(cell: Cell, source: Path, root: Path) -> str:
    """Return the code of a cell, its ``%load -s`` line replaced by what it names.

    The line stays as a comment, as it does when IPython runs the magic in a notebook.  Unlike
    IPython's, the code has its decorators.

    Parameters
    ----------
    cell : Cell
        A code cell.
    source : Path
        The section; the path of the magic is relative to its folder.
    root : Path
        The book's root.

    Raises
    ------
    SourceError
        If the magic is not alone in its cell, the file lies outside the book, or the file or a
        name does not exist.
    """
    lines = cell.text.split("\n")
    magics = [line for line in lines if line.lstrip().startswith("%load")]
    if not magics:
        return cell.text

    def fail(what: str, remedy: str, kind: str = "load") -> SourceError:
        where = source.relative_to(root).as_posix()
        line = cell.line + lines.index(magics[0])
        return SourceError([Finding(where, line, kind, what, remedy, cell.number)])

    match = LOAD.fullmatch(cell.text.strip())
    if match is None:
        raise fail(
            f"{magics[0]!r} cannot be expanded",
            "write one line, %load -s NAME ../recurrent/FILE.py, alone in its cell",
        )
    if Place(root, source.parent).leaves(match["path"]):
        raise fail(f"{match['path']!r} leads out of the book", REMEDY, KIND)
    module = (source.parent / match["path"]).resolve()
    if not module.is_file():
        raise fail(f"{match['path']!r} does not exist", "name a file relative to the section")
    code = symbols(module.read_text("utf-8"))
    pieces = []
    for name in match["names"].split(","):
        if name not in code:
            near = difflib.get_close_matches(name, code, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(code)}"
            raise fail(f"no {name!r} in {match['path']}", hint)
        pieces.append(code[name])
    return "\n\n\n".join([f"# {match[0]}\n{pieces[0]}", *pieces[1:]])


def symbols(code: str) -> dict[str, str]:
    """Return the source of each function and class at the top of a module.

    Examples
    --------
    >>> symbols("import x\\n\\ndef f():\\n    return 1\\n")
    {'f': 'def f():\\n    return 1'}
    """
    lines = code.split("\n")
    found = {}
    for node in ast.parse(code).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found[node.name] = "\n".join(lines[first - 1 : node.end_lineno])
    return found
