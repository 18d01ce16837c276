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
# The u of "quý" belongs to the consonant, so that its tone has one place only.
OLD_STYLE = re.compile(rf"(?:{'|'.join(NEW)})(?!{LETTER})")
NEW_STYLE = re.compile(rf"(?<![qQ])(?:{'|'.join(OLD)})(?!{LETTER})")


def place_tones(text: str, style: str) -> str:
    """Return Vietnamese text with the tone marks of open oa, oe and uy in one place.

    Both styles are in use, so that the same word would otherwise be two.

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

    Examples
    --------
    >>> place_tones("hoà, khoẻ, thuỷ, quý, hoàng", "old")
    'hòa, khỏe, thủy, quý, hoàng'
    >>> place_tones("HÒA, khỏe, thủy, quý", "new")
    'HOÀ, khoẻ, thuỷ, quý'
    """
    if style == "old":
        return NEW_STYLE.sub(lambda match: OLD[match[0]], text)
    if style == "new":
        return OLD_STYLE.sub(lambda match: NEW[match[0]], text)
    raise ValueError(f"unknown style {style!r}: choose 'old' (hòa) or 'new' (hoà)")


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
    Unicode Standard Annex 15 defines the forms.

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

    Examples
    --------
    >>> len(normalize("ngữ")), len(normalize("ngữ", "NFD"))
    (3, 5)
    >>> normalize("Năm 1820, cụ Nguyễn  Du mất.", lower=True, keep=".")
    'năm cụ nguyễn du mất.'
    """
    text = unicodedata.normalize("NFKC" if "K" in form else "NFC", text)
    if tones:
        text = place_tones(text, tones)
    if lower:
        text = text.lower()
    if keep is not None:
        stays = re.escape(keep)
        other = rf"[^\w\u0300-\u036f{stays}]|" + (rf"(?![{stays}])" if keep else "") + r"[\d_]"
        text = re.sub(rf"(?:{other})+", " ", text).strip()
    return unicodedata.normalize(form, text)
