"""What runs again after a change in the book's own code, for each real section; nothing is run."""

import shutil

import pytest

from bitext import book, dependencies, settings, sources
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Return the settings of a copy of what the notebooks depend on."""
    folder = tmp_path_factory.mktemp("book")
    for name in "chapter_rnn recurrent living benchmarks corpora img translations".split():
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.glob("*.*"):
        if path.is_file():
            shutil.copy(path, folder)
    return settings.load(folder)


def compose(copy):
    """Return the notebooks of the copy, by the paths of their sections."""
    paths = sorted(copy.root.glob(book.SECTIONS))
    sections = [sources.read(path, copy.root) for path in paths]
    return {section.path: book.compose(section, copy) for section in sections}


def inputs(copy):
    """Return what the outputs of each section depend on, as the build finds it."""
    return {path: dependencies.inputs(notebook, copy) for path, notebook in compose(copy).items()}


@pytest.fixture(scope="module")
def before(copy):
    return inputs(copy)


def changed(before, copy, names, old, new):
    """Return the sections that would run again after an edit of some files."""
    paths = [copy.root / name for name in names]
    texts = [path.read_text("utf-8") for path in paths]
    assert all(old in text for text in texts), f"{old!r} is not in {names}"
    try:
        for path, text in zip(paths, texts):
            path.write_text(text.replace(old, new, 1), "utf-8")
        after = inputs(copy)
    finally:
        for path, text in zip(paths, texts):
            path.write_text(text, "utf-8")
    return {path for path in before if before[path] != after[path]}


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (
            "recurrent/networks/bptt.py",
            "1 - Hs * Hs",
            "1 - H**2",
            ["recurrent.networks.bptt", "recurrent/networks/bptt"],
        ),
        (
            "recurrent/networks/model.py",
            'activation="tanh"',
            'activation="relu"',
            ["rnn_layer", "KINDS"],
        ),
        (
            "recurrent/text/ngram.py",
            "class NGramModel:",
            "class NGramModel:\n    x = 1\n",
            ["NGramModel", "fit_baseline"],
        ),
        ("corpora/story/01.tsv", "\n", "\n\n", ["story"]),
    ],
    ids=["gradients by hand", "the plain layer", "n-grams", "a chapter of the story"],
)
def test_a_change_runs_the_sections_that_use_it_and_no_others(before, copy, name, old, new, words):
    found = changed(before, copy, [name], old, new)
    speaking = {p for p in before if any(w in (ROOT / p).read_text("utf-8") for w in words)}
    assert found and found <= speaking, "a section that does not name it does not use it"
    assert len(speaking) < len(before)


def test_a_comment_runs_nothing(before, copy):
    names = ("training/loop", "networks/model", "data/story", "text/ngram", "data/batches")
    modules = [f"recurrent/{name}.py" for name in names]
    line = "\nfrom __future__"
    assert changed(before, copy, modules, line, f"\n# A comment.{line}") == set()


def test_prose_runs_nothing(before, copy):
    assert changed(before, copy, before, "\n\n# ", "\n\n# Another ") == set()
