import os
import subprocess
import sys
import threading
import time

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from bitext import notebooks
from bitext.store import KEPT, Store, digest
from tests.conftest import ROOT


def run(number: float = 1.0):
    made = new_notebook(cells=[new_code_cell(f"x = {number}")], metadata=notebooks.METADATA)
    made.metadata["bitext"] = {"inputs": "0", "seconds": number}
    return made


def no_wait():
    raise AssertionError("nobody else is there")


def test_a_run_is_found_by_name_and_key(tmp_path):
    store = Store(tmp_path)
    store.put("a", "k", run(3.0))
    assert store.get("a", "k").cells[0].source == "x = 3.0"
    assert store.get("a", "l") is None and store.get("b", "k") is None
    assert store.stamp("a", "k") and store.stamp("a", "l") is None
    assert store.digest("a", "k") == digest(run(3.0)) != digest(run(2.0))
    assert store.digest("a", "l") is None


def test_the_store_forgets_all_but_the_last_runs(tmp_path):
    store = Store(tmp_path)
    for number in range(KEPT + 2):
        with store.lock("a", str(number), no_wait):
            store.put("a", str(number), run(float(number)))
    kept = sorted(path.name for path in (tmp_path / "a").iterdir() if "order" not in path.name)
    assert kept == ["2.ipynb", "2.lock", "3.ipynb", "3.lock", "4.ipynb", "4.lock"]
    assert store.seconds("a") == 4.0
    assert store.seconds("never ran") is None


@pytest.mark.parametrize("year", [1, 4_000_000_000])
def test_no_clock_decides_what_is_forgotten(tmp_path, year):
    store = Store(tmp_path)
    for number in range(KEPT + 3):
        store.put("a", str(number), run(float(number)))
        os.utime(store.path("a", str(number)), (year, year))  # the clock is set, now and then
        assert store.get("a", str(number)), "what was just written is there"
        if number == 2:
            os.utime(store.path("a", "0"), (5_000_000_000, 5_000_000_000))
        store.use("a", "1" if number > 1 else "0")
    assert sorted(path.stem for path in (tmp_path / "a").glob("*.ipynb")) == ["1", "4", "5"]
    assert store.seconds("a") == 1.0, "the one that was used last"


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"nothing\nof this\n", None])
def test_without_its_order_the_store_keeps_what_was_just_written(tmp_path, damage):
    store = Store(tmp_path)
    for key in "abc":
        store.put("n", key, run())
    order = tmp_path / "n" / "order"
    order.unlink() if damage is None else order.write_bytes(damage)
    store.put("n", "new", run())
    assert sorted(path.stem for path in (tmp_path / "n").glob("*.ipynb")) == ["b", "c", "new"]


def test_runs_of_another_machine_with_a_clock_ahead_do_not_push_out_new_ones(tmp_path):
    here, there = Store(tmp_path / "here"), Store(tmp_path / "there")
    for number in range(3):
        there.put("a", f"there-{number}", run())
        os.utime(there.path("a", f"there-{number}"), (5_000_000_000, 5_000_000_000))
    assert here.merge(there.folder) == (3, [])
    here.put("a", "new", run())
    assert here.get("a", "new") is not None


def test_processes_that_keep_runs_at_the_same_time_lose_none_that_is_new(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\nfrom bitext.store import Store\n"
        "from tests.bitext.test_store import run\nname = sys.argv[2]\n"
        "for number in range(20):\n"
        "    store = Store(Path(sys.argv[1]))\n"
        "    store.put('a', name, run(number))\n"
        "    assert store.get('a', name).metadata['bitext']['seconds'] == number\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name], cwd=ROOT)
        for name in ("one", "two", "three")
    ]
    assert [process.wait() for process in started] == [0, 0, 0]
    assert len(list((tmp_path / "a").glob("*.ipynb"))) == 3


@pytest.mark.parametrize("damage", ["truncated", "zeros", "foreign", "unfinished", "other format"])
def test_a_damaged_run_counts_as_absent_and_is_replaced(tmp_path, damage):
    store = Store(tmp_path)
    store.put("a", "old", run(2.0))
    whole = run(3.0)
    store.put("a", "k", whole)
    path = store.path("a", "k")
    text = path.read_text()
    bad = {
        "truncated": text[: len(text) // 2],
        "zeros": "\0" * len(text),
        "foreign": '{"a": 1}',
        "unfinished": text.replace('"seconds": 3.0', '"minutes": 3.0'),
        "other format": text.replace('"cell_type": "code"', '"cell_type": "coda"'),
    }
    assert bad[damage] != text
    path.write_text(bad[damage])
    assert store.get("a", "k") is None
    assert store.seconds("a") == 2.0, "that of the last run that can be read"
    store.put("a", "k", whole)
    assert path.read_text() == text


def test_one_has_the_right_to_execute_and_the_other_waits(tmp_path):
    store, order = Store(tmp_path), []

    def second():
        with store.lock("a", "k", lambda: order.append("waits")):
            order.append(("second", store.get("a", "k") is not None))

    with store.lock("a", "k", no_wait):
        other = threading.Thread(target=second)
        other.start()
        while not order:
            time.sleep(0.01)
        with store.lock("a", "another key", no_wait), store.lock("b", "k", no_wait):
            store.put("a", "k", run())
        order.append("first")
    other.join()
    assert order == ["waits", "first", ("second", True)]


def test_merging_takes_what_is_new_and_whole_and_never_replaces_a_good_run(tmp_path):
    here, there = Store(tmp_path / "here"), Store(tmp_path / "there")
    here.put("a", "both", run(1.0))
    there.put("a", "both", run(2.0))
    there.put("a", "new", run(3.0))
    there.put("b", "bad", run(4.0))
    there.path("b", "bad").write_text("{")
    here.put("b", "bad", run(5.0))
    there.put("c", "repaired", run(6.0))
    here.put("c", "repaired", run(6.0))
    here.path("c", "repaired").write_text("{")
    assert here.merge(there.folder) == (2, [there.path("b", "bad")])
    assert here.get("a", "both").metadata["bitext"]["seconds"] == 1.0
    assert here.get("a", "new").metadata["bitext"]["seconds"] == 3.0
    assert here.get("b", "bad").metadata["bitext"]["seconds"] == 5.0
    assert here.get("c", "repaired") is not None
    assert here.merge(there.folder)[0] == 0, "a second time nothing is new"


@pytest.mark.parametrize("inside", ["", "executed", "_build/executed"])
def test_a_store_is_found_in_the_folder_of_another_book(tmp_path, inside):
    Store(tmp_path / "there" / inside).put("a", "k", run())
    assert Store(tmp_path / "here").merge(tmp_path / "there") == (1, [])


def test_a_folder_without_a_run_is_an_error(tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(FileNotFoundError, match="no executed notebook is there: name a folder"):
            Store(tmp_path / "here").merge(folder)
