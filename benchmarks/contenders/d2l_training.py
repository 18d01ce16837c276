"""D2L 0.17.6's own training code on its own job, in an environment of its own.

Prints a JSON object: tokens per second, and after how many epochs and seconds the training
perplexity was 1.2.  Run in a folder beside ``data/timemachine.txt``, where D2L looks for it.
"""

import math
import sys

import report
from d2l import mxnet as d2l
from mxnet import gluon, init, np, npx
from mxnet.gluon import rnn

npx.set_np()

kind, num_epochs, goal = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
batch_size, num_steps, device = 32, 35, d2l.try_gpu()
train_iter, vocab = d2l.load_data_time_machine(batch_size, num_steps)


# The package has the class for a network from scratch; the three functions that it is made of stand
# in the text of the book alone, so they are written here by what is said there.
def scratch_params(vocab_size, num_hiddens, device):
    """Return the parameters: the weights small and random, the biases 0."""
    shapes = [(vocab_size, num_hiddens), (num_hiddens, num_hiddens), (num_hiddens,)]
    shapes += [(num_hiddens, vocab_size), (vocab_size,)]
    params = [
        np.random.normal(scale=0.01, size=shape, ctx=device)
        if len(shape) == 2
        else np.zeros(shape, ctx=device)
        for shape in shapes
    ]
    for param in params:
        param.attach_grad()
    return params


def scratch_state(batch_size, num_hiddens, device):
    """Return a hidden state of zeros."""
    return (np.zeros((batch_size, num_hiddens), ctx=device),)


def scratch_forward(inputs, state, params):
    """Return the logits of all steps, taken one by one, and the new state."""
    W_xh, W_hh, b_h, W_hq, b_q = params
    (H,), outputs = state, []
    for X in inputs:  # (batch_size, vocab_size)
        H = np.tanh(np.dot(X, W_xh) + np.dot(H, W_hh) + b_h)
        outputs.append(np.dot(H, W_hq) + b_q)
    return np.concatenate(outputs, axis=0), (H,)


layers = {
    "rnn": lambda: rnn.RNN(256),
    "gru": lambda: rnn.GRU(256),
    "lstm": lambda: rnn.LSTM(256),
    "deep-lstm": lambda: rnn.LSTM(256, 2),
}
lr = 2 if kind == "deep-lstm" else 1
if kind == "rnn-scratch":
    net = d2l.RNNModelScratch(
        len(vocab), 512, device, scratch_params, scratch_state, scratch_forward
    )

    def updater(batch_size):
        """Take a step by D2L's own descent."""
        d2l.sgd(net.params, lr, batch_size)
else:
    net = d2l.RNNModel(layers[kind](), len(vocab))
    net.initialize(ctx=device, force_reinit=True, init=init.Normal(0.01))
    updater = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr}).step
loss = gluon.loss.SoftmaxCrossEntropyLoss()


def epoch():
    """Train for an epoch; D2L's own clock is around the same work."""
    tokens = (len(train_iter.corpus) - 1) // batch_size // num_steps * batch_size * num_steps
    perplexity, _ = d2l.train_epoch_ch8(net, train_iter, loss, updater, device, False)
    return perplexity, tokens


def held_out():
    """Return the perplexity of text that follows the one trained on."""
    numbers = np.array(vocab[list(report.novel()[report.HELD_OUT])], ctx=device)
    state, total = net.begin_state(batch_size=1, ctx=device), 0.0
    for start in range(0, len(numbers) - 1, num_steps):
        X, Y = (
            numbers[first : min(start + num_steps, len(numbers) - 1) + first - start]
            for first in (start, start + 1)
        )
        logits, state = net(X.reshape(1, -1), state)
        total += float(loss(logits, Y).sum())
    return math.exp(total / (len(numbers) - 1))


report.train(epoch, num_epochs, goal, held_out)
