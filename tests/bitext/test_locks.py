"""What one process does at a time, and cleaning, which waits for the end of a build."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bitext import locks

PROGRAM = Path(locks.__file__)


def no_wait():
    raise AssertionError("nobody else is there")


def clean(folder, *names, **options):
    """Start what `make clean` runs, with nothing but Python's own library."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(PROGRAM), *names],
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.fixture
def built(tmp_path):
    (tmp_path / "_build/html").mkdir(parents=True)
    (tmp_path / "_build/html/index.html").write_text("a page")
    return tmp_path


def test_cleaning_removes_what_is_there_and_follows_no_link(built, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "file").write_text("kept")
    (built / "link").symlink_to(elsewhere)
    (built / "file").write_text("")
    done = clean(built, "_build", "link", "file", "never there")
    assert done.communicate() == (None, "") and done.returncode == 0
    assert list(built.iterdir()) == [] and (elsewhere / "file").exists()


def test_cleaning_waits_for_every_build_and_says_so(built):
    with locks.keep(built, no_wait), locks.keep(built, no_wait):
        started = clean(built, "_build")
        assert "a build is running in this folder; waiting" in started.stderr.readline()
        time.sleep(0.3)
        assert (built / "_build/html/index.html").exists()
    started.communicate()
    assert started.returncode == 0 and not (built / "_build").exists()


def test_cleaning_waits_for_what_a_killed_build_has_started(built):
    code = (
        "import subprocess, sys, time\nfrom pathlib import Path\nfrom bitext.locks import keep\n"
        "with keep(Path.cwd(), lambda: None) as handle:\n"
        "    subprocess.Popen(['sleep', '3'], pass_fds=[handle], stdout=subprocess.DEVNULL)\n"
        "    print('started', flush=True)\n    time.sleep(60)\n"
    )
    build = subprocess.Popen(
        [sys.executable, "-c", code], cwd=built, stdout=subprocess.PIPE, text=True
    )
    assert build.stdout.readline() == "started\n"
    build.kill()
    build.communicate()
    started = clean(built, "_build")
    assert "waiting" in started.communicate()[1] and started.returncode == 0
    assert not (built / "_build").exists()


def test_a_build_that_begins_while_it_is_cleaned_waits(built):
    order = []

    def build():
        with locks.keep(built, lambda: order.append("waits")):
            order.append("builds")

    with locks._folder(built, locks.fcntl.LOCK_EX, no_wait):
        other = threading.Thread(target=build)
        other.start()
        while not order:
            time.sleep(0.01)
        order.append("cleaned")
    other.join()
    assert order == ["waits", "cleaned", "builds"]


def test_what_cannot_be_removed_is_one_line(built):
    if os.getuid() == 0:
        pytest.skip("root may remove everything")
    built.joinpath("_build/html").chmod(0o500)
    done = clean(built, "_build")
    assert "it cannot be removed: correct this" in done.communicate()[1]
    built.joinpath("_build/html").chmod(0o700)
    assert done.returncode == 1


def test_a_right_whose_file_is_removed_is_still_that_of_one(tmp_path):
    path, inside = tmp_path / "a.lock", []

    def second():
        with locks.hold(path, lambda: inside.append("waits")):
            inside.append("second")
            assert path.exists()

    with locks.hold(path, no_wait):
        other = threading.Thread(target=second)
        other.start()
        while not inside:
            time.sleep(0.01)
        path.unlink()
    other.join()
    assert inside == ["waits", "second"]
    with locks.hold(path, no_wait):
        pass
