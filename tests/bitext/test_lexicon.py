import argparse
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext import lexicon
from bitext.findings import SourceError
from bitext.lexicon import MARKS, mark, table

GLOSSARY = (
    "en,vi,also,refuse,enforce,note\n"
    "gate,cổng,,,,\n"
    "hidden state,trạng thái ẩn,,,,\n"
    "state,trạng thái,,,,\n"
)


@pytest.fixture
def ask(book_folder, capsys):
    """Return a function that asks the command and returns what it prints."""
    (book_folder.root / "translations").mkdir()
    (book_folder.root / "translations/glossary.csv").write_text(GLOSSARY, "utf-8")

    def asked(*words):
        parser = argparse.ArgumentParser()
        lexicon.add_arguments(parser)
        assert lexicon.run(parser.parse_args(words), book_folder) == 0
        return capsys.readouterr().out

    return asked


def test_the_list_is_a_table_and_the_rest_is_named(ask):
    assert ask("list").split("\n") == [
        "English       Vietnamese     uses  rendered  otherwise  sections",
        "hidden state  trạng thái ẩn     1         1          0         1",
        "state         trạng thái        1         1          0         1",
        "",
        "1 of 3 terms never occur:",
        "gate",
        "",
    ]


def test_the_list_is_json_on_request(ask):
    found = json.loads(ask("list", "--json"))
    assert [each["uses"] for each in found] == [1, 1, 0]
    assert found[0]["vi"] == "trạng thái ẩn"


def test_uses_are_shown_in_both_languages_with_marks(ask):
    assert ask("show", "trang thai").split("\n") == [
        "state = trạng thái: 1 use",
        "chapter_toy/state.md:16  A «state» remembers.",
        "chapter_toy/state.md:22  «Trạng thái» ghi nhớ.",
        "",
    ]
    (found,) = json.loads(ask("show", "trang thai", "--json"))
    assert (found["line"], found["vi_line"], found["form"]) == (16, 22, "state")


def test_a_term_without_use_says_so(ask):
    assert ask("show", "gate") == "gate = cổng: 0 uses\n"
    assert json.loads(ask("show", "gate", "--json")) == []


def test_suggestions_are_printed_or_their_absence_is(ask):
    assert "no noun phrase" in ask("suggest")
    assert json.loads(ask("suggest", "--json")) == []
    with pytest.raises(ValueError, match="write 1 or more"):
        ask("suggest", "--times", "0")


def test_suggestions_are_a_table(ask, book_folder):
    path = book_folder.root / "chapter_toy/state.md"
    text = path.read_text("utf-8")
    path.write_text(text.replace("A state remembers.", "The page, a page."), "utf-8")
    shown = ask("suggest", "--times", "2", "--sections", "1").split("\n")
    assert shown[0].split("  ")[0] == "English"
    assert shown[1].split()[:4] == ["page", "2", "1", "2.0"]


def test_an_unknown_term_and_a_faulty_glossary_are_errors(ask, book_folder):
    with pytest.raises(ValueError, match="did you mean 'hidden state'"):
        ask("show", "hidden stat")
    (book_folder.root / "translations/glossary.csv").write_text("en,vi\n", "utf-8")
    with pytest.raises(SourceError, match="translations/glossary.csv:1: the columns are"):
        ask("list")


def test_a_table_without_rows_is_its_header():
    assert table(("en", "vi"), []) == "en  vi"


@given(st.text(alphabet="ab -", max_size=20), st.data())
def test_marks_add_nothing_but_themselves(text, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    spans = list(zip(cuts[::2], cuts[1::2]))
    shown = mark(text, spans)
    assert shown.replace(MARKS[0], "").replace(MARKS[1], "") == text
    assert shown.count(MARKS[0]) == shown.count(MARKS[1]) <= len(spans)
    for start, end in spans:
        assert text[start:end] in shown
