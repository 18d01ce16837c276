"""Normal forms, tokens and vocabulary."""

import random
import unicodedata

import pytest

from recurrent.tokens import UNK, Vocab, normalize, tokenize

LINE = "Sông Ngân, cái tiếng người xứ ấy dùng để gọi bạc."


def test_both_forms_hold_the_same_letters():
    composed, decomposed = normalize(LINE, "NFC"), normalize(LINE, "NFD")
    assert composed != decomposed
    assert normalize(decomposed, "NFC") == composed
    marks = sum(map(bool, map(unicodedata.combining, decomposed)))
    assert len(decomposed) == len(composed) + marks
    assert not any(map(unicodedata.combining, composed))


def test_characters_are_the_text():
    for form in ("NFC", "NFD"):
        text = normalize(LINE, form)
        assert "".join(tokenize(text, "char")) == text


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_syllables_do_not_depend_on_the_form(form):
    syllables = tokenize(normalize(LINE, form), "syllable")
    assert [normalize(syllable) for syllable in syllables] == [
        *("Sông", "Ngân", ",", "cái", "tiếng", "người", "xứ"),
        *("ấy", "dùng", "để", "gọi", "bạc", "."),
    ]


@pytest.mark.parametrize(
    ("text", "unit", "tokens"),
    [
        ("the miller's well-worn “boat”…", "word", "the|miller's|well-worn|“|boat|”|…"),
        ("don’t", "word", "don’t"),
        ("Pa-ri  năm 1900", "syllable", "Pa|-|ri|năm|1900"),
        ("- dash - dash -", "word", "-|dash|-|dash|-"),
        ("", "word", ""),
    ],
)
def test_words_and_punctuation(text, unit, tokens):
    assert "|".join(tokenize(text, unit)) == tokens


def test_unknown_unit():
    with pytest.raises(ValueError, match="unknown unit 'letter'"):
        tokenize("a", "letter")


def test_vocabulary_is_sorted_by_frequency_and_then_by_token():
    vocab = Vocab("c b b a a d d d".split())
    assert vocab.counts == {UNK: 0, "d": 3, "a": 2, "b": 2, "c": 1}
    assert list(vocab.counts) == list(vocab) == [UNK, "d", "a", "b", "c"]


def test_vocabulary_does_not_depend_on_the_order_of_the_text():
    tokens = tokenize(LINE, "char")
    shuffled = random.Random(0).sample(tokens, len(tokens))
    assert list(Vocab(tokens)) == list(Vocab(shuffled))


def test_numbers_and_tokens_are_inverse():
    vocab = Vocab(tokenize(LINE, "char"))
    assert vocab[vocab.to_tokens(range(len(vocab)))] == list(range(len(vocab)))
    assert vocab.to_tokens([3]) == [vocab.to_tokens(3)]


def test_unknown_tokens():
    vocab = Vocab("a a b".split(), min_freq=2)
    assert (vocab["b"], vocab[["b", "a", "zebra"]], vocab.counts[UNK]) == (0, [0, 1, 0], 1)
    assert "b" not in vocab
    assert sum(vocab.counts.values()) == 3
