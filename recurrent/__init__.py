"""What the book teaches, importable: language models from n-grams to deep recurrent networks.

Five rooms, each of which imports only from those before it, and in each module one job::

    machine    arguments      what functions ask of their arguments
               processor      settings that make MXNet fast and repeatable on this processor
               cuda           the libraries of the CUDA build of MXNet, loaded before it
               device         where to train, and why there
               randomness     one seed for every random number generator

    text       normalization  one way to write each letter
               tokens         characters, syllables, words
               vocabulary     numbers for tokens
               ngram          counting: the baseline of every network

    data       story          the tale that the models read
               phrasebook     short everyday sentences for translation
               numerals       numbers in words
               dates          dates in words
               registry       famous texts that can be fetched
               download       fetching them: resumed, verified, once for all processes
               parsers        from the bytes of a file to lines or sentence pairs
               pairs          sentence pairs, and a split that keeps twins together
               corpus         every text by its name, anyone's own text
               batches        minibatches of sequences from a long text
               padding        minibatches of sentence pairs

    networks   graphs         blocks that run as one graph: what speed adds
               scratch        a plain recurrent language model from its parameters up
               bptt           backpropagation through time by hand
               model          the recurrent language model of any depth, on Gluon's layers
               generation     text from a model

    training   optimizer      gradient clipping, Adam, a learning rate that falls
               joined         parameters in one vector: what speed adds to the optimizer
               loop           training, held-out perplexity
               history        what a training run measured, and how it ended
               compiled       the loss as one graph: what speed adds to the loop
               checks         what training asks of its arguments

Beside them `plot` draws curves that can be read in both languages, on light and on dark pages, and
``python -m recurrent`` lists, fetches and shows the texts.

Import what you need from its module: ``from recurrent.text.tokens import tokenize``.  Importing
anything from here first pulls the processor's levers, which MXNet reads only once, when it is
loaded.  So import from `recurrent` before you import `mxnet` or `d2l`.

Only `machine.device`, `machine.randomness`, `data.batches`, `data.padding`, `networks` and
`training` import MXNet.
"""

from recurrent.machine import cuda, processor

__all__ = ["data", "machine", "networks", "plot", "text", "training"]

processor.pull()
cuda.preload()
