"""One way to write each letter: Unicode form, place of the tone mark, case, punctuation."""

from __future__ import annotations

import re
import unicodedata

# A letter and the marks on it, which are characters of their own in NFD.
LETTER = r"[^\W\d_]|[\u0300-\u036f]"

TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below
OPEN = ("oa", "oe", "uy")  # where the two styles differ, at the end of a syllable


def _places() -> dict[str, str]:
    """Return each of the letter pairs in the old style with its new one: òa -> oà."""
    found = {}
    for first, second in OPEN:
        for a, b in ((first, second), (first.upper(), second), (first.upper(), second.upper())):
            for tone in TONES:
                old = unicodedata.normalize("NFC", a + tone + b)
                found[old] = unicodedata.normalize("NFC", a + b + tone)
    return found


NEW = _places()
OLD = {new: old for old, new in NEW.items()}
OLD_STYLE = re.compile(rf"(?:{'|'.join(NEW)})(?!{LETTER})")
NEW_STYLE = re.compile(rf"(?<![qQ])(?:{'|'.join(OLD)})(?!{LETTER})")

# The u of "qu" and, before a vowel, the i of "gi" belong to the consonant: they bear no tone.
# Marks that make another vowel of a letter, as in â, ă, ơ: they come before that of the tone.
QUALITY = "\u0302\u0306\u031b"
GLIDE = re.compile(rf"(qu|gi)([{TONES}])(y(?=e\u0302))?([aeiouy][{QUALITY}]?)", re.IGNORECASE)
SWAPPED = re.compile(rf"([{TONES}])([{QUALITY}])")

# Letters that look like those of Vietnamese: the Icelandic eth and the African D for đ.
ALIKE = str.maketrans("\u00d0\u0189\u00f0\u0256", "ĐĐđđ")

# Characters that are not seen and would split a word in two: soft hyphen, zero-width spaces and
# joins, marks of direction, the byte order mark.  (U+200D joins emoji, and stays.)
HIDDEN = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")

FORMS = ("NFC", "NFD", "NFKC", "NFKD")


def one_letter(text: str) -> str:
    """Return text in NFC in which each Vietnamese letter has one spelling, and no hidden character.

    NFC leaves apart what only looks alike: an e with an acute accent and then a circumflex is not
    the "ế" which has them the other way round.

    Examples
    --------
    >>> one_letter("tie\\u0301\\u0302ng Ðo\\u00adàn") == "tiếng Đoàn"
    True
    """
    text = HIDDEN.sub("", unicodedata.normalize("NFD", text.translate(ALIKE)))
    return unicodedata.normalize("NFC", SWAPPED.sub(r"\2\1", text))


def place_tones(text: str, style: str) -> str:
    """Return Vietnamese text with the tone marks of open oa, oe and uy in one place.

    Both styles are in use, so that the same word would otherwise be two.  The tone of "quý" and of
    "giá" has one place in both, which it is given.

    Parameters
    ----------
    text : str
        In NFC.
    style : {"old", "new"}
        "old": hòa, khỏe, thủy; "new": hoà, khoẻ, thuỷ.

    Raises
    ------
    ValueError
        If the style is neither.
    TypeError
        If `text` is no string.

    Examples
    --------
    >>> place_tones("hoà, khoẻ, thuỷ, quý, hoàng", "old")
    'hòa, khỏe, thủy, quý, hoàng'
    >>> place_tones("HÒA, khỏe, thủy, quý", "new")
    'HOÀ, khoẻ, thuỷ, quý'
    """
    check_text(text)
    if style not in ("old", "new"):
        raise ValueError(f"style={style!r}: choose 'old' (hòa) or 'new' (hoà)")
    if "q" in text.lower() or "g" in text.lower():
        letters = unicodedata.normalize("NFD", text)
        text = unicodedata.normalize("NFC", GLIDE.sub(r"\1\3\4\2", letters))
    if style == "old":
        return NEW_STYLE.sub(lambda match: OLD[match[0]], text)
    return OLD_STYLE.sub(lambda match: NEW[match[0]], text)


def check_text(text: object) -> None:
    """Raise TypeError if something is no string."""
    if not isinstance(text, str):
        raise TypeError(
            f"text: a {type(text).__name__} is no string: join lines first, as in ' '.join(lines)"
        )


def normalize(
    text: str,
    form: str = "NFC",
    lower: bool = False,
    tones: str | None = None,
    keep: str | None = None,
) -> str:
    """Return the text with each letter written in one way.

    The same Vietnamese letter can be one character (NFC) or a letter followed by its marks (NFD).
    On the page they look alike; to a model they are different texts.
    Unicode Standard Annex 15 defines the forms; :func:`one_letter` mends what they leave apart.

    Parameters
    ----------
    text : str
    form : {"NFC", "NFD", "NFKC", "NFKD"}
    lower : bool
        Whether to write all in lower case.
    tones : {"old", "new"}, optional
        Where Vietnamese tone marks go; by default they stay.
    keep : str, optional
        The characters to keep beside letters, such as ".,?!"; what stands between becomes one
        space.  By default everything is kept as it is.

    Raises
    ------
    ValueError
        If `form` or `tones` is none of these.
    TypeError
        If `text` is no string.

    Examples
    --------
    >>> len(normalize("ngữ")), len(normalize("ngữ", "NFD"))
    (3, 5)
    >>> normalize("Năm 1820, cụ Nguyễn  Du mất.", lower=True, keep=".")
    'năm cụ nguyễn du mất.'
    """
    check_text(text)
    if form not in FORMS:
        raise ValueError(f"form={form!r}: choose one of {', '.join(map(repr, FORMS))}")
    text = one_letter(unicodedata.normalize("NFKC", text) if "K" in form else text)
    if tones is not None:
        text = place_tones(text, tones)
    if lower:
        text = text.lower()
    if keep is not None:
        stays = re.escape(keep)
        other = rf"[^\w\u0300-\u036f{stays}]|" + (rf"(?![{stays}])" if keep else "") + r"[\d_]"
        text = re.sub(rf"(?:{other})+", " ", text).strip()
    return unicodedata.normalize(form, text)
