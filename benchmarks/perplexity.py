"""How well networks, and counting, predict texts that are not in the repository.

D2L trains its recurrent networks on the first 10,000 characters of *The Time Machine* and reports
the perplexity of just those.  Here the 10,000 that follow are measured, too.  Every text of the
registry, in each of its languages, is measured on parts on which nothing was trained.

A network of D2L's job is trained by ``contenders/training.py``; all the rest is here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy

from recurrent.data import corpus
from recurrent.data.batches import SequentialBatches
from recurrent.data.pairs import SPLITS
from recurrent.machine import randomness  # before mxnet: its package pulls the levers
from recurrent.networks.model import KINDS, RNNLM
from recurrent.text.ngram import NGramModel
from recurrent.text.normalization import normalize
from recurrent.text.vocabulary import Vocabulary
from recurrent.training.loop import evaluate, train

from mxnet import init  # isort: skip

TRAINED, HELD_OUT = slice(0, 10_000), slice(10_000, 20_000)  # characters of D2L's job
CHOICE = 1_000  # of the 10,000, at their end, on which the order of its n-grams is chosen
ORDERS = (2, 4, 6, 8, 10)
MOST = {"train": 200_000, "validation": 25_000, "test": 25_000}  # characters, about
READ = 1_000_000  # characters that a network reads in all, each as often as it is read
EPOCHS = 20  # the most
NUM_HIDDENS, EMBED_SIZE, BATCH_SIZE, NUM_STEPS, LR = 128, 32, 32, 35, 0.01


def thin(lines: Sequence[str], most: int) -> list[str]:
    """Return every k-th line, with the smallest k that leaves about `most` characters.

    Sentence pairs are sorted by their length: the first of them would be no sample of all.

    Examples
    --------
    >>> thin(["one", "two", "six", "ten"], 6), thin(["one", "two"], 6)
    (['one', 'six'], ['one', 'two'])
    """
    return list(lines[:: max(1, math.ceil(sum(map(len, lines)) / most))])


def read(name: str, lang: str) -> dict[str, str]:
    """Return the splits of a text as its characters: NFC, lower case, one space between words."""
    return {
        split: normalize(" ".join(thin(corpus.load(name, lang, split), MOST[split])), lower=True)
        for split in SPLITS
    }


def choose_order(train: str, other: str, vocab: Vocabulary) -> int:
    """Return the order of n-grams, counted in one text, that predicts another one best."""
    scores = {n: NGramModel(n).fit(train, vocab).perplexity(other) for n in ORDERS}
    return min(scores, key=scores.get)


def count_d2l(novel: str) -> dict[str, float]:
    """Count n-grams on D2L's job.

    The order is chosen within the 10,000 characters, of which the last 1,000 are set aside for it;
    then all are counted.  So the text that follows is asked once.

    Parameters
    ----------
    novel : str
        As D2L reads it.

    Returns
    -------
    dict
        ``order``, the size of the ``vocabulary``, which is the perplexity of blind guessing, and
        the perplexities ``perplexity`` of the 10,000 and ``held_out`` of the next.
    """
    text, vocab = novel[TRAINED], Vocabulary(novel)
    order = choose_order(text[:-CHOICE], text[-CHOICE:], vocab)
    model = NGramModel(order).fit(text, vocab)
    return {
        "order": order,
        "vocabulary": len(vocab),
        "perplexity": model.perplexity(text),
        "held_out": model.perplexity(novel[HELD_OUT]),
    }


def count(parts: dict[str, str]) -> dict[str, float]:
    """Count n-grams on a text, the order chosen on its validation split.

    Returns
    -------
    dict
        ``order``, the perplexity of each split, and ``characters`` trained on.
    """
    vocab = Vocabulary(parts["train"])
    order = choose_order(parts["train"], parts["validation"], vocab)
    model = NGramModel(order).fit(parts["train"], vocab)
    scores = {split: model.perplexity(text) for split, text in parts.items()}
    return {"order": order, "characters": len(parts["train"]), **scores}


def learn(parts: dict[str, str], cell: str) -> dict[str, float]:
    """Train a network of one layer on a text and keep the epoch that is best on validation.

    Returns
    -------
    dict
        ``epochs`` trained and ``best_epoch``, the perplexity of each split with the parameters of
        that epoch, ``tokens_per_second`` of the training, and ``characters`` trained on.
    """
    vocab = Vocabulary(parts["train"])
    numbers = {split: vocab.encode(text) for split, text in parts.items()}
    rows = SequentialBatches(
        numbers["train"], BATCH_SIZE, NUM_STEPS, rng=numpy.random.default_rng(1)
    )
    in_one_row = {split: SequentialBatches(those, 1, 500) for split, those in numbers.items()}
    in_one_row["train"] = SequentialBatches(numbers["train"], BATCH_SIZE, NUM_STEPS)  # sooner
    randomness.seed(1)
    model = RNNLM(KINDS[cell], len(vocab), NUM_HIDDENS, num_layers=1, embed_size=EMBED_SIZE)
    model.initialize(init.Xavier())
    epochs = max(1, min(EPOCHS, READ // len(parts["train"])))
    history = train(model, rows, in_one_row["validation"], epochs, LR, every=epochs)
    scores = {split: evaluate(model, batches) for split, batches in in_one_row.items()}
    return {
        "epochs": epochs,
        "best_epoch": history.best_epoch,
        "characters": len(parts["train"]),
        "tokens_per_second": history.tokens_per_second,
        **scores,
    }
