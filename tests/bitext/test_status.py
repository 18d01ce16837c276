"""Counts of a section: states, words, terms."""

from bitext import ledger, sources, status
from bitext.status import Status
from tests.conftest import HEADER

GLOSSARY = "en,vi,also,refuse,enforce,note\ngate,cổng,,cửa ra vào,,\n"
SECTION = (
    HEADER
    + """\
+++ {"lang": "en"}

# A gate opens.

+++ {"lang": "vi"}

# Một cổng mở ra.

+++ {"lang": "en"}

The gate is shut now.

+++ {"lang": "vi"}

Nay cửa đã đóng.

+++ {"lang": "en"}

Another gate.

+++ {"lang": "vi", "silence": {"glossary": "a gate of a town"}}

Một cửa khác.

+++ {"lang": "en"}

Not yet.
"""
)


def read(settings, text=SECTION):
    path = settings.root / "chapter_toy/state.md"
    path.write_text(text, "utf-8")
    glossary = settings.root / "translations/glossary.csv"
    glossary.parent.mkdir(exist_ok=True)
    glossary.write_text(GLOSSARY, "utf-8")
    return sources.read(path, settings.root)


def test_every_state_is_counted_and_terms_that_no_block_silences(book_folder):
    section = read(book_folder)
    ledger.record(section, book_folder, "authors")
    ledger.accept(section, book_folder, [section.cells[0].line], "lan")
    read(book_folder, SECTION.replace("shut now", "open").replace("Một cửa khác.", "Cửa khác."))
    counted, whole = status.of_book(book_folder)
    assert counted == Status(
        "chapter_toy/state.md",
        pairs=4,
        untranslated=1,
        unrecorded=1,
        stale=1,
        translated=0,
        reviewed=1,
        words=12,
        syllables=11,
        terms=1,
    )
    assert whole.pairs == 4 and whole.share == 25


def test_sections_add_up():
    one = Status("a.md", 2, 1, 0, 0, 1, 0, 30, 20, 1)
    assert status.total([one, one]) == Status("", 4, 2, 0, 0, 2, 0, 60, 40, 2)
    assert status.total([]).share == 100
