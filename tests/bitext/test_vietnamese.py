import unicodedata

import pytest

from bitext.vietnamese import (
    NEW,
    OLD,
    ONSETS,
    RIMES,
    TONES,
    faulty_characters,
    is_syllable,
    misplaced_tones,
    parse,
    place_tone,
    strip_tone,
)

PLAIN = "aeiouy"
MARKED = "ăâêôơư"


def every_syllable():
    """Yield every onset with every rime that parses, without a tone, in spelling."""
    for onset in ("", *ONSETS):
        for rime in RIMES:
            for letters in {onset + rime, onset + rime[1:]}:
                for tone in TONES:
                    word = unicodedata.normalize("NFC", letters + tone)
                    if parse(word) is not None and strip_tone(word)[0] == letters:
                        yield letters, tone


SYLLABLES = sorted(set(every_syllable()))


def rule(letters: str, style: str) -> int:
    """Return where the tone goes by the rule taught in school, which counts vowel letters."""
    vowels = [i for i, c in enumerate(letters) if c in PLAIN + MARKED]
    if letters.startswith(("qu", "gi")) and len(vowels) > 1:
        vowels = vowels[1:]
    marked = [i for i in vowels if letters[i] in MARKED]
    if marked:
        return marked[-1]
    if len(vowels) == 1:
        return vowels[0]
    if len(vowels) == 3:
        return vowels[1]
    if letters[-1] not in PLAIN:
        return vowels[1]
    first, second = vowels
    new = letters[first : second + 1] in ("oa", "oe", "uy")
    return second if style == NEW and new else first


def test_there_are_as_many_syllables_as_in_the_language():
    # Dictionaries list about 6,500 that are used; those that could be are a few times as many.
    assert 10_000 < len(SYLLABLES) < 30_000


@pytest.mark.parametrize("style", [OLD, NEW])
def test_tones_stand_where_the_rule_taught_in_school_puts_them(style):
    for letters, tone in SYLLABLES:
        place = rule(letters, style)
        expected = unicodedata.normalize("NFC", letters[: place + 1] + tone + letters[place + 1 :])
        assert place_tone(unicodedata.normalize("NFC", letters + tone), style) == expected


def test_a_tone_comes_back_from_wherever_it_was():
    for letters, tone in SYLLABLES:
        if not tone:
            continue
        old = place_tone(unicodedata.normalize("NFC", letters + tone), OLD)
        assert place_tone(place_tone(old, NEW), OLD) == old
        assert is_syllable(old) and is_syllable(place_tone(old, NEW))
        assert parse(old).spell(OLD) == old and parse(old).tone == tone
        for place in range(len(letters)):
            moved = unicodedata.normalize("NFC", letters[: place + 1] + tone + letters[place + 1 :])
            if moved != "gịa":
                assert place_tone(moved) == old
                assert is_syllable(moved) == (moved in (old, place_tone(old, NEW)))


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("hoà", "hòa"),
        ("hoá", "hóa"),
        ("khoẻ", "khỏe"),
        ("thuỷ", "thủy"),
        ("tuỳ", "tùy"),
        ("Uỷ", "Ủy"),
        ("XOÁ", "XÓA"),
        ("loè", "lòe"),
        ("Nguỵ", "Ngụy"),
        ("oà", "òa"),
    ],
)
def test_the_new_style_is_found_and_the_old_one_given(new, old):
    assert list(misplaced_tones(f"Một\nchữ {new}.")) == [
        (1, f"{new!r} has its tone mark where the new style puts it", f"write {old!r}")
    ]
    assert not list(misplaced_tones(old))
    assert place_tone(old, NEW) == new


RIGHT = (
    "toàn hoàng khoét loét thuyền quý quỳ quà quả quạ quẻ giúp già giả gì gìn giếng giấy giặt gịa "
    "huế thuở khuỷu huỳnh suýt khuấy quyển quốc quýt xoáy ngoáo khoèo của mùa mía nghĩa cứu rượu "
    "người yến ý ỷ xoong boóc hòa khỏe thủy tùy họa hủy lũy tòa xóa ủy òa Đắk Lắk café naïve São "
    "đọc được nguyễn khuya thuế quơ quờ huơ đường uống ruộng tuần xuất bưởi gửi hươu yêu"
)


