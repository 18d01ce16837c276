import datetime
from xml.etree import ElementTree

import pytest

from bitext import ledger, memory, settings, sources
from bitext.findings import SourceError
from tests.conftest import ROOT, SECTION

#: The attributes that the DTD of TMX 1.4 requires, by element.
REQUIRED = {
    "tmx": {"version"},
    "header": {
        "creationtool",
        "creationtoolversion",
        "segtype",
        "o-tmf",
        "adminlang",
        "srclang",
        "datatype",
    },
    "prop": {"type"},
    "tuv": {memory.LANG},
}
#: The children that it allows, in this order.
CHILDREN = {
    "tmx": ["header", "body"],
    "header": [],
    "body": ["tu"],
    "tu": ["prop", "tuv"],
    "tuv": ["seg"],
    "prop": [],
    "seg": [],
}


def read(book, text=SECTION):
    path = book.root / "chapter_toy/state.md"
    path.write_text(text, "utf-8")
    return sources.read(path, book.root)


@pytest.fixture
def recorded(book_folder):
    ledger.record(read(book_folder), book_folder, "lan")
    return book_folder


def units(text):
    """Return the segments of each unit by language."""
    return [
        {tuv.get(memory.LANG): tuv.find("seg").text for tuv in unit.iter("tuv")}
        for unit in ElementTree.fromstring(text.encode()).iter("tu")
    ]


def test_only_reviewed_pairs_are_in_the_memory(recorded):
    section = read(recorded)
    assert units(memory.export([section], recorded)) == []
    ledger.accept(section, recorded, [section.cells[1].line], "minh", datetime.date(2026, 3, 1))
    text = memory.export([section], recorded)
    assert units(text) == [
        {
            "en": "# Hidden States\n\nA state remembers.",
            "vi": "# Trạng thái ẩn\n\nTrạng thái ghi nhớ.",
        }
    ]
    (unit,) = ElementTree.fromstring(text.encode()).iter("tu")
    assert unit.attrib == {
        "creationid": "lan",
        "changeid": "minh",
        "changedate": "20260301T000000Z",
    }
    assert {prop.get("type"): prop.text for prop in unit.iter("prop")} == {
        "x-section": "chapter_toy/state.md",
        "x-state": "reviewed",
    }


def test_translated_pairs_are_in_it_on_demand_and_stale_ones_never(recorded):
    section = read(recorded)
    found = units(memory.export([section], recorded, translated=True))
    assert [unit["en"].split()[0] for unit in found] == ["#", "By"]
    assert found[1]["vi"] == "Theo [Phương trình](#eq-state), nó dài {glue:text}`norm:.2f`."
    stale = read(recorded, SECTION.replace("remembers", "forgets"))
    assert len(units(memory.export([stale], recorded, translated=True))) == 1


def test_one_pair_that_stands_twice_is_one_unit(recorded):
    section = read(recorded)
    assert len(units(memory.export([section, section], recorded, translated=True))) == 2


def test_code_and_formulas_are_as_they_were_written(recorded):
    en, vi = "By `a < b && c` and $x < y$: <b>", "Theo `a < b && c` và $x < y$: <b>"
    text = SECTION.replace("A state remembers.", en).replace("Trạng thái ghi nhớ.", vi)
    ledger.record(section := read(recorded, text), recorded, "lan")
    found = units(memory.export([section], recorded, translated=True))
    assert {"en": f"# Hidden States\n\n{en}", "vi": f"# Trạng thái ẩn\n\n{vi}"} in found


def test_a_character_that_xml_cannot_hold_is_named_with_its_line(recorded):
    section = read(recorded, SECTION.replace("thái ghi nhớ", "thái\x08 ghi nhớ"))
    ledger.record(section, recorded, "lan")
    line = section.cells[1].line + 2
    with pytest.raises(SourceError, match=rf"^chapter_toy/state.md:{line}: .*U\+0008"):
        memory.export([section], recorded, translated=True)


def test_the_memory_of_the_book_is_tmx(tmp_path):
    book = settings.load(ROOT)
    sections = [sources.read(path, ROOT) for path in sorted(ROOT.glob("chapter_*/*.md"))]
    path = memory.save(sections, book, tmp_path / "memory.tmx", translated=True)
    text = path.read_text("utf-8")
    assert text.startswith(
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">'
    )
    root = ElementTree.parse(path).getroot()
    assert root.tag == "tmx" and root.get("version") == "1.4"
    for element in root.iter():
        assert REQUIRED.get(element.tag, set()) <= set(element.attrib)
        order = [CHILDREN[element.tag].index(child.tag) for child in element]
        assert order == sorted(order)
    recorded = [
        standing
        for section in sections
        for standing in ledger.standings(section, ledger.read(ledger.path(section, book), ROOT))
        if standing.state in ("translated", "reviewed")
    ]
    texts = {(standing.pair.en.text, standing.pair.vi.text) for standing in recorded}
    assert {(unit["en"], unit["vi"]) for unit in units(text)} == texts and texts
