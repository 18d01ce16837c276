from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bitext.dependencies import files, inputs, key


def notebook(code: str, prose: str = ""):
    return new_notebook(cells=[new_markdown_cell(prose), new_code_cell(code)])


def names(code, settings):
    found = files(notebook(code), settings)
    return sorted(path.relative_to(settings.root).as_posix() for path in found)


def test_the_modules_behind_an_import_are_found_and_no_others(book_folder):
    base = ["toy/__init__.py", "toy/numbers.py"]
    assert names("from toy.numbers import double", book_folder) == base
    assert names("import toy.numbers as n", book_folder) == base
    assert names("import toy", book_folder) == ["toy/__init__.py"]
    assert names("import numpy\n%matplotlib inline\n!ls", book_folder) == []


def test_imports_of_imports_and_the_data_they_read_are_found(book_folder):
    expected = ["corpora/a.tsv", "toy/__init__.py", "toy/numbers.py", "toy/text.py"]
    assert names("from toy import text", book_folder) == expected


def test_prose_changes_nothing_and_code_module_data_and_environment_do(book_folder):
    root = book_folder.root
    first = notebook("from toy import text", "one")
    before = key(first, book_folder)
    assert key(notebook("from toy import text", "two"), book_folder) == before
    assert key(notebook("from toy import text\n"), book_folder) != before
    for name in ("toy/numbers.py", "corpora/a.tsv", "requirements.txt"):
        path = root / name
        text = path.read_text()
        path.write_text(text + "\n")
        assert key(first, book_folder) != before, name
        path.write_text(text)
    assert key(first, book_folder) == before


def test_inputs_do_not_depend_on_the_environment(book_folder):
    first = notebook("from toy import text")
    before = inputs(first, book_folder)
    (book_folder.root / "requirements.txt").write_text("numpy==1.23.5\n")
    assert inputs(first, book_folder) == before
