"""Every text that the book can read, by its name: those that ship with it, and those it fetches."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy

from recurrent.data import dates, numerals, parsers, phrasebook, story
from recurrent.data.download import fetch, is_cached
from recurrent.data.pairs import SPLITS, Pair, check_split, split_pairs
from recurrent.data.registry import Entry, load_registry

# The share of a text's lines that each split takes, in the order of the text.
SHARES = {"train": (0.0, 0.8), "validation": (0.8, 0.9), "test": (0.9, 1.0)}

# Pairs drawn for each split of the number and date words, of which there are as many as one wants.
DRAWN = {"train": 8000, "validation": 1000, "test": 1000}


@dataclass(frozen=True)
class Shipped:
    """A text that comes with the book."""

    name: str
    title: str
    license: str = "CC BY 4.0"
    languages: tuple[str, ...] = ("en", "vi")


SHIPPED = {
    text.name: text
    for text in (
        Shipped("story", "The Eleventh Wheel, a tale in fourteen chapters"),
        Shipped("phrasebook", "Short everyday sentences"),
        Shipped("numbers", "Numbers in digits and in words"),
        Shipped("dates", "Dates in digits and in words"),
    )
}
REGISTRY = load_registry()


def find(name: str) -> Shipped | Entry:
    """Return what is known of a text.

    Raises
    ------
    ValueError
        If there is no such text; the message names those there are.
    """
    texts = SHIPPED | REGISTRY
    if not isinstance(name, str) or name not in texts:
        raise ValueError(f"unknown corpus {name!r}: choose one of {', '.join(map(repr, texts))}")
    return texts[name]


def load(name: str, lang: str, split: str = "train") -> list[str]:
    """Return the lines, verses or sentences of a text in one language.

    Parameters
    ----------
    name : str
        One of those that ``python -m recurrent list`` shows.
    lang : str
        One of the languages of the text, such as "vi".
    split : {"train", "validation", "test"}
        A text without a split of its own is cut by its lines: the first eight tenths, the next
        tenth, the last.  Sentence pairs are split so that no sentence has its twin elsewhere.

    Raises
    ------
    ValueError
        If there is no such text, language or split.
    FetchError
        If the text has to be fetched and cannot be had.
    """
    known = find(name)
    check_split(split)
    if lang not in known.languages:
        has = " and ".join(map(repr, known.languages))
        raise ValueError(f"{name} is not in the language {lang!r}: it is in {has}")
    return columns(name, split)[known.languages.index(lang)]


def columns(name: str, split: str) -> list[list[str]]:
    """Return the lines of a split in each language of a text, those of a pair side by side."""
    known = find(name)
    if len(known.languages) == 2:
        pairs = load_pairs(name, split)
        return [[pair.source for pair in pairs], [pair.target for pair in pairs]]
    lines = parse(known)
    first, last = (2 * round(share * len(lines) / 2) for share in SHARES[split])  # whole couplets
    return [lines[first : len(lines) if split == "test" else last]]


def load_pairs(name: str, split: str = "train") -> list[Pair]:
    """Return the sentence pairs of a text.

    Raises
    ------
    ValueError
        If there is no such text or split, or the text has no pairs.
    FetchError
        If the text has to be fetched and cannot be had.
    """
    known = find(name)
    check_split(split)
    if name == "story":
        return story.load_story_pairs(split)
    if name == "phrasebook":
        return phrasebook.load_phrasebook(split)
    if name in ("numbers", "dates"):
        draw = numerals.number_pairs if name == "numbers" else dates.date_pairs
        rng = numpy.random.default_rng(list(SPLITS).index(split))
        return [Pair(x.id, x.en, (x.vi,)) for x in draw(split, DRAWN[split], rng)]
    if len(known.languages) != 2:
        raise ValueError(f"{name} is in one language and has no pairs: use load()")
    return split_pairs(parse(known), split)


def parse(entry: Entry) -> list[str] | list[Pair]:
    """Return the whole of a text of the registry, fetched if need be, in its own order."""
    return getattr(parsers, entry.parse)(fetch(entry).read_bytes(), entry.file)


def from_file(path: str | Path) -> list[str]:
    """Return the lines of anyone's own text that are not blank, without the spaces around them.

    Parameters
    ----------
    path : str or Path
        A text file in UTF-8.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        If there is no such file, or it is a folder.
    ValueError
        If it is not UTF-8, with the offset of the first byte that is not; if there is no text.
        (Whether the text is long enough is seen when it is cut into minibatches, and said there.)
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: name a text file in it")
    return parsers.lines(path.read_bytes(), str(path))


def describe(name: str) -> str:
    """Return a line on a text: name, languages, where it is, license, title."""
    known = find(name)
    if isinstance(known, Shipped):
        state = "shipped"
    else:
        state = "in the cache" if is_cached(known) else f"to fetch, {known.bytes / 1e6:.1f} MB"
    languages = "+".join(known.languages)
    return f"{name:12} {languages:6} {state:17} {known.license:14} {known.title}"


def show(name: str, lines: int) -> str:
    """Return how large each split of a text is, and its first lines."""
    known, shown = find(name), [describe(name)]
    texts = {split: columns(name, split) for split in SPLITS}
    for split, sides in texts.items():
        for lang, side in zip(known.languages, sides):
            characters = sum(map(len, side))
            shown.append(f"  {split:10} {lang}: {len(side):6} lines, {characters:8} characters")
    rows = itertools.islice(zip(*texts["train"]), lines)
    return "\n".join([*shown, *("  | " + " | ".join(row) for row in rows)])
