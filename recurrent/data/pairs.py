"""Sentence pairs: a sentence, its translations, and a split in which no sentence meets its twin."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SPLITS = ("train", "validation", "test")

# Of a hundred groups of twins, so many are held out for validation, and so many for the test.
HELD_OUT = {"validation": 10, "test": 10}

CONTRACTIONS = [
    (re.compile(pattern), full)
    for pattern, full in (
        (r"\bwon't\b", "will not"),
        (r"\bcan't\b|\bcannot\b", "can not"),
        (r"n't\b", " not"),
        (r"'m\b", " am"),
        (r"'re\b", " are"),
        (r"'ve\b", " have"),
        (r"'ll\b", " will"),
        (r"'d\b", " would"),
        (r"'s\b", " is"),
    )
]


@dataclass(frozen=True)
class Pair:
    """A sentence and its translations.

    Attributes
    ----------
    id : str
    source : str
        The English sentence.
    targets : tuple of str
        Its translations, each of them correct, the most usual one first.
    """

    id: str
    source: str
    targets: tuple[str, ...]

    @property
    def target(self) -> str:
        """The most usual translation."""
        return self.targets[0]


def read_table(file: Path) -> list[Pair]:
    """Return the pairs in a file of three columns, id, en, vi, below a line that names them.

    Several translations in one cell have " | " between them.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a row has not three columns, or an empty one; the message names file and line.
    """
    if not file.is_file():
        raise FileNotFoundError(f"{file}: no such file: it should hold sentence pairs")
    pairs = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        columns = line.split("\t")
        targets = tuple(columns[-1].split(" | "))
        if len(columns) != 3 or not all(cell.strip() for cell in (*columns, *targets)):
            raise ValueError(
                f"{file}:{number}: {line!r} has not three columns with text: "
                "write id, English, Vietnamese, with one tab between them"
            )
        if number > 1:
            pairs.append(Pair(columns[0], columns[1], targets))
    return pairs


def twin_key(sentence: str) -> str:
    """Return what two sentences share that differ in case, punctuation or contraction only.

    Examples
    --------
    >>> twin_key("I'm tired!") == twin_key("I am tired.")
    True
    """
    text = unicodedata.normalize("NFC", sentence).casefold().replace("’", "'")
    for pattern, full in CONTRACTIONS:
        text = pattern.sub(full, text)
    return " ".join(re.findall(r"\w+", text))


def group_twins(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Put pairs that share a sentence, on either side, into one group.

    Sharing is passed on: "Hi." and "Hello." are twins if both may be "Xin chào.".

    Returns
    -------
    list of groups, and the pairs in each, in the order in which they came
    """
    parent: dict[tuple[str, str], tuple[str, str]] = {}  # a forest; a tree is a group

    def root(key: tuple[str, str]) -> tuple[str, str]:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]  # halve the way for the next search
            key = parent[key]
        return key

    sources = [("source", twin_key(pair.source)) for pair in pairs]
    for source, pair in zip(sources, pairs):
        for target in pair.targets:
            parent[root(("target", twin_key(target)))] = root(source)
    groups: dict[tuple[str, str], list[Pair]] = {}
    for source, pair in zip(sources, pairs):
        groups.setdefault(root(source), []).append(pair)
    return list(groups.values())


def split_pairs(pairs: Sequence[Pair], split: str) -> list[Pair]:
    """Return the pairs of one split, such that no sentence has a twin in another split.

    A group of twins goes where a hash of its alphabetically first sentence sends it: a pair stays
    where it is when others are added, on every machine.

    Parameters
    ----------
    pairs : sequence of Pair
    split : {"train", "validation", "test"}

    Raises
    ------
    ValueError
        If the split is unknown.
    """
    check_split(split)
    chosen = []
    for group in group_twins(pairs):
        name = min(twin_key(pair.source) for pair in group)
        draw = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 100
        if draw < HELD_OUT["validation"]:
            home = "validation"
        elif draw < HELD_OUT["validation"] + HELD_OUT["test"]:
            home = "test"
        else:
            home = "train"
        if home == split:
            chosen.extend(group)
    return chosen


def check_split(split: str) -> None:
    """Raise ValueError if there is no such split."""
    if split not in SPLITS:
        raise ValueError(f"unknown split {split!r}: choose 'train', 'validation' or 'test'")
