import pytest

from bitext.settings import find_root, load


def test_the_root_is_found_from_inside(book_folder):
    assert find_root(book_folder.root / "chapter_toy") == book_folder.root


def test_outside_a_book_the_error_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="run this inside the book"):
        find_root(tmp_path)


def test_an_unknown_setting_is_named(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.bitext]\npackage = ['x']\n")
    with pytest.raises(ValueError, match="unknown setting \\['package'\\]"):
        load(tmp_path)


def test_jobs_follow_the_user(book_folder, monkeypatch):
    monkeypatch.setenv("BITEXT_JOBS", "7")
    assert book_folder.jobs == 7
