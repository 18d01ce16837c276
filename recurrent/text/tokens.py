"""From text to tokens: characters, syllables, words."""

from __future__ import annotations

import re

from recurrent.text.normalization import check_text

# A letter and the marks on it, which are characters of their own in NFD.
LETTER = r"[\w\u0300-\u036f]"
PATTERNS = {
    # Vietnamese: spaces stand between syllables, and hyphens, as in "Pa-ri", do too.
    "syllable": re.compile(rf"{LETTER}+(?:['’]{LETTER}+)*|[^\w\s]"),
    # English: an apostrophe or a hyphen inside belongs to the word.
    "word": re.compile(rf"{LETTER}+(?:['’-]{LETTER}+)*|[^\w\s]"),
}


def tokenize(text: str, unit: str) -> list[str]:
    """Split a text into tokens.

    Parameters
    ----------
    text : str
        Normalized text: characters are counted as they stand.
    unit : {"char", "syllable", "word"}
        A "char" is one Unicode character, spaces included.  A "syllable" is what spaces and
        hyphens delimit, which in Vietnamese is a syllable and often only part of a word.
        A "word" is an English word; for Vietnamese words see `segment`.  A punctuation mark is a
        token of its own.

    Raises
    ------
    ValueError
        If the unit is none of these.
    TypeError
        If `text` is no string.

    Examples
    --------
    >>> tokenize("Hà Nội!", "char")
    ['H', 'à', ' ', 'N', 'ộ', 'i', '!']
    >>> tokenize("Ngôn ngữ, và Pa-ri.", "syllable")
    ['Ngôn', 'ngữ', ',', 'và', 'Pa', '-', 'ri', '.']
    >>> tokenize("It isn't well-known.", "word")
    ['It', "isn't", 'well-known', '.']
    """
    check_text(text)
    if unit == "char":
        return list(text)
    if unit not in PATTERNS:
        raise ValueError(f"unit={unit!r}: choose 'char', 'syllable' or 'word'")
    return PATTERNS[unit].findall(text)


def segment(text: str) -> list[str]:
    """Split a Vietnamese text into words, the syllables of each joined by "_", and punctuation.

    Nothing in the writing shows where a Vietnamese word ends; pyvi has learned it from texts in
    which people have marked it, and is right most of the time.

    Raises
    ------
    ImportError
        If pyvi, which is optional, is not installed.
    TypeError
        If `text` is no string.

    Examples
    --------
    >>> segment("Thị trấn có một chiếc đồng hồ.")  # doctest: +SKIP
    ['Thị_trấn', 'có', 'một', 'chiếc', 'đồng_hồ', '.']
    """
    check_text(text)
    try:
        from pyvi import ViTokenizer  # loads a model: a second, and only where it is wanted
    except ImportError:
        raise ImportError(
            "Vietnamese words are found by pyvi, which is not installed: pip install pyvi"
        ) from None
    return ViTokenizer.tokenize(text).split()
