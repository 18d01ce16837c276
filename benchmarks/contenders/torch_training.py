"""PyTorch on D2L's job: the same sizes, its own fused layers, D2L's recipe or the book's.

The network "from scratch" is PyTorch's own layer, too, of the same size.  With ``recipe`` as its
last argument it is initialized and trained as the book's network is: Adam, the rising and falling
learning rate, gradients clipped at 0.5.

Prints the same JSON object as ``d2l_training.py``, and finds the text in the same place.
"""

import math
import sys

import report
import torch
from torch import nn

kind, num_epochs, goal = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
recipe = sys.argv[4:] == ["recipe"]
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
# No gates keep a plain layer in bounds: it begins with smaller weights and learns more slowly.
magnitude, top = (0.5, 0.006) if kind.startswith("rnn") else (3, 0.008)
if recipe:
    for param in params:
        if param.ndim == 2:
            bound = math.sqrt(magnitude * 2 / sum(param.shape))
            nn.init.uniform_(param, -bound, bound)
        else:
            nn.init.zeros_(param)
    updater = torch.optim.Adam(params, lr=top)
else:
    updater = torch.optim.SGD(params, lr=2 if kind == "deep-lstm" else 1)
loss = nn.CrossEntropyLoss()
clip, steps = 0.5 if recipe else 1, 0


def rate(step, num_steps):
    """Return the learning rate of the book's recipe: a short rise, and half a cosine to 0."""
    warmup = min(1.0, (step + 1) / (0.05 * num_steps))
    return warmup * top * (1 + math.cos(math.pi * min(step / num_steps, 1.0))) / 2


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
    global steps
    total, count, state = 0.0, 0, None
    minibatches = list(batches())
    for X, Y in minibatches:
        inputs = nn.functional.one_hot(X, len(letters)).float()
        hidden, state = layer(inputs, None if state is None else detached(state))
        value = loss(dense(hidden).reshape(-1, len(letters)), Y.reshape(-1))
        updater.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(params, clip)
        if recipe:
            updater.param_groups[0]["lr"] = rate(steps, 100 * len(minibatches))
            steps += 1
        updater.step()
        total += value.item() * Y.numel()
        count += Y.numel()
    return float(torch.exp(torch.tensor(total / count))), count


def held_out():
    """Return the perplexity of text that follows the one trained on."""
    following = torch.tensor([letters.index(letter) for letter in text[report.HELD_OUT]])
    inputs = nn.functional.one_hot(following[:-1, None], len(letters)).float()
    with torch.no_grad():
        hidden, _ = layer(inputs)
        return math.exp(loss(dense(hidden)[:, 0], following[1:]))


report.train(epoch, num_epochs, goal, held_out)
