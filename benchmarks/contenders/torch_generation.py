"""PyTorch writing text, character by character.

Prints the same JSON object as ``generation.py``.
"""

import json
import sys
import time

import torch
from torch import nn

count, vocab_size = int(sys.argv[2]), 28
layers = {
    "rnn-scratch": nn.RNN(vocab_size, 512),
    "rnn": nn.RNN(vocab_size, 256),
    "gru": nn.GRU(vocab_size, 256),
    "lstm": nn.LSTM(vocab_size, 256),
    "deep-lstm": nn.LSTM(vocab_size, 256, 2),
}


@torch.inference_mode()
def write(layer, dense, count):
    """Return so many characters, as numbers."""
    written, state = [0], None
    for _ in range(count):
        last = torch.tensor([[written[-1]]])
        hidden, state = layer(nn.functional.one_hot(last, vocab_size).float(), state)
        written.append(int(dense(hidden[0, 0]).argmax()))
    return written


found = {}
for kind, layer in layers.items():
    dense = nn.Linear(layer.hidden_size, vocab_size)
    write(layer, dense, 50)
    start = time.perf_counter()
    write(layer, dense, count)
    found[kind] = count / (time.perf_counter() - start)
print(json.dumps(found))
