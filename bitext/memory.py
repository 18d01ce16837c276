"""TMX: the translations of the book as a translation memory, for other tools and other books.

A unit is a pair; its segments are the blocks as they are written, Markdown, code and formulas
included, so that they fit the entries of :mod:`bitext.po`.  The format is TMX 1.4b,
https://www.ttt.org/oscarStandards/tmx/tmx14b.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from bitext import __version__, ledger
from bitext.findings import Finding, SourceError
from bitext.notebooks import write
from bitext.settings import Settings
from bitext.sources import SOURCE_LANG, TARGET_LANG, Section

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'
#: What XML 1.0 cannot hold, not even escaped, https://www.w3.org/TR/xml/#charsets; and the carriage
#: return, which it holds and every reader takes for the end of a line.
UNWRITABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def export(sections: Iterable[Section], settings: Settings, translated: bool = False) -> str:
    """Return the translation memory of sections as TMX 1.4.

    Parameters
    ----------
    sections : iterable of Section
        The sections.
    settings : Settings
        The book's settings.
    translated : bool
        Whether a translation counts that nobody has reviewed.  Stale and unrecorded ones never do.

    Raises
    ------
    SourceError
        If a ledger cannot be read, or a block has a character that XML cannot hold.
    """
    wanted = ("reviewed", "translated") if translated else ("reviewed",)
    root = ElementTree.Element("tmx", version="1.4")
    ElementTree.SubElement(
        root,
        "header",
        {
            "creationtool": "bitext",
            "creationtoolversion": __version__,
            "segtype": "block",
            "o-tmf": "bitext",
            "adminlang": SOURCE_LANG,
            "srclang": SOURCE_LANG,
            "datatype": "plaintext",
        },
    )
    body = ElementTree.SubElement(root, "body")
    seen = set()
    findings = []
    for section in sections:
        rows = ledger.read(ledger.path(section, settings), settings.root)
        for standing in ledger.standings(section, rows):
            en, vi, row = standing.pair.en, standing.pair.vi, standing.row
            if standing.state not in wanted or (en.text, vi.text) in seen:
                continue
            seen.add((en.text, vi.text))
            for cell in (en, vi):
                for found in UNWRITABLE.finditer(cell.text):
                    line = cell.line + cell.text.count("\n", 0, found.start())
                    what = f"the character U+{ord(found[0]):04X}, which XML cannot hold"
                    place = section.path, line, "memory"
                    findings.append(Finding(*place, what, "delete it", cell.number))
            by = {"creationid": row.translator, "changeid": row.reviewer}
            if row.date:
                kind = "changedate" if standing.state == "reviewed" else "creationdate"
                by[kind] = f"{row.date.replace('-', '')}T000000Z"
            unit = ElementTree.SubElement(body, "tu", {k: v for k, v in by.items() if v})
            for kind, value in (("section", section.path), ("state", standing.state)):
                ElementTree.SubElement(unit, "prop", type=f"x-{kind}").text = value
            for lang, cell in ((SOURCE_LANG, en), (TARGET_LANG, vi)):
                variant = ElementTree.SubElement(unit, "tuv", {LANG: lang})
                ElementTree.SubElement(variant, "seg").text = cell.text
    if findings:
        raise SourceError(findings)
    ElementTree.indent(root)
    return f"{PROLOG}{ElementTree.tostring(root, encoding='unicode')}\n"


def save(
    sections: Iterable[Section], settings: Settings, path: Path | None = None, **options: bool
) -> Path:
    """Write the translation memory, ``_build/memory.tmx`` by default; return its path."""
    path = path or settings.build / "memory.tmx"
    write(path, export(sections, settings, **options))
    return path
