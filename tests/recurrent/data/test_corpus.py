"""Every text by its name; the command line; anyone's own text."""

import os
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

from recurrent.data import corpus
from recurrent.data.batches import SequentialBatches
from recurrent.data.download import FetchError, fetch
from recurrent.data.pairs import SPLITS, twin_key
from recurrent.text.vocabulary import Vocabulary
from tests.conftest import DATA, ROOT

FETCHED = pytest.mark.skipif(
    not DATA.is_dir() and not os.environ.get("CI"),
    reason="the texts of the registry do not lie beside the project",
)


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """Have the registry's texts copied from the folder beside the project, into a fresh cache."""
    monkeypatch.setenv("RECURRENT_MIRROR", str(DATA))
    monkeypatch.setenv("RECURRENT_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def offline(tmp_path, monkeypatch):
    """Have nothing in the cache, and a network in which nobody answers."""
    monkeypatch.setenv("RECURRENT_MIRROR", "http://127.0.0.1:9")
    monkeypatch.setenv("RECURRENT_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("name", corpus.SHIPPED)
def test_shipped_texts_need_no_network(name, offline):
    for split in SPLITS:
        pairs = corpus.load_pairs(name, split)
        assert len(pairs) >= 50
        assert corpus.load(name, "en", split) == [pair.source for pair in pairs]
        assert corpus.load(name, "vi", split) == [pair.target for pair in pairs]


@pytest.mark.parametrize("name", ["numbers", "dates"])
def test_drawn_pairs_are_the_same_each_time_and_not_shared(name):
    splits = {split: corpus.load_pairs(name, split) for split in SPLITS}
    assert splits["test"] == corpus.load_pairs(name, "test")
    held_out = {pair.source for pair in splits["validation"] + splits["test"]}
    assert not held_out & {pair.source for pair in splits["train"]}


@FETCHED
def test_the_time_machine_is_read_whole(mirror):
    lines = corpus.parse(corpus.REGISTRY["timemachine"])
    assert lines[0] == "The Time Machine, by H. G. Wells [1898]"
    splits = [corpus.load("timemachine", "en", split) for split in SPLITS]
    assert sum(splits, []) == lines
    assert len(splits[0]) / len(lines) == pytest.approx(0.8, abs=0.001)


@FETCHED
def test_truyen_kieu_has_3254_verses_of_six_and_eight_syllables_in_turn(mirror):
    splits = [corpus.load("kieu", "vi", split) for split in SPLITS]
    verses = sum(splits, [])
    assert len(verses) == 3254
    assert verses[:2] == ["Trăm năm trong cõi người ta,", "Chữ tài chữ mệnh khéo là ghét nhau."]
    assert verses[-1] == "Mua vui cũng được một vài trống canh."
    syllables = [len(corpus.parsers.SYLLABLE.findall(verse)) for verse in verses]
    assert syllables == [6, 8] * 1627
    assert all(len(split) % 2 == 0 for split in splits)


@FETCHED
@pytest.mark.parametrize(
    ("name", "lang", "lines"), [("tatoeba", "vi", 9426), ("fra-eng", "fr", 167130)]
)
def test_sentence_pairs_keep_twins_together(name, lang, lines, mirror):
    splits = {split: corpus.load_pairs(name, split) for split in SPLITS}
    assert sum(len(p.targets) for pairs in splits.values() for p in pairs) == pytest.approx(
        lines, rel=0.02
    )
    seen = {twin_key(s) for pair in splits["train"] for s in (pair.source, *pair.targets)}
    for pair in splits["test"]:
        assert not seen & {twin_key(s) for s in (pair.source, *pair.targets)}
    assert corpus.load(name, lang, "test")[0] == splits["test"][0].target


def test_what_is_not_there_is_named_with_what_is():
    with pytest.raises(ValueError, match="unknown corpus 'wells': choose one of 'story', "):
        corpus.load("wells", "en")
    with pytest.raises(ValueError, match="kieu is not in the language 'en': it is in 'vi'"):
        corpus.load("kieu", "en")
    with pytest.raises(ValueError, match="unknown split 'dev'"):
        corpus.load("story", "en", "dev")
    with pytest.raises(ValueError, match="timemachine is in one language"):
        corpus.load_pairs("timemachine")


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "recurrent", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
    )


def test_offline_the_command_says_what_would_do_instead(offline):
    found = run("fetch", "timemachine")
    assert found.returncode == 1
    assert "Traceback" not in found.stderr
    assert "RECURRENT_MIRROR" in found.stderr and "'story' instead" in found.stderr


@FETCHED
def test_the_command_lists_fetches_and_shows(mirror):
    listed = run("list").stdout
    for name in corpus.SHIPPED | corpus.REGISTRY:
        assert f"{name} " in listed
    assert "to fetch" in listed and "in the cache" not in listed
    fetched = run("fetch", "all")
    assert fetched.returncode == 0
    assert all(Path(line).is_file() for line in fetched.stdout.splitlines())
    assert "to fetch" not in run("list").stdout
    shown = run("show", "kieu", "--lines", "2").stdout
    assert "Chữ tài chữ mệnh khéo là ghét nhau." in shown and "test" in shown


def test_a_reader_of_the_command_may_stop_early():
    command = f"set -o pipefail; {sys.executable} -m recurrent show story --lines 100000 | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0 and not done.stderr
    assert done.stdout.startswith("story ") and done.stdout.count("\n") == 1


def test_a_terminal_that_knows_ascii_alone_is_told_all():
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "recurrent", "show", "story", "--lines", "2"]
    done = subprocess.run(command, capture_output=True, env=environment, cwd=ROOT)
    assert done.returncode == 0 and b"\\u" in done.stdout and not done.stderr


