"""Text from a language model, token by token."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy
from mxnet import np, npx

from recurrent.machine import arguments
from recurrent.networks.model import RNNLM
from recurrent.text.vocabulary import UNK, Vocabulary

npx.set_np()


def choose_token(
    logits: numpy.ndarray, temperature: float | None, rng: numpy.random.Generator | None
) -> int:
    """Return the number of the next token: the likeliest one, or a sample.

    Parameters
    ----------
    logits : array of shape (vocab_size,)
        -inf for a token that must not be chosen.
    temperature : float or None
        A sample comes from softmax(logits / temperature): the lower, the closer to the likeliest
        token, which 0 or None stand for.
    rng : numpy.random.Generator or None
        Draws the sample.
    """
    check_sampling(temperature, rng)
    logits = numpy.asarray(logits)
    if logits.ndim != 1 or not logits.size or logits.dtype.kind not in "fiu":
        raise ValueError(f"logits have the shape {logits.shape}: write one of (vocab_size,)")
    logits = logits.astype("float64", copy=False)
    if not math.isfinite(logits.max()):
        raise ValueError(
            "logits: the largest is no finite number: write those of a model that has not diverged"
        )
    if not temperature:
        return int(logits.argmax())
    weights = numpy.exp((logits - logits.max()) / temperature)
    return int(rng.choice(len(weights), p=weights / weights.sum()))


def generate(
    model: RNNLM,
    vocab: Vocabulary,
    prefix: Sequence[str],
    num_tokens: int,
    temperature: float | None = None,
    rng: numpy.random.Generator | None = None,
    joiner: str = "",
) -> str:
    """Return a prefix and the tokens with which a model continues it.

    Parameters
    ----------
    model : RNNLM
    vocab : Vocabulary
    prefix : sequence of str
        Tokens to read first (for characters, a string); those outside the vocabulary are read as
        "<unk>", which itself is never generated.
    num_tokens : int
        How many tokens to add.
    temperature, rng
        See :func:`choose_token`.  The same seed gives the same text.
    joiner : str
        What stands between two tokens: "" for characters, " " for syllables and words.

    Raises
    ------
    TypeError, ValueError
        If an argument is none of these, there is no rng to sample with, or the model is of another
        vocabulary.
    """
    check_generation(model, vocab, prefix, num_tokens, temperature, rng, joiner)
    state = model.begin_state(batch_size=1)
    device = state[0][0].ctx
    tokens, unread = list(prefix), vocab[list(prefix)]
    for _ in range(num_tokens):
        X = np.array(unread, dtype="int32", ctx=device).reshape(-1, 1)  # (num_steps, 1)
        logits, state = model(X, state)  # (num_steps, vocab_size)
        check_logits(logits, vocab)
        last = logits[-1].asnumpy().astype("float64")  # (vocab_size,)
        last[vocab[UNK]] = -numpy.inf
        unread = [choose_token(last, temperature, rng)]
        tokens.append(vocab.to_tokens(unread[0]))
    return joiner.join(tokens)


def check_sampling(temperature: float | None, rng: numpy.random.Generator | None) -> None:
    """Raise TypeError or ValueError if no token can be chosen so."""
    if temperature is not None:
        wanted = "a finite number from 0 up, or None for the likeliest token"
        arguments.number("temperature", temperature, wanted, lambda t: 0 <= t < math.inf)
    arguments.generator("rng", rng, optional=not temperature)


def check_generation(
    model: RNNLM,
    vocab: Vocabulary,
    prefix: Sequence[str],
    num_tokens: int,
    temperature: float | None,
    rng: numpy.random.Generator | None,
    joiner: str,
) -> None:
    """Raise TypeError or ValueError if :func:`generate` cannot work with its arguments."""
    if not hasattr(model, "begin_state"):
        raise TypeError(f"model={arguments.shown(model)}: write an RNNLM or an RNNScratch")
    arguments.whole("num_tokens", num_tokens, least=0)
    check_sampling(temperature, rng)
    if not hasattr(vocab, "to_tokens"):
        raise TypeError(f"vocab={arguments.shown(vocab)}: write a Vocabulary")
    if not isinstance(joiner, str):
        raise TypeError(f"joiner={arguments.shown(joiner)}: write a string, such as ' '")
    if not hasattr(prefix, "__len__") or not all(isinstance(token, str) for token in prefix):
        raise TypeError(f"prefix={arguments.shown(prefix)}: write a list of tokens, or a string")
    if len(prefix) == 0:
        raise ValueError("prefix is empty: write at least one token to start from")
    long = (
        token
        for token in vocab
        if len(token) > 1 and token not in (UNK, *getattr(vocab, "reserved", ()))
    )
    if isinstance(prefix, str) and (token := next(long, None)):
        raise ValueError(
            f"prefix={arguments.shown(prefix)} is a string, which is read letter by letter, but "
            f"{token!r} is a token: write a list of tokens, such as tokenize(text, 'syllable')"
        )


def check_logits(logits: np.ndarray, vocab: Vocabulary) -> None:
    """Raise ValueError if a model has another number of tokens than a vocabulary."""
    if logits.shape[-1] != len(vocab):
        raise ValueError(
            f"vocab has {len(vocab)} tokens, but the model predicts {logits.shape[-1]}: "
            "write the vocabulary with which it was trained"
        )
