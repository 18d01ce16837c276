"""Numbers in words, against rules and tables written here by hand."""

import itertools
import re
import unicodedata
from importlib.metadata import version

import pytest
from num2words import num2words
from numpy.random import default_rng

from recurrent.data.numerals import LIMIT, SPLITS, number_pairs, spell, spell_ordinal, split_of

# number | English | northern Vietnamese | southern Vietnamese, if it differs
TABLE = """
0 | zero | không |
1 | one | một |
2 | two | hai |
4 | four | bốn |
5 | five | năm |
9 | nine | chín |
10 | ten | mười |
11 | eleven | mười một |
12 | twelve | mười hai |
13 | thirteen | mười ba |
14 | fourteen | mười bốn |
15 | fifteen | mười lăm |
16 | sixteen | mười sáu |
19 | nineteen | mười chín |
20 | twenty | hai mươi |
21 | twenty-one | hai mươi mốt |
24 | twenty-four | hai mươi tư |
25 | twenty-five | hai mươi lăm |
27 | twenty-seven | hai mươi bảy |
31 | thirty-one | ba mươi mốt |
40 | forty | bốn mươi |
44 | forty-four | bốn mươi tư |
50 | fifty | năm mươi |
51 | fifty-one | năm mươi mốt |
55 | fifty-five | năm mươi lăm |
68 | sixty-eight | sáu mươi tám |
99 | ninety-nine | chín mươi chín |
100 | one hundred | một trăm |
101 | one hundred one | một trăm linh một | một trăm lẻ một
104 | one hundred four | một trăm linh bốn | một trăm lẻ bốn
105 | one hundred five | một trăm linh năm | một trăm lẻ năm
110 | one hundred ten | một trăm mười |
111 | one hundred eleven | một trăm mười một |
114 | one hundred fourteen | một trăm mười bốn |
115 | one hundred fifteen | một trăm mười lăm |
121 | one hundred twenty-one | một trăm hai mươi mốt |
150 | one hundred fifty | một trăm năm mươi |
200 | two hundred | hai trăm |
404 | four hundred four | bốn trăm linh bốn | bốn trăm lẻ bốn
444 | four hundred forty-four | bốn trăm bốn mươi tư |
505 | five hundred five | năm trăm linh năm | năm trăm lẻ năm
555 | five hundred fifty-five | năm trăm năm mươi lăm |
999 | nine hundred ninety-nine | chín trăm chín mươi chín |
1000 | one thousand | một nghìn | một ngàn
1001 | one thousand one | một nghìn không trăm linh một | một ngàn không trăm lẻ một
1004 | one thousand four | một nghìn không trăm linh bốn | một ngàn không trăm lẻ bốn
1010 | one thousand ten | một nghìn không trăm mười | một ngàn không trăm mười
1015 | one thousand fifteen | một nghìn không trăm mười lăm | một ngàn không trăm mười lăm
1021 | one thousand twenty-one | một nghìn không trăm hai mươi mốt \
| một ngàn không trăm hai mươi mốt
1100 | one thousand one hundred | một nghìn một trăm | một ngàn một trăm
1105 | one thousand one hundred five | một nghìn một trăm linh năm | một ngàn một trăm lẻ năm
2024 | two thousand twenty-four | hai nghìn không trăm hai mươi tư | hai ngàn không trăm hai mươi tư
5000 | five thousand | năm nghìn | năm ngàn
10000 | ten thousand | mười nghìn | mười ngàn
14004 | fourteen thousand four | mười bốn nghìn không trăm linh bốn \
| mười bốn ngàn không trăm lẻ bốn
15000 | fifteen thousand | mười lăm nghìn | mười lăm ngàn
21021 | twenty-one thousand twenty-one | hai mươi mốt nghìn không trăm hai mươi mốt \
| hai mươi mốt ngàn không trăm hai mươi mốt
24000 | twenty-four thousand | hai mươi tư nghìn | hai mươi tư ngàn
100000 | one hundred thousand | một trăm nghìn | một trăm ngàn
104104 | one hundred four thousand one hundred four \
| một trăm linh bốn nghìn một trăm linh bốn | một trăm lẻ bốn ngàn một trăm lẻ bốn
305000 | three hundred five thousand | ba trăm linh năm nghìn | ba trăm lẻ năm ngàn
1000000 | one million | một triệu |
1000005 | one million five | một triệu không trăm linh năm | một triệu không trăm lẻ năm
1000020 | one million twenty | một triệu không trăm hai mươi |
1000500 | one million five hundred | một triệu năm trăm |
1005000 | one million five thousand | một triệu không trăm linh năm nghìn \
| một triệu không trăm lẻ năm ngàn
1010100 | one million ten thousand one hundred | một triệu không trăm mười nghìn một trăm \
| một triệu không trăm mười ngàn một trăm
25000000 | twenty-five million | hai mươi lăm triệu |
400036105 | four hundred million thirty-six thousand one hundred five \
| bốn trăm triệu không trăm ba mươi sáu nghìn một trăm linh năm \
| bốn trăm triệu không trăm ba mươi sáu ngàn một trăm lẻ năm
1000000000 | one billion | một tỷ |
1000000001 | one billion one | một tỷ không trăm linh một | một tỷ không trăm lẻ một
4004000000 | four billion four million | bốn tỷ không trăm linh bốn triệu \
| bốn tỷ không trăm lẻ bốn triệu
21000024000 | twenty-one billion twenty-four thousand \
| hai mươi mốt tỷ không trăm hai mươi tư nghìn | hai mươi mốt tỷ không trăm hai mươi tư ngàn
999999999999 | nine hundred ninety-nine billion nine hundred ninety-nine million \
nine hundred ninety-nine thousand nine hundred ninety-nine \
| chín trăm chín mươi chín tỷ chín trăm chín mươi chín triệu \
chín trăm chín mươi chín nghìn chín trăm chín mươi chín \
| chín trăm chín mươi chín tỷ chín trăm chín mươi chín triệu \
chín trăm chín mươi chín ngàn chín trăm chín mươi chín
-1 | minus one | âm một |
-5 | minus five | âm năm |
-21 | minus twenty-one | âm hai mươi mốt |
-1005 | minus one thousand five | âm một nghìn không trăm linh năm | âm một ngàn không trăm lẻ năm
"""
ROWS = [[cell.strip() for cell in row.split("|")] for row in TABLE.strip().splitlines()]

