from dataclasses import replace

import pytest

from bitext import ledger, sources
from bitext.findings import SourceError
from tests.conftest import SECTION


def read(settings, text=None):
    path = settings.root / "chapter_toy/state.md"
    if text is not None:
        path.write_text(text, "utf-8")
    return sources.read(path, settings.root)


def states(section, settings):
    rows = ledger.read(ledger.path(section, settings), settings.root)
    return [standing.state for standing in ledger.standings(section, rows)]


@pytest.fixture
def recorded(book_folder):
    ledger.record(read(book_folder), book_folder, "authors")
    return book_folder


def test_new_pairs_are_unrecorded_until_they_are_recorded(book_folder):
    section = read(book_folder)
    assert states(section, book_folder) == ["unrecorded", "unrecorded", "untranslated"]
    found = ledger.findings(section, book_folder)
    assert [f.line for f in found] == [cell.line for cell in section.cells if cell.lang == "vi"]
    assert ledger.record(section, book_folder, "authors") == 2
    assert ledger.record(section, book_folder, "authors") == 0
    assert states(section, book_folder) == ["translated", "translated", "untranslated"]
    assert ledger.findings(section, book_folder) == []


def test_a_changed_english_block_makes_its_translation_stale(recorded):
    section = read(recorded, SECTION.replace("remembers", "forgets"))
    assert states(section, recorded) == ["stale", "translated", "untranslated"]
    (found,) = ledger.findings(section, recorded)
    assert (found.kind, found.line) == ("stale", section.cells[1].line)


def test_recording_does_not_make_a_stale_block_fresh(recorded):
    section = read(recorded, SECTION.replace("remembers", "forgets"))
    assert ledger.record(section, recorded, "authors") == 0
    assert states(section, recorded)[0] == "stale"


def test_a_forged_hash_does_not_fit_its_seal(recorded):
    section = read(recorded, SECTION.replace("remembers", "forgets"))
    path = ledger.path(section, recorded)
    rows = ledger.read(path, recorded.root)
    now = ledger.digest(section.cells[0].text)
    ledger.save([replace(rows[0], en=now), *rows[1:]], path)
    (found,) = ledger.findings(section, recorded)
    assert (found.path, found.line) == ("translations/ledger/state.csv", 2)
    assert "edited by hand" in found.what
    with pytest.raises(SourceError, match="edited by hand"):
        ledger.record(section, recorded, "authors")


def test_a_new_translation_of_the_changed_block_is_recorded(recorded):
    text = SECTION.replace("remembers", "forgets").replace("ghi nhớ", "quên")
    section = read(recorded, text)
    assert states(section, recorded)[0] == "unrecorded"
    assert ledger.record(section, recorded, "authors") == 1
    assert states(section, recorded)[0] == "translated"


def test_a_reviewer_confirms_that_a_translation_still_holds(recorded):
    section = read(recorded, SECTION.replace("remembers.", "does remember."))
    ledger.confirm(section, recorded, section.cells[1].line, "lan")
    assert states(section, recorded)[0] == "reviewed"
    row = ledger.read(ledger.path(section, recorded), recorded.root)[0]
    assert row.reviewer == "lan" and "does remember" in row.source
    with pytest.raises(SourceError, match="no recorded pair is at this line"):
        ledger.confirm(section, recorded, 1, "lan")


def test_pairs_may_move(recorded):
    block = '+++ {"lang": "en"}\n\n'
    section = read(recorded, SECTION.replace(f"{block}By", f"{block}New.\n\n{block}By"))
    assert states(section, recorded) == ["translated", "untranslated", "translated", "untranslated"]


def test_text_survives_the_file(recorded):
    path = recorded.root / "translations/ledger/x.csv"
    source = 'a "quote", $\\nabla$,\nline \\n two'
    row = ledger.Row("p", "e", "v", "t", "", "translated", "", source).sealed()
    ledger.save([row], path)
    assert ledger.read(path, recorded.root) == [row]


def test_a_file_that_is_no_ledger_is_named(recorded):
    path = recorded.root / "translations/ledger/state.csv"
    path.write_text("pair,en\n")
    with pytest.raises(SourceError, match="translations/ledger/state.csv:1: the header"):
        ledger.read(path, recorded.root)
