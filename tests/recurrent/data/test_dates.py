"""Dates in words, against rules and a table written here by hand."""

import datetime
import re

import pytest
from numpy.random import default_rng

from recurrent.data.dates import date_pairs, spell_date, spell_year, split_of_year
from recurrent.data.numerals import SPLITS, spell

# date | English | northern Vietnamese | southern Vietnamese, if it differs
TABLE = """
1945-09-02 | Sunday, September second, nineteen forty-five \
| chủ nhật, ngày mùng hai tháng chín năm một nghìn chín trăm bốn mươi lăm \
| chủ nhật, ngày mùng hai tháng chín năm một ngàn chín trăm bốn mươi lăm
1954-05-07 | Friday, May seventh, nineteen fifty-four \
| thứ sáu, ngày mùng bảy tháng năm năm một nghìn chín trăm năm mươi tư \
| thứ sáu, ngày mùng bảy tháng năm năm một ngàn chín trăm năm mươi tư
1975-04-30 | Wednesday, April thirtieth, nineteen seventy-five \
| thứ tư, ngày ba mươi tháng tư năm một nghìn chín trăm bảy mươi lăm \
| thứ tư, ngày ba mươi tháng tư năm một ngàn chín trăm bảy mươi lăm
2005-01-02 | Sunday, January second, two thousand five \
| chủ nhật, ngày mùng hai tháng một năm hai nghìn không trăm linh năm \
| chủ nhật, ngày mùng hai tháng một năm hai ngàn không trăm lẻ năm
2000-02-29 | Tuesday, February twenty-ninth, two thousand \
| thứ ba, ngày hai mươi chín tháng hai năm hai nghìn \
| thứ ba, ngày hai mươi chín tháng hai năm hai ngàn
2024-02-29 | Thursday, February twenty-ninth, twenty twenty-four \
| thứ năm, ngày hai mươi chín tháng hai năm hai nghìn không trăm hai mươi tư \
| thứ năm, ngày hai mươi chín tháng hai năm hai ngàn không trăm hai mươi tư
1969-07-20 | Sunday, July twentieth, nineteen sixty-nine \
| chủ nhật, ngày hai mươi tháng bảy năm một nghìn chín trăm sáu mươi chín \
| chủ nhật, ngày hai mươi tháng bảy năm một ngàn chín trăm sáu mươi chín
2026-11-21 | Saturday, November twenty-first, twenty twenty-six \
| thứ bảy, ngày hai mươi mốt tháng mười một năm hai nghìn không trăm hai mươi sáu \
| thứ bảy, ngày hai mươi mốt tháng mười một năm hai ngàn không trăm hai mươi sáu
2010-10-10 | Sunday, October tenth, twenty ten \
| chủ nhật, ngày mùng mười tháng mười năm hai nghìn không trăm mười \
| chủ nhật, ngày mùng mười tháng mười năm hai ngàn không trăm mười
1999-12-31 | Friday, December thirty-first, nineteen ninety-nine \
| thứ sáu, ngày ba mươi mốt tháng mười hai năm một nghìn chín trăm chín mươi chín \
| thứ sáu, ngày ba mươi mốt tháng mười hai năm một ngàn chín trăm chín mươi chín
1905-03-01 | Wednesday, March first, nineteen oh-five \
| thứ tư, ngày mùng một tháng ba năm một nghìn chín trăm linh năm \
| thứ tư, ngày mùng một tháng ba năm một ngàn chín trăm lẻ năm
1900-01-01 | Monday, January first, nineteen hundred \
| thứ hai, ngày mùng một tháng một năm một nghìn chín trăm \
| thứ hai, ngày mùng một tháng một năm một ngàn chín trăm
2009-08-09 | Sunday, August ninth, two thousand nine \
| chủ nhật, ngày mùng chín tháng tám năm hai nghìn không trăm linh chín \
| chủ nhật, ngày mùng chín tháng tám năm hai ngàn không trăm lẻ chín
2100-06-15 | Tuesday, June fifteenth, twenty-one hundred \
| thứ ba, ngày mười lăm tháng sáu năm hai nghìn một trăm \
| thứ ba, ngày mười lăm tháng sáu năm hai ngàn một trăm
1789-07-14 | Tuesday, July fourteenth, seventeen eighty-nine \
| thứ ba, ngày mười bốn tháng bảy năm một nghìn bảy trăm tám mươi chín \
| thứ ba, ngày mười bốn tháng bảy năm một ngàn bảy trăm tám mươi chín
1600-01-01 | Saturday, January first, sixteen hundred \
| thứ bảy, ngày mùng một tháng một năm một nghìn sáu trăm \
| thứ bảy, ngày mùng một tháng một năm một ngàn sáu trăm
2399-12-31 | Friday, December thirty-first, twenty-three ninety-nine \
| thứ sáu, ngày ba mươi mốt tháng mười hai năm hai nghìn ba trăm chín mươi chín \
| thứ sáu, ngày ba mươi mốt tháng mười hai năm hai ngàn ba trăm chín mươi chín
2021-04-04 | Sunday, April fourth, twenty twenty-one \
| chủ nhật, ngày mùng bốn tháng tư năm hai nghìn không trăm hai mươi mốt \
| chủ nhật, ngày mùng bốn tháng tư năm hai ngàn không trăm hai mươi mốt
2014-11-24 | Monday, November twenty-fourth, twenty fourteen \
| thứ hai, ngày hai mươi tư tháng mười một năm hai nghìn không trăm mười bốn \
| thứ hai, ngày hai mươi tư tháng mười một năm hai ngàn không trăm mười bốn
2015-05-25 | Monday, May twenty-fifth, twenty fifteen \
| thứ hai, ngày hai mươi lăm tháng năm năm hai nghìn không trăm mười lăm \
| thứ hai, ngày hai mươi lăm tháng năm năm hai ngàn không trăm mười lăm
1805-12-02 | Monday, December second, eighteen oh-five \
| thứ hai, ngày mùng hai tháng mười hai năm một nghìn tám trăm linh năm \
| thứ hai, ngày mùng hai tháng mười hai năm một ngàn tám trăm lẻ năm
2044-06-11 | Saturday, June eleventh, twenty forty-four \
| thứ bảy, ngày mười một tháng sáu năm hai nghìn không trăm bốn mươi tư \
| thứ bảy, ngày mười một tháng sáu năm hai ngàn không trăm bốn mươi tư
1991-08-21 | Wednesday, August twenty-first, nineteen ninety-one \
| thứ tư, ngày hai mươi mốt tháng tám năm một nghìn chín trăm chín mươi mốt \
| thứ tư, ngày hai mươi mốt tháng tám năm một ngàn chín trăm chín mươi mốt
2020-03-13 | Friday, March thirteenth, twenty twenty \
| thứ sáu, ngày mười ba tháng ba năm hai nghìn không trăm hai mươi \
| thứ sáu, ngày mười ba tháng ba năm hai ngàn không trăm hai mươi
1936-07-30 | Thursday, July thirtieth, nineteen thirty-six \
| thứ năm, ngày ba mươi tháng bảy năm một nghìn chín trăm ba mươi sáu \
| thứ năm, ngày ba mươi tháng bảy năm một ngàn chín trăm ba mươi sáu
1010-10-14 | Sunday, October fourteenth, ten ten \
| chủ nhật, ngày mười bốn tháng mười năm một nghìn không trăm mười \
| chủ nhật, ngày mười bốn tháng mười năm một ngàn không trăm mười
0476-09-04 | Friday, September fourth, four seventy-six \
| thứ sáu, ngày mùng bốn tháng chín năm bốn trăm bảy mươi sáu |
0099-02-10 | Tuesday, February tenth, ninety-nine \
| thứ ba, ngày mùng mười tháng hai năm chín mươi chín |
"""
ROWS = [[cell.strip() for cell in row.split("|")] for row in TABLE.strip().splitlines()]

