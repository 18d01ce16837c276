from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bitext import dependencies, settings
from bitext.dependencies import inputs, key

CODE = "from toy import text, numbers\nprint(text.load(), numbers.half(3))"
TEXT = "from toy import numbers\n\n\ndef load():\n    return numbers.double(2)\n"


def notebook(code: str = CODE, prose: str = ""):
    return new_notebook(cells=[new_markdown_cell(prose), new_code_cell(code)])


def test_prose_changes_nothing_and_code_used_parts_data_and_environment_do(book_folder):
    root = book_folder.root
    (root / "toy/text.py").write_text(TEXT)
    before = key(notebook(prose="one"), book_folder)
    assert key(notebook(prose="two"), book_folder) == before
    assert key(notebook(CODE + "\n"), book_folder) != before
    edits = {
        "toy/numbers.py": ("2 * x", "x + x"),
        "toy/text.py": ("double(2)", "double(3)"),
        "corpora/a.tsv": ("id\t", "1\t"),
        "requirements.txt": ("", "numpy==1.23.5\n"),
    }
    for name, (old, new) in edits.items():
        path = root / name
        text = path.read_text()
        path.write_text(text.replace(old, new))
        assert key(notebook(), book_folder) != before, name
        path.write_text(text)
    assert key(notebook(), book_folder) == before


def test_inputs_are_the_same_on_every_machine_and_the_key_is_not(book_folder, monkeypatch):
    (book_folder.root / "toy/text.py").write_text(TEXT)
    before = inputs(notebook(), book_folder), key(notebook(), book_folder)
    for change in (
        lambda: monkeypatch.setattr(settings, "_OMP_NUM_THREADS", "3"),
        lambda: monkeypatch.setattr(dependencies.platform, "machine", lambda: "riscv64"),
        lambda: (book_folder.root / "requirements.txt").write_text("numpy==1.23.5\n"),
    ):
        old = key(notebook(), book_folder)
        change()
        assert key(notebook(), book_folder) != old
    assert inputs(notebook(), book_folder) == before[0]


def test_the_number_of_jobs_is_no_part_of_the_key(book_folder, monkeypatch):
    monkeypatch.setenv("BITEXT_JOBS", "1")
    one = key(notebook(), book_folder)
    monkeypatch.setenv("BITEXT_JOBS", "2")
    assert key(notebook(), book_folder) == one
