"""From the bytes of a file to lines or to sentence pairs, one function for each kind of file."""

from __future__ import annotations

import codecs
import io
import re
import zipfile

from recurrent.data.pairs import Pair

VERSES = 3254  # of Truyện Kiều
SYLLABLE = re.compile(r"[^\W\d_]+")


def decode(data: bytes, name: str) -> str:
    """Return UTF-8 text with its line ends as "\\n", without a byte order mark.

    Raises
    ------
    ValueError
        If the bytes are not UTF-8, with the offset of the first that is not, or UTF-16 or UTF-32
        as zeros between the letters show; if there is no text.
    """
    if (wide := _wide(data)) is not None:
        raise ValueError(
            f"{name} is {wide}, not UTF-8: save the file as UTF-8, or convert it, for example with "
            f"iconv -f {wide} -t UTF-8"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        offset = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        raise ValueError(
            f"{name}: byte {data[offset]:#04x} at offset {offset} is not UTF-8: save the file as "
            "UTF-8, or convert it, for example with iconv -f WINDOWS-1258 -t UTF-8"
        ) from None
    if not text.strip():
        raise ValueError(f"{name}: no text in it: give a file with some lines of text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _wide(data: bytes) -> str | None:
    """Return "UTF-16" or "UTF-32" if that is what a text is in: by its mark, or by its zeros."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "UTF-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    even, odd = data[0:2000:2].count(0), data[1:2000:2].count(0)  # a letter of ASCII has one zero
    most = min(len(data), 2000) // 4
    if max(even, odd) > most and min(even, odd) > most:
        return "UTF-32"
    if max(even, odd) > most:
        return "UTF-16LE" if odd > even else "UTF-16BE"
    return None


def lines(data: bytes, name: str) -> list[str]:
    """Return the lines that are not blank, without the spaces around them."""
    return [line.strip() for line in decode(data, name).split("\n") if line.strip()]


def verses(data: bytes, name: str) -> list[str]:
    """Return the verses of Truyện Kiều, six and eight syllables in turn.

    The raw file has blank lines between verses, a number before every fifth, and the heading of
    one chapter.

    Raises
    ------
    ValueError
        If what is left is not 3,254 verses of six and eight syllables in turn.
    """
    found = [re.sub(r"^\d+\.\s*", "", line) for line in lines(data, name)]
    found = [line for line in found if not line.startswith("Chương ")]
    for number, verse in enumerate(found, start=1):
        wanted = 6 if number % 2 else 8
        if (count := len(SYLLABLE.findall(verse))) != wanted:
            raise ValueError(
                f"{name}: verse {number}, {verse!r}, has {count} syllables instead of {wanted}"
            )
    if len(found) != VERSES:
        raise ValueError(f"{name}: {len(found)} verses instead of {VERSES}")
    return found


def pairs(data: bytes, name: str) -> list[Pair]:
    """Return the pairs of a table: English, another language, and perhaps where they come from.

    Lines with the same English are one pair with several translations.

    Raises
    ------
    ValueError
        If a line has not two columns; the message names it.
    """
    translations: dict[str, list[str]] = {}
    for number, line in enumerate(decode(data, name).split("\n"), start=1):
        if not line.strip():
            continue
        columns = line.split("\t")
        if len(columns) < 2 or not all(column.strip() for column in columns[:2]):
            raise ValueError(f"{name}:{number}: {line!r} has not two sentences with a tab between")
        english, other = columns[0].strip(), columns[1].strip()
        if other not in (known := translations.setdefault(english, [])):
            known.append(other)
    return [
        Pair(str(number), english, tuple(others))
        for number, (english, others) in enumerate(translations.items(), start=1)
    ]


def zipped_pairs(data: bytes, name: str) -> list[Pair]:
    """Return the pairs of the table in a zip archive: its only large text file.

    Raises
    ------
    ValueError
        If it is no zip archive, or has no text file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            texts = [member for member in archive.infolist() if member.filename.endswith(".txt")]
            if not texts:
                raise ValueError(f"{name}: no text file in the archive")
            largest = max(texts, key=lambda member: member.file_size)
            return pairs(archive.read(largest), f"{name}/{largest.filename}")
    except zipfile.BadZipFile as error:
        raise ValueError(f"{name}: {error}: fetch it again") from None
