"""Minibatches of sequences."""

import time

import numpy
import pytest

from recurrent.data.batches import RandomBatches, SequentialBatches

from mxnet import np, npx  # isort: skip  after recurrent, which pulls the levers

npx.set_np()

SIZES = [(100, 4, 7), (101, 4, 7), (113, 4, 7), (29, 4, 7), (60, 1, 10), (36, 5, 7)]


def both(batches):
    return [(X.asnumpy(), Y.asnumpy()) for X, Y in batches]


@pytest.mark.parametrize(("num_tokens", "batch_size", "num_steps"), SIZES)
def test_sequential_batches_predict_every_token_once(num_tokens, batch_size, num_steps):
    batches = SequentialBatches(range(num_tokens), batch_size, num_steps)
    targets = numpy.concatenate([Y.ravel() for _, Y in both(batches)])
    assert sorted(targets) == list(range(1, len(targets) + 1))
    assert num_tokens - 1 - len(targets) < batch_size
    assert len(targets) == batches.num_tokens


@pytest.mark.parametrize(("num_tokens", "batch_size", "num_steps"), SIZES)
def test_each_row_goes_on_where_it_ended(num_tokens, batch_size, num_steps):
    Xs = numpy.concatenate(
        [X for X, _ in both(SequentialBatches(range(num_tokens), batch_size, num_steps))]
    )
    assert (numpy.diff(Xs, axis=0) == 1).all()


@pytest.mark.parametrize(
    "batches",
    [
        SequentialBatches(range(100, 200), 4, 7),
        SequentialBatches(range(100, 200), 4, 7, rng=numpy.random.default_rng(1)),
        RandomBatches(range(100, 200), 4, 7, numpy.random.default_rng(1)),
    ],
)
def test_shapes_types_and_targets(batches):
    for _ in range(20):  # each epoch has another offset
        epoch = both(batches)
        assert len(epoch) == len(batches)
        assert sum(Y.size for _, Y in epoch) == batches.num_tokens
        for number, (X, Y) in enumerate(epoch):
            assert X.shape == Y.shape
            assert X.shape == (7, 4) or (number == len(batches) - 1 and X.shape[0] < 7)
            assert X.dtype == Y.dtype == numpy.int32
            assert (Y == X + 1).all()  # the text is 100, 101, ...


def test_offsets_reach_both_ends_of_the_text():
    for kind in ("sequential", "random"):
        rng = numpy.random.default_rng(0)
        if kind == "sequential":
            batches = SequentialBatches(range(3 * 5 + 5), 3, 5, rng=rng)
        else:
            batches = RandomBatches(range(3 * 5 + 5), 3, 5, rng)
        firsts, lasts = set(), set()
        for _ in range(100):
            epoch = both(batches)
            firsts.add(min(X.min() for X, _ in epoch))
            lasts.add(max(Y.max() for _, Y in epoch))
        assert firsts == {0, 1, 2, 3, 4}
        assert lasts == {15, 16, 17, 18, 19}


def test_random_batches_overlap_nowhere_and_change_their_order():
    batches = RandomBatches(range(1000), 4, 7, numpy.random.default_rng(2))
    epochs = [numpy.concatenate([Y.T.ravel() for _, Y in both(batches)]) for _ in range(2)]
    for targets in epochs:
        assert len(set(targets)) == len(targets)
    assert (epochs[0] != epochs[1]).any()


def test_the_same_seed_gives_the_same_batches():
    first, second = (
        both(RandomBatches(range(200), 4, 7, numpy.random.default_rng(3))) for _ in range(2)
    )
    assert all(
        (a == b).all()
        for A, B in zip(first, second, strict=True)
        for a, b in zip(A, B, strict=True)
    )


def test_the_shortest_text_and_one_that_is_too_short():
    assert len(SequentialBatches(range(4 * 7 + 1), 4, 7)) == 1
    with pytest.raises(ValueError, match="28 tokens cannot fill .* take 29"):
        SequentialBatches(range(4 * 7), 4, 7)
    rng = numpy.random.default_rng(4)
    assert len(RandomBatches(range(4 * 7 + 7), 4, 7, rng)) == 1
    with pytest.raises(ValueError, match="34 tokens cannot fill .* take 35"):
        RandomBatches(range(4 * 7 + 6), 4, 7, rng)


@pytest.mark.parametrize("kind", [SequentialBatches, RandomBatches])
def test_the_next_minibatch_does_not_wait_for_what_is_being_computed(kind):
    # np.array() would: it joins the queue of the device, behind the operator that is running.
    batches = iter(kind(range(1000), 2, 5, rng=numpy.random.default_rng(0)))
    next(batches)
    A = np.ones((3000, 3000))
    npx.waitall()
    start = time.perf_counter()
    product = np.dot(A, A)
    next(batches)
    went_on = time.perf_counter() - start
    product.wait_to_read()
    assert went_on < (time.perf_counter() - start) / 3
