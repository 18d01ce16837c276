"""The phrasebook: short everyday sentences with their translations, by topic."""

from __future__ import annotations

from pathlib import Path

from recurrent.data.pairs import Pair, read_table, split_pairs

PHRASEBOOK = Path(__file__).resolve().parents[2] / "corpora" / "phrasebook"


def load_topics(path: Path = PHRASEBOOK) -> dict[str, list[Pair]]:
    """Return the sentence pairs of each topic, such as "weather".

    Raises
    ------
    FileNotFoundError
        If the folder has no topic.
    ValueError
        If a row is malformed; the message names file and line.
    """
    files = sorted(path.glob("*.tsv"))
    if not files:
        raise FileNotFoundError(f"{path}: no topic of the phrasebook, TOPIC.tsv, is there")
    return {file.stem: read_table(file) for file in files}


def load_phrasebook(split: str, path: Path = PHRASEBOOK) -> list[Pair]:
    """Return the sentence pairs of one split; no sentence has its twin in another split.

    Parameters
    ----------
    split : {"train", "validation", "test"}
    path : Path
        Folder of the phrasebook.

    Raises
    ------
    FileNotFoundError, ValueError
        As :func:`load_topics`; also if the split is unknown.
    """
    pairs = [pair for topic in load_topics(path).values() for pair in topic]
    return split_pairs(pairs, split)
