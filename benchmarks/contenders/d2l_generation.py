"""D2L 0.17.6's own way of writing text: `predict_ch8`.

Prints the same JSON object as ``generation.py``.
"""

import json
import sys
import time

from d2l import mxnet as d2l
from mxnet import npx
from mxnet.gluon import rnn

npx.set_np()

count, device = int(sys.argv[2]), d2l.try_gpu()
vocab = d2l.Vocab([list("abcdefghijklmnopqrstuvwxyz ")])
layers = {
    "rnn": rnn.RNN(256),
    "gru": rnn.GRU(256),
    "lstm": rnn.LSTM(256),
    "deep-lstm": rnn.LSTM(256, 2),
}
found = {}
for kind, layer in layers.items():
    net = d2l.RNNModel(layer, len(vocab))
    net.initialize(ctx=device)
    d2l.predict_ch8("time traveller", 50, net, vocab, device)
    start = time.perf_counter()
    d2l.predict_ch8("time traveller", count, net, vocab, device)
    found[kind] = count / (time.perf_counter() - start)
print(json.dumps(found))
