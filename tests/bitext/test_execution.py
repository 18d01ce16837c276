import time
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from bitext import execution, notebooks


def notebook(*cells: str, name: str = "a"):
    made = new_notebook(cells=[new_code_cell(c) for c in cells], metadata=notebooks.METADATA)
    made.metadata["bitext"] = {"source": f"chapter_toy/{name}.md"}
    return made


def test_a_notebook_runs_in_its_folder_and_is_kept(book_folder):
    code = "import os, pathlib\nprint(pathlib.Path.cwd().name)\nopen('ran', 'a').write('x')"
    composed = {"chapter_toy/a.md": notebook(code)}
    ran = execution.run_all(composed, book_folder)["chapter_toy/a.md"]
    assert ran.cells[0].outputs[0].text == "chapter_toy\n"
    assert composed["chapter_toy/a.md"].cells[0].outputs == []
    execution.run_all(composed, book_folder)
    marker = book_folder.root / "chapter_toy/ran"
    assert marker.read_text() == "x", "the second call takes the outputs from the store"
    execution.run_all(composed, book_folder, force=composed)
    assert marker.read_text() == "xx"


def test_a_failing_cell_is_named_and_the_others_are_kept(book_folder):
    composed = {
        "chapter_toy/bad.md": notebook("x = 1; print('so far')", "x / 0", name="bad"),
        "chapter_toy/good.md": notebook("print(2)", name="good"),
    }
    with pytest.raises(execution.ExecutionError) as error:
        execution.run_all(composed, book_folder)
    assert "bad: cell 2 failed" in str(error.value)
    assert "x / 0" in str(error.value) and "ZeroDivisionError" in str(error.value)
    failed = notebooks.load(book_folder.build / "failed/bad.ipynb")
    assert failed.cells[0].outputs[0].text == "so far\n"
    assert str(book_folder.build / "failed/bad.ipynb") in str(error.value)
    kept = [path.parent.name for path in (book_folder.build / "executed").glob("*/*.ipynb")]
    assert kept == ["good"]


def test_a_cell_that_takes_too_long_is_named(book_folder):
    with pytest.raises(execution.ExecutionError, match="a: cell 1 failed"):
        execution.run_all(
            {"chapter_toy/a.md": notebook("import time; time.sleep(60)")},
            replace(book_folder, timeout=2),
        )


def test_a_dying_kernel_is_an_error_and_no_silence(book_folder):
    with pytest.raises(execution.ExecutionError, match="cell 1 failed"):
        execution.run_all({"chapter_toy/a.md": notebook("import os; os._exit(1)")}, book_folder)


def test_the_store_forgets_all_but_the_last_runs(tmp_path):
    store = execution.Store(tmp_path)
    for number in range(execution.KEPT + 2):
        made = notebook(f"x = {number}")
        made.metadata["bitext"]["seconds"] = float(number)
        store.put("a", str(number), made)
        time.sleep(0.02)
    kept = sorted(path.stem for path in (tmp_path / "a").iterdir())
    assert kept == ["2", "3", "4"]
    assert store.seconds("a") == 4.0
    assert store.seconds("never ran") == float("inf")


def test_progress_names_notebook_and_cell(capsys):
    progress = execution.Progress(2)
    progress.report("rnn", 1, 7, time.monotonic())
    progress.end("rnn", 12.3)
    shown = capsys.readouterr().err
    assert "rnn 1/7 cells" in shown and "[1/2] rnn: done, 12 s" in shown
