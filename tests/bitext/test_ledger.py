import datetime
import shutil
import subprocess
from dataclasses import replace

import pytest

from bitext import ledger, sources
from bitext.findings import SourceError
from tests.conftest import SECTION


def read(settings, text=None):
    path = settings.root / "chapter_toy/state.md"
    if text is not None:
        path.write_text(text, "utf-8")
    return sources.parse(path.read_text("utf-8"), "state", "chapter_toy/state.md")


def states(section, settings):
    rows = ledger.read(ledger.path(section, settings), settings.root)
    return [standing.state for standing in ledger.standings(section, rows)]


@pytest.fixture
def recorded(book_folder):
    ledger.record(read(book_folder), book_folder, "authors")
    return book_folder


def test_new_pairs_are_unrecorded_until_they_are_recorded(book_folder):
    section = read(book_folder)
    assert states(section, book_folder) == ["unrecorded", "unrecorded", "untranslated"]
    found = ledger.findings(section, book_folder)
    assert [f.line for f in found] == [cell.line for cell in section.cells if cell.lang == "vi"]
    assert ledger.record(section, book_folder, "authors") == 2
    assert ledger.record(section, book_folder, "authors") == 0
    assert states(section, book_folder) == ["translated", "translated", "untranslated"]
    assert ledger.findings(section, book_folder) == []


def test_a_changed_english_block_makes_its_translation_stale(recorded):
    section = read(recorded, SECTION.replace("remembers", "forgets"))
    assert states(section, recorded) == ["stale", "translated", "untranslated"]
    (found,) = ledger.findings(section, recorded)
    assert (found.kind, found.line) == ("stale", section.cells[1].line)


def test_recording_does_not_make_a_stale_block_fresh(recorded):
    section = read(recorded, SECTION.replace("remembers", "forgets"))
    assert ledger.record(section, recorded, "authors") == 0
    assert states(section, recorded)[0] == "stale"


def test_a_forged_hash_does_not_fit_its_seal(recorded):
    section = read(recorded, SECTION.replace("long.", "wide.").replace("dài ", "rộng "))
    ledger.record(section, recorded, "authors")
    section = read(recorded, SECTION.replace("long.", "deep.").replace("dài ", "rộng "))
    path = ledger.path(section, recorded)
    rows = ledger.read(path, recorded.root)
    now = ledger.digest(section.pairs()[1].en.text)
    ledger.save([rows[0], replace(rows[1], en=now), *rows[2:]], path)
    (found,) = ledger.findings(section, recorded)
    assert found.path == "translations/ledger/state.csv"
    assert path.read_text("utf-8").split("\n")[found.line - 1].startswith('"By [Equation]')
    assert "edited by hand" in found.what
    with pytest.raises(SourceError, match="edited by hand"):
        ledger.record(section, recorded, "authors")
    with pytest.raises(SourceError, match="edited by hand"):
        ledger.accept(section, recorded, [section.pairs()[0].en.line], "lan")


def test_a_new_translation_of_the_changed_block_is_recorded(recorded):
    text = SECTION.replace("remembers", "forgets").replace("ghi nhớ", "quên")
    section = read(recorded, text)
    assert states(section, recorded)[0] == "unrecorded"
    assert ledger.record(section, recorded, "authors") == 1
    assert states(section, recorded)[0] == "translated"


def test_a_reviewer_accepts_a_translation_that_still_holds(recorded):
    section = read(recorded, SECTION.replace("remembers.", "does remember."))
    ledger.accept(section, recorded, [section.cells[1].line], "lan", datetime.date(2026, 3, 1))
    assert states(section, recorded) == ["reviewed", "translated", "untranslated"]
    row = ledger.read(ledger.path(section, recorded), recorded.root)[0]
    assert (row.translator, row.reviewer, row.date) == ("authors", "lan", "2026-03-01")
    assert "does remember" in row.source and row.is_sealed


def test_several_pairs_are_accepted_together_or_not_at_all(recorded):
    section = read(recorded)
    first, second, waiting = (pair.en.line for pair in section.pairs())
    for wrong in (1, waiting):
        with pytest.raises(SourceError, match=f"state.md:{wrong}: no recorded pair is at this"):
            ledger.accept(section, recorded, [first, wrong], "lan")
        assert states(section, recorded)[0] == "translated"
    ledger.accept(section, recorded, [first, first + 2, second], "lan")
    assert states(section, recorded) == ["reviewed", "reviewed", "untranslated"]


def test_the_date_is_that_of_the_last_translation_or_review(book_folder):
    def day(number):
        return datetime.date(2026, 1, number)

    def dates():
        rows = ledger.read(ledger.path(section, book_folder), book_folder.root)
        return [row.date for row in rows]

    section = read(book_folder)
    ledger.record(section, book_folder, "authors", day(1))
    assert dates() == ["2026-01-01", "2026-01-01", ""]
    ledger.accept(section, book_folder, [section.cells[0].line], "lan", day(2))
    section = read(book_folder, SECTION.replace("nó dài", "nó rộng"))
    ledger.record(section, book_folder, "authors", day(3))
    assert dates() == ["2026-01-02", "2026-01-03", ""]
    ledger.record(read(book_folder, SECTION), book_folder, "authors")
    assert dates()[1] == datetime.date.today().isoformat()


