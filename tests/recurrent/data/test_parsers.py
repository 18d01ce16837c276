"""From bytes to lines and pairs."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recurrent.data import parsers
from recurrent.data.pairs import Pair


@given(st.text())
def test_any_text_is_read_as_it_is_but_for_line_ends(text):
    data = text.encode("utf-8", "surrogatepass")
    try:
        data.decode()
    except UnicodeDecodeError:
        with pytest.raises(ValueError, match="is not UTF-8"):
            parsers.decode(data, "x")
        return
    if not text.removeprefix("\ufeff").strip():
        with pytest.raises(ValueError, match="no text"):
            parsers.decode(data, "x")
        return
    found = parsers.decode(data, "x")
    assert "\r" not in found
    kept = text.removeprefix("\ufeff").replace("\r", "\n").split("\n")
    assert "".join(found.split("\n")) == "".join(kept)


@given(st.text(min_size=1).filter(str.strip), st.sampled_from([b"\xff", b"\xc3(", b"\xe1\xba"]))
def test_the_first_byte_that_is_not_utf8_is_named_by_its_offset(text, wrong):
    good = text.encode("utf-8", "ignore")
    with pytest.raises(ValueError, match=rf"^x: byte {wrong[0]:#04x} at offset {len(good)} is not"):
        parsers.decode(good + wrong, "x")


def test_a_byte_order_mark_is_no_text_and_counts_in_offsets():
    assert parsers.decode(b"\xef\xbb\xbfab", "x") == "ab"
    with pytest.raises(ValueError, match="at offset 4"):
        parsers.decode(b"\xef\xbb\xbfa\xff", "x")


def test_blank_lines_are_left_out():
    assert parsers.lines(b"  one \r\n\r\n\n two\rthree", "x") == ["one", "two", "three"]


def couplets(count: int) -> str:
    return "".join(f"{2 * i + 1}. a b c d e f,\r\n\r\na b c d e f g h.\r\n" for i in range(count))


def test_verses_lose_their_numbers_and_the_heading():
    text = couplets(800) + "Chương IV: a b c d e f g h i\r\n" + couplets(827)
    verses = parsers.verses(text.encode(), "kieu")
    assert len(verses) == parsers.VERSES
    assert set(verses) == {"a b c d e f,", "a b c d e f g h."}


def test_a_verse_of_the_wrong_length_and_a_missing_one_are_named():
    with pytest.raises(ValueError, match="verse 3, 'a b c d e', has 5 syllables instead of 6"):
        parsers.verses((couplets(1) + "a b c d e\n").encode(), "kieu")
    with pytest.raises(ValueError, match="4 verses instead of 3254"):
        parsers.verses(couplets(2).encode(), "kieu")


TABLE = "Run!\tChạy!\tfrom A\nHelp!\tCứu!\tfrom B\nRun!\tChạy đi!\tfrom C\nRun!\tChạy!\tfrom D\n"
PAIRS = [Pair("1", "Run!", ("Chạy!", "Chạy đi!")), Pair("2", "Help!", ("Cứu!",))]


def test_lines_with_the_same_english_are_one_pair():
    assert parsers.pairs(TABLE.encode(), "x") == PAIRS


@pytest.mark.parametrize("row", ["Run!", "Run!\t", "\tChạy!"])
def test_a_row_without_two_sentences_is_named(row):
    with pytest.raises(ValueError, match=r"x:2: .* has not two sentences"):
        parsers.pairs(f"Go!\tĐi!\n{row}\n".encode(), "x")


def test_the_table_in_an_archive_is_its_largest_text():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("f/_about.txt", "about")
        archive.writestr("f/fra.txt", TABLE)
    assert parsers.zipped_pairs(file.getvalue(), "x.zip") == PAIRS


def test_what_is_no_archive_or_has_no_text_is_refused():
    with pytest.raises(ValueError, match=r"x\.zip: .*fetch it again"):
        parsers.zipped_pairs(b"no zip", "x.zip")
    file = io.BytesIO()
    zipfile.ZipFile(file, "w").close()
    with pytest.raises(ValueError, match="no text file"):
        parsers.zipped_pairs(file.getvalue(), "x.zip")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
@pytest.mark.parametrize("text", ["A line of text.\n" * 3, "Tiếng Việt có dấu.\n" * 3])
def test_wide_encodings_are_told_by_their_names(encoding, text):
    with pytest.raises(ValueError, match=r"mine.txt is (UTF-(16|32)(LE|BE)?), not .*iconv -f \1 "):
        parsers.lines(text.encode(encoding), "mine.txt")


def test_what_is_advised_for_a_wide_encoding_is_right():
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        data = "Tiếng Việt, a line.\n".encode(encoding)
        advised = parsers._wide(data)
        assert data.decode(advised).lstrip("\ufeff") == "Tiếng Việt, a line.\n"
