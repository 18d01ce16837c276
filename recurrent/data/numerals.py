"""Numbers in words, English and Vietnamese: exact parallel text, as much as is wanted.

A translation of a number in words is right or wrong, so a model can be scored by exact match, on
numbers that it has never seen.  The words are those of num2words, corrected where a Vietnamese
school would mark them.  Of the numbers 0 to 9999, num2words 0.5.14 gets 1619 wrong in Vietnamese:
891 lack "không trăm" ("một nghìn lẻ năm"), 800 have "mươi bốn" for "mươi tư", 72 of them both.
Nor does it know negative numbers there (-5 is "mười lăm", -30 an error), or ordinals, which it
returns as cardinals.  Babel 2.18.0 spells out no numbers at all.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Collection
from typing import NamedTuple

from num2words import num2words
from numpy.random import Generator

LIMIT = 10**12 - 1
LANGUAGES = ("en", "vi")
SPLITS = ("train", "validation", "test")
# What the dialects put for the library's words.
DIALECTS = {
    "north": {"lẻ": "linh"},
    "south": {"nghìn": "ngàn"},
}
MINUS = {"en": "minus", "vi": "âm"}
SCALES = {1000**3: ["tỷ"], 1000**2: ["triệu"], 1000: ["nghìn"], 1: []}


class Example(NamedTuple):
    """A number or a date, in figures (`id`) and in the words of the two languages."""

    id: str
    en: str
    vi: str


def spell(number: int, lang: str, dialect: str = "north") -> str:
    """Return a number in words.

    English is American, as in the rest of the book: without "and", and without the commas of
    num2words, so that a number is nothing but words.

    Vietnamese is read in groups of three digits, and empty groups are silent.  After the first
    group zeros are spoken: "không trăm" for no hundreds, "linh" for no tens.  After "mươi", 1 is
    "mốt", 4 is "tư" and 5 is "lăm"; after "mười" only 5 changes, and after "linh" nothing does.
    ("linh tư" is heard as well as "linh bốn", and "không nghìn" for an empty group; here one
    number has one reading.)

    Parameters
    ----------
    number : int
        From -999 999 999 999 to 999 999 999 999.
    lang : {"en", "vi"}
    dialect : {"north", "south"}
        Of Vietnamese: "linh" and "nghìn" in the north, "lẻ" and "ngàn" in the south.

    Raises
    ------
    TypeError
        If the number is not an integer.
    ValueError
        If the number is out of range, or the language or the dialect unknown.

    Examples
    --------
    >>> spell(1_000_121, "en")
    'one million one hundred twenty-one'
    >>> spell(2_024_005, "vi")
    'hai triệu không trăm hai mươi tư nghìn không trăm linh năm'
    >>> spell(1005, "vi", dialect="south")
    'một ngàn không trăm lẻ năm'
    """
    number = operator.index(number)  # num2words would read a float out, too.
    check_choice("language", lang, LANGUAGES)
    check_choice("dialect", dialect, DIALECTS)
    if abs(number) > LIMIT:
        raise ValueError(f"{number} is out of range: spell a number from {-LIMIT} to {LIMIT}")
    if number < 0:
        return f"{MINUS[lang]} {spell(-number, lang, dialect)}"
    if lang == "en":
        return americanize(num2words(number))
    words = _spell_vietnamese(number)
    for word, replacement in DIALECTS[dialect].items():
        words = words.replace(word, replacement)
    return words


def spell_ordinal(number: int, lang: str, dialect: str = "north") -> str:
    """Return the ordinal of a number: "first", "thứ nhất".

    The parameters and errors are those of `spell`, but ordinals begin at 1.  In Vietnamese only 1
    ("nhất") and 4 ("tư") differ from the cardinal; "thứ nhì" would be a rank in a contest.

    Examples
    --------
    >>> [spell_ordinal(n, "vi") for n in (1, 2, 4, 14, 21)]
    ['thứ nhất', 'thứ hai', 'thứ tư', 'thứ mười bốn', 'thứ hai mươi mốt']
    >>> spell_ordinal(121, "en")
    'one hundred twenty-first'
    """
    cardinal = spell(number, lang, dialect)  # Checks type, language, dialect and upper end.
    if number < 1:
        raise ValueError(f"{number} has no ordinal: choose a number from 1 to {LIMIT}")
    if lang == "en":
        return americanize(num2words(number, to="ordinal"))
    return "thứ " + {1: "nhất", 4: "tư"}.get(number, cardinal)


def split_of(number: int) -> str:
    """Return the split of a number: "train", "validation" or "test".

    The first two digits and the number of digits decide, by the last digit of their sum: 8 is
    validation, 9 is test, the rest is training, and so are the numbers of one digit.  So whole
    ranges are held out: among the numbers of five digits, for example, all those from 13 000 to
    13 999 are test (1 + 3 + 5 = 9).  Every first digit leads numbers of each split, and no word
    is held out: "thirteen" leads numbers of two digits, and stands inside many others.

    Examples
    --------
    >>> split_of(13_000), split_of(13_999), split_of(14_000), split_of(13)
    ('test', 'test', 'train', 'train')
    """
    digits = str(number)
    if len(digits) == 1:
        return "train"
    total = int(digits[0]) + int(digits[1]) + len(digits)
    return {8: "validation", 9: "test"}.get(total % 10, "train")


def number_pairs(
    split: str, size: int, rng: Generator, limit: int = LIMIT, dialect: str = "north"
) -> list[Example]:
    """Draw different numbers of a split, each with its words in both languages.

    No number belongs to two splits: see `split_of`.  Each number of digits gets an equal share;
    where a split holds fewer of so many digits, it gives all, and the longer ones share the rest.

    Parameters
    ----------
    split : {"train", "validation", "test"}
    size : int
        How many examples.
    rng : numpy.random.Generator
        The same generator in the same state draws the same examples.
        Draw all splits from one generator, one after the other: two generators with one seed draw
        validation and test alike, but for what decides the split.
    limit : int
        The largest number, at least 999: below, some words would be in held-out numbers only.
    dialect : {"north", "south"}
        Of Vietnamese: see `spell`.

    Returns
    -------
    list of Example
        `size` examples in random order; the `id` is the number in figures: "1005".

    Raises
    ------
    ValueError
        If the split or the dialect is unknown, the limit out of range, or the split holds fewer
        numbers.

    Examples
    --------
    >>> from numpy.random import default_rng
    >>> number_pairs("test", 2, default_rng(3), limit=999)[0]
    Example(id='89', en='eighty-nine', vi='tám mươi chín')
    """
    check_choice("split", split, SPLITS)
    check_choice("dialect", dialect, DIALECTS)
    if not 999 <= limit <= LIMIT:
        raise ValueError(f"limit {limit} is out of range: choose one from 999 to {LIMIT}")
    ranges = [_ranges(split, digits, limit) for digits in range(1, len(str(limit)) + 1)]
    stocks = [sum(map(len, of_digits)) for of_digits in ranges]
    check_size(size, sum(stocks), f"split {split!r} up to {limit}")
    numbers = []
    for of_digits, stock, share in zip(ranges, stocks, _share(size, stocks)):
        for place in rng.choice(stock, share, replace=False).tolist():
            # All ranges but the last, which the limit may cut, are of the same length.
            block, offset = divmod(place, len(of_digits[0]))
            numbers.append(of_digits[block][offset])
    return [
        Example(str(number), spell(number, "en"), spell(number, "vi", dialect))
        for number in rng.permutation(numbers).tolist()
    ]


def americanize(words: str) -> str:
    """Return what num2words says in English without its "and" and its commas."""
    return words.replace(" and", "").replace(",", "")


def check_choice(what: str, value: str, choices: Collection[str]) -> None:
    """Raise a ValueError that names the choices if the value is none of them."""
    if value not in choices:
        known = ", ".join(map(repr, choices))
        raise ValueError(f"unknown {what} {value!r}: choose one of {known}")


def check_size(size: int, stock: int, what: str) -> None:
    """Raise a ValueError if there are not that many different examples."""
    if not 0 <= size <= stock:
        raise ValueError(
            f"size {size}: {what} holds {stock} different examples: ask for 0 to {stock}"
        )


def _spell_vietnamese(number: int) -> str:
    """Return a number that is not negative in the library's words, with the zeros spoken."""
    words = []
    for scale, name in SCALES.items():
        group = number // scale % 1000
        if group:
            words += [_spell_group(group, inner=bool(words)), *name]
    return " ".join(words) or "không"


