import errno
import os

import nbformat
import pytest

from bitext import book, notebooks, sources
from tests.conftest import SECTION


def compose(settings, executed=None):
    section = sources.read(settings.root / "chapter_toy/state.md", settings.root)
    return book.compose(section, settings, executed)


def test_a_notebook_is_valid_and_has_every_cell(book_folder):
    notebook = compose(book_folder)
    nbformat.validate(notebook)
    kinds = [(cell.cell_type, cell.metadata.get("lang")) for cell in notebook.cells]
    markdown, code = "markdown", "code"
    assert kinds == [
        (markdown, "en"), (markdown, "vi"), (markdown, None), (markdown, "en"), (markdown, "vi"),
        (code, None), (code, None), (markdown, "en"),
    ]  # fmt: skip
    assert notebook.cells[6].metadata.tags == ["nbval-ignore-output"]
    assert "def double(x):" in notebook.cells[5].source


def test_the_same_source_gives_the_same_bytes(book_folder):
    assert notebooks.text(compose(book_folder)) == notebooks.text(compose(book_folder))


def test_identities_are_unique_and_stay_when_another_cell_changes(book_folder):
    before = [cell.id for cell in compose(book_folder).cells]
    assert len(set(before)) == len(before)
    path = book_folder.root / "chapter_toy/state.md"
    path.write_text(SECTION.replace("A state remembers.", "It remembers."), "utf-8")
    after = [cell.id for cell in compose(book_folder).cells]
    assert before[0] != after[0] and before[1:] == after[1:]


def test_outputs_stay_while_the_code_does_and_go_when_it_changes(book_folder):
    executed = compose(book_folder)
    for cell in executed.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="1\n")]
    path = book_folder.root / "chapter_toy/state.md"
    path.write_text(SECTION.replace("remembers", "recalls"), "utf-8")
    assert compose(book_folder, executed).cells[5].outputs[0].text == "1\n"
    module = book_folder.root / "toy/numbers.py"
    module.write_text(module.read_text().replace("2 * x", "x + x"))
    assert compose(book_folder, executed).cells[5].outputs == []


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_saving_is_whole_or_not_at_all(book_folder, tmp_path, monkeypatch, step):
    path = tmp_path / "x.ipynb"
    notebook = compose(book_folder)
    assert notebooks.save(notebook, path) and not notebooks.save(notebook, path)
    before = path.read_text()

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, step, full)
    notebook.cells.pop()
    with pytest.raises(OSError, match="No space left on device: '.*x.ipynb'"):
        notebooks.save(notebook, path)
    assert path.read_text() == before
    assert [p.name for p in tmp_path.glob(".x*")] == []


def test_what_a_killed_process_has_left_is_removed_and_what_another_writes_is_not(
    book_folder, tmp_path
):
    left, written = tmp_path / ".x.ipynb.1", tmp_path / ".x.ipynb.2"
    for path in (left, written):
        path.write_text('{"cells": [')
    os.utime(left, (0, 0))
    notebooks.save(compose(book_folder), tmp_path / "x.ipynb")
    assert written.exists() and not left.exists()


@pytest.mark.parametrize(
    "content",
    [
        b'{"cells": [',
        b"",
        b"[]",
        b"null",
        b"\0" * 99,
        b"\xe0\xff",
        b'{"nbformat": 4}',
        b'{"cells": [{"metadata": {}}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}',
    ],
)
def test_what_cannot_be_read_counts_as_missing_and_is_replaced(book_folder, tmp_path, content):
    broken = tmp_path / "x.ipynb"
    broken.write_bytes(content)
    assert notebooks.load(broken) is None
    assert notebooks.save(compose(book_folder), broken)
    assert notebooks.load(broken) is not None


def test_what_is_not_there_counts_as_missing(tmp_path):
    assert notebooks.load(tmp_path / "y.ipynb") is None
    assert notebooks.load(tmp_path) is None


def test_the_time_of_the_last_run_stays_when_the_code_changes(book_folder):
    executed = compose(book_folder)
    executed.metadata["bitext"] |= {"seconds": 12, "inputs": "0"}
    module = book_folder.root / "toy/numbers.py"
    module.write_text(module.read_text().replace("2 * x", "x + x"))
    record = compose(book_folder, executed).metadata["bitext"]
    assert record == {"source": "chapter_toy/state.md", "seconds": 12}
