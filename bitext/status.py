"""How far the book is: pairs by their state, words, and terms that are not rendered."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

from bitext import book, checks, glossary, ledger
from bitext.settings import Settings
from bitext.sources import Section


@dataclass(frozen=True)
class Status:
    """The counts of a section, or of the whole book.

    Attributes
    ----------
    section : str
        Its path; "" for the whole book.
    pairs : int
    untranslated, unrecorded, stale, translated, reviewed : int
        Pairs in each state, see `ledger.Standing`; they add up to `pairs`.
    words : int
        What stands between spaces in the English blocks.
    syllables : int
        The same in the Vietnamese blocks.
    terms : int
        Terms that are not rendered as the glossary says, and renderings that it refuses.
    """

    section: str
    pairs: int
    untranslated: int
    unrecorded: int
    stale: int
    translated: int
    reviewed: int
    words: int
    syllables: int
    terms: int

    @property
    def share(self) -> float:
        """Percentage of the pairs whose translation is recorded and not stale."""
        return 100 * (self.translated + self.reviewed) / self.pairs if self.pairs else 100.0


COUNTS = [field.name for field in fields(Status)][1:]


def of_section(section: Section, context: checks.Context) -> Status:
    """Count one section."""
    settings = context.settings
    rows = ledger.read(ledger.path(section, settings), settings.root)
    states = [standing.state for standing in ledger.standings(section, rows)]
    pairs = section.pairs()
    return Status(
        section.path,
        len(states),
        *(states.count(state) for state in COUNTS[1:6]),
        sum(len(pair.en.text.split()) for pair in pairs),
        sum(len(pair.vi.text.split()) for pair in pairs if pair.vi is not None),
        _violated(section, context),
    )


def _violated(section: Section, context: checks.Context) -> int:
    """Return how many findings about terms no block silences."""
    silent = {
        cell.number
        for cell in section.cells
        if isinstance(asked := cell.metadata.get("silence"), dict) and glossary.KIND in asked
    }
    return sum(finding.cell not in silent for finding in checks.check_terms(section, context))


def total(found: Iterable[Status]) -> Status:
    """Return the counts of all of these sections together."""
    found = list(found)
    return Status("", *(sum(getattr(one, name) for one in found) for name in COUNTS))


def of_book(settings: Settings) -> list[Status]:
    """Count every section; last comes the whole book.

    Raises
    ------
    SourceError
        If a section, the glossary or a ledger cannot be read.
    """
    context = checks.Context(settings, glossary.read(settings.root))
    found = [of_section(section, context) for section in book.sections(settings)]
    return [*found, total(found)]


def as_table(found: Iterable[Status]) -> str:
    """Return the counts as lines of text."""
    lines = [f"{'section':44}" + "".join(f"{name:>13}" for name in COUNTS)]
    for status in found:
        counts = (getattr(status, name) for name in COUNTS)
        lines.append(f"{status.section:44}" + "".join(f"{count:13}" for count in counts))
    return "\n".join(lines)


def as_json(found: Iterable[Status]) -> str:
    """Return the counts as JSON, a list of objects, with the percentage that is translated."""
    return json.dumps([asdict(s) | {"share": round(s.share, 1)} for s in found], indent=1)
