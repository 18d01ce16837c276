"""Two executions on one machine give the same text: the notebooks are run again and compared."""

import re

import pytest

from bitext import book, dependencies, execution, settings
from tests.conftest import ROOT

BOOK = settings.load(ROOT)
SECTIONS = sorted(path.stem for path in ROOT.glob(book.SECTIONS))

#: Where an object lies in memory, which Python prints for what has no better name.
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")


def texts(notebook):
    """Return the text outputs, cell by cell, those that depend on the clock left out."""
    return [
        [
            ADDRESS.sub("", str(output.get("text") or output.get("data", {}).get("text/plain", "")))
            for output in cell.outputs
        ]
        for cell in notebook.cells
        if cell.cell_type == "code" and "wall-clock" not in cell.metadata.get("tags", ())
    ]


@pytest.mark.parametrize("name", SECTIONS)
def test_a_second_run_says_the_same(name):
    sections = {section.path: section for section in book.sections(BOOK)}
    section = sections[f"chapter_rnn/{name}.md"]
    composed = book.compose(section, BOOK)
    first = execution.store(BOOK).get(name, dependencies.key(composed, BOOK))
    assert first is not None, "run 'make html' first: it keeps the first execution"
    folder = (ROOT / section.path).parent
    second = execution.run(composed, name, folder, BOOK.timeout)
    assert texts(first) == texts(second)
    assert any(any(cell) for cell in texts(first))
