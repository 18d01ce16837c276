"""The story and its files."""

import pytest

from recurrent.data import story as tale
from recurrent.data.pairs import Pair

CHAPTERS = (
    "chapter,split,title_en,title_vi\n01,train,River,Sông\n02,valid,Bell,Chuông\n03,train,A,B\n"
)


@pytest.fixture
def story(tmp_path):
    (tmp_path / "chapters.csv").write_text(CHAPTERS, "utf-8")
    (tmp_path / "01.tsv").write_text("id\ten\tvi\n01-001\tA bell.\tMột quả chuông.\n", "utf-8")
    (tmp_path / "02.tsv").write_text('id\ten\tvi\n02-001\t"Hm."\t“Hừm.”\n', "utf-8")
    (tmp_path / "03.tsv").write_text(
        "id\ten\tvi\n03-001\tRain.\tMưa.\n03-002\tMud.\tBùn.\n", "utf-8"
    )
    return tmp_path


def test_chapters_of_a_split_are_joined_in_order(story):
    assert tale.load_story("en", "train", story) == ["A bell.", "Rain.", "Mud."]
    assert tale.load_story("vi", "train", story) == ["Một quả chuông.", "Mưa.", "Bùn."]


def test_quotes_are_text(story):
    assert tale.load_story("en", "valid", story) == ['"Hm."']


def test_pairs_keep_the_two_sides_together(story):
    assert tale.load_story_pairs("valid", story) == [Pair("02-001", '"Hm."', ("“Hừm.”",))]


def test_unknown_language(story):
    with pytest.raises(ValueError, match="unknown language 'fr': choose 'en' or 'vi'"):
        tale.load_story("fr", "train", story)


def test_unknown_split_names_those_there_are(story):
    with pytest.raises(ValueError, match="unknown split 'dev': choose one of 'train', 'valid'"):
        tale.load_story("en", "dev", story)


def test_missing_files_are_named(story):
    (story / "03.tsv").unlink()
    with pytest.raises(FileNotFoundError, match=r"03\.tsv: no such file"):
        tale.load_story("en", "train", story)
    (story / "chapters.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"chapters\.csv: no such file"):
        tale.load_story("en", "train", story)


@pytest.mark.parametrize("row", ["01-002\tonly two", "01-002\ta\tb\tc", "01-002\t\tb", ""])
def test_a_malformed_row_is_named_by_file_and_line(story, row):
    with (story / "01.tsv").open("a", encoding="utf-8") as file:
        file.write(row + "\n01-003\tc\td\n")
    with pytest.raises(ValueError, match=r"01\.tsv:3: .* three columns"):
        tale.load_story("en", "train", story)


def test_a_malformed_list_of_chapters_is_named_by_file_and_line(story):
    (story / "chapters.csv").write_text(CHAPTERS + "04,,C,D\n", "utf-8")
    with pytest.raises(ValueError, match=r"chapters\.csv:5: "):
        tale.load_chapters(story)


def test_the_story_of_the_book_can_be_read():
    splits = set(tale.load_chapters().values())
    assert "train" in splits
    for split in splits:
        english, vietnamese = (tale.load_story(lang, split) for lang in tale.LANGUAGES)
        assert len(english) == len(vietnamese) > 0


def test_the_story_of_the_book_is_held_out_in_time():
    splits = tale.load_chapters()
    assert list(splits) == sorted(splits) == [f"{n:02}" for n in range(1, 15)]
    assert list(splits.values()) == ["train"] * 12 + ["validation", "test"]
    ids = [
        pair.id
        for split in ("train", "validation", "test")
        for pair in tale.load_story_pairs(split)
    ]
    assert ids == sorted(ids), "each split goes on where the one before it ended"


def test_a_split_is_read_as_one_normalized_text_in_lower_case(story):
    assert tale.read_story("en", "train", story) == "a bell. rain. mud."
    assert tale.read_story("vi", "train", story) == "một quả chuông. mưa. bùn."
    assert tale.read_story("vi", "valid", story) == "“hừm.”"
    with pytest.raises(ValueError, match="unknown split 'dev'"):
        tale.read_story("en", "dev", story)
