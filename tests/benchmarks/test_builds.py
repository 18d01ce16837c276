"""Builds in a copy, and the weight of pages."""

import gzip
import shutil

import pytest

from benchmarks import builds
from tests.conftest import ROOT


def test_a_copy_has_what_git_has_and_nothing_that_is_built(tmp_path):
    builds.copy(tmp_path)
    for name in ("Makefile", "chapter_rnn/deep-rnn.md", "bitext/static/page.css"):
        assert (tmp_path / name).read_bytes() == (ROOT / name).read_bytes()
    assert not (tmp_path / "_build").exists() and not (tmp_path / ".git").exists()


def test_a_prose_edit_adds_a_sentence_under_the_title_and_changes_no_code(tmp_path):
    (tmp_path / "chapter_rnn").mkdir()
    section = tmp_path / "chapter_rnn/deep-rnn.md"
    section.write_text("---\n---\n\n+++\n\n# Title\n\nOne.\n\n```{code-cell}\n# no title\n```\n")
    builds.edit_prose(tmp_path, 1)
    sentence = "This sentence was added, as number 1."
    assert section.read_text().endswith(
        f"# Title\n\n{sentence}\nOne.\n\n```{{code-cell}}\n# no title\n```\n"
    )
    builds.edit_prose(tmp_path, 2)
    assert section.read_text().count("This sentence was added") == 2


def test_a_notebook_counts_as_executed_when_it_has_run_and_not_when_it_was_taken():
    shown = (
        "executing [0/2] rnn 1/7 cells, 0 s\nexecuting [1/2] rnn: done, 12 s\n"
        "executing [2/2] deep-rnn: taken from the other build, 3 s\n"
    )
    assert len(builds.EXECUTED.findall(shown)) == 1


def test_a_build_tells_its_seconds_and_how_many_notebooks_it_has_executed(book_folder):
    for name in ("_config.yml", "references.bib"):
        shutil.copy(ROOT / name, book_folder.root)
    first = builds.build(book_folder.root)
    assert (first["executed"], first["notebooks"]) == (1, 1) and first["seconds"] > 0
    assert builds.build(book_folder.root)["executed"] == 0
    assert list(builds.weights(book_folder.root)) == [
        "chapter_toy/state.html",
        *(name for name in builds.weights(book_folder.root) if "/" not in name),
    ]


def test_a_build_that_fails_says_why(book_folder):
    source = book_folder.root / "chapter_toy/state.md"
    source.write_text(source.read_text("utf-8").replace("double(0.75)", "double(1 / 0)"), "utf-8")
    with pytest.raises(RuntimeError, match="(?s)the build failed:.*ZeroDivisionError"):
        builds.build(book_folder.root)


def test_a_page_weighs_what_it_loads_each_file_once(tmp_path):
    files = {
        "a/page.html": '<link rel="stylesheet" href="../s/style.css?v=1"><script src="../s/x.js">'
        '</script><img src="../s/x.png"><img src="../s/x.png"><script src="https://a.b/c.js">'
        '</script><a href="other.html">',
        "a/other.html": "not loaded",
        "s/style.css": "@font-face { src: url('font.woff2') }" + " " * 1000,
        "s/font.woff2": "font",
        "s/x.js": "x",
        "s/x.png": "image",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    page = tmp_path / "a/page.html"
    assert {file.name for file in builds.loaded(page)} == {
        "style.css",
        "font.woff2",
        "x.js",
        "x.png",
    }
    weight = builds.weigh(page)
    sizes = {name: len(text) for name, text in files.items()}
    assert weight["page"] == sizes["a/page.html"]
    assert weight["all"] == sum(sizes.values()) - sizes["a/other.html"]
    assert weight["all_compressed"] < weight["all"] - 900, "the style sheet is mostly spaces"


def test_what_compression_makes_larger_is_sent_as_it_is():
    assert builds.compressed(b"x") == 1
    assert builds.compressed(b"x" * 1000) == len(gzip.compress(b"x" * 1000, 6, mtime=0))
