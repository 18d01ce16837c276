"""D2L 0.17.6's own training code on its own job, in an environment of its own.

Prints a JSON object: tokens per second, and after how many epochs and seconds the training
perplexity was 1.2.  Run in a folder beside ``data/timemachine.txt``, where D2L looks for it.
"""

import json
import resource
import sys
import time

from d2l import mxnet as d2l
from mxnet import gluon, init, npx
from mxnet.gluon import rnn

npx.set_np()

kind, num_epochs, goal = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
batch_size, num_steps, device = 32, 35, d2l.try_gpu()
train_iter, vocab = d2l.load_data_time_machine(batch_size, num_steps)

layers = {
    "rnn": lambda: rnn.RNN(256),
    "gru": lambda: rnn.GRU(256),
    "lstm": lambda: rnn.LSTM(256),
    "deep-lstm": lambda: rnn.LSTM(256, 2),
}
lr = 2 if kind == "deep-lstm" else 1
net = d2l.RNNModel(layers[kind](), len(vocab))
net.initialize(ctx=device, force_reinit=True, init=init.Normal(0.01))
updater = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr}).step
loss = gluon.loss.SoftmaxCrossEntropyLoss()

speeds, reached, start = [], None, time.perf_counter()
for epoch in range(1, num_epochs + 1):
    perplexity, speed = d2l.train_epoch_ch8(net, train_iter, loss, updater, device, False)
    speeds.append(speed)
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
