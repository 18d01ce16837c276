"""The page of the translation's state, and the names at the end of each page."""

import shutil

import pytest
from bs4 import BeautifulSoup

from bitext import building, ledger, people, sources
from bitext.settings import load
from bitext.status import Status
from bitext.status_page import bar, table
from tests.conftest import HEADER, ROOT

PAGE = (
    HEADER
    + """\
+++ {"lang": "en"}

# One

First.

+++ {"lang": "vi"}

# Một

Thứ nhất.

+++ {"lang": "en"}

Second.

+++ {"lang": "vi"}

Thứ hai.
"""
)
TABLE = (
    HEADER
    + """\
+++ {"lang": "en"}

# State

+++ {"lang": "vi"}

# Tình trạng

+++

```{translation-status}
```
"""
)


def soup(html):
    return BeautifulSoup(html, "html.parser")


def test_a_bar_has_a_piece_for_each_state_as_wide_as_its_share():
    made = soup(bar(Status("a", 10, 2, 0, 1, 3, 4, 0, 0, 0))).svg
    pieces = [(r["class"], int(r["x"]), int(r["width"])) for r in made.select("rect")]
    assert pieces == [
        (["reviewed"], 0, 4),
        (["translated"], 4, 3),
        (["stale"], 7, 1),
        (["untranslated"], 8, 2),
    ]
    assert made["viewbox"] == "0 0 10 1"
    assert soup(bar(Status("a", *[0] * 9))).select("rect") == []


def test_the_table_has_a_row_for_each_page_and_one_for_the_book():
    one = Status("a", 3, 1, 0, 0, 1, 1, 12345, 0, 1)
    made = soup(table([("<a>A</a>", one), ("<a>B</a>", one)]))
    rows = [[cell.text for cell in row.select("td")] for row in made.select("tr")[1:]]
    assert rows == [
        ["3", "1", "1", "0", "1", "12\N{NARROW NO-BREAK SPACE}345", "1"],
        ["3", "1", "1", "0", "1", "12\N{NARROW NO-BREAK SPACE}345", "1"],
        ["6", "2", "2", "0", "2", "24\N{NARROW NO-BREAK SPACE}690", "2"],
    ]
    assert {each.text for each in made.select(".percent")} == {"66%"}, "never more than there is"
    assert len(made.select("thead th")) == 8, "a name for each column"
    assert not made.select("[style]")


def test_what_is_not_recorded_has_a_column_only_where_there_is_some():
    columns = {
        count: len(
            soup(table([("A", Status("a", 2, 0, count, 0, 2 - count, 0, 9, 9, 0))])).select("th")
        )
        for count in (0, 1)
    }
    assert columns[1] == columns[0] + 1


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Return the settings of a book with two pages in both languages and one with the table."""
    monkeypatch.setenv("BITEXT_EXECUTE", "off")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    files = {
        "_toc.yml": "format: jb-book\nroot: intro\nchapters:\n- file: references\n- file: status\n",
        "intro.md": PAGE,
        "references.md": PAGE.replace("One", "Two").replace("Một", "Hai"),
        "status.md": TABLE,
        "references.bib": "",
        "requirements.txt": "",
        "pyproject.toml": "[tool.bitext]\n",
        "translations/glossary.csv": "en,vi,also,refuse,enforce,note\n",
        "translations/people.csv": (
            "id,name,role\nauthors,Các tác giả · The authors,translator\nlan,Lê Lan,reviewer\n"
        ),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    shutil.copy(ROOT / "_config.yml", tmp_path)
    return load(tmp_path)


def test_pages_are_written_anew_when_a_ledger_changes_and_only_those(book):
    def build():
        assert building.build(book) == 0
        return {
            name: (path.stat().st_mtime_ns, soup(path.read_text("utf-8")))
            for name in ("intro", "references", "status")
            for path in [book.build / f"html/{name}.html"]
        }

    def reviewed(pages):
        return [row.select("td")[1].text for row in pages["status"][1].select("tbody tr")]

    section = sources.read(book.root / "intro.md", book.root)
    ledger.record(section, book, "authors")
    first = build()
    assert reviewed(first) == ["0", "0", "0"]
    (line,) = first["intro"][1].select(".credits")
    assert line.text == "DịchTranslation: Các tác giảThe authors"
    assert first["references"][1].select(".credits") == []

    ledger.accept(section, book, [section.pairs()[1].en.line], "lan")
    second = build()
    assert reviewed(second) == ["1", "0", "0"]
    assert [line.text for line in second["intro"][1].select(".credits")] == [
        "DịchTranslation: Các tác giảThe authors",
        "Hiệu đínhReview: Lê Lan",
    ]
    assert second["references"][0] == first["references"][0], "nothing on it has changed"

    third = build()
    assert {name: at for name, (at, _) in third.items()} == {
        name: at for name, (at, _) in second.items()
    }

    text = (book.root / "intro.md").read_text("utf-8")
    (book.root / "intro.md").write_text(text.replace("First.", "The first."), "utf-8")
    stale = build()
    assert reviewed(stale)[0] == "1" and stale["status"][1].select(".stale")
    assert stale["intro"][1].select_one(".stale-note ins").text == "The first."
    section = sources.read(book.root / "intro.md", book.root)
    ledger.accept(section, book, [section.pairs()[0].en.line], "lan")
    fresh = build()
    assert reviewed(fresh)[0] == "2" and not fresh["intro"][1].select(".stale-note")

    file = people.path(book)
    file.write_text(file.read_text("utf-8").replace("Lê Lan", "Lê Thị Lan"), "utf-8")
    renamed = build()
    assert "Lê Thị Lan" in renamed["intro"][1].select(".credits")[1].text
    assert renamed["status"][0] == fresh["status"][0]
