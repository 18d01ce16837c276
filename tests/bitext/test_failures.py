import pytest

from bitext import book, execution
from bitext.failures import LINES, _excerpt, _shorten
from tests.conftest import SECTION


def report(settings, old, new):
    """Execute the toy book with a change in its section and return the message of the failure."""
    path = settings.root / "chapter_toy/state.md"
    assert SECTION.count(old) == 1
    path.write_text(SECTION.replace(old, new), "utf-8")
    with pytest.raises(execution.ExecutionError) as error:
        book.prepare(settings)
    return str(error.value).split("\n\n"), path.read_text("utf-8").split("\n")


def test_an_error_inside_a_module_is_placed_in_the_section_and_shown_with_its_way(book_folder):
    parts, lines = report(book_folder, "double(0.75)", 'double({"a": 1})')
    line = next(i for i, text in enumerate(lines, 1) if 'double({"a": 1})' in text)
    assert parts[0].startswith(f"chapter_toy/state.md:{line}: state: cell 7 failed: TypeError: ")
    assert parts[1].splitlines()[2] == '>    3 | glue("norm", double({"a": 1}), display=False)'
    way = "\n\n".join(parts[2:])
    assert "return 2 * x" in way and "\x1b" not in way
    assert "correct it in the section or in the module that it calls, then build again" in parts[-1]


def test_a_syntax_error_is_placed(book_folder):
    parts, lines = report(book_folder, 'print("a state")', 'print("a state"\n\n')
    line = next(i for i, text in enumerate(lines, 1) if text == 'print("a state"')
    assert parts[0].startswith(f"chapter_toy/state.md:{line}: state: cell 7 failed: SyntaxError: ")


def test_code_that_a_section_loads_is_placed_at_its_line_of_the_section(book_folder):
    module = book_folder.root / "toy/numbers.py"
    module.write_text(module.read_text().replace("def double", "@nowhere\ndef double"))
    parts, lines = report(book_folder, "Not translated yet", "Not yet translated")
    line = next(i for i, text in enumerate(lines, 1) if text.startswith("%load"))
    assert parts[0].startswith(f"chapter_toy/state.md:{line}: state: cell 6 failed: NameError: ")
    assert "> " in parts[1] and "@nowhere" in parts[1]


def test_an_excerpt_marks_the_line_and_stays_within_the_cell():
    assert _excerpt("a\nb", 2) == "     1 | a\n>    2 | b"
    assert _excerpt("\n".join("abcdefgh"), 5).splitlines()[0] == "     2 | b"
    assert len(_excerpt("\n".join("abcdefgh"), 5).splitlines()) == 7
    assert ">" not in _excerpt("\n".join("abcdefgh"), None)


def test_a_long_traceback_loses_its_middle_and_says_so():
    lines = [str(number) for number in range(LINES + 10)]
    short = _shorten("\n".join(lines)).split("\n")
    assert len(short) == LINES + 1 and "... 10 lines ..." in short
    assert (short[0], short[-1]) == (lines[0], lines[-1])
    assert _shorten("\n".join(lines[:LINES])).split("\n") == lines[:LINES]
