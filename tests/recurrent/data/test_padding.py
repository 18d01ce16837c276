"""Minibatches of pairs."""

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recurrent.data.padding import PairBatches, mask, pad

sequences = st.lists(st.lists(st.integers(2, 9), min_size=1, max_size=12), min_size=1, max_size=30)


@given(sequences)
def test_padding_fills_up_at_the_end_and_nowhere_else(sequences):
    padded, valid_len = pad(sequences, pad_index=1)
    assert padded.shape == (max(map(len, sequences)), len(sequences))
    for column, length, sequence in zip(padded.T, valid_len, sequences):
        assert column[:length].tolist() == sequence
        assert (column[length:] == 1).all()
    assert ((padded != 1) == mask(valid_len, len(padded))).all()


def test_no_sequences_make_an_empty_array():
    padded, valid_len = pad([], 1)
    assert padded.shape == (0, 0) and valid_len.shape == (0,)


@given(sequences, st.integers(1, 7), st.booleans())
def test_every_pair_comes_once_in_an_epoch(sources, batch_size, shuffled):
    targets = [[number % 7 + 2] * (number % 5 + 1) for number in range(len(sources))]
    rng = numpy.random.default_rng(0) if shuffled else None
    batches = PairBatches(sources, targets, batch_size, 1, rng)
    found = []
    for X, X_valid_len, Y, Y_valid_len in batches:
        assert X.shape[0] == X_valid_len.max() and Y.shape[0] == Y_valid_len.max()
        assert 1 <= X.shape[1] == Y.shape[1] <= batch_size
        for x, i, y, j in zip(X.T.asnumpy(), X_valid_len, Y.T.asnumpy(), Y_valid_len):
            found.append((x[: int(i)].tolist(), y[: int(j)].tolist()))
    pairs = list(zip(sources, targets))
    assert sorted(found) == sorted(pairs) if shuffled else found == pairs
    assert len(batches) == -(-len(sources) // batch_size)


def test_sentences_of_like_length_come_together_and_the_minibatches_in_a_new_order():
    rng = numpy.random.default_rng(0)
    lengths = rng.permutation(numpy.arange(1, 97))
    batches = PairBatches([[2] * n for n in lengths], [[2]] * 96, 8, 1, numpy.random.default_rng(1))
    epochs = [[X_valid_len.asnumpy() for _, X_valid_len, _, _ in batches] for _ in range(2)]
    for epoch in epochs:
        assert all(numpy.ptp(valid_len) <= 8 for valid_len in epoch)
    first, second = ([valid_len.max() for valid_len in epoch] for epoch in epochs)
    assert sorted(first) == sorted(second) and first != second != sorted(second)


@pytest.mark.parametrize(
    ("sources", "targets", "message"),
    [
        ([], [], "0 source and 0 target"),
        ([[1]], [[1], [2]], "1 source and 2 target"),
        ([[1], [1]], [[1], []], "pair 1 has an empty side"),
    ],
)
def test_what_cannot_be_paired_is_refused(sources, targets, message):
    with pytest.raises(ValueError, match=message):
        PairBatches(sources, targets, 2, 1)
