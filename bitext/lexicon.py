"""The command ``terms``: what the book does with its terms, as aligned tables or as JSON."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict

from bitext import book, candidates, glossary, terms
from bitext.candidates import Candidate
from bitext.glossary import Term
from bitext.settings import Settings
from bitext.terms import Count, Span, Use

#: What stands around a match in a sentence.
MARKS = ("«", "»")
#: Columns of a line on the screen.
WIDTH = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command can be asked to its parser."""
    asked = parser.add_subparsers(dest="what", required=True, metavar="WHAT")

    def what(name: str, text: str) -> argparse.ArgumentParser:
        added = asked.add_parser(name, help=text, description=text)
        added.add_argument("--json", action="store_true", help="print JSON and no table")
        return added

    what("list", "how often each term and its rendering occur, and which terms never do")
    shown = what("show", "every use of a term, in both languages")
    shown.add_argument("term", help="English or Vietnamese, diacritics may be left out")
    new = what("suggest", "noun phrases that occur often and have no entry in the glossary")
    new.add_argument("--times", type=int, default=5, metavar="N", help="at least N times (5)")
    new.add_argument("--sections", type=int, default=2, metavar="M", help="in M sections (2)")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print what was asked.

    Raises
    ------
    SourceError
        If the glossary or a section cannot be read.
    ValueError
        If the term is not in the glossary, or a number is too small.
    """
    known = glossary.read(settings.root)
    sections = book.sections(settings)
    if arguments.what == "list":
        found = terms.count(known, sections)
        shown = count_table(found)
    elif arguments.what == "show":
        wanted = terms.look_up(known, arguments.term)
        found = list(terms.uses(known, sections, wanted))
        shown = use_table(wanted, found)
    else:
        found = candidates.suggest(known, sections, arguments.times, arguments.sections)
        shown = candidate_table(found)
    if arguments.json:
        shown = json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2)
    print(shown)
    return 0


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return an aligned table: numbers to the right, words to the left, two spaces between.

    Examples
    --------
    >>> print(table(("en", "uses"), [("state", 12), ("gate", 7)]))
    en     uses
    state    12
    gate      7
    """
    cells = [[str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells)]
    right = [bool(rows) and isinstance(cell, (int, float)) for cell in (rows or [header])[0]]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right)
        ).rstrip()
        for row in cells
    )


def mark(text: str, spans: Sequence[Span]) -> str:
    """Return a text with marks around its spans; those with nothing but a space between are one.

    Examples
    --------
    >>> mark("the hidden-state, a state", [(4, 10), (11, 16), (20, 25)])
    'the «hidden-state», a «state»'
    """
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and not text[joined[-1][1] : start].strip(" -–"):
            start, _ = joined.pop()
        joined.append((start, end))
    for start, end in reversed(joined):
        text = text[:start] + MARKS[0] + text[start:end] + MARKS[1] + text[end:]
    return text


def count_table(counts: Sequence[Count]) -> str:
    """Return the terms that occur as a table, and the names of the others."""
    rows = [(c.en, c.vi, c.uses, c.rendered, c.otherwise, c.sections) for c in counts if c.uses]
    never = [c.en for c in counts if not c.uses]
    shown = table(("English", "Vietnamese", "uses", "rendered", "otherwise", "sections"), rows)
    if never:
        names = textwrap.fill(", ".join(never), WIDTH, break_long_words=False)
        shown += f"\n\n{len(never)} of {len(counts)} terms never occur:\n{names}"
    return shown


def use_table(wanted: Sequence[Term], uses: Sequence[Use]) -> str:
    """Return the uses of each term, the Vietnamese under the English."""
    parts = []
    for term in wanted:
        here = [use for use in uses if use.term == term.name]
        others = f" (or {', '.join(term.also)})" if term.also else ""
        times = f"{len(here)} use" + "s" * (len(here) != 1)
        rows = []
        for use in here:
            rows.append((f"{use.path}:{use.line}", mark(use.en, use.en_spans)))
            if use.vi_line is None:
                rows.append(("", "(not translated)"))
            else:
                rows.append((f"{use.path}:{use.vi_line}", mark(use.vi, use.vi_spans)))
        width = max((len(place) for place, _ in rows), default=0)
        parts.append(f"{'; '.join(term.en)} = {term.vi}{others}: {times}")
        parts.extend(f"{place:{width}}  {text}" for place, text in rows)
    return "\n".join(parts)


def candidate_table(found: Sequence[Candidate]) -> str:
    """Return the candidates with what may render them."""
    if not found:
        return "no noun phrase without an entry occurs so often"
    rows = [
        (c.en, c.times, c.sections, c.score, ", ".join(f"{h.vi} ({h.dice})" for h in c.hints))
        for c in found
    ]
    return table(("English", "times", "sections", "C-value", "Vietnamese beside it (Dice)"), rows)
