import base64

import numpy
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from mxnet import init, np
from mxnet.gluon import nn

from living import file
from living.ahead import export, forecaster, packed
from living.export import MIME
from recurrent.machine import randomness

TAU, MOST, MEAN, SCALE = 4, 16, 0.3, 0.7
SERIES = numpy.sin(numpy.arange(60) / 9) + 0.2 * numpy.random.default_rng(0).normal(size=60)


@pytest.fixture(scope="module")
def net():
    """Return the network of the section, with random weights."""
    randomness.seed(2)
    net = nn.HybridSequential()
    net.add(nn.Dense(16, activation="tanh"), nn.Dense(1))
    net.initialize(init.Normal(0.4))
    net(np.zeros((1, TAU)))
    for parameter in net.collect_params().values():
        parameter.set_data(np.random.normal(scale=0.4, size=parameter.shape))
    return net


@pytest.fixture(scope="module")
def by_mxnet(net):
    """Return the predictions by MXNet, found one target after another."""

    def far(target, k):
        window = list(SERIES[target - k - TAU + 1 : target - k + 1])
        for _ in range(k):
            scaled = (numpy.array(window[-TAU:]) - MEAN) / SCALE
            output = net(np.array(scaled[None], dtype="float32")).item()
            window.append(output * SCALE + MEAN)
        return window[-1]

    targets = range(TAU + MOST - 1, len(SERIES))
    return numpy.array([[far(target, k) for target in targets] for k in range(1, MOST + 1)])


def test_the_arrays_predict_what_the_network_predicts(net, by_mxnet):
    found = forecaster(net, MEAN, SCALE, SERIES, MOST, 0).ahead()
    assert found.shape == by_mxnet.shape == (MOST, 60 - TAU - MOST + 1)
    assert abs(found - by_mxnet).max() < 1e-4 < 0.1 < by_mxnet.std()


def test_node_predicts_what_mxnet_predicts(net, by_mxnet, node):
    head, numbers = packed(forecaster(net, MEAN, SCALE, SERIES, MOST, 0), "model")
    found = node(file.script(head, numbers), do="ahead")
    assert abs(numpy.array(found) - by_mxnet).max() < 1e-4


@pytest.mark.parametrize(
    ("change", "words"),
    [({"values": 61}, "size"), ({"most": 57}, "sizes"), ({"hiddens": "16"}, "sizes")],
)
def test_a_file_that_contradicts_itself_is_refused(net, node, change, words):
    head, numbers = packed(forecaster(net, MEAN, SCALE, SERIES, MOST, 0), "model")
    assert node(file.script(head | change, numbers), do="trouble") == f"model.js: {words}"


def test_the_page_gets_the_numbers(net):
    InteractiveShell.instance()
    model = forecaster(net, MEAN, SCALE, SERIES, MOST, 7)
    with capture_output() as captured:
        export(model, "toy-mlp")
    (output,) = captured.outputs
    given = output.data[MIME]
    head, numbers = packed(model, "toy-mlp")
    assert given == {"header": head, "data": base64.b64encode(numbers).decode()}
    assert head["name"] == "toy-mlp" and head["start"] == 7 and head["values"] == 60


def test_a_short_series_is_refused(net):
    with pytest.raises(ValueError, match="19 values cannot be predicted 16 ahead: give 20"):
        forecaster(net, MEAN, SCALE, SERIES[:19], MOST, 0)
