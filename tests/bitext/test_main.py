import argparse
import json
import shutil
import subprocess
import sys

import pytest

from bitext import people
from bitext.__main__ import parser
from bitext.findings import SourceError
from bitext.status import of_book
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


def with_people(settings):
    people.add(["authors", "Lan"], settings)


def test_status_counts_each_state(book_folder):
    with_people(book_folder)

    def last_line():
        return bitext(book_folder.root, "status").stdout.splitlines()[-1].split()[:6]

    done = bitext(book_folder.root, "status")
    line = next(line for line in done.stdout.splitlines() if line.startswith("chapter_toy"))
    assert line.split()[:7] == ["chapter_toy/state.md", "3", "1", "2", "0", "0", "0"]
    bitext(book_folder.root, "record")
    assert last_line() == ["3", "1", "0", "0", "2", "0"]


def test_status_is_data_and_a_threshold(book_folder):
    with_people(book_folder)
    bitext(book_folder.root, "record")
    section, whole = json.loads(bitext(book_folder.root, "status", "--json").stdout)
    assert section["section"] == "chapter_toy/state.md" and whole["section"] == ""
    assert (whole["pairs"], whole["translated"], whole["share"]) == (3, 2, 66.7)
    assert whole["words"] > 10 and whole["syllables"] > 10 and whole["terms"] == 0
    assert bitext(book_folder.root, "status", "--fail-under", "66").returncode == 0
    done = bitext(book_folder.root, "status", "--fail-under", "67")
    assert done.returncode == 1 and "66.7% of the pairs are translated" in done.stderr


def run(settings, *arguments):
    """Run a command in this process, which is quicker, and let its errors through."""
    parsed = parser().parse_args(arguments)
    return parsed.function(parsed, settings)


def test_pairs_are_accepted_by_someone_who_is_known(book_folder, capsys):
    with_people(book_folder)
    run(book_folder, "record")
    lines = (book_folder.root / "chapter_toy/state.md").read_text("utf-8").split("\n")
    places = [
        f"chapter_toy/state.md:{lines.index(text) + 1}"
        for text in (
            "Trạng thái ghi nhớ.",
            "By [Equation](#eq-state) it is {glue:text}`norm:.2f` long.",
        )
    ]
    done = bitext(book_folder.root, "accept", *places, "--by", "lan", "--on", "2026-03-01")
    assert (done.stdout, done.stderr) == ("chapter_toy/state.md: 2 accepted\n", "")
    assert [status.reviewed for status in of_book(book_folder)] == [2, 2]
    for arguments, said in (
        (("accept", places[0], "--by", "minh"), "people.csv:1: nobody has the id 'minh'"),
        (("record", "--by", "minh"), "people.csv:1: nobody has the id 'minh'"),
        (("accept", "nowhere.md:1", "--by", "lan"), "no section of the book is 'nowhere.md'"),
    ):
        with pytest.raises((SourceError, ValueError), match=said):
            run(book_folder, *arguments)
    for arguments, said in (
        (("state.md",), "'state.md' is no FILE:LINE"),
        ((places[0], "--on", "March"), "'March' is no day YYYY-MM-DD"),
    ):
        with pytest.raises(SystemExit):
            run(book_folder, "accept", *arguments, "--by", "lan")
        assert said in capsys.readouterr().err


def test_outside_a_book_the_error_says_what_to_do(tmp_path):
    done = bitext(tmp_path, "status")
    assert done.returncode == 1 and "run this inside the book" in done.stderr


def test_the_book_itself_can_be_read():
    assert bitext(ROOT, "status").returncode == 0


def two_sections(settings):
    """Give the toy book a second section."""
    other = SECTION.replace("sec-state", "sec-other").replace("eq-state", "eq-other")
    (settings.root / "chapter_toy/other.md").write_text(other, "utf-8")


def executed(settings):
    return sorted(p.parent.name for p in settings.build.glob("executed/*/*.ipynb"))


