"""Models with random weights, and a Node that runs them as a page would."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy
import pytest
from mxnet import init, np, npx
from mxnet.gluon import rnn

from living import file, trained
from recurrent.machine import randomness
from recurrent.networks.model import RNNLM, rnn_layer
from recurrent.networks.scratch import RNNScratch
from tests.conftest import ROOT

npx.set_np()

TOKENS = ["<unk>", *"abcdefgh ế", '"', "\\", "\u2028"]
MODELS = {
    "scratch": lambda: RNNScratch(len(TOKENS), 12),
    "rnn": lambda: RNNLM(rnn_layer, len(TOKENS), 12, 1, 5),
    "gru": lambda: RNNLM(rnn.GRU, len(TOKENS), 20, 2, 7),
    "lstm": lambda: RNNLM(rnn.LSTM, len(TOKENS), 20, 3, 7),
}

#: Reads a job from the standard input: a model's file, tokens, what to do; prints JSON.
DRIVER = Path(__file__).with_name("driver.mjs")


def build(kind):
    """Return a model with random weights, biases too."""
    randomness.seed(3)
    model = MODELS[kind]()
    model.initialize(init.Normal(0.4))
    model(np.zeros((1, 1), dtype="int32"), model.begin_state(1))
    for parameter in model.collect_params().values():
        parameter.set_data(np.random.normal(scale=0.4, size=parameter.shape))
    return model


@pytest.fixture(scope="session", params=list(MODELS))
def model(request):
    return build(request.param)


@pytest.fixture(scope="session")
def node(tmp_path_factory):
    """Return a function that gives Node a job and returns what it answers."""
    program = shutil.which("node")
    if program is None:
        reason = "no Node: install the package nodejs of your system"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("node")

    def run(written, **job):
        (folder / "model.js").write_bytes(written)
        runtime = str(ROOT / "living" / "static" / "living.js")
        job = {"runtime": runtime, "model": str(folder / "model.js"), **job}
        done = subprocess.run(
            [program, str(DRIVER)], input=json.dumps(job), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def written(net, fineness=None):
    """Return the file of a network, rounded where a fineness is given."""
    values = None if fineness is None else file.rounded(net, fineness)
    head = file.header(net, TOKENS[: net.vocab_size], rounds=values is not None)
    return file.script({**head, "name": "model"}, file.pack(net, values))


def arrays(model):
    return trained.from_model(model)


def logits(net, tokens):
    """Return the logits that a network gives after each of some tokens."""
    found, state = [], net.begin_state(1)
    for token in tokens:
        out, state = net.step(numpy.array([token]), state)
        found.append(out[0])
    return numpy.array(found)
