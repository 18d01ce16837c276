import os
import subprocess
import sys

import pytest

from bitext import settings
from bitext.settings import find_root, load, threads


def test_the_root_is_found_from_inside(book_folder):
    assert find_root(book_folder.root / "chapter_toy") == book_folder.root


def test_outside_a_book_the_error_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="run this inside the book"):
        find_root(tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("package = ['x']", "unknown setting \\['package'\\]"),
        ("variables = 'OMP_*'", "variables = 'OMP_\\*': write a list"),
        ("timeout = '1 hour'", "timeout = '1 hour': write the seconds"),
        ("timeouts = { rnn = 0 }", "rnn = 0: write the seconds, a number from 1 up"),
    ],
)
def test_a_setting_that_means_nothing_is_named(tmp_path, line, message):
    (tmp_path / "pyproject.toml").write_text(f"[tool.bitext]\n{line}\n")
    with pytest.raises(ValueError, match=f"pyproject.toml: {message}"):
        load(tmp_path)


def test_a_notebook_may_have_a_time_of_its_own(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        "[tool.bitext]\ntimeout = 60\n[tool.bitext.timeouts]\ndeep-rnn = 7200\n"
    )
    found = load(tmp_path)
    assert (found.timeout, found.timeouts) == (60, {"deep-rnn": 7200})


def test_jobs_follow_the_user_or_fill_the_processors(book_folder, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    monkeypatch.setattr(settings, "CPU_MAX", book_folder.root / "nowhere")
    monkeypatch.setattr(settings, "_OMP_NUM_THREADS", None)
    monkeypatch.delenv("BITEXT_JOBS", raising=False)
    assert (book_folder.jobs, threads()) == (8, 1)
    monkeypatch.setattr(settings, "_OMP_NUM_THREADS", "3,2")
    assert (book_folder.jobs, threads()) == (2, 3)
    monkeypatch.setattr(settings, "_OMP_NUM_THREADS", "16")
    assert (book_folder.jobs, threads()) == (1, 16)
    monkeypatch.setenv("BITEXT_JOBS", "7")
    assert (book_folder.jobs, threads()) == (7, 16), "the threads do not depend on the jobs"


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("200000 100000", 2), ("250000 100000", 2), ("50000 100000", 1), ("max 100000", 8), (None, 8)],
)
def test_a_container_may_have_fewer_processors_than_its_machine(
    tmp_path, monkeypatch, limit, expected
):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    monkeypatch.setattr(settings, "CPU_MAX", tmp_path / "cpu.max")
    if limit:
        (tmp_path / "cpu.max").write_text(f"{limit}\n")
    assert settings.processors() == expected


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5"])
def test_a_number_of_jobs_that_is_none_is_named(book_folder, monkeypatch, value):
    monkeypatch.setenv("BITEXT_JOBS", value)
    with pytest.raises(ValueError, match=f"BITEXT_JOBS='{value}' is no number from 1 up"):
        book_folder.jobs  # noqa: B018


def test_only_the_user_sets_the_threads_and_no_module_of_the_book():
    code = (
        "from bitext.settings import threads; import os; before = threads(); "
        "os.environ['OMP_NUM_THREADS'] = '5'; print(before, threads())"
    )
    for given, expected in ((None, "1 1"), ("3", "3 3")):
        environment = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
        environment |= {"OMP_NUM_THREADS": given} if given else {}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True
        )
        assert done.stdout.strip() == expected, done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "[tool.bitext",
        "tool = 3",
        "[tool]\nbitext = []",
        "[tool.bitext]\ndata = []",
        "[tool.bitext]\ndata.x = 0",
        "[tool.bitext]\ntimeouts = 1",
        "[tool.bitext]\nenvironment = 1e9",
    ],
)
def test_what_is_no_setting_is_one_line_that_names_the_file(tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(ValueError) as error:
        settings.load(tmp_path)
    assert type(error.value) is ValueError and len(str(error.value).splitlines()) == 1
    assert str(error.value).startswith(f"{tmp_path / 'pyproject.toml'}: ")