def test_pairs_may_move(recorded):
    block = '+++ {"lang": "en"}\n\n'
    section = read(recorded, SECTION.replace(f"{block}By", f"{block}New.\n\n{block}By"))
    assert states(section, recorded) == ["translated", "untranslated", "translated", "untranslated"]


def test_text_survives_the_file(recorded):
    path = recorded.root / "translations/ledger/x.csv"
    source = 'a "quote", $\\nabla$,\nline \\n two'
    row = ledger.Row(source, "p", "e", "v", "t", "", "translated", "", "").sealed()
    ledger.save([row, replace(row, source="")], path)
    assert ledger.read(path, recorded.root) == [row, replace(row, source="")]


def test_a_file_that_is_no_ledger_is_named(recorded):
    path = recorded.root / "translations/ledger/state.csv"
    path.write_text("pair,en\n")
    with pytest.raises(SourceError, match="translations/ledger/state.csv:1: the header"):
        ledger.read(path, recorded.root)


# ---- two people, one section ---------------------------------------------------------------------


@pytest.fixture
def git(book_folder):
    """Return a function that runs git in the book, which it keeps on two branches."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")

    def git(*arguments):
        who = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
        command = ["git", *who, *arguments]
        done = subprocess.run(command, cwd=book_folder.root, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    git("init", "--quiet", "--initial-branch", "ours")
    return git


def merged(git, *steps):
    """Let the first step be common, take the others on two branches, and merge these."""
    for step, branch in zip(steps, (None, "theirs", "ours")):
        if branch:
            git("switch", "--quiet", *(["--create"] if branch == "theirs" else []), branch)
        step()
        git("add", ".")
        git("commit", "--quiet", "--message", "step")
    return git("merge", "--no-edit", "theirs")


BLOCKS = ["One.", "Two.\nIt has a second line.", "# Three", "Four.", "# Five\n\nFive.", "Six."]
OTHERS = ["Một.", "Hai.\nNó có dòng thứ hai.", "# Ba", "Bốn.", "# Năm\n\nNăm.", "Sáu."]


def of_blocks(settings, translated, without=()):
    """Write a section of `BLOCKS` in which the blocks of these numbers are translated."""
    text = SECTION[: SECTION.index("+++")]
    for number, (en, vi) in enumerate(zip(BLOCKS, OTHERS)):
        if number not in without:
            text += f'+++ {{"lang": "en"}}\n\n{en}\n\n'
            text += f'+++ {{"lang": "vi"}}\n\n{vi}\n\n' if number in translated else ""
    return read(settings, text)


EVERY = range(len(BLOCKS))
#: Two pairs that follow each other, in both orders, and two that do not.
TWO = [(n, n + 1) for n in EVERY[:-1]] + [(n + 1, n) for n in EVERY[:-1]] + [(0, 5)]


@pytest.mark.parametrize("one, other", TWO)
def test_two_people_accept_pairs_of_one_section(book_folder, git, one, other):
    section = of_blocks(book_folder, EVERY)
    code, said = merged(git, *accepting(section, book_folder, one, other))
    assert code == 0, said
    expected = ["reviewed" if n in (one, other) else "translated" for n in EVERY]
    assert states(section, book_folder) == expected
    assert ledger.findings(section, book_folder) == []


def test_only_one_of_two_people_has_the_last_word_on_a_pair(book_folder, git):
    section = of_blocks(book_folder, EVERY)
    code, said = merged(git, *accepting(section, book_folder, 2, 2))
    assert code == 1 and "CONFLICT" in said
    with pytest.raises(SourceError, match=r"state\.csv:\d+: git has left a conflict here"):
        states(section, book_folder)


def accepting(section, settings, one, other):
    """Return what records a section, and what accepts a pair of it for each of two people."""
    lines = [pair.en.line for pair in section.pairs()]
    yield lambda: ledger.record(section, settings, "authors")
    yield lambda: ledger.accept(section, settings, [lines[one]], "lan")
    yield lambda: ledger.accept(section, settings, [lines[other]], "minh")


@pytest.mark.parametrize("one, other", TWO)
def test_one_adds_a_pair_and_another_accepts_one(book_folder, git, one, other):
    def record(*without):
        section = of_blocks(book_folder, EVERY, without)
        ledger.record(section, book_folder, "authors")
        return section

    def accept():
        section = record(one)
        (line,) = (pair.en.line for pair in section.pairs() if pair.en.text == BLOCKS[other])
        ledger.accept(section, book_folder, [line], "minh")

    code, said = merged(git, lambda: record(one), record, accept)
    assert code == 0, said
    section = of_blocks(book_folder, EVERY)
    expected = ["reviewed" if n == other else "translated" for n in EVERY]
    assert states(section, book_folder) == expected


@pytest.mark.parametrize("one, other", TWO)
def test_two_people_translate_blocks_of_one_section(book_folder, git, one, other):
    def record(*translated):
        ledger.record(of_blocks(book_folder, translated), book_folder, "authors")

    code, said = merged(git, record, lambda: record(one), lambda: record(other))
    assert code == 0, said
    section = read(book_folder)
    expected = ["translated" if n in (one, other) else "untranslated" for n in EVERY]
    assert states(section, book_folder) == expected