def test_a_second_time_nothing_is_executed(book_folder):
    first = bitext(book_folder.root, "execute")
    assert "state: done" in first.stderr and first.returncode == 0
    second = bitext(book_folder.root, "execute")
    assert (second.stdout, second.stderr, second.returncode) == ("", "", 0)


def test_two_machines_share_the_notebooks_and_one_brings_them_together(book_folder, tmp_path):
    two_sections(book_folder)
    for number, name in ((1, "other"), (2, "state")):
        done = bitext(book_folder.root, "notebooks", "--shard", f"{number}/2")
        assert done.returncode == 0, done.stderr
        assert executed(book_folder) == [name]
        book_folder.build.rename(tmp_path / f"machine-{number}")
    damaged = tmp_path / "machine-2/executed/state/0.ipynb"
    damaged.write_text("{")
    done = bitext(book_folder.root, "merge", "machine-1", "machine-2/executed")
    assert done.stdout.count("1 executed notebooks are new here") == 2
    assert f"{damaged.relative_to(tmp_path)}: no whole notebook, not taken" in done.stderr
    assert done.returncode == 1 and executed(book_folder) == ["other", "state"]
    assert "executing" not in bitext(book_folder.root, "notebooks").stderr
    assert executed(book_folder) == ["other", "state"]


def test_more_machines_than_notebooks_do_no_harm(book_folder):
    done = bitext(book_folder.root, "execute", "--shard", "5/5")
    assert done.returncode == 0 and executed(book_folder) == []


@pytest.mark.parametrize("command", ["execute", "notebooks"])
def test_a_share_that_is_none_is_named(book_folder, command):
    done = bitext(book_folder.root, command, "--shard", "6/5")
    assert done.returncode == 2 and "'6/5' is no share I/N with I from 1 to N" in done.stderr
    assert "Traceback" not in done.stderr


def test_merging_nothing_is_named(book_folder):
    done = bitext(book_folder.root, "merge", "nowhere")
    assert done.returncode == 1 and done.stderr.startswith("nowhere: no executed notebook is there")


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_make_passes_the_share_on():
    make = ["make", "--no-print-directory", "--dry-run", "--old-file=.venv/.book", "notebooks"]
    for given, expected in (("SHARD=2/5", "notebooks --shard '2/5'\n"), ("SHARD=", "notebooks \n")):
        shown = subprocess.run([*make, given], cwd=ROOT, capture_output=True, text=True).stdout
        assert shown.endswith(expected)


def test_translations_go_out_as_po_and_come_back(book_folder):
    out = bitext(book_folder.root, "export", "po")
    assert out.returncode == 0 and "_build/po/state.po" in out.stdout
    source = book_folder.root / "chapter_toy/state.md"
    before = source.read_text("utf-8")
    back = bitext(book_folder.root, "import", "_build/po/state.po")
    assert back.returncode == 0 and "no new translation in it" in back.stdout
    assert source.read_text("utf-8") == before
    wrong = bitext(book_folder.root, "import", "nowhere.po")
    assert wrong.returncode == 1 and "no section of this name" in wrong.stderr


def test_reviewed_pairs_become_a_translation_memory(book_folder):
    done = bitext(book_folder.root, "export", "tmx", "--to", "memory.tmx")
    assert done.returncode == 0
    assert "<tmx" in (book_folder.root / "memory.tmx").read_text("utf-8")


def test_a_page_becomes_a_section_with_a_report(book_folder):
    page = book_folder.root / "page.md"
    page.write_text("# Gates\n:label:`sec_gates`\n\nA gate is a number.\n", "utf-8")
    done = bitext(book_folder.root, "import", "page.md", "--lang", "en")
    assert done.returncode == 0, done.stderr
    (section,) = (book_folder.root / "_build/imported").rglob("*.md")
    assert "A gate is a number." in section.read_text("utf-8")
    page.write_bytes(b"\xff\xfe")
    wrong = bitext(book_folder.root, "import", "page.md")
    assert wrong.returncode == 1 and "page.md" in wrong.stderr and "Traceback" not in wrong.stderr
