import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext import checks, facts, ledger, people, sources, tables
from bitext.findings import SourceError
from tests.conftest import ROOT

FORMULAS = ("=1+1", "+1", "-1", "@lan", "\t=1", "\r=1", "=HYPERLINK(0)", "-")


@given(st.text() | st.sampled_from(FORMULAS).map(lambda cell: "'" + cell))
def test_what_is_written_is_no_formula_and_is_read_again(cell):
    written = tables.guarded(cell)
    assert not tables.FORMULA.match(written)
    assert tables.unguarded(written) == cell


@pytest.mark.parametrize("name", FORMULAS)
def test_names_of_contributors_are_no_formulas(book_folder, name):
    people.add([name, "Lan, “Mai”\n\x07\u2028", "Le\u0302"], book_folder)
    text = people.path(book_folder).read_bytes().decode()
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []
    assert name.strip() in people.names(book_folder).values()
    assert "Lan, “Mai”" in people.names(book_folder).values()
    assert "Lê" in people.names(book_folder).values()
    assert people.add([name, "Lê"], book_folder) == []
    assert [f for f in checks.check(book_folder) if f.path.startswith("translations/p")] == []


def test_facts_of_a_page_are_no_formulas(tmp_path):
    found = [facts.Fact(1, "person", 2, text) for text in FORMULAS if "\r" not in text]
    file = tmp_path / "page.facts.csv"
    facts.save(found, file)
    assert list(tables.findings(file, tmp_path)) == []
    assert facts.read(file, tmp_path) == found


def test_a_ledger_holds_no_formula(book_folder):
    path = book_folder.root / "chapter_toy" / "state.md"
    text = path.read_text("utf-8").replace("A state remembers.", "A state remembers.\n")
    text += '\n+++ {"lang": "en"}\n\n@lan wrote it.\n\n+++ {"lang": "vi"}\n\n@lan viết.\n'
    path.write_text(text, "utf-8")
    people.add(["Lan"], book_folder)
    section = sources.read(path, book_folder.root)
    assert ledger.record(section, book_folder, "lan")
    file = ledger.path(section, book_folder)
    assert "'@lan wrote it." in file.read_text("utf-8")
    assert list(tables.findings(file, book_folder.root)) == []
    assert ledger.record(section, book_folder, "lan") == 0


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("lan,=HYPERLINK(1),translator", "'=HYPERLINK(1)' is a formula in a spreadsheet"),
        ("lan,@lan,translator", "'@lan' is a formula"),
        ('lan,"\t=1",translator', "is a formula"),
        ('lan,"La\nn",translator', "the name 'La\\nn' is not as names are written"),
        ("lan,La\x07n,translator", "the control character U+0007"),
        ("lan,Le\u0302,translator", "is not as names are written"),
        ("lan, Lan,translator", "is not as names are written"),
        ("lan,,translator", "'lan' has no name"),
        ("Lan B,Lan,translator", "the id 'Lan B'"),
        ("lan,Lan", "2 columns"),
        ("lan,Lan,translator\nlan,Mai,translator", "already taken at line 2"),
    ],
)
def test_the_check_names_what_is_wrong_with_people(book_folder, row, what):
    file = people.path(book_folder)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(f"id,name,role\n{row}\n".encode())
    found = [str(f) for f in checks.check(book_folder) if f.path == "translations/people.csv"]
    assert [line for line in found if what in line], found
    assert all(line.startswith("translations/people.csv:") for line in found)


@pytest.mark.parametrize("name", ["glossary.csv", "ledger/other.csv", "people.csv"])
@pytest.mark.parametrize("cell", ["=1+1", "+1", "@x", "-1"])
def test_the_check_looks_at_every_table(book_folder, name, cell):
    file = book_folder.root / "translations" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"a,b\nx,{cell}\n", "utf-8")
    found = [str(f) for f in checks.check(book_folder) if f.kind == "table"]
    assert len(found) == 1 and found[0].startswith(f"translations/{name}:2: {cell!r} is a formula")


def test_the_tables_of_the_book_hold_none():
    for path in ROOT.glob(tables.TABLES):
        assert list(tables.findings(path, ROOT)) == []


@pytest.mark.parametrize("text", ["a,b\rc\r", 'a,"' + "x" * 200_000 + '"\n'])
def test_a_table_is_read_or_refused_whatever_ends_its_lines(text):
    try:
        found = list(tables.rows(text, "a.csv", "table"))
    except SourceError as error:
        assert str(error).startswith("a.csv:1: no table: ") and len(text) > 131_072
    else:
        assert found == [(1, ["a", "b"]), (2, ["c"])]