DIGITS = "không một hai ba bốn năm sáu bảy tám chín".split()
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
# Groups of three digits in which each rule applies, or just does not.
GROUPS = [0, 1, 4, 5, 10, 14, 15, 20, 21, 24, 45, 100, 101, 105, 114, 444, 551]
CORNERS = [
    sum(group * 1000**power for power, group in enumerate(groups))
    for groups in itertools.product(GROUPS, repeat=4)
]


def random_numbers(seed: int, size: int) -> list[int]:
    rng = default_rng(seed)
    return [int(rng.integers(10**digits)) for digits in rng.integers(4, 13, size)]


def vietnamese_rules(number: int) -> str:
    """Go through the figures from left to right, each with its place and its neighbors."""
    figures = str(number)
    if figures == "0":
        return "không"
    words = []
    for position, figure in enumerate(figures):
        power = len(figures) - 1 - position
        place, scale = power % 3, ("", "nghìn", "triệu", "tỷ")[power // 3]
        group = figures[max(0, position + place - 2) : position + place + 1]
        if int(group) == 0:
            continue
        tens = group[-2] if len(group) > 1 else ""
        if place == 2:
            words += [DIGITS[int(figure)], "trăm"]
        elif place == 1 and figure == "0":
            words += ["linh"] if group[-1] != "0" else []
        elif place == 1:
            words += ["mười"] if figure == "1" else [DIGITS[int(figure)], "mươi"]
        elif figure == "1" and tens > "1":
            words.append("mốt")
        elif figure == "4" and tens > "1":
            words.append("tư")
        elif figure == "5" and tens > "0":
            words.append("lăm")
        elif figure != "0":
            words.append(DIGITS[int(figure)])
        if place == 0 and scale:
            words.append(scale)
    return " ".join(words)


def english_rules(number: int) -> str:
    if number < 20:
        return ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return TENS[tens] + (f"-{ONES[ones]}" if ones else "")
    scale, name = next(
        (10**power, name)
        for power, name in ((9, "billion"), (6, "million"), (3, "thousand"), (2, "hundred"))
        if number >= 10**power
    )
    rest = f" {english_rules(number % scale)}" if number % scale else ""
    return f"{english_rules(number // scale)} {name}{rest}"


def parse_vietnamese(words: str) -> int:
    values = dict(zip(DIGITS, range(10))) | {"mốt": 1, "tư": 4, "lăm": 5}
    scales = {"nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9}
    total = group = digit = 0
    for word in words.split():
        if word in scales:
            total, group, digit = total + (group + digit) * scales[word], 0, 0
        elif word in ("trăm", "mươi"):
            group, digit = group + digit * {"trăm": 100, "mươi": 10}[word], 0
        elif word == "mười":
            group += 10
        elif word not in ("linh", "lẻ"):
            digit = values[word]
    return total + group + digit


def parse_english(words: str) -> int:
    values = dict(zip(ONES, range(20))) | dict(zip(TENS[2:], range(20, 100, 10)))
    scales = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
    total = group = 0
    for word in re.split("[ -]", words):
        if word in scales:
            total, group = total + group * scales[word], 0
        elif word == "hundred":
            group *= 100
        else:
            group += values[word]
    return total + group


@pytest.mark.parametrize(("number", "en", "north", "south"), ROWS)
def test_known_numbers(number, en, north, south):
    assert spell(int(number), "en") == en
    assert spell(int(number), "vi") == spell(int(number), "vi", "north") == north
    assert spell(int(number), "vi", "south") == (south or north)


def test_vietnamese_follows_the_rules():
    for number in [*range(100_000), *CORNERS, *random_numbers(1, 20_000)]:
        assert spell(number, "vi") == vietnamese_rules(number)


def test_english_follows_the_rules():
    for number in [*range(20_000), *CORNERS[::20], *random_numbers(2, 5000)]:
        assert spell(number, "en") == english_rules(number)


def test_southern_words_replace_northern_ones():
    for number in random_numbers(3, 2000):
        north, south = spell(number, "vi"), spell(number, "vi", "south")
        assert south == north.replace("linh", "lẻ").replace("nghìn", "ngàn")


def test_the_words_give_the_number_back():
    for number in [*CORNERS[::20], *random_numbers(4, 3000), LIMIT]:
        assert parse_vietnamese(spell(number, "vi")) == number
        assert parse_vietnamese(spell(number, "vi", "south")) == number
        assert parse_english(spell(number, "en")) == number


@pytest.mark.skipif(version("num2words") != "0.5.14", reason="counts of another version")
def test_the_library_errs_as_the_module_says():
    zeros, fours = set(), set()
    for number in range(10_000):
        words, rules = num2words(number, lang="vi").replace("lẻ", "linh"), vietnamese_rules(number)
        if "không trăm" in rules and "không trăm" not in words:
            zeros.add(number)
        if "mươi bốn" in words:
            fours.add(number)
        assert (words == rules) == (number not in zeros | fours)
    assert (len(zeros), len(fours), len(zeros & fours), len(zeros | fours)) == (891, 800, 72, 1619)
    assert num2words(-5, lang="vi") == "mười lăm"
    assert num2words(4, lang="vi", to="ordinal") == "bốn"
    with pytest.raises(IndexError):
        num2words(-30, lang="vi")


@pytest.mark.parametrize(
    ("number", "en", "vi"),
    [
        (1, "first", "thứ nhất"),
        (2, "second", "thứ hai"),
        (3, "third", "thứ ba"),
        (4, "fourth", "thứ tư"),
        (5, "fifth", "thứ năm"),
        (8, "eighth", "thứ tám"),
        (9, "ninth", "thứ chín"),
        (10, "tenth", "thứ mười"),
        (11, "eleventh", "thứ mười một"),
        (12, "twelfth", "thứ mười hai"),
        (14, "fourteenth", "thứ mười bốn"),
        (15, "fifteenth", "thứ mười lăm"),
        (20, "twentieth", "thứ hai mươi"),
        (21, "twenty-first", "thứ hai mươi mốt"),
        (24, "twenty-fourth", "thứ hai mươi tư"),
        (100, "one hundredth", "thứ một trăm"),
        (104, "one hundred fourth", "thứ một trăm linh bốn"),
        (1005, "one thousand fifth", "thứ một nghìn không trăm linh năm"),
    ],
)
def test_known_ordinals(number, en, vi):
    assert (spell_ordinal(number, "en"), spell_ordinal(number, "vi")) == (en, vi)


def test_ordinals_of_the_south():
    assert spell_ordinal(1005, "vi", "south") == "thứ một ngàn không trăm lẻ năm"


def test_words_are_composed_and_have_their_marks_in_the_old_place():
    words = {word for number in range(2000) for word in spell(number, "vi").split()}
    words |= set(spell(LIMIT, "vi").split())
    assert all(unicodedata.is_normalized("NFC", word) for word in words)
    assert "tỷ" in words and "tỉ" not in words


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_what_cannot_be_spelled(lang):
    for number in (LIMIT + 1, -LIMIT - 1):
        with pytest.raises(ValueError, match=f"{number} is out of range: spell a number from -999"):
            spell(number, lang)
    with pytest.raises(ValueError, match="0 has no ordinal: choose a number from 1"):
        spell_ordinal(0, lang)
    with pytest.raises(ValueError, match="unknown dialect 'center': choose one of 'north', 'sou"):
        spell(1, lang, "center")
    with pytest.raises(TypeError, match="float"):
        spell(2.0, lang)


def test_unknown_language():
    for function in (spell, spell_ordinal):
        with pytest.raises(ValueError, match="unknown language 'fr': choose one of 'en', 'vi'"):
            function(1, "fr")


@pytest.mark.parametrize(
    ("number", "split"),
    [
        (0, "train"),
        (9, "train"),
        (10, "train"),
        (15, "validation"),  # 1 + 5 + 2 digits
        (16, "test"),
        (17, "train"),
        (139, "train"),
        (140, "validation"),
        (149, "validation"),
        (150, "test"),
        (159, "test"),
        (160, "train"),
        (12_999, "validation"),
        (13_000, "test"),
        (13_999, "test"),
        (14_000, "train"),
        (LIMIT, "train"),
    ],
)
def test_known_splits(number, split):
    assert split_of(number) == split


def test_every_first_digit_leads_a_tenth_of_each_held_out_split():
    for digits, first in itertools.product(range(2, 6), range(1, 10)):
        start, step = first * 10 ** (digits - 1), 10 ** (digits - 2)
        splits = [split_of(number) for number in range(start, start + 10 * step, step)]
        assert (splits.count("validation"), splits.count("test")) == (1, 1)


@pytest.mark.parametrize("limit", [999, 13_050, 20_000])
def test_a_split_can_be_drawn_whole(limit):
    drawn = []
    for split in SPLITS:
        members = {number for number in range(limit + 1) if split_of(number) == split}
        pairs = number_pairs(split, len(members), default_rng(0), limit)
        assert {int(pair.id) for pair in pairs} == members
        drawn += [pair.id for pair in pairs]
        with pytest.raises(ValueError, match=f"{split!r} up to {limit} holds {len(members)} "):
            number_pairs(split, len(members) + 1, default_rng(0), limit)
    assert sorted(map(int, drawn)) == list(range(limit + 1))  # Each number once, in one split.


def test_each_number_of_digits_has_an_equal_share():
    pairs = number_pairs("validation", 2900, default_rng(5))
    lengths = [sum(len(pair.id) == digits for pair in pairs) for digits in range(1, 13)]
    # There are only 0, 9 and 90 of 1 to 3 digits: 2801 are left for the other 9 lengths.
    assert lengths[:3] == [0, 9, 90]
    assert sorted(lengths[3:]) == [311] * 7 + [312] * 2
    assert len({pair.id for pair in pairs}) == 2900
    assert {split_of(int(pair.id)) for pair in pairs} == {"validation"}


def test_pairs_are_a_number_and_its_words():
    for dialect in ("north", "south"):
        for number, en, vi in number_pairs("test", 300, default_rng(6), dialect=dialect):
            assert (en, vi) == (spell(int(number), "en"), spell(int(number), "vi", dialect))


def test_short_and_long_numbers_are_mixed():
    lengths = [len(pair.id) for pair in number_pairs("train", 200, default_rng(7))]
    assert sum(lengths[:100]) > 500 and sum(lengths[100:]) > 500  # Sorted: some 350 and 950.


@pytest.mark.parametrize(
    ("limit", "training", "held_out"),
    [(999, 802, 99), (LIMIT, 2000, 1000)],  # All numbers up to 999; some of all there are.
)
def test_every_held_out_word_is_seen_in_training(limit, training, held_out):
    drawn = {
        split: number_pairs(
            split, training if split == "train" else held_out, default_rng(8), limit
        )
        for split in SPLITS
    }
    for lang in ("en", "vi"):
        words = {
            split: {word for pair in pairs for word in getattr(pair, lang).split()}
            for split, pairs in drawn.items()
        }
        assert len(words["test"]) > 15
        assert words["validation"] | words["test"] <= words["train"]


def test_the_seed_decides():
    draws = [number_pairs("train", 50, default_rng(seed)) for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]


def test_what_cannot_be_drawn():
    rng = default_rng(0)
    assert number_pairs("test", 0, rng) == []
    with pytest.raises(ValueError, match="unknown split 'dev': choose one of 'train', 'valid"):
        number_pairs("dev", 1, rng)
    with pytest.raises(ValueError, match="size -1: .* ask for 0 to"):
        number_pairs("train", -1, rng)
    with pytest.raises(ValueError, match="unknown dialect 'center'"):
        number_pairs("train", 0, rng, dialect="center")
    for limit in (998, LIMIT + 1):
        with pytest.raises(ValueError, match=f"limit {limit} is out of range: choose one from 999"):
            number_pairs("train", 1, rng, limit)
