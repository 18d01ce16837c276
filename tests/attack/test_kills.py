"""Some kills of short commands, and that what they leave is really looked at."""

import signal

import pytest

from tests.attack import kills, room
from tests.attack.kills import Kills, Task
from tests.attack.oracles import Fault

SHORT = tuple(task for task in kills.TASKS if task.name in ("compose", "record", "import page"))
SHORT = tuple(Task(t.name, t.arguments, t.share, False, t.results) for t in SHORT)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Return kills whose commands have run once, undisturbed."""
    found = Kills("tests", tmp_path_factory.mktemp("kills"), SHORT)
    found.prepare()
    return found


def test_after_a_kill_the_next_run_makes_the_same_files(prepared):
    told = []
    prepared.run(2, 1, told.append)
    assert prepared.faults == []
    assert sum(killed.what == "killed" for killed in told) == 2


def test_a_command_that_is_killed_has_ended(tmp_path):
    root = room.furnish(tmp_path).root
    for sign in (signal.SIGKILL, signal.SIGTERM):
        process = kills.Command(root, ("pages", "--execute"))
        assert process.wait(0.2) is None
        process.signal(sign)
        assert process.wait(30) not in (None, 0)


def test_what_is_lost_half_written_or_other_is_seen(prepared):
    known = prepared.known["compose"]
    root = prepared._copy(known.start, "looked-at")
    before = kills.texts(root)
    kills.unharmed(root, before, known)
    source = root / "chapter_toy/state.md"
    source.write_text(before[source.relative_to(root)][:-20], "utf-8")
    with pytest.raises(Fault, match="half-written"):
        kills.unharmed(root, before, known)
    source.unlink()
    with pytest.raises(Fault, match="gone"):
        kills.unharmed(root, before, known)
    (root / "chapter_toy/state.ipynb").write_text('{"cells": [')
    with pytest.raises(Fault, match="half-written"):
        kills.whole(root)
    name = next(iter(known.made))
    for now in ({}, known.made | {name: b"other"}, known.made | {"more": b""}):
        with pytest.raises(Fault):
            kills.compared(now, known.made)
    kills.compared(dict(known.made), known.made)


def test_a_command_that_fails_is_told_with_its_words(tmp_path):
    root = room.furnish(tmp_path).root
    with pytest.raises(Fault, match="no section"):
        kills.finished(root, ("accept", "nowhere.md:1", "--by", "lan"))
