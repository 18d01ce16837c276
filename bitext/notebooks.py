"""Notebooks: composed from a section, with the outputs of a run."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bitext import glued, sanitizing
from bitext.findings import SourceError
from bitext.inclusion import expand
from bitext.sources import Section

#: Metadata of every notebook of the book; nothing in it depends on the machine.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "name": "python"},
}

#: The kind of output that holds a trained model for the page, :data:`living.export.MIME`.
MODEL = "application/vnd.living-model+json"

HOUR = 3600  # seconds; nothing takes so long to write


def compose(
    section: Section,
    root: Path,
    executed: NotebookNode | None = None,
    was: Mapping[int, str] | None = None,
) -> NotebookNode:
    """Return the notebook of a section: its pairs, its code expanded, the outputs of a run.

    Parameters
    ----------
    section : Section
        The section.
    root : Path
        The book's root.
    executed : NotebookNode, optional
        A notebook whose outputs are taken over if its code is the same, cell by cell.
    was : mapping, optional
        For each stale translation, by the number of its cell, the English it was made for.

    Raises
    ------
    SourceError
        If a ``%load -s`` names what does not exist.
    """
    source = root / section.path
    cells, findings, ids = [], [], set()
    for cell in section.cells:
        if cell.kind == "code":
            try:
                made = new_code_cell(expand(cell, source, root))
            except SourceError as error:
                findings.extend(error.findings)
                continue
        else:
            made = new_markdown_cell(cell.text)
        made.metadata.update(cell.metadata)
        if was and cell.number in was:
            made.metadata["was"] = was[cell.number]
        made.id = _identity(made.cell_type + made.source, ids)
        cells.append(made)
    if findings:
        raise SourceError(findings)
    notebook = new_notebook(cells=cells, metadata=METADATA)
    notebook.metadata["bitext"] = {"source": section.path}
    if executed is not None:
        known = executed.metadata.get("bitext", {})
        if "seconds" in known:  # of other code, but still the best guess
            notebook.metadata["bitext"]["seconds"] = known["seconds"]
        if code(notebook) == code(executed):
            take_outputs(notebook, executed)
            drop_models(notebook)
    found = glued.values(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = glued.to_links(cell.source, found, cell.metadata.get("lang"))
    return notebook


def _identity(text: str, taken: set[str]) -> str:
    """Return a cell id that stays the same while the cell's text does."""
    digest = hashlib.sha1(text.encode()).hexdigest()
    number = 0
    while (name := digest[number : number + 8]) in taken:
        number += 1
    taken.add(name)
    return name


def code(notebook: NotebookNode) -> list[str]:
    """Return the code of a notebook, cell by cell."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def take_outputs(notebook: NotebookNode, executed: NotebookNode) -> None:
    """Copy outputs and the record of what they were computed from; the code must be the same."""
    ours = (cell for cell in notebook.cells if cell.cell_type == "code")
    theirs = (cell for cell in executed.cells if cell.cell_type == "code")
    for cell, ran in zip(ours, theirs):
        cell.outputs = [_cleaned(output) for output in ran.outputs]
        cell.execution_count = ran.execution_count
    if "inputs" in executed.metadata.get("bitext", {}):
        notebook.metadata["bitext"]["inputs"] = executed.metadata["bitext"]["inputs"]


def _cleaned(output: NotebookNode) -> NotebookNode:
    """Return an output without what may come from elsewhere: a printed text may be anybody's."""
    if "data" not in output:
        return output
    kept = {kind: sanitizing.output(kind, data) for kind, data in output.data.items()}
    data = {kind: content for kind, content in kept.items() if content is not None}
    return NotebookNode(output, data=NotebookNode(data))


def drop_models(notebook: NotebookNode) -> None:
    """Take out trained models, which are large, change with each run, and are shown by no one."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [out for out in cell.outputs if MODEL not in out.get("data", ())]


def load(path: Path) -> NotebookNode | None:
    """Return the notebook at `path`, or None where there is none that can be read."""
    try:
        notebook = nbformat.read(path, as_version=4, capture_validation_error={})  # and print none
        return notebook if all(map(_is_whole, notebook.cells)) else None
    except (OSError, ValueError, nbformat.ValidationError):  # no file, or no text, or no JSON
        return None
    except (AttributeError, KeyError, TypeError):  # JSON, but no notebook: nbformat stumbles
        return None


def _is_whole(cell: NotebookNode) -> bool:
    """Whether a cell has what every reader of cells takes for granted."""
    kind = cell.cell_type
    return (
        isinstance(cell.source, str)
        and isinstance(cell.metadata, dict)
        and (kind != "code" or isinstance(cell.outputs, list))
    )


def text(notebook: NotebookNode) -> str:
    """Return a notebook as the text that is kept in its file."""
    return nbformat.writes(notebook, version=4) + "\n"


def save(notebook: NotebookNode, path: Path) -> bool:
    """Write a notebook, whole or not at all; return whether the file has changed."""
    written = text(notebook)
    try:
        if path.read_bytes() == written.encode():
            return False
    except OSError:
        pass  # not there, or not to be read: written anew
    write(path, written)
    return True


def write(path: Path, content: str) -> None:
    """Write a text file beside its place, then rename it, so that no reader sees half of it.

    It is on the disk before it has its name: a loss of power leaves the old file or the new one.

    Raises
    ------
    OSError
        If the disk is full or cannot be written; the old file stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{path.name}.*"):  # by a process that was killed
        with suppress(FileNotFoundError):  # another process has done with it
            if time.time() - left.stat().st_mtime > HOUR:
                left.unlink()
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(content.encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        beside.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    with suppress(OSError):  # some file systems cannot
        os.fsync(folder)  # the name, too
    os.close(folder)
