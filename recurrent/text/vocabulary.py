"""From tokens to numbers and back."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from pathlib import Path

import numpy

UNK = "<unk>"
PAD, BOS, EOS = "<pad>", "<bos>", "<eos>"


class Vocabulary:
    """A number for each token and a token for each number.

    Number 0 is the unknown token; then come the reserved tokens, and then the others from the most
    to the least frequent, equally frequent ones in the order of their characters, so that the same
    text always gives the same numbers.  (`d2l.Vocab` sorts "<unk>" among the other tokens, and its
    `to_tokens` fails on a list of one number.)

    Parameters
    ----------
    tokens : iterable of str, or mapping of str to int
        The tokens of a text, or how often each occurs.
    min_freq : int
        A token that occurs less often is unknown.
    reserved : sequence of str
        Tokens that no text has, such as "<pad>".

    Attributes
    ----------
    counts : dict of str to int
        How often each token of the vocabulary occurs, in the order of their numbers.

    Raises
    ------
    TypeError
        If the tokens are no strings, for instance lists of tokens, or `reserved` is a string.
    ValueError
        If `min_freq` is less than 1, or a count is negative.

    Examples
    --------
    >>> vocabulary = Vocabulary("banana")
    >>> vocabulary.to_tokens([0, 1, 2, 3])
    ['<unk>', 'a', 'n', 'b']
    >>> vocabulary["b"], vocabulary[["a", "z"]], len(vocabulary)
    (3, [1, 0], 4)
    """

    def __init__(
        self,
        tokens: Iterable[str] | Mapping[str, int] = (),
        min_freq: int = 1,
        reserved: Sequence[str] = (),
    ):
        counter = count_tokens(tokens)
        check_reserved(min_freq, reserved)
        self.counts = {token: counter.pop(token, 0) for token in (UNK, *reserved)}
        for token, count in sorted(counter.items(), key=lambda pair: (-pair[1], pair[0])):
            if count >= min_freq:
                self.counts[token] = count
            else:
                self.counts[UNK] += count
        self.reserved = tuple(reserved)
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
        return list(map(self._indices.get, tokens, repeat(0)))

    def to_tokens(self, indices: int | Iterable[int]) -> str | list[str]:
        """Return the token of a number, or the list of tokens of several, of NumPy or MXNet too.

        Raises
        ------
        IndexError
            If a number is none of 0, 1, ..., len(self) - 1.
        """
        indices = indices.tolist() if hasattr(indices, "tolist") else indices
        if isinstance(indices, Iterable):
            return [self.to_tokens(index) for index in indices]
        if not 0 <= int(indices) < len(self):
            raise IndexError(
                f"{indices} is the number of no token: they go from 0 to {len(self) - 1}"
            )
        return self._tokens[int(indices)]

    def encode(self, tokens: Iterable[str]) -> numpy.ndarray:
        """Return the numbers of a text as an int32 array of shape (number of tokens,).

        A string is a text of characters.

        Raises
        ------
        ValueError
            If not a single token is known, though the text has several: it was split otherwise.
        """
        tokens = tokens if isinstance(tokens, str) else list(tokens)
        indices = numpy.fromiter(map(self._indices.get, tokens, repeat(0)), dtype="int32")
        check_known(tokens, indices, self)
        return indices


def count_tokens(tokens: Iterable[str] | Mapping[str, int]) -> Counter[str]:
    """Count tokens; raise what :class:`Vocabulary` says if they are none."""
    tokens = tokens if isinstance(tokens, (str, Mapping)) else list(tokens)
    wrong = next((token for token in tokens if not isinstance(token, str)), None)
    if wrong is not None:
        raise TypeError(
            f"tokens: {wrong!r} is no string: give one list of tokens for the whole text, "
            "as in [token for line in lines for token in line]"
        )
    counter = Counter(tokens)
    if any(count < 0 for count in counter.values()):
        raise ValueError("tokens: a count is negative: write how often each token occurs")
    return counter


def check_reserved(min_freq: int, reserved: Sequence[str]) -> None:
    """Raise what :class:`Vocabulary` says of its other arguments."""
    if isinstance(reserved, str) or not all(isinstance(token, str) for token in reserved):
        raise TypeError(f"reserved={reserved!r}: write a list of tokens, as in ['<pad>']")
    if min_freq < 1:
        raise ValueError(f"min_freq={min_freq}: write a whole number from 1 up")


def check_known(tokens: Sequence[str], indices: numpy.ndarray, vocabulary: Vocabulary) -> None:
    """Raise ValueError if of several tokens none is known to a vocabulary that knows some."""
    known = vocabulary.counts.keys() - {UNK, *vocabulary.reserved}
    if len(indices) > 1 and known and not indices.any() and UNK not in tokens:
        longest = max(map(len, known))
        if any(len(token) > longest for token in tokens):
            raise ValueError(
                f"tokens: none of {tokens[0]!r}, {tokens[1]!r}, ... is known, and they are longer "
                "than all that are: split the text into tokens as that of the vocabulary was"
            )


def save_vocabulary(vocabulary: Vocabulary, path: str | Path) -> None:
    """Write a vocabulary to a JSON file, beside it first, so that no half of one is ever there."""
    path = Path(path)
    content = {"reserved": vocabulary.reserved, "counts": vocabulary.counts}
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    beside.write_text(json.dumps(content, ensure_ascii=False, indent=0), "utf-8")
    beside.replace(path)


def load_vocabulary(path: str | Path) -> Vocabulary:
    """Read a vocabulary that :func:`save_vocabulary` wrote.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file holds something else.
    """
    try:
        content = json.loads(Path(path).read_text("utf-8"))
        counts, reserved = content["counts"], content["reserved"]
        vocabulary = Vocabulary(counts, reserved=reserved)
        if list(vocabulary.counts.items()) != list(counts.items()):
            raise ValueError("its tokens are not in the order of their numbers")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} holds no vocabulary: {error!r}: save it anew") from None
    return vocabulary
