"""PyTorch on D2L's job: the same sizes, the same recipe, its own fused layers.

Prints the same JSON object as ``d2l_training.py``, and finds the text in the same place.
"""

import json
import re
import resource
import sys
import time
from pathlib import Path

import torch
from torch import nn

kind, num_epochs, goal = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
batch_size, num_steps = 32, 35
torch.manual_seed(0)

text = Path("../data/timemachine.txt").read_text("utf-8")
lines = [re.sub("[^A-Za-z]+", " ", line).strip().lower() for line in text.splitlines()]
letters = ["<unk>", *sorted({letter for line in lines for letter in line})]
numbers = torch.tensor([letters.index(letter) for line in lines for letter in line][:10000])

num_hiddens = 256
layer = {
    "rnn": lambda: nn.RNN(len(letters), num_hiddens),
    "gru": lambda: nn.GRU(len(letters), num_hiddens),
    "lstm": lambda: nn.LSTM(len(letters), num_hiddens),
    "deep-lstm": lambda: nn.LSTM(len(letters), num_hiddens, 2),
}[kind]()
dense = nn.Linear(num_hiddens, len(letters))
params = [*layer.parameters(), *dense.parameters()]
updater = torch.optim.SGD(params, lr=2 if kind == "deep-lstm" else 1)
loss = nn.CrossEntropyLoss()


def batches():
    """Yield X, Y of shape (num_steps, batch_size), rows of the text side by side."""
    offset = int(torch.randint(0, num_steps, ()))
    tokens = (len(numbers) - offset - 1) // batch_size * batch_size
    Xs = numbers[offset : offset + tokens].reshape(batch_size, -1)
    Ys = numbers[offset + 1 : offset + 1 + tokens].reshape(batch_size, -1)
    for i in range(0, num_steps * (Xs.shape[1] // num_steps), num_steps):
        yield Xs[:, i : i + num_steps].T, Ys[:, i : i + num_steps].T


def detached(state):
    """Return a state without its history."""
    return tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()


speeds, reached, start = [], None, time.perf_counter()
for epoch in range(1, num_epochs + 1):
    began, total, count, state = time.perf_counter(), 0.0, 0, None
    for X, Y in batches():
        inputs = nn.functional.one_hot(X, len(letters)).float()
        hidden, state = layer(inputs, None if state is None else detached(state))
        value = loss(dense(hidden).reshape(-1, len(letters)), Y.reshape(-1))
        updater.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(params, 1)
        updater.step()
        total += value.item() * Y.numel()
        count += Y.numel()
    speeds.append(count / (time.perf_counter() - began))
    perplexity = float(torch.exp(torch.tensor(total / count)))
    if perplexity <= goal:
        reached = {"epochs": epoch, "seconds": time.perf_counter() - start}
        break
print(
    json.dumps(
        {
            "tokens_per_second": sorted(speeds)[len(speeds) // 2],
            "perplexity": perplexity,
            "epochs": epoch,
            "reached": reached,
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
