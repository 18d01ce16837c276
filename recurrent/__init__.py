"""What the book teaches, importable: language models from n-grams to deep recurrent networks.

Each module has one job::

    processor      settings that make MXNet fast and repeatable on this processor
    cuda           the libraries of the CUDA build of MXNet, loaded before it
    device         where to train, and why there
    randomness     one seed for every random number generator

    story          the tale that the models read
    phrasebook     short everyday sentences for translation
    numerals       numbers in words
    dates          dates in words
    registry       famous texts that can be fetched
    download       fetching them: resumed, verified, once for all processes
    parsers        from the bytes of a file to lines or sentence pairs
    pairs          sentence pairs, and a split that keeps twins together
    corpus         every text by its name, the command line, anyone's own text

    normalization  one way to write each letter
    tokens         characters, syllables, words
    vocabulary     numbers for tokens
    batches        minibatches of sequences from a long text
    padding        minibatches of sentence pairs

    ngram          the n-gram baseline
    scratch        a plain recurrent language model from its parameters up
    bptt           backpropagation through time by hand
    model          the recurrent language model of any depth, on Gluon's layers
    train          training with gradient clipping, held-out perplexity
    generate       text from a model
    plot           curves that can be read in both languages, on light and on dark pages

Import what you need from its module: ``from recurrent.tokens import tokenize``.  Importing anything
from here first pulls the processor's levers, which MXNet reads only once, when it is loaded.
So import from `recurrent` before you import `mxnet` or `d2l`.

Only `device`, `randomness`, `batches`, `padding`, `scratch`, `bptt`, `model`, `train` and
`generate` import MXNet.
"""

from recurrent import cuda, processor

__all__ = [
    "batches",
    "bptt",
    "corpus",
    "cuda",
    "dates",
    "device",
    "download",
    "generate",
    "model",
    "ngram",
    "normalization",
    "numerals",
    "padding",
    "pairs",
    "parsers",
    "phrasebook",
    "plot",
    "processor",
    "randomness",
    "registry",
    "scratch",
    "story",
    "tokens",
    "train",
    "vocabulary",
]

processor.pull()
cuda.preload()
