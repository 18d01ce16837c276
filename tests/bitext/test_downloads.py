"""Notebooks in one language: what stays, and what goes."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bitext import downloads, notebooks, sources
from tests.conftest import ROOT


def text(content, **metadata):
    return new_markdown_cell(content, metadata=metadata)


def sample():
    cells = [
        text("# Nets", lang="en"),
        text("# Mạng", lang="vi"),
        text("$$x$$"),
        text("Only English so far.", lang="en"),
        new_code_cell("1 + 1"),
        text("The end.", lang="en"),
        text("Hết.", lang="vi"),
    ]
    return new_notebook(cells=cells)


@pytest.mark.parametrize(
    ("lang", "kept"),
    [
        ("vi", ["# Mạng", "$$x$$", "Only English so far.", "1 + 1", "Hết."]),
        ("en", ["# Nets", "$$x$$", "Only English so far.", "1 + 1", "The end."]),
    ],
)
def test_one_language_and_what_has_none(lang, kept):
    whole = sample()
    found = downloads.in_one_language(whole, lang)
    assert [cell.source for cell in found.cells] == kept
    assert len(whole.cells) == 7, "the notebook itself is left as it was"
    nbformat.validate(found)


def test_a_real_section_keeps_its_code_and_loses_one_language():
    path = ROOT / "chapter_rnn" / "bptt.md"
    whole = notebooks.compose(sources.read(path, ROOT), ROOT)
    halves = {lang: downloads.in_one_language(whole, lang) for lang in ("vi", "en")}
    for lang, half in halves.items():
        assert notebooks.code(half) == notebooks.code(whole)
        assert {cell.metadata.get("lang", lang) for cell in half.cells} == {lang}
    shared = sum("lang" not in cell.metadata for cell in whole.cells)
    assert sum(len(half.cells) for half in halves.values()) == len(whole.cells) + shared
