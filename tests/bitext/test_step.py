from bitext import book, step
from tests.conftest import SECTION


def findings(settings):
    (section,) = book.sections(settings)
    return step.findings(section, settings)


def test_a_notebook_is_in_step_after_it_was_made_and_only_then(book_folder):
    root = book_folder.root
    assert "no notebook" in findings(book_folder)[0].what
    assert book.prepare(book_folder, keep=True).written == ["chapter_toy/state.ipynb"]
    assert findings(book_folder) == []
    assert book.prepare(book_folder, keep=True).written == []

    source = root / "chapter_toy/state.md"
    source.write_text(SECTION.replace("A state remembers", "It remembers"), "utf-8")
    (found,) = findings(book_folder)
    assert "is behind chapter_toy/state.md" in found.what and found.line > 1
    source.write_text(SECTION, "utf-8")

    module = root / "toy/numbers.py"
    module.write_text(module.read_text().replace("2 * x", "x + x"))
    assert "code cell 1 is not that of" in findings(book_folder)[0].what


def test_outputs_of_an_older_module_are_found(book_folder):
    source = book_folder.root / "chapter_toy/state.md"
    source.write_text(
        SECTION.replace("%load -s double ../toy/numbers.py", "from toy.numbers import double"),
        "utf-8",
    )
    book.prepare(book_folder, keep=True)
    assert findings(book_folder) == []
    module = book_folder.root / "toy/numbers.py"
    module.write_text(module.read_text() + "\n# a comment\n")
    assert findings(book_folder) == [], "a comment changes no output"
    module.write_text(module.read_text().replace("2 * x", "x + x"))
    assert "before the last change of a module" in findings(book_folder)[0].what


def test_a_notebook_edited_by_hand_is_found(book_folder):
    book.prepare(book_folder, keep=True)
    path = book_folder.root / "chapter_toy/state.ipynb"
    path.write_text(path.read_text("utf-8").replace("ghi nhớ", "quên"), "utf-8")
    (found,) = findings(book_folder)
    assert "quên" in path.read_text("utf-8").split("\n")[found.line - 1]
