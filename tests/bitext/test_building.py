import subprocess
import sys
import time

import pytest

from bitext import building
from bitext.locks import hold
from bitext.settings import load


@pytest.fixture
def book(tmp_path):
    """Return the settings of a book of two pages without code."""
    files = {
        "_toc.yml": "format: jb-book\nroot: index\nchapters:\n- file: other\n",
        "index.md": "# One\n\nA page.\n",
        "other.md": "# Two\n\nA page.\n",
        "pyproject.toml": "[tool.bitext]\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return load(tmp_path)


def test_what_a_killed_build_has_left_is_built_anew(book, capfd):
    page = book.build / "html/other.html"
    assert building.build(book) == 0
    whole = page.read_text()
    page.write_text(whole.replace("A page.", "Not this."))
    (book.build / ".pages").unlink()  # as a build that is killed leaves it
    assert building.build(book) == 0
    assert "A page." in page.read_text()
    page.write_text(whole[:100])
    (book.root / "index.md").write_text("# One\n\nAnother page.\n")
    assert building.build(book) == 1, "Sphinx takes it for good"
    assert "_build/html/other.html: the page is cut off: run the" in capfd.readouterr().err
    assert building.build(book) == 0
    assert "A page." in page.read_text()


def test_a_build_that_fails_leaves_no_mark(book):
    (book.root / "_toc.yml").write_text("format: jb-book\nroot: nowhere\n")
    assert building.build(book) != 0
    assert not (book.build / ".pages").exists()


def test_of_two_builds_one_waits(book):
    with hold(book.build / ".pages.lock", lambda: None):
        other = subprocess.Popen(
            [sys.executable, "-m", "bitext", "pages"],
            cwd=book.root,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert "another build is writing the pages" in other.stderr.readline()
        time.sleep(0.5)
        assert not (book.build / "html").exists()
    other.communicate()
    assert other.returncode == 0 and (book.build / ".pages").exists()
