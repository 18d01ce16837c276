import ast

import pytest

from bitext.findings import SourceError
from bitext.inclusion import expand, symbols
from bitext.sources import Cell


def cell(text: str) -> Cell:
    return Cell("code", text, 12, 5)


def test_code_is_shown_verbatim_and_says_where_it_lives(book_folder):
    root = book_folder.root
    source = root / "chapter_toy/state.md"
    code = expand(cell("%load -s double ../toy/numbers.py"), source, root)
    first, rest = code.split("\n", 1)
    assert first == "# %load -s double ../toy/numbers.py"
    assert rest in (root / "toy/numbers.py").read_text()
    assert ast.parse(code).body[0].name == "double"


def test_several_names_come_in_the_order_asked(book_folder):
    root = book_folder.root
    code = expand(cell("%load -s double,half ../toy/numbers.py"), root / "chapter_toy/x.md", root)
    assert [node.name for node in ast.parse(code).body] == ["double", "half"]


def test_decorators_belong_to_what_they_decorate():
    code = "@first\n@second\nclass A:\n    x = 1\n\n\ny = 2\n"
    assert symbols(code)["A"] == "@first\n@second\nclass A:\n    x = 1"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("%load -s dubble ../toy/numbers.py", "did you mean 'double'?"),
        ("%load -s zzz ../toy/numbers.py", "it has half, double"),
        ("%load -s double ../toy/nothing.py", "does not exist"),
        ("%load ../toy/numbers.py", "cannot be expanded"),
        ("x = 1\n%load -s double ../toy/numbers.py", "alone in its cell"),
    ],
)
def test_a_load_that_cannot_be_expanded_names_file_line_and_remedy(book_folder, text, what):
    root = book_folder.root
    with pytest.raises(SourceError) as error:
        expand(cell(text), root / "chapter_toy/state.md", root)
    line = 13 if text.startswith("x") else 12
    assert str(error.value).startswith(f"chapter_toy/state.md:{line}: cell 5: ")
    assert what in str(error.value)


def test_a_cell_without_load_is_left_alone(book_folder):
    text = "# 100 %load of work\nx = '%load'"
    root = book_folder.root
    assert expand(cell(text), root / "chapter_toy/state.md", root) == text