# Sunday is 0, as in Zeller's congruence below.
WEEKDAYS = {
    "en": "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(),
    "vi": "chủ nhật|thứ hai|thứ ba|thứ tư|thứ năm|thứ sáu|thứ bảy".split("|"),
}
MONTHS = {
    "en": (
        "January February March April May June July August September October November December"
    ).split(),
    "vi": "một|hai|ba|tư|năm|sáu|bảy|tám|chín|mười|mười một|mười hai".split("|"),
}
DAYS = {
    "en": (
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth "
        "twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth "
        "twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
    ).split(),
    "vi": (
        "mùng một|mùng hai|mùng ba|mùng bốn|mùng năm|mùng sáu|mùng bảy|mùng tám|mùng chín|"
        "mùng mười|mười một|mười hai|mười ba|mười bốn|mười lăm|mười sáu|mười bảy|mười tám|"
        "mười chín|hai mươi|hai mươi mốt|hai mươi hai|hai mươi ba|hai mươi tư|hai mươi lăm|"
        "hai mươi sáu|hai mươi bảy|hai mươi tám|hai mươi chín|ba mươi|ba mươi mốt"
    ).split("|"),
}
FORMS = {
    "en": r"(?P<weekday>\w+), (?P<month>\w+) (?P<day>[\w-]+), (?P<year>.+)",
    # "tháng năm năm năm mươi" is May of the year 50: the month is what stands before its "năm".
    "vi": (
        r"(?P<weekday>.+), ngày (?P<day>.+) tháng (?P<month>mười một|mười hai|\w+) "
        r"năm (?P<year>.+)"
    ),
}


