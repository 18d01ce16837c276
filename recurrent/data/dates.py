"""Dates in words, English and Vietnamese: exact parallel text in which the words change places.

The names of weekdays and of English months are those of CLDR, which Babel reads.  CLDR's
Vietnamese months have figures ("tháng 4"), so their words are made here, as are days and years.
"""

from __future__ import annotations

import datetime

import numpy
from babel.dates import get_day_names, get_month_names
from num2words import num2words
from numpy.random import Generator

from recurrent.data.numerals import (
    DIALECTS,
    LANGUAGES,
    SPLITS,
    Example,
    americanize,
    check_choice,
    check_size,
    spell,
    spell_ordinal,
)

# Two whole cycles of the Gregorian calendar, which began in 1582 and repeats after 400 years.
YEARS = range(1600, 2400)
WEEKDAYS = {lang: get_day_names("wide", locale=lang) for lang in LANGUAGES}
MONTHS = get_month_names("wide", locale="en")


def spell_year(year: int, lang: str, dialect: str = "north") -> str:
    """Return a year in words.

    English reads two digits and two digits: "nineteen forty-five", "twenty ten", with "oh" for
    no tens, "nineteen oh-five", and "hundred" for two zeros, "nineteen hundred".  The first ten
    years of a thousand, as 2000 to 2009, are read as numbers, "two thousand five"; so are those
    before 100.  In Vietnamese every year is read as a number.

    Parameters
    ----------
    year : int
        From 1 to 9999, as in `datetime.date`.
    lang : {"en", "vi"}
    dialect : {"north", "south"}
        Of Vietnamese: see `recurrent.data.numerals.spell`.

    Raises
    ------
    ValueError
        If the year is out of range, or the language or the dialect unknown.

    Examples
    --------
    >>> [spell_year(year, "en") for year in (1066, 1900, 1905, 2005)]
    ['ten sixty-six', 'nineteen hundred', 'nineteen oh-five', 'two thousand five']
    >>> spell_year(1945, "vi")
    'một nghìn chín trăm bốn mươi lăm'
    """
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        raise ValueError(f"year {year} is out of range: choose one from 1 to 9999")
    number = spell(year, lang, dialect)
    return number if lang == "vi" else americanize(num2words(year, to="year"))


def spell_date(date: datetime.date, lang: str, dialect: str = "north") -> str:
    """Return a date in words: weekday, day, month and year, in the order of the language.

    American English puts the month first, Vietnamese the day, which is "mùng" from 1 to 10.
    The months are "tháng một" (not "tháng giêng", which belongs to the lunar year) to
    "tháng mười hai", and the fourth is "tháng tư".

    Parameters
    ----------
    date : datetime.date
    lang : {"en", "vi"}
    dialect : {"north", "south"}
        Of Vietnamese: see `recurrent.data.numerals.spell`.

    Raises
    ------
    ValueError
        If the language or the dialect is unknown.

    Examples
    --------
    In Vietnamese, "năm" is five and also year:

    >>> spell_date(datetime.date(2005, 5, 5), "en")
    'Thursday, May fifth, two thousand five'
    >>> spell_date(datetime.date(2005, 5, 5), "vi")
    'thứ năm, ngày mùng năm tháng năm năm hai nghìn không trăm linh năm'
    """
    year = spell_year(date.year, lang, dialect)  # Checks the language and the dialect.
    weekday = WEEKDAYS[lang][date.weekday()]
    if lang == "en":
        return f"{weekday}, {MONTHS[date.month]} {spell_ordinal(date.day, 'en')}, {year}"
    day = ("mùng " if date.day <= 10 else "") + spell(date.day, "vi")
    month = "tư" if date.month == 4 else spell(date.month, "vi")
    return f"{weekday.lower()}, ngày {day} tháng {month} năm {year}"


def split_of_year(year: int) -> str:
    """Return the split of all dates of a year: "train", "validation" or "test".

    The century and the last two digits decide, by the last digit of their sum: 0 is validation,
    2 is test, the rest is training.  So each decade holds one year of validation and one of test,
    and their last two digits are those of training years in other centuries.  In 2000 to 2009,
    which alone say "eight" and not "oh-eight", the two are 2000 and 2002: no word is held out.

    Examples
    --------
    >>> [split_of_year(year) for year in (2000, 2001, 2002, 2102)]
    ['validation', 'train', 'test', 'train']
    """
    total = year // 100 + year // 10 % 10 + year % 10
    return {0: "validation", 2: "test"}.get(total % 10, "train")


def date_pairs(split: str, size: int, rng: Generator, dialect: str = "north") -> list[Example]:
    """Draw different dates of a split, each with its words in both languages.

    All dates from 1600 to 2399 that belong to the split are equally likely.  No year belongs to
    two splits: see `split_of_year`.

    Parameters
    ----------
    split : {"train", "validation", "test"}
    size : int
        How many examples.
    rng : numpy.random.Generator
        The same generator in the same state draws the same examples.
        Draw all splits from one generator, one after the other: two generators with one seed draw
        validation and test alike, but for what decides the split.
    dialect : {"north", "south"}
        Of Vietnamese: see `recurrent.data.numerals.spell`.

    Returns
    -------
    list of Example
        `size` examples; the `id` is the date by ISO 8601: "2005-05-05".

    Raises
    ------
    ValueError
        If the split or the dialect is unknown, or the split holds fewer dates.
    """
    check_choice("split", split, SPLITS)
    check_choice("dialect", dialect, DIALECTS)
    days = numpy.concatenate(
        [
            numpy.arange(*(datetime.date(start, 1, 1).toordinal() for start in (year, year + 1)))
            for year in YEARS
            if split_of_year(year) == split
        ]
    )
    check_size(size, len(days), f"split {split!r}")
    dates = map(datetime.date.fromordinal, rng.choice(days, size, replace=False).tolist())
    return [
        Example(date.isoformat(), spell_date(date, "en"), spell_date(date, "vi", dialect))
        for date in dates
    ]
