"""Two executions on one machine give the same text and figures: the notebooks run again."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bitext import book, dependencies, execution, settings
from tests.conftest import ROOT

pytestmark = pytest.mark.alone
BOOK = settings.load(ROOT)
SECTIONS = sorted(path.stem for path in ROOT.glob(book.SECTIONS))

#: Where an object lies in memory, which Python prints for what has no better name.
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")


def outputs(notebook):
    """Return the outputs, text and figures, cell by cell, without those that tell the time."""
    return [
        ADDRESS.sub("", json.dumps(cell.outputs, sort_keys=True, indent=1))
        for cell in notebook.cells
        if cell.cell_type == "code" and "wall-clock" not in cell.metadata.get("tags", ())
    ]


@pytest.fixture(scope="module")
def runs():
    """Return the first and the second run of every section, the second ones made side by side."""
    composed = book.compose_all(BOOK, book.sections(BOOK))
    kept = execution.store(BOOK)
    first = {
        path: kept.get(Path(path).stem, dependencies.key(notebook, BOOK))
        for path, notebook in composed.items()
    }
    missing = sorted(path for path, run in first.items() if run is None)
    assert not missing, f"run 'make html' first: it keeps the first execution of {missing}"

    def run(path):
        name = Path(path).stem
        timeout = BOOK.timeouts.get(name, BOOK.timeout)
        return execution.run(composed[path], name, (ROOT / path).parent, timeout)

    longest_first = sorted(first, key=lambda path: -first[path].metadata["bitext"]["seconds"])
    with ThreadPoolExecutor(BOOK.jobs) as pool:
        second = dict(zip(longest_first, pool.map(run, longest_first)))
    return {Path(path).stem: (first[path], second[path]) for path in first}


@pytest.mark.parametrize("name", SECTIONS)
def test_a_second_run_says_the_same(name, runs):
    first, second = runs[name]
    assert outputs(first) == outputs(second)
    assert any(output != "[]" for output in outputs(first))
