import shutil

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bitext import book, dependencies, settings, step, surroundings
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


def test_modules_beside_a_notebook_count_where_it_names_one(book_folder):
    made = {}
    for name, cell in (("a", "import helper\nprint(helper.x)"), ("b", "print(1)")):
        made[name] = notebook(cell)
        made[name].metadata["bitext"] = {"source": f"chapter_toy/{name}.md"}

    def found():
        return {name: inputs(each, book_folder) for name, each in made.items()}

    before = found()
    (book_folder.root / "chapter_toy/helper.py").write_text("from other import x\n")
    one = found()
    (book_folder.root / "chapter_toy/other.py").write_text("x = 1\n")
    two = found()
    (book_folder.root / "chapter_toy/other.py").write_text("x = 2\n")
    three = found()
    assert len({each["a"] for each in (before, one, two, three)}) == 4
    assert len({each["b"] for each in (before, one, two, three)}) == 1


def test_the_ends_of_lines_are_no_part(book_folder):
    """As git leaves a checkout with ``core.autocrlf``, or an editor a file."""
    root = book_folder.root
    (root / "toy/text.py").write_text(TEXT)
    book.prepare(book_folder, execute=False)
    before = key(notebook(), book_folder), inputs(notebook(), book_folder)
    (section,) = [s for s in book.sections(book_folder) if book.has_notebook(s)]
    found = step.findings(section, book_folder)
    for pattern in ("toy/*.py", "corpora/*.tsv", "*.txt", "chapter_toy/*", "*.bib", "*.toml"):
        for path in root.glob(pattern):
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert (key(notebook(), book_folder), inputs(notebook(), book_folder)) == before
    (again,) = [s for s in book.sections(book_folder) if book.has_notebook(s)]
    assert again == section and step.findings(again, book_folder) == found


def test_inputs_are_the_same_on_every_machine_and_the_key_is_not(book_folder, monkeypatch):
    (book_folder.root / "toy/text.py").write_text(TEXT)
    before = inputs(notebook(), book_folder), key(notebook(), book_folder)
    for change in (
        lambda: monkeypatch.setattr(settings, "_OMP_NUM_THREADS", "3"),
        lambda: monkeypatch.setattr(surroundings.platform, "machine", lambda: "riscv64"),
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


def test_what_was_found_is_remembered_until_something_changes(book_folder, monkeypatch):
    (book_folder.root / "toy/text.py").write_text(TEXT)
    traced, trace = [], dependencies.uses.trace
    monkeypatch.setattr(dependencies.uses, "trace", lambda *a: traced.append(a) or trace(*a))
    before = inputs(notebook(), book_folder)
    assert inputs(notebook(prose="other"), book_folder) == before and len(traced) == 1
    (book_folder.root / "toy/text.py").write_text(TEXT.replace("double(2)", "double(3)"))
    assert inputs(notebook(), book_folder) != before and len(traced) == 2
    (book_folder.root / "toy/text.py").write_text(TEXT)
    assert inputs(notebook(), book_folder) == before and len(traced) == 2
    for memory in (book_folder.build / "inputs").iterdir():
        memory.write_text("")  # as a machine that lost its power may leave it
    assert inputs(notebook(), book_folder) == before and len(traced) == 3


def test_only_the_last_are_remembered_and_none_where_nothing_can_be_written(
    book_folder, monkeypatch
):
    monkeypatch.setattr(dependencies, "KEPT", 2)
    found = [inputs(notebook(f"print({number})"), book_folder) for number in range(4)]
    assert len(set(found)) == 4
    folder = book_folder.build / "inputs"
    assert sorted(memory.read_text() for memory in folder.iterdir()) == sorted(found[2:])
    shutil.rmtree(folder)
    folder.write_text("no folder")
    assert inputs(notebook("print(0)"), book_folder) == found[0]