def some_dates(seed: int, size: int) -> list[datetime.date]:
    days = default_rng(seed).integers(1, datetime.date.max.toordinal() + 1, size)
    return [datetime.date.fromordinal(day) for day in days.tolist()]


def weekday_rule(date: datetime.date) -> int:
    """Zeller's congruence (1887): January and February belong to the year before."""
    month, year = (date.month, date.year) if date.month > 2 else (date.month + 12, date.year - 1)
    century, year = divmod(year, 100)
    days = date.day + 13 * (month + 1) // 5 + year + year // 4 + century // 4 + 5 * century
    return (days - 1) % 7


def year_rule(year: int) -> str:
    high, low = divmod(year, 100)
    if year in range(100) or year in range(1000, 10_000, 1000):
        return spell(year, "en")
    if low == 0:
        return f"{spell(high, 'en')} hundred"
    if low > 9:
        return f"{spell(high, 'en')} {spell(low, 'en')}"
    if high % 10 == 0:
        return f"{spell(high // 10, 'en')} thousand {spell(low, 'en')}"
    return f"{spell(high, 'en')} oh-{spell(low, 'en')}"


@pytest.mark.parametrize(("date", "en", "north", "south"), ROWS)
def test_known_dates(date, en, north, south):
    date = datetime.date.fromisoformat(date)
    assert spell_date(date, "en") == en
    assert spell_date(date, "vi") == spell_date(date, "vi", "north") == north
    assert spell_date(date, "vi", "south") == (south or north)


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_words_give_the_date_back(lang):
    year_of = {spell_year(year, lang): year for year in range(1, 10_000)}
    assert len(year_of) == 9999  # No two years are read alike.
    for date in some_dates(1, 3000):
        words = re.fullmatch(FORMS[lang], spell_date(date, lang)).groupdict()
        assert WEEKDAYS[lang].index(words["weekday"]) == weekday_rule(date)
        month, day = MONTHS[lang].index(words["month"]) + 1, DAYS[lang].index(words["day"]) + 1
        assert datetime.date(year_of[words["year"]], month, day) == date


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (1, "one"),
        (99, "ninety-nine"),
        (100, "one hundred"),
        (101, "one oh-one"),
        (805, "eight oh-five"),
        (1000, "one thousand"),
        (1001, "one thousand one"),
        (1009, "one thousand nine"),
        (1010, "ten ten"),
        (1066, "ten sixty-six"),
        (1100, "eleven hundred"),
        (1901, "nineteen oh-one"),
        (2000, "two thousand"),
        (2009, "two thousand nine"),
        (2011, "twenty eleven"),
        (2020, "twenty twenty"),
        (2101, "twenty-one oh-one"),
        (9999, "ninety-nine ninety-nine"),
    ],
)
def test_known_english_years(year, words):
    assert spell_year(year, "en") == words