def _spell_group(group: int, inner: bool) -> str:
    """Return a number from 1 to 999 in words, with its zero hundreds if it is an inner group."""
    if inner and group < 100:  # The library says the zeros after some hundred.
        words = num2words(100 + group, lang="vi").replace("một", "không", 1)
    else:
        words = num2words(group, lang="vi")
    return re.sub("mươi bốn$", "mươi tư", words)


def _ranges(split: str, digits: int, limit: int) -> list[range]:
    """Return the numbers of a split that have so many digits, in ascending ranges."""
    if digits == 1:
        return [range(10)] if split == "train" else []
    scale = 10 ** (digits - 2)
    return [
        range(start, min(start + scale, limit + 1))
        for start in range(10 * scale, min(100 * scale, limit + 1), scale)
        if split_of(start) == split
    ]


def _share(size: int, stocks: list[int]) -> list[int]:
    """Return how many to draw from each stock: as equal as the stocks allow.

    From the smallest to the largest, a stock gives an equal part of what is still to be drawn, or
    all it has.  Together they must hold `size`.
    """
    shares = [0] * len(stocks)
    for left, place in zip(
        range(len(stocks), 0, -1), sorted(range(len(stocks)), key=stocks.__getitem__)
    ):
        shares[place] = min(stocks[place], size // left)
        size -= shares[place]
    return shares
