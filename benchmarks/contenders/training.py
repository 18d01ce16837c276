"""The book's training code on D2L's job: the same text, batch and sizes.

Prints the same JSON object as ``d2l_training.py``, and finds the text in the same place.
"""

import json
import re
import resource
import sys
import time
from pathlib import Path

import numpy
from mxnet import gluon, init

from recurrent import randomness
from recurrent.batches import SequentialBatches
from recurrent.model import RNNLM
from recurrent.train import train_epoch
from recurrent.vocabulary import Vocabulary

kind, num_epochs, goal = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
lines = Path("../data/timemachine.txt").read_text("utf-8").splitlines()
text = "".join(re.sub("[^A-Za-z]+", " ", line).strip().lower() for line in lines)
vocabulary = Vocabulary(text)
batches = SequentialBatches(
    vocabulary.encode(text[:10000]), 32, 35, rng=numpy.random.default_rng(0)
)
cell, num_layers = kind.removeprefix("deep-"), 2 if kind.startswith("deep-") else 1
randomness.seed(0)
model = RNNLM(cell, len(vocabulary), num_layers=num_layers)
model.initialize(init.Xavier())
lr = 0.002 if cell == "rnn" else 0.005  # a plain layer diverges where gates keep it in bounds
trainer = gluon.Trainer(model.collect_params(), "adam", {"learning_rate": lr})

speeds, reached, start = [], None, time.perf_counter()
for epoch in range(1, num_epochs + 1):
    began = time.perf_counter()
    perplexity = train_epoch(model, batches, trainer, 1.0, [lr] * len(batches))
    speeds.append(batches.num_tokens / (time.perf_counter() - began))
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
