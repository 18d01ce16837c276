"""The book's way of writing text, character by character, the likeliest each time.

Prints a JSON object: characters per second of each kind of network, with random weights.
"""

import json
import sys
import time

from recurrent.networks.generation import generate  # before mxnet: its package pulls the levers
from recurrent.networks.model import RNNLM, rnn_layer
from recurrent.networks.scratch import RNNScratch
from recurrent.text.vocabulary import Vocabulary

from mxnet import init  # isort: skip
from mxnet.gluon import rnn  # isort: skip

count = int(sys.argv[2])
vocabulary = Vocabulary("abcdefghijklmnopqrstuvwxyz ")
models = {
    "rnn-scratch": RNNScratch(len(vocabulary), 512),
    "rnn": RNNLM(rnn_layer, len(vocabulary), num_layers=1),
    "gru": RNNLM(rnn.GRU, len(vocabulary), num_layers=1),
    "lstm": RNNLM(rnn.LSTM, len(vocabulary), num_layers=1),
    "deep-lstm": RNNLM(rnn.LSTM, len(vocabulary), num_layers=2),
}
found = {}
for kind, model in models.items():
    model.initialize(init.Xavier())
    generate(model, vocabulary, "time traveller", 50)
    start = time.perf_counter()
    generate(model, vocabulary, "time traveller", count)
    found[kind] = count / (time.perf_counter() - start)
print(json.dumps(found))
