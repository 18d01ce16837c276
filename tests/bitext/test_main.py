import argparse
import subprocess
import sys

import pytest

from bitext.__main__ import parser
from tests.conftest import ROOT, SECTION

COMMANDS = next(
    action.choices for action in parser()._actions if isinstance(action, argparse._SubParsersAction)
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command):
    assert COMMANDS[command].description
    assert "--help" in COMMANDS[command].format_help()


def bitext(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "bitext", *arguments], cwd=folder, capture_output=True, text=True
    )


def test_a_malformed_source_is_one_line_and_no_traceback(book_folder):
    path = book_folder.root / "chapter_toy/state.md"
    path.write_text(SECTION.replace('"lang": "vi"', '"lang": "fr"', 1), "utf-8")
    done = bitext(book_folder.root, "notebooks")
    assert done.returncode == 1
    assert done.stderr.startswith("chapter_toy/state.md:")
    assert "unknown lang 'fr'" in done.stderr and "Traceback" not in done.stderr


def test_status_counts_each_state(book_folder):
    done = bitext(book_folder.root, "status")
    line = next(line for line in done.stdout.splitlines() if line.startswith("chapter_toy"))
    assert line.split() == ["chapter_toy/state.md", "3", "1", "2", "0", "0", "0"]
    bitext(book_folder.root, "record")
    assert bitext(book_folder.root, "status").stdout.splitlines()[-1].split() == [
        *("3", "1", "0", "0", "2", "0")
    ]


def test_outside_a_book_the_error_says_what_to_do(tmp_path):
    done = bitext(tmp_path, "status")
    assert done.returncode == 1 and "run this inside the book" in done.stderr


def test_the_book_itself_can_be_read():
    assert bitext(ROOT, "status").returncode == 0
