import codecs

import numpy
import pytest
from mxnet import init, np
from mxnet.gluon import rnn

from living import file
from living.trained import from_model
from recurrent.networks.model import RNNLM
from tests.living.conftest import TOKENS, arrays, build, logits, written

TEXT = numpy.random.default_rng(2).integers(0, len(TOKENS), 60).tolist()


def test_node_computes_what_mxnet_computes(model, node):
    theirs, _ = model(np.array(TEXT, dtype="int32").reshape(-1, 1), model.begin_state(1))
    answer = node(written(arrays(model)), tokens=TEXT)
    assert abs(numpy.array(answer["logits"]) - theirs.asnumpy()).max() < 1e-4
    assert answer["tokens"] == TOKENS


def test_node_reads_the_rounded_weights_that_were_measured(model, node):
    network = arrays(model)
    known = file.restored(network, file.rounded(network, 4))
    answer = node(written(network, 4), tokens=TEXT)
    assert abs(numpy.array(answer["logits"]) - logits(known, TEXT)).max() < 1e-4
    assert abs(logits(network, TEXT) - logits(known, TEXT)).max() > 1e-2, "something was rounded"


def test_what_node_shows_of_a_layer_is_its_state_and_its_gates(model, node):
    network = arrays(model)
    state = network.begin_state(1)
    for token in TEXT:
        _, state = network.step(numpy.array([token]), state)
    seen = node(written(network), tokens=TEXT)["seen"]
    for layer, parts in enumerate(state):
        assert abs(numpy.array(seen[f"{layer} hidden"]) - parts[0][0]).max() < 1e-5
    if network.cell == "lstm":
        show, memory = (numpy.array(seen[f"0 {part}"]) for part in ("output", "memory"))
        assert abs(show * numpy.tanh(memory) - state[0][0][0]).max() < 1e-5
        assert abs(memory - state[0][1][0]).max() < 1e-5
    if network.cell == "gru":
        update = numpy.array(seen["1 update"])
        assert ((update > 0) & (update < 1)).all()


@pytest.mark.parametrize("fineness", [None, 4])
def test_what_is_unpacked_is_what_was_packed(model, fineness):
    network = arrays(model)
    values = file.rounded(network, fineness) if fineness else None
    known = file.restored(network, values) if fineness else network
    head = file.header(network, TOKENS, rounds=bool(fineness))
    found = file.unpack(head, file.pack(network, values))
    assert found.cell == known.cell
    for one, other in zip(found.matrices() + found.biases(), known.matrices() + known.biases()):
        assert numpy.array_equal(one, other)


def test_a_rounded_weight_is_off_by_half_a_step_at_most(model):
    network = arrays(model)
    for (q, step), W in zip(file.rounded(network, 8), network.matrices()):
        assert abs(q * step - W).max() <= 0.501 * step
        assert numpy.isclose(step, numpy.sqrt((W**2).mean()) / 8)


def test_a_file_says_by_its_first_bytes_how_it_is_written(model):
    text = written(arrays(model), 4)
    assert text.startswith(codecs.BOM_UTF16_LE)
    decoded = text.decode("utf-16")
    assert decoded.startswith('globalThis.living?.add({"format":1,') and decoded.endswith('");\n')


def test_too_large_an_integer_is_refused(model):
    network = arrays(model)
    with pytest.raises(ValueError, match="200 is no signed byte"):
        file.pack(network, [(0 * q.astype("int64") + 200, 1.0) for q in network.matrices()])


@pytest.mark.parametrize("fineness", [None, 4])
@pytest.mark.parametrize("where", [-30, 0.3, 0.6, 0.9])
def test_a_damaged_file_is_noticed(node, fineness, where):
    text = written(arrays(build("gru")), fineness).decode("utf-16")
    at = round(where * len(text)) if 0 < where < 1 else where
    front = text.index(',"', text.index("bytes")) + 2
    at = max(at % len(text), front)
    other = chr(file.FIRST + (ord(text[at]) - file.FIRST + 77) % 2**15)
    damaged = text[:at] + other + text[at + 1 :]
    assert node(damaged.encode("utf-16"), do="trouble").startswith("model.js: ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"format":1', '"format":2'),
        ('"cell":"gru"', '"cell":"toString"'),
        ('"cell":"gru"', '"cell":"lstm"'),
        ('"hiddens":20', '"hiddens":21'),
        ('"hiddens":20', '"hiddens":"20"'),
        ('"layers":2', '"layers":200000000'),
        ('"<unk>",', ""),
        ('"rounded":true', '"rounded":false'),
        ('"rounded":true', '"rounded":{}'),
        ('"bytes":', '"bytes":1'),
        ('"tokens":[', '"tokens":[7,'),
        ("living?.add({", "living?.add(null&&{"),
        ('");', '"+1);'),
        ("globalThis", "({})"),
    ],
)
def test_a_file_that_says_something_else_is_noticed(node, old, new):
    text = written(arrays(build("gru")), 4).decode("utf-16")
    assert old in text
    answer = node(text.replace(old, new, 1).encode("utf-16"), do="trouble")
    assert answer.startswith("model.js: ")


def test_the_largest_models_of_the_book_fit_and_are_fast_enough(node):
    model = RNNLM(rnn.LSTM, 98, 224, 2, 128)
    model.initialize(init.Xavier())
    model(np.zeros((1, 1), dtype="int32"), model.begin_state(1))
    network = from_model(model)
    values = file.rounded(network, 4)
    packed = file.pack(network, values)
    tokens = ["<unk>", *map(chr, range(97, 194))]
    text = file.script({**file.header(network, tokens, True), "name": "model"}, packed)
    assert len(text) < file.LIMIT
    counts = numpy.unique(numpy.concatenate([q.ravel() for q, _ in values]), return_counts=True)[1]
    shares = counts / counts.sum()
    entropy = -(shares * numpy.log2(shares)).sum()  # bits of a weight
    assert 8 * len(packed) < 1.04 * entropy * counts.sum(), "Huffman's code comes near to it"
    assert node(text, do="speed") >= 1000
