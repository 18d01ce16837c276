import os
import socket
import threading
import zipfile

import pytest

from bitext import importing, intake, po, sources
from bitext.findings import SourceError
from tests.bitext.test_d2l import PAGE

FILES = {
    "empty.md": (b"", 1, "the file is empty"),
    "blank.md": (b" \n\n\t\n", 1, "the file is empty"),
    "nul.md": (b"# A\n\nwords\x00 more\n", 3, "a NUL byte"),
    "wide.md": (PAGE.encode("utf-16"), 1, "the file is in UTF-16"),
    "wide-be.md": (PAGE.encode("utf-16-be"), 1, "a NUL byte"),
    "picture.md": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 3, "a NUL byte"),
    "latin.md": ("# \n\nđã thấy é".encode("cp1258", "replace"), 3, "is not UTF-8"),
}
NOTHING = ("\ufeff", "<!-- a comment -->\n", "<!-- wp:spacer -->\n<!-- /wp:spacer -->\n")


def one_line(caught):
    (line,) = str(caught.value).splitlines()
    return line


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_text_is_refused_with_its_line(tmp_path, name):
    data, line, what = FILES[name]
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceError) as caught:
        intake.text(path, name, "import")
    assert one_line(caught).startswith(f"{name}:{line}: ") and what in one_line(caught)


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "link.md").symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(tmp_path / "socket.md"))
        said = []

        def refuse(path):
            with pytest.raises(SourceError) as caught:
                intake.content(path, path.name, "import")
            said.append(one_line(caught))

        for path in [*sorted(tmp_path.iterdir()), tmp_path.parent / "../../dev/null"]:
            if path.name == "null":
                path = type(path)("/dev/null")
            waiting = threading.Thread(target=refuse, args=(path,), daemon=True)
            waiting.start()
            waiting.join(20)
            assert not waiting.is_alive(), path
    assert len(said) == 5
    assert sum("this is a folder" in line for line in said) == 1
    assert sum("this is a device or a pipe" in line for line in said) == 4


def test_a_file_that_never_ends_is_refused(tmp_path):
    path = tmp_path / "large.md"
    with path.open("wb") as file:
        file.truncate(intake.LARGEST + 1)  # takes no room on the disk
    with pytest.raises(SourceError, match="large.md:1: more than 64 MB"):
        intake.content(path, path.name, "import")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"absent\.md"):
        intake.content(tmp_path / "absent.md", "absent.md", "import")


@pytest.mark.parametrize("name", FILES)
def test_an_import_of_no_text_writes_nothing(book_folder, tmp_path, name):
    page = tmp_path / "from" / name
    page.parent.mkdir()
    page.write_bytes(FILES[name][0])
    good = page.parent / "good.md"
    good.write_text(PAGE, "utf-8")
    before = sorted(book_folder.root.rglob("*"))
    for first, second in ((page, None), (good, page)):
        with pytest.raises(SourceError) as caught:
            importing.import_file(first, book_folder, "chapter_toy", None, second)
        assert one_line(caught).startswith(f"{name}:")
    assert sorted(book_folder.root.rglob("*")) == before


def test_an_archive_is_no_page(book_folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "page.md", "w") as archive:
        archive.writestr("page.md", PAGE)
    with pytest.raises(SourceError, match=r"page\.md:\d+: a NUL byte"):
        importing.import_file(tmp_path / "page.md", book_folder, "chapter_toy")


@pytest.mark.parametrize("text", NOTHING)
def test_a_page_without_text_becomes_no_section(book_folder, tmp_path, text):
    page = tmp_path / "nothing.md"
    page.write_text(text, "utf-8")
    with pytest.raises(SourceError, match=r"nothing\.md:1: nothing in it has a place"):
        importing.import_file(page, book_folder, "chapter_toy")
    assert not (book_folder.root / "chapter_toy/nothing.md").exists()


@pytest.mark.parametrize("name", FILES)
def test_translations_and_sections_are_read_alike(book_folder, name):
    path = book_folder.root / "chapter_toy" / "state.md"
    section = sources.read(path, book_folder.root)
    translated = book_folder.root / "state.po"
    translated.write_bytes(FILES[name][0])
    with pytest.raises(SourceError, match=r"state\.po:\d+: "):
        po.import_po(translated, section, book_folder)
    path.write_bytes(FILES[name][0])
    with pytest.raises(SourceError, match=rf"state\.md:{FILES[name][1]}: "):
        sources.read(path, book_folder.root)
