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
        counter = Counter(tokens)
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
        """Return the token of a number, or the list of tokens of several."""
        if hasattr(indices, "__iter__"):
            return [self._tokens[int(index)] for index in indices]
        return self._tokens[int(indices)]

    def encode(self, tokens: Iterable[str]) -> numpy.ndarray:
        """Return the numbers of a text as an int32 array of shape (number of tokens,).

        A string is a text of characters.
        """
        return numpy.fromiter(map(self._indices.get, tokens, repeat(0)), dtype="int32")


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