def test_a_negative_number_of_lines_is_refused():
    done = run("show", "story", "--lines", "-3")
    assert done.returncode == 2 and "--lines -3: write a number from 0 up" in done.stderr


def test_a_user_without_a_home_sees_the_list(monkeypatch):
    monkeypatch.delenv("HOME", raising=False)
    for name in ("RECURRENT_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 3_000_000_000)  # of no user
    assert "to fetch" in corpus.describe("kieu")
    with pytest.raises(FetchError, match="name one in RECURRENT_CACHE"):
        fetch(corpus.REGISTRY["kieu"])


@FETCHED
def test_a_cache_that_cannot_be_written_serves_what_it_has(mirror, tmp_path, monkeypatch):
    kept = fetch(corpus.REGISTRY["kieu"])
    monkeypatch.setattr(Path, "open", refuse)  # as root, no folder is read-only
    assert fetch(corpus.REGISTRY["kieu"]) == kept
    with pytest.raises(FetchError, match="name in RECURRENT_CACHE a folder that you may write in"):
        fetch(corpus.REGISTRY["timemachine"])


def refuse(path, mode="r", *args, **kwargs):
    if "r" in mode:
        return open(path, mode, *args, **kwargs)
    raise PermissionError(13, "Permission denied", str(path))


def test_unknown_names_are_refused_by_the_command():
    assert "choose one of 'story'" in run("show", "wells").stderr
    assert "invalid choice" in run("fetch", "story").stderr


def test_anyones_text_becomes_minibatches(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_bytes("\ufeffMột dòng.\r\n\r\nHai dòng.\r\n".encode())
    lines = corpus.from_file(path)
    assert lines == ["Một dòng.", "Hai dòng."]
    text = " ".join(lines)
    batches = SequentialBatches(Vocabulary(text).encode(text), batch_size=2, num_steps=3)
    assert sum(Y.size for _, Y in batches) == batches.num_tokens == 18


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "mine.txt: no text in it"),
        (b" \n\r\n", "mine.txt: no text in it"),
        (b"Ti\xeang Vi\xf2t", "0xea at offset 2 is not UTF-8"),
    ],
)
def test_an_unreadable_text_is_refused(tmp_path, content, message):
    path = tmp_path / "mine.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        corpus.from_file(path)
    with pytest.raises(FileNotFoundError, match="nowhere.txt"):
        corpus.from_file(tmp_path / "nowhere.txt")
    with pytest.raises(IsADirectoryError, match="is a folder: name a text file in it"):
        corpus.from_file(tmp_path)


def test_a_text_too_short_for_its_minibatches_is_refused():
    with pytest.raises(ValueError, match="10 tokens cannot fill one minibatch: 4 sequences of 5"):
        SequentialBatches(numpy.arange(10), batch_size=4, num_steps=5)
