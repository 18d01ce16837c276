"""Numbers for tokens."""

import json
import random

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recurrent.text.vocabulary import (
    BOS,
    EOS,
    PAD,
    UNK,
    Vocabulary,
    load_vocabulary,
    save_vocabulary,
)

LINE = "Sông Ngân, cái tiếng người xứ ấy dùng để gọi bạc."


def test_the_most_frequent_token_comes_first_and_equals_by_their_characters():
    vocabulary = Vocabulary("c b b a a d d d".split())
    assert vocabulary.counts == {UNK: 0, "d": 3, "a": 2, "b": 2, "c": 1}
    assert list(vocabulary.counts) == list(vocabulary) == [UNK, "d", "a", "b", "c"]


def test_the_order_of_the_text_does_not_matter():
    shuffled = random.Random(0).sample(LINE, len(LINE))
    assert list(Vocabulary(LINE)) == list(Vocabulary(shuffled))


def test_reserved_tokens_come_after_the_unknown_one():
    vocabulary = Vocabulary("banana", reserved=(PAD, BOS, EOS))
    assert list(vocabulary) == [UNK, PAD, BOS, EOS, "a", "n", "b"]
    assert vocabulary[[PAD, BOS, EOS]] == [1, 2, 3]


def test_numbers_and_tokens_are_inverse():
    vocabulary = Vocabulary(LINE)
    assert vocabulary[vocabulary.to_tokens(range(len(vocabulary)))] == list(range(len(vocabulary)))
    assert vocabulary.to_tokens([3]) == [vocabulary.to_tokens(3)]


def test_rare_tokens_are_unknown_and_counted_as_such():
    vocabulary = Vocabulary("a a b c".split(), min_freq=2)
    assert (vocabulary["b"], vocabulary[["b", "a", "zebra"]]) == (0, [0, 1, 0])
    assert vocabulary.counts == {UNK: 2, "a": 2}
    assert "b" not in vocabulary


def test_a_text_is_encoded_as_an_array():
    vocabulary = Vocabulary("banana")
    found = vocabulary.encode("bans")
    assert (found.dtype, found.tolist()) == (numpy.int32, [3, 1, 2, 0])
    assert vocabulary.encode([]).shape == (0,)


@given(st.lists(st.text(max_size=3), max_size=40), st.integers(1, 3))
def test_any_tokens_make_the_round_trip(tokens, min_freq):
    vocabulary = Vocabulary(tokens, min_freq, reserved=[PAD])
    back = vocabulary.to_tokens(vocabulary.encode(tokens))
    expected = [token if token in vocabulary else UNK for token in tokens]
    assert back == expected
    assert sum(vocabulary.counts.values()) == len(tokens)


@given(st.lists(st.text(max_size=3)), st.integers(1, 3))
def test_a_saved_vocabulary_is_the_same_when_it_is_read(tmp_path_factory, tokens, min_freq):
    path = tmp_path_factory.mktemp("vocabulary") / "v.json"
    vocabulary = Vocabulary(tokens, min_freq, reserved=[PAD, BOS])
    save_vocabulary(vocabulary, path)
    read = load_vocabulary(path)
    assert list(read.counts.items()) == list(vocabulary.counts.items())
    assert read.reserved == vocabulary.reserved
    assert [file.name for file in path.parent.iterdir()] == ["v.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b"{}",
        b'{"counts": 1, "reserved": []}',
        b'{"counts": {"a": "b"}, "reserved": []}',
        json.dumps({"reserved": [], "counts": {UNK: 0, "a": 1, "b": 2}}).encode(),
    ],
)
def test_a_file_that_holds_something_else_is_refused(tmp_path, content):
    path = tmp_path / "v.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"v\.json holds no vocabulary"):
        load_vocabulary(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"v\.json"):
        load_vocabulary(tmp_path / "v.json")


def test_numbers_may_come_from_numpy_and_mxnet():
    from mxnet import np

    vocabulary = Vocabulary("banana")
    for array in (numpy.array, np.array):
        assert vocabulary.to_tokens(array(2)) == "n"
        assert vocabulary.to_tokens(array([3, 1])) == ["b", "a"]
        assert vocabulary.to_tokens(array([[3, 1], [2, 0]])) == [["b", "a"], ["n", UNK]]
    assert vocabulary.to_tokens(numpy.int64(1)) == "a"
    assert vocabulary.to_tokens(index for index in (3, 1)) == ["b", "a"]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Vocabulary([["a"], ["b"]]), TypeError, "tokens: .'a'. is no string"),
        (lambda: Vocabulary([1, 2]), TypeError, "tokens: 1 is no string"),
        (lambda: Vocabulary({"a": -1}), ValueError, "tokens: a count is negative"),
        (lambda: Vocabulary("ab", reserved="<pad>"), TypeError, "reserved='<pad>': write a list"),
        (lambda: Vocabulary("ab", reserved=[1]), TypeError, "reserved=.1.: write a list"),
        (lambda: Vocabulary("ab", min_freq=0), ValueError, "min_freq=0: write a whole number"),
        (lambda: Vocabulary("ab").to_tokens(-1), IndexError, "-1 is the number of no token"),
        (lambda: Vocabulary("ab").to_tokens([1, 3]), IndexError, "3 .* from 0 to 2"),
        (lambda: Vocabulary("ab").encode(["a line", "two"]), ValueError, "none of 'a line', 'two'"),
    ],
)
def test_odd_arguments_are_named(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_unknown_tokens_alone_may_be_encoded():
    assert Vocabulary("ab").encode("xyz").tolist() == [0, 0, 0]
    assert Vocabulary(["ab"]).encode(["cd", "ef"]).tolist() == [0, 0]
    assert Vocabulary("ab").encode([UNK, "<other>"]).tolist() == [0, 0]
    assert Vocabulary("ab").encode([]).shape == (0,)
