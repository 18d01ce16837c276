import shutil
import subprocess

import pytest

from bitext import people
from bitext.findings import SourceError
from tests.conftest import ROOT


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


def test_who_is_not_in_the_file_is_named_with_the_line_to_add(book_folder):
    with pytest.raises(SourceError, match="people.csv:1: nobody has the id 'lan': add the line 'l"):
        people.require("lan", book_folder)
    people.add(["Lan"], book_folder)
    people.require("lan", book_folder)
    assert people.names(book_folder) == {"lan": "Lan"}


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_two_people_add_themselves_and_git_merges_them(book_folder):
    def git(*arguments):
        who = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *arguments], cwd=book_folder.root, check=True)

    def add(name):
        people.add([name], book_folder)
        git("add", ".")
        git("commit", "--quiet", "--message", name)

    shutil.copy(ROOT / ".gitattributes", book_folder.root)
    git("init", "--quiet", "--initial-branch", "ours")
    add("Authors")
    git("switch", "--quiet", "--create", "theirs")
    add("Lan")
    git("switch", "--quiet", "ours")
    add("Minh")
    git("merge", "--quiet", "--no-edit", "theirs")
    assert sorted(people.names(book_folder)) == ["authors", "lan", "minh"]