def test_english_years_follow_the_rules():
    for year in range(1, 10_000):
        assert spell_year(year, "en") == year_rule(year)


def test_vietnamese_years_are_numbers():
    for year in range(1, 10_000, 7):
        for dialect in ("north", "south"):
            assert spell_year(year, "vi", dialect) == spell(year, "vi", dialect)


def test_each_decade_holds_one_year_of_each_held_out_split():
    for decade in range(1600, 2400, 10):
        splits = [split_of_year(year) for year in range(decade, decade + 10)]
        assert (splits.count("validation"), splits.count("test")) == (1, 1)


def test_no_year_ending_is_held_out_everywhere():
    for ending in range(100):
        assert any(split_of_year(century + ending) == "train" for century in range(1600, 2400, 100))


def test_the_splits_share_all_dates_from_1600_to_2399():
    for split in SPLITS:
        size = sum(
            366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365
            for year in range(1600, 2400)
            if split_of_year(year) == split
        )
        with pytest.raises(ValueError, match=f"split '{split}' holds {size} different examples"):
            date_pairs(split, size + 1, default_rng(0))
        years = [int(pair.id[:4]) for pair in date_pairs(split, 4000, default_rng(0))]
        assert {split_of_year(year) for year in years} == {split}
        assert 1600 <= min(years) < 1620 and 2380 < max(years) <= 2399


def test_no_date_is_drawn_twice():
    pairs = date_pairs("test", 9000, default_rng(1))  # Of some 29 000: many would be, by chance.
    assert len({pair.id for pair in pairs}) == 9000


def test_no_word_of_a_year_is_held_out():
    words = {
        split: {
            word
            for year in range(1600, 2400)
            if split_of_year(year) == split
            for word in spell_year(year, "en").split()
        }
        for split in SPLITS
    }
    assert {"eight", "oh-eight", "two"} <= words["train"]
    assert words["validation"] | words["test"] <= words["train"]


def test_pairs_are_a_date_and_its_words():
    for dialect in ("north", "south"):
        for day, en, vi in date_pairs("train", 200, default_rng(2), dialect):
            date = datetime.date.fromisoformat(day)
            assert split_of_year(date.year) == "train"
            assert (en, vi) == (spell_date(date, "en"), spell_date(date, "vi", dialect))


def test_every_held_out_word_is_seen_in_training():
    drawn = {split: date_pairs(split, 2000, default_rng(3)) for split in SPLITS}
    for lang in ("en", "vi"):
        words = {
            split: {word for pair in pairs for word in getattr(pair, lang).split()}
            for split, pairs in drawn.items()
        }
        assert len(words["test"]) > 15
        assert words["validation"] | words["test"] <= words["train"]


def test_the_seed_decides():
    draws = [date_pairs("train", 50, default_rng(seed)) for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]


def test_what_has_no_words():
    date = datetime.date(2005, 5, 5)
    with pytest.raises(ValueError, match="unknown language 'fr': choose one of 'en', 'vi'"):
        spell_date(date, "fr")
    with pytest.raises(ValueError, match="unknown dialect 'center': choose one of 'north', 'sou"):
        spell_date(date, "vi", "center")
    for year in (0, 10_000):
        with pytest.raises(ValueError, match=f"year {year} is out of range: choose one from 1 to"):
            spell_year(year, "en")


def test_what_cannot_be_drawn():
    assert date_pairs("test", 0, default_rng(0)) == []
    with pytest.raises(ValueError, match="unknown split 'dev': choose one of 'train', 'valid"):
        date_pairs("dev", 1, default_rng(0))
    with pytest.raises(ValueError, match="unknown dialect 'center'"):
        date_pairs("test", 0, default_rng(0), "center")
    with pytest.raises(ValueError, match="size -1: .* ask for 0 to"):
        date_pairs("test", -1, default_rng(0))
