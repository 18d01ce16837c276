"""PyTorch on D2L's job: the same sizes, the same recipe, its own fused layers.

Prints the same JSON object as ``d2l_training.py``, and finds the text in the same place.
"""

import sys

import report
import torch
from torch import nn

kind, num_epochs, goal = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
batch_size, num_steps = 32, 35
torch.manual_seed(0)

text = report.novel()
letters = ["<unk>", *sorted(set(text))]
numbers = torch.tensor([letters.index(letter) for letter in text[:10_000]])

layer, num_hiddens = {
    "rnn-scratch": lambda: (nn.RNN(len(letters), 512), 512),
    "rnn": lambda: (nn.RNN(len(letters), 256), 256),
    "gru": lambda: (nn.GRU(len(letters), 256), 256),
    "lstm": lambda: (nn.LSTM(len(letters), 256), 256),
    "deep-lstm": lambda: (nn.LSTM(len(letters), 256, 2), 256),
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


def epoch():
    """Train for an epoch."""
    total, count, state = 0.0, 0, None
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
    return float(torch.exp(torch.tensor(total / count))), count


report.train(epoch, num_epochs, goal)
