"""Unicode forms, tone marks, case, and what is kept."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recurrent.text.normalization import NEW, normalize, one_letter, place_tones

LINE = "Sông Ngân, cái tiếng người xứ ấy dùng để gọi bạc."


def test_both_forms_hold_the_same_letters():
    composed, decomposed = normalize(LINE, "NFC"), normalize(LINE, "NFD")
    assert composed != decomposed
    assert normalize(decomposed, "NFC") == composed
    marks = sum(map(bool, map(unicodedata.combining, decomposed)))
    assert len(decomposed) == len(composed) + marks
    assert not any(map(unicodedata.combining, composed))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hòa bình", "hoà bình"),
        ("khỏe", "khoẻ"),
        ("thủy", "thuỷ"),
        ("HÒA", "HOÀ"),
        ("Ủy", "Uỷ"),
        ("lũy thừa", "luỹ thừa"),
        ("họa, lòe loẹt, tùy", "hoạ, loè loẹt, tuỳ"),
        # One place only: a final consonant, a third vowel, the u of qu, another pair of vowels.
        ("hoàn toàn, hoài, khuỷu, quý, quỳ, của, mùa, biển", None),
    ],
)
def test_tone_marks_move_where_the_styles_differ(old, new):
    new = new or old
    assert place_tones(old, "new") == place_tones(new, "new") == new
    assert place_tones(new, "old") == place_tones(old, "old") == old
    assert normalize(unicodedata.normalize("NFD", old), tones="new") == new


def test_every_pair_of_letters_goes_there_and_back():
    assert len(NEW) == 3 * 5 * 3
    for old, new in NEW.items():
        assert place_tones(place_tones(f"kh{old} ", "new"), "old") == f"kh{old} "
        assert new != old


def test_unknown_style():
    with pytest.raises(ValueError, match="style='modern': choose 'old'"):
        place_tones("hòa", "modern")


@pytest.mark.parametrize(
    ("keep", "found"),
    [
        ("", "năm cụ nguyễn du mất"),
        (".", "năm cụ nguyễn du mất."),
        (",.0123456789", "năm 1820, cụ nguyễn du mất."),
        ("]^-\\", "năm cụ nguyễn du mất"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_only_letters_and_what_is_asked_for_are_kept(keep, found, form):
    text = unicodedata.normalize(form, "  Năm 1820, cụ Nguyễn_ Du\n\nmất.")
    assert normalize(text, form, lower=True, keep=keep) == unicodedata.normalize(form, found)


def test_english_is_cleaned_as_d2l_cleans_it():
    text = "The Time-Traveller's 2 clocks:\n\n'tick'!"
    assert normalize(text, lower=True, keep="") == re.sub("[^A-Za-z]+", " ", text).lower().strip()


@given(st.text(), st.sampled_from(["NFC", "NFD"]), st.sampled_from([None, "old", "new"]))
def test_normalizing_twice_is_normalizing_once(text, form, tones):
    once = normalize(text, form, tones=tones)
    assert unicodedata.is_normalized(form, once)
    assert normalize(once, form, tones=tones) == once
    if tones is None and one_letter(text) == unicodedata.normalize("NFC", text):
        assert unicodedata.normalize("NFC", once) == unicodedata.normalize("NFC", text)


@given(st.text(), st.text(alphabet=".,;!?-]^\\[7_ ", max_size=4))
def test_nothing_but_letters_marks_spaces_and_what_is_kept_is_left(text, keep):
    for character in normalize(text, keep=keep):
        category = unicodedata.category(character)
        assert (
            character in keep + " "
            or category[0] in "LM"
            or character.isalpha()
            or (category in ("Nl", "No") and character.isalnum())
        )


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("qúy qùy qủy qũy qụy QÚY Qúy", "quý quỳ quỷ quỹ quỵ QUÝ Quý"),
        ("qúa, qủa, qúan, qúyên, qụê", "quá, quả, quán, quyến, quệ"),
        ("gìa, gía, gỉam, Gìau, gịơ", "già, giá, giảm, Giàu, giợ"),
        ("gì, gìn, gỉ, più, quy, quốc, giờ", "gì, gìn, gỉ, più, quy, quốc, giờ"),
    ],
)
@pytest.mark.parametrize("style", ["old", "new"])
def test_a_tone_on_the_glide_goes_to_the_vowel_in_both_styles(written, right, style):
    assert place_tones(written, style) == right
    assert normalize(written, tones=style) == right


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("e\u0301\u0302", "ế"),
        ("o\u0301\u0302 o\u0309\u031b a\u0300\u0306 u\u0323\u031b A\u0303\u0302", "ố ở ằ ự Ẫ"),
        ("\u00d0à \u0189oàn \u00f0i \u0256i", "Đà Đoàn đi đi"),
        ("vi\u200bệt na\u00adm\ufeff \u200ea\u2060b", "việt nam ab"),
    ],
)
def test_what_looks_alike_becomes_alike(form, written, right):
    assert normalize(written, form) == unicodedata.normalize(form, right)


def test_marks_of_other_letters_stay():
    for text in ("naïve café señor", "Zoë", "👩\u200d🚀", "a\u0308\u0304"):
        assert normalize(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"form": "NFX"}, ValueError, "form='NFX': choose one of 'NFC'"),
        ({"tones": "modern"}, ValueError, "style='modern'"),
        ({"tones": ""}, ValueError, "style=''"),
        ({"text": ["a", "b"]}, TypeError, "text: a list is no string: join lines"),
        ({"text": b"a"}, TypeError, "text: a bytes is no string"),
    ],
)
def test_odd_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        normalize(**({"text": "a"} | arguments))
