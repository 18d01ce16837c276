import math

import numpy
import pytest
from mxnet import np

from living.trained import from_model
from recurrent.data.batches import SequentialBatches
from recurrent.training.loop import evaluate
from tests.living.conftest import TOKENS, logits

INDICES = numpy.random.default_rng(1).integers(0, len(TOKENS), 80)


def test_the_arrays_compute_what_the_model_computes(model):
    X = np.array(INDICES.reshape(-1, 1), dtype="int32")
    theirs, _ = model(X, model.begin_state(1))
    assert abs(logits(from_model(model), INDICES) - theirs.asnumpy()).max() < 1e-4


@pytest.mark.parametrize("rows", [1, 4])
def test_the_perplexity_is_that_of_the_model(model, rows):
    batches = SequentialBatches(INDICES, rows, 5)
    ours = from_model(model).perplexity(INDICES, rows)
    assert math.isclose(ours, evaluate(model, batches), rel_tol=1e-5)


def test_other_matrices_take_the_places_of_the_first(model):
    network = from_model(model)
    assert [W.shape for W in network.matrices()] == [
        W.shape for W in network.with_matrices([2 * W for W in network.matrices()]).matrices()
    ]
    doubled = network.with_matrices([2 * W for W in network.matrices()])
    assert (doubled.W_h[-1] == 2 * network.W_h[-1]).all()
    assert (doubled.W_q == 2 * network.W_q).all() and (doubled.b_q == network.b_q).all()


def test_another_class_is_refused():
    with pytest.raises(TypeError, match="a dict cannot be exported"):
        from_model({})
