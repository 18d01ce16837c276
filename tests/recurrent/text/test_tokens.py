"""Characters, syllables, words."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recurrent.text.normalization import normalize
from recurrent.text.tokens import segment, tokenize

LINE = "Sông Ngân, cái tiếng người xứ ấy dùng để gọi bạc."


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
    with pytest.raises(ValueError, match="unit='letter'"):
        tokenize("a", "letter")


def test_vietnamese_words_keep_their_syllables():
    text = normalize("Thị trấn có một chiếc đồng hồ nước khổng lồ.")
    words = segment(text)
    assert {"Thị_trấn", "đồng_hồ", "khổng_lồ"} < set(words)
    assert " ".join(words).replace("_", " ") == text.replace(".", " .")


def test_without_the_segmenter_the_error_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyvi", None)
    with pytest.raises(ImportError, match="pip install pyvi"):
        segment("Xin chào")


@given(st.text())
def test_no_character_but_space_is_lost(text):
    for unit in ("char", "syllable", "word"):
        kept = "".join(tokenize(text, unit))
        assert "".join(kept.split()) == "".join(text.split())


@pytest.mark.parametrize("split", [lambda text: tokenize(text, "char"), segment])
@pytest.mark.parametrize("text", [["a", "b"], None, b"a"])
def test_what_is_no_text_is_refused(split, text):
    with pytest.raises(TypeError, match="text: a .* is no string"):
        split(text)
