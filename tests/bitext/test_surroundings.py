"""What surrounds an execution is in its key, the same whoever starts the kernel."""

import os
import site
import subprocess
import sys
from dataclasses import replace

import pytest

from bitext import settings, surroundings
from bitext.surroundings import configuration, describe, installed, variables
from tests.conftest import ROOT


@pytest.fixture
def user(monkeypatch):
    """Return the variables of a user, which a test may change."""
    found = {"PATH": os.environ["PATH"]}
    monkeypatch.setattr(settings, "USER", found)
    monkeypatch.setattr(surroundings, "USER", found)
    return found


def test_the_variables_that_the_book_names_count_and_no_others(book_folder, user):
    book = replace(book_folder, variables=("OPENBLAS_*", "RECURRENT_DEVICE"))
    before = describe(book)
    user["GOMP_SPINCOUNT"] = user["RECURRENT_CACHE"] = "1"
    assert describe(book) == before
    seen = {before}
    for name, value in (("OPENBLAS_CORETYPE", "Zen"), ("RECURRENT_DEVICE", "cpu")):
        user[name] = value
        seen.add(describe(book))
    assert len(seen) == 3
    assert variables(book) == {"OPENBLAS_CORETYPE": "Zen", "RECURRENT_DEVICE": "cpu"}
    user.clear()
    assert describe(book) == before


def test_what_the_launcher_sets_itself_is_not_the_users_wish():
    code = (
        "from bitext import settings, surroundings\nfrom bitext.settings import find_root, load\n"
        "book = load(find_root())\nbefore = surroundings.describe(book)\n"
        "import recurrent, os\nassert 'MXNET_USE_MKLDNN_RNN' in os.environ\n"
        "print(surroundings.variables(book), surroundings.describe(book) == before)"
    )
    clean = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    for given, shown in (({}, "{}"), ({"MXNET_CPU_WORKER_NTHREADS": "2"}, None)):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=clean | given,
            capture_output=True,
            text=True,
        )
        assert done.stdout == f"{shown or given} True\n", done.stderr


def test_the_number_of_threads_counts_once(book_folder, user):
    book = replace(book_folder, variables=("OMP_*",))
    before = describe(book)
    user["OMP_NUM_THREADS"] = str(settings.threads())  # what a kernel gets anyway
    assert describe(book) == before
    user["OMP_SCHEDULE"] = "dynamic"
    assert describe(book) != before


def test_a_file_of_configuration_counts_where_it_is(book_folder, tmp_path, monkeypatch):
    patterns = ("matplotlibrc", "$MPLCONFIGDIR/matplotlibrc", "~/startup/*.py")
    book = replace(book_folder, configuration=patterns)
    monkeypatch.delenv("MPLCONFIGDIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert configuration(book) == {}
    (tmp_path / "home/startup").mkdir(parents=True)
    (tmp_path / "home/startup/README").write_text("no code")
    assert configuration(book) == {}
    (tmp_path / "home/startup/a.py").write_text("x = 1")
    (book.root / "matplotlibrc").write_text("lines.linewidth: 3")
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path / "mpl"))
    (tmp_path / "mpl").mkdir()
    (tmp_path / "mpl/matplotlibrc").write_text("lines.linewidth: 4")
    found = configuration(book)
    assert list(found) == list(patterns) and len(set(found.values())) == 3
    (tmp_path / "mpl/matplotlibrc").write_text("lines.linewidth: 5")
    assert configuration(book) != found


def test_the_versions_are_those_that_are_installed(tmp_path, monkeypatch):
    for version in ("1.23.5", "9.9"):
        (tmp_path / version / f"NumPy-{version}.dist-info").mkdir(parents=True)
    (tmp_path / "9.9" / "my_pkg-2.0.dist-info").mkdir()
    pins = "# numbers\nnumpy==1.23.5 \\\n    --hash=sha256:00\nmy.pkg==1 ; extra == 'x'\nx==1\n"
    monkeypatch.setattr(site, "getsitepackages", lambda: [str(tmp_path / "1.23.5")])
    monkeypatch.setattr(site, "ENABLE_USER_SITE", False)
    # As PYTHONPATH does, and setuptools when it is imported.
    monkeypatch.syspath_prepend(tmp_path / "9.9")
    assert installed.__wrapped__(pins) == {"numpy": "1.23.5"}
    monkeypatch.setattr(site, "ENABLE_USER_SITE", True)
    monkeypatch.setattr(site, "getusersitepackages", lambda: str(tmp_path / "9.9"))
    assert installed.__wrapped__(pins) == {"numpy": "9.9", "my-pkg": "2.0"}


def test_what_is_imported_meanwhile_is_not_installed():
    code = (
        "from bitext import settings, surroundings; found = settings.load(settings.find_root())\n"
        "before = surroundings.describe(found); surroundings.installed.cache_clear()\n"
        "import setuptools, sys; sys.path += setuptools.__path__ + [setuptools.__path__[0] + "
        "'/_vendor']\n"
        "print(before == surroundings.describe(found))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "True\n", done.stderr


def test_the_book_itself_knows_what_is_installed():
    pins = (ROOT / "requirements.txt").read_text("utf-8")
    found = installed(pins)
    assert found["numpy"].startswith("1.") and f"numpy=={found['numpy']}" in pins
    assert "pytest" not in found, "the tests compute nothing"


def test_what_is_pinned_counts(book_folder):
    before = describe(book_folder)
    (book_folder.root / "requirements.txt").write_bytes(b"numpy==1.0\n")
    one = describe(book_folder)
    (book_folder.root / "requirements.txt").write_bytes(b"numpy==1.0\r\n")
    assert before != one == describe(book_folder), "line ends do not count"
