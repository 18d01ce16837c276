"""What a section calls to hand a trained model to its page."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from IPython.display import display

from living.file import FINENESS, LIMIT, header, pack, restored, rounded, script
from living.trained import from_model
from recurrent.text.vocabulary import UNK, Vocabulary

if TYPE_CHECKING:
    from recurrent.networks.model import RNNLM
    from recurrent.networks.scratch import RNNScratch

#: The kind of output that holds a model.  It is for the page alone: :mod:`bitext.notebooks` leaves
#: it out of the notebooks that are committed.
MIME = "application/vnd.living-model+json"

#: Bytes that two perplexities may take in a file.
MORE = 200

#: Rows in which the held-out text is read, for speed.
ROWS = 4


@dataclass(frozen=True)
class Exported:
    """What became of a model.

    Attributes
    ----------
    name : str
    num_weights, num_bytes : int
        Numbers in the network, with the embedding multiplied out; size of its file.
    before, after : float
        Perplexity of the held-out text, as trained and rounded.
    """

    name: str
    num_weights: int
    num_bytes: int
    before: float
    after: float

    @property
    def loss(self) -> float:
        """What rounding adds to the perplexity, in percent."""
        return 100 * (self.after / self.before - 1)

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.num_weights:,} weights in {self.num_bytes / 1000:.0f} kB, "
            f"held-out perplexity {self.before:.3f} -> {self.after:.3f} ({self.loss:+.2f}%)"
        )


def export(
    model: RNNLM | RNNScratch,
    vocabulary: Vocabulary,
    name: str,
    held_out: Iterable[str],
    beginning: str,
) -> Exported:
    """Round a model as finely as its file may be large, measure the loss, hand it to the page.

    Parameters
    ----------
    model : RNNLM or RNNScratch
        Of characters.
    vocabulary : Vocabulary
        What the numbers of the model's tokens mean.
    name : str
        The name of the file, which ends in the language: ``deep-lstm-vi``.
    held_out : iterable of str
        The characters of a text on which the loss is measured.
    beginning : str
        What the reader finds written, and may change.

    Raises
    ------
    ValueError
        If a token is more than a character, or the file would be too large.
    """
    output, exported = make(model, vocabulary, name, held_out, beginning)
    display({MIME: output}, raw=True)
    return exported


def make(
    model: RNNLM | RNNScratch,
    vocabulary: Vocabulary,
    name: str,
    held_out: Iterable[str],
    beginning: str,
) -> tuple[dict[str, Any], Exported]:
    """Return what :func:`export` hands over and what it returns."""
    tokens = list(vocabulary)
    if long := [token for token in tokens if len(token) > 1 and token != UNK]:
        raise ValueError(f"{name}: the token {long[0]!r} is no character: export another model")
    network = from_model(model)
    indices = vocabulary.encode(held_out)
    head = header(network, tokens, rounds=True) | {"name": name, "beginning": beginning}
    before = network.perplexity(indices, ROWS)
    for fineness in FINENESS:
        values = rounded(network, fineness)
        if max(abs(q).max() for q, _ in values) > 127:
            continue
        packed = pack(network, values)
        if len(script(head, packed)) + MORE <= LIMIT:
            break
    else:
        raise ValueError(f"{name}: no rounding brings it to {LIMIT:,} bytes: make it smaller")
    after = restored(network, values).perplexity(indices, ROWS)
    head["perplexity"] = [before, after]
    count = sum(array.size for array in (*network.matrices(), *network.biases()))
    exported = Exported(name, count, len(script(head, packed)), before, after)
    return {"header": head, "data": base64.b64encode(packed).decode()}, exported