def test_what_is_right_is_left_alone():
    assert list(misplaced_tones(RIGHT)) == []
    assert [place_tone(word) for word in RIGHT.split()] == RIGHT.split()


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("tòan", "toàn"),
        ("hòang", "hoàng"),
        ("khóet", "khoét"),
        ("qúy", "quý"),
        ("qùa", "quà"),
        ("gìa", "già"),
        ("gíup", "giúp"),
        ("thuỳên", "thuyền"),
        ("muà", "mùa"),
        ("cuả", "của"),
        ("ngừơi", "người"),
        ("đựơc", "được"),
        ("thủơ", "thuở"),
        ("xóay", "xoáy"),
        ("hùynh", "huỳnh"),
        ("Ngưới".replace("ới", "ơí"), "Người".replace("ời", "ới")),
    ],
)
def test_marks_on_the_wrong_letter_are_found(wrong, right):
    assert list(misplaced_tones(wrong)) == [
        (0, f"{wrong!r} has its tone mark on the wrong letter", f"write {right!r}")
    ]


@pytest.mark.parametrize("word", ["nưóc", "ngồị", "ngưòi", "đựoc", "trứong"])
def test_words_that_are_no_syllable_are_found(word):
    ((line, what, _),) = misplaced_tones(f"chữ\n{word}")
    assert (line, what) == (1, f"{word!r} is no Vietnamese syllable")


@pytest.mark.parametrize(
    "word", ["đôla", "sôcôla", "Krông", "Đắk", "café", "déjà", "ôtô", "Hermès"]
)
def test_foreign_words_are_no_misspelt_syllables(word):
    assert not list(misplaced_tones(word))


@pytest.mark.parametrize(
    "word", ["network", "the cat", "cat", "đòc", "kà", "cí", "ghà", "ngì", "qa", "iêu", "tyên", ""]
)
def test_what_is_no_syllable(word):
    assert not is_syllable(word)


def test_decomposed_syllables_are_syllables():
    assert parse(unicodedata.normalize("NFD", "thuyền")) == parse("thuyền")
    assert parse("THUYỀN") == parse("thuyền")


# ---- characters ---------------------------------------------------------------------------------


def only(text, **options):
    ((line, what, remedy),) = faulty_characters(text, **options)
    return line, what, remedy


def test_what_is_not_nfc_is_named_by_its_code_points():
    line, what, remedy = only("một\n" + unicodedata.normalize("NFD", "chữ"))
    assert line == 1
    assert what.startswith("'ữ' in 'chữ' is not NFC: U+0075 LATIN SMALL LETTER U + U+031B")
    assert remedy == "write it as U+1EEF LATIN SMALL LETTER U WITH HORN AND TILDE"
    assert "string" in only("chu\u031b", code=True)[2]


def test_a_word_that_stands_twice_is_named_once():
    assert len(list(faulty_characters("e\u0301 e\u0301"))) == 1


def test_a_tone_before_the_mark_of_its_letter():
    _, what, remedy = only("ti\u00e9\u0302ng")
    assert "tone before the mark of its letter" in what
    assert remedy == "write 'ế', U+1EBF LATIN SMALL LETTER E WITH CIRCUMFLEX AND ACUTE"


def test_marks_that_belong_to_no_letter():
    assert "belongs to no letter" in only("x\u0301")[1]
    assert "belongs to no letter" in only("ti\u1ebf\u0301ng")[1]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a\u00a0b", "NO-BREAK SPACE"),
        ("a\u2009b", "THIN SPACE"),
        ("a\u200bb", "ZERO WIDTH SPACE"),
        ("\ufeffa", "ZERO WIDTH NO-BREAK SPACE"),
        ("so\u00adft", "SOFT HYPHEN"),
        ("a\u202eb", "RIGHT-TO-LEFT OVERRIDE"),
    ],
)
def test_what_nobody_can_see(text, name):
    assert name in only(text)[1]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("c\u043erpus", "corpus"),
        ("\u0410 state", "A"),
        ("\u039fne", "One"),
        ("\u00d0ồng", "Đồng"),
        ("\u00f0ược", "được"),
        ("n\u01cem", "năm"),
        ("\ufb01ne", "fi"),
        ("\uff21", "A"),
        ("\u211d", "R"),
    ],
)
def test_letters_that_pass_for_others(text, right):
    assert f"write {right!r}" in only(text)[2]


@pytest.mark.parametrize(
    "text",
    [
        "Tiếng Việt, English, naïve café – “đúng” … 5 × 3 → x² ½",
        "сон у нас",  # Russian, with words of letters that look Latin
        "Δt αβ μ λ-term",
        "Guðrún",
        "ʰ ɲ ŋ",  # phonetics
        "日本語 😀",
    ],
)
def test_other_alphabets_are_no_imitations(text):
    assert list(faulty_characters(text)) == []


def test_letters_in_another_form_are_meant_in_code():
    assert list(faulty_characters("ﬁ ℝ", code=True)) == []
