"""From text to tokens, and from tokens to numbers."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

UNK = "<unk>"

# A letter and the marks on it, which are characters of their own in NFD.
LETTER = r"[\w\u0300-\u036f]"
PATTERNS = {
    # Vietnamese: spaces stand between syllables, and hyphens, as in "Pa-ri", do too.
    "syllable": re.compile(rf"{LETTER}+(?:['’]{LETTER}+)*|[^\w\s]"),
    # English: an apostrophe or a hyphen inside belongs to the word.
    "word": re.compile(rf"{LETTER}+(?:['’-]{LETTER}+)*|[^\w\s]"),
}


def normalize(text: str, form: str = "NFC") -> str:
    """Return the text with each letter written in one way.

    The same Vietnamese letter can be one character (NFC) or a letter followed by its marks (NFD).
    On the page they look alike; to a model they are different texts.
    Unicode Standard Annex 15 defines the forms.

    Examples
    --------
    >>> len(normalize("ngữ")), len(normalize("ngữ", "NFD"))
    (3, 5)
    """
    return unicodedata.normalize(form, text)


def tokenize(text: str, unit: str) -> list[str]:
    """Split a text into tokens.

    Parameters
    ----------
    text : str
        Normalized text: characters are counted as they stand.
    unit : {"char", "syllable", "word"}
        A "char" is one Unicode character, spaces included.  A "syllable" is what spaces and
        hyphens delimit, which in Vietnamese is a syllable and often only part of a word.
        A "word" is an English word.  A punctuation mark is a token of its own.

    Raises
    ------
    ValueError
        If the unit is none of these.

    Examples
    --------
    >>> tokenize("Hà Nội!", "char")
    ['H', 'à', ' ', 'N', 'ộ', 'i', '!']
    >>> tokenize("Ngôn ngữ, và Pa-ri.", "syllable")
    ['Ngôn', 'ngữ', ',', 'và', 'Pa', '-', 'ri', '.']
    >>> tokenize("It isn't well-known.", "word")
    ['It', "isn't", 'well-known', '.']
    """
    if unit == "char":
        return list(text)
    if unit not in PATTERNS:
        raise ValueError(f"unknown unit {unit!r}: choose 'char', 'syllable' or 'word'")
    return PATTERNS[unit].findall(text)


class Vocab:
    """Vocabulary: a number for each token and a token for each number.

    Number 0 is the unknown token; then come the tokens from the most to the least frequent, equally
    frequent ones in the order of their characters, so that the same text always gives the same
    numbers.  (`d2l.Vocab` sorts "<unk>" among the other tokens, and its `to_tokens` fails on a list
    of one number.)

    Parameters
    ----------
    tokens : iterable of str
    min_freq : int
        A token that occurs less often is unknown.

    Attributes
    ----------
    counts : dict of str to int
        How often each token of the vocabulary occurs, in the order of their numbers.

    Examples
    --------
    >>> vocab = Vocab("banana")
    >>> vocab.to_tokens([0, 1, 2, 3])
    ['<unk>', 'a', 'n', 'b']
    >>> vocab["b"], vocab[["a", "z"]], len(vocab)
    (3, [1, 0], 4)
    """

    def __init__(self, tokens: Iterable[str] = (), min_freq: int = 1):
        counter = Counter(tokens)
        rare = sum(count for count in counter.values() if count < min_freq)
        kept = [(token, count) for token, count in counter.items() if count >= min_freq]
        kept.sort(key=lambda pair: (-pair[1], pair[0]))
        self.counts = {UNK: rare} | dict(kept)
        self._tokens = list(self.counts)
        self._indices = {token: index for index, token in enumerate(self._tokens)}

    def __len__(self) -> int:
        return len(self._tokens)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tokens)

    def __contains__(self, token: object) -> bool:
        return token in self._indices

    def __getitem__(self, tokens: str | Sequence[str]) -> int | list[int]:
        if isinstance(tokens, str):
            return self._indices.get(tokens, 0)
        return [self._indices.get(token, 0) for token in tokens]

    def to_tokens(self, indices: int | Iterable[int]) -> str | list[str]:
        """Return the token of a number, or the list of tokens of several."""
        if hasattr(indices, "__iter__"):
            return [self._tokens[int(index)] for index in indices]
        return self._tokens[int(indices)]
