"""Every promise of CONTRIBUTING names tests that there are, and the same in both languages."""

import ast
import re
from functools import cache

import pytest

from tests.conftest import ROOT

PAGES = {
    "CONTRIBUTING.md": ("## Promises\n", "Not promised:"),
    "CONTRIBUTING.vi.md": ("## Những điều sách cam kết\n", "Sách không cam kết:"),
}
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def section(name):
    """Return the promises of a page, and what it does not promise."""
    heading, not_promised = PAGES[name]
    text = (ROOT / name).read_text("utf-8").split(heading)[1].split("\n## ")[0]
    promised, rest = text.split(not_promised)
    return promised, rest


def rows(name):
    """Return for each promise its words and the tests that it names."""
    found = []
    for line in section(name)[0].split("\n"):
        if line.startswith("| ") and not line.startswith(("| ---",)):
            words, tests = line.strip("| ").split(" | ")
            found.append((words, TEST.findall(tests)))
    return found


@cache
def named(path):
    """Return the names of the tests in a file."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", PAGES)
def test_every_promise_names_tests_that_there_are(name):
    heads = [words for words, tests in rows(name) if not tests]
    assert len(heads) == 4, f"a promise without a test: {heads}"
    for words, tests in rows(name):
        for path, test in tests:
            assert test.startswith("test_") and test in named(path), f"{words}: {path}::{test}"


def test_both_languages_promise_the_same():
    english, vietnamese = ([tests for _, tests in rows(name)] for name in PAGES)
    assert english == vietnamese and len(english) > 20
    unpromised = [section(name)[1].count("\n- ") for name in PAGES]
    assert unpromised[0] == unpromised[1] > 0
