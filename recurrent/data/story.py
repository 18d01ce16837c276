"""The story that the models of the book read, in two languages."""

from __future__ import annotations

import csv
from pathlib import Path

from recurrent.data.pairs import Pair, read_table
from recurrent.text.normalization import normalize

STORY = Path(__file__).resolve().parents[2] / "corpora" / "story"
LANGUAGES = ("en", "vi")


def load_chapters(path: Path = STORY) -> dict[str, str]:
    """Return the split of each chapter, in the order of the story: ``{"01": "train", ...}``.

    Raises
    ------
    FileNotFoundError
        If ``chapters.csv`` is not there.
    ValueError
        If one of its rows has no chapter or no split; the message names file and line.
    """
    file = path / "chapters.csv"
    if not file.is_file():
        raise FileNotFoundError(f"{file}: no such file: the list of the story's chapters")
    splits = {}
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        for row in rows:
            if not row.get("chapter") or not row.get("split"):
                raise ValueError(
                    f"{file}:{rows.line_num}: {row} has no chapter or no split: "
                    "write chapter,split,title_en,title_vi"
                )
            splits[row["chapter"]] = row["split"]
    return splits


def load_story_pairs(split: str, path: Path = STORY) -> list[Pair]:
    """Return the sentence pairs of one split of the story.

    Parameters
    ----------
    split : str
        One of those in ``chapters.csv``, such as "train".

    Raises
    ------
    ValueError
        If no chapter belongs to the split; the message names those there are.
    """
    splits = load_chapters(path)
    if split not in splits.values():
        known = ", ".join(repr(name) for name in dict.fromkeys(splits.values()))
        raise ValueError(f"unknown split {split!r}: choose one of {known}")
    chapters = [chapter for chapter, name in splits.items() if name == split]
    return [pair for chapter in chapters for pair in read_table(path / f"{chapter}.tsv")]


def load_story(lang: str, split: str, path: Path = STORY) -> list[str]:
    """Return the sentences of the story in one language.

    Parameters
    ----------
    lang : {"en", "vi"}
    split : str
        One of those in ``chapters.csv``, such as "train".
    path : Path
        Folder of the story.

    Raises
    ------
    ValueError
        If the language or the split is unknown, or a row is malformed.
    FileNotFoundError
        If a file is missing.
    """
    check_language(lang)
    pairs = load_story_pairs(split, path)
    return [pair.source if lang == "en" else pair.target for pair in pairs]


def read_story(lang: str, split: str, path: Path = STORY) -> str:
    """Return a split of the story as one text in lower case, a space between its sentences.

    Every model of the book reads the story so.

    Parameters
    ----------
    lang, split, path
        As in :func:`load_story`, which says what is raised.
    """
    return normalize(" ".join(load_story(lang, split, path)), lower=True)


def read_chapters(lang: str, path: Path = STORY) -> dict[str, str]:
    """Return every chapter of the story by its number, each as :func:`read_story` has a split.

    Parameters
    ----------
    lang, path
        As in :func:`load_story`, which says what is raised.
    """
    check_language(lang)
    side = LANGUAGES.index(lang)
    chapters = {}
    for chapter in load_chapters(path):
        pairs = read_table(path / f"{chapter}.tsv")
        sentences = [(pair.source, pair.target)[side] for pair in pairs]
        chapters[chapter] = normalize(" ".join(sentences), lower=True)
    return chapters


def check_language(lang: str) -> None:
    """Raise ValueError if the story is not in a language."""
    if lang not in LANGUAGES:
        raise ValueError(f"unknown language {lang!r}: choose 'en' or 'vi'")
