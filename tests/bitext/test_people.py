import pytest

from bitext import people
from bitext.findings import SourceError


def test_people_are_added_once(book_folder):
    names = ["Trần Thị Sóng", "@thuyen", "trần thị  sóng", "Tran Thi Song", "李"]
    assert people.add(names, book_folder) == [
        "tran-thi-song",
        "thuyen",
        "tran-thi-song-2",
        "someone",
    ]
    before = people.path(book_folder).read_bytes()
    assert people.add(names, book_folder) == []
    assert people.path(book_folder).read_bytes() == before
    assert before.decode().split("\n")[:2] == [
        "id,name,role",
        "tran-thi-song,Trần Thị Sóng,translator",
    ]


def test_an_account_is_known_by_its_id(book_folder):
    file = people.path(book_folder)
    file.parent.mkdir(parents=True)
    file.write_text("id,name,role\nthuyen,Nguyễn Thuyền,reviewer\n", "utf-8")
    assert people.add(["@thuyen"], book_folder) == []


def test_a_file_with_other_columns_is_refused_and_stays(book_folder):
    file = people.path(book_folder)
    file.parent.mkdir(parents=True)
    file.write_text("name\nSóng\n", "utf-8")
    with pytest.raises(SourceError, match="translations/people.csv:1: the header is 'name'"):
        people.add(["Thuyền"], book_folder)
    assert file.read_text("utf-8") == "name\nSóng\n"
