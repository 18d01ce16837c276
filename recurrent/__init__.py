"""What the book teaches, importable: language models from n-grams to deep recurrent networks.

Each module has one job::

    processor    settings that make MXNet fast and repeatable on this processor
    device       where to train, and why there
    corpus       the story that the models read
    tokens       normalization, tokenization, vocabulary
    batches      minibatches of sequences
    ngram        the n-gram baseline
    randomness   one seed for every random number generator
    model        the recurrent language model
    train        training with gradient clipping, held-out perplexity
    generate     text from a model
    plot         curves that can be read in both languages, on light and on dark pages

Import what you need from its module: ``from recurrent.tokens import Vocab``.  Importing anything
from here first pulls the processor's levers, which MXNet reads only once, when it is loaded.
So import from `recurrent` before you import `mxnet` or `d2l`.

`processor`, `corpus`, `tokens` and `ngram` do not import MXNet.
"""

from recurrent import processor

__all__ = [
    "batches",
    "corpus",
    "device",
    "generate",
    "model",
    "ngram",
    "plot",
    "processor",
    "randomness",
    "tokens",
    "train",
]

processor.pull()
