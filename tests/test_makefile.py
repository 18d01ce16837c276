"""The commands of the Makefile: help for each, and a clear word where Python is the wrong one."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

MAKEFILE = ROOT / "Makefile"


def tools(folder: Path, *names: str) -> str:
    """Return a PATH on which there are these programs and no others."""
    folder.mkdir()
    for name in names:
        (folder / name).symlink_to(shutil.which(name))
    return str(folder)


def make(folder: Path, path: str, *targets: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [shutil.which("make"), "-f", str(MAKEFILE), "-C", str(folder), *targets],
        env={"PATH": path},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def path(tmp_path):
    return tools(tmp_path / "bin", "sh", "bash", "rm", "touch", "awk")


def test_plain_make_has_a_line_for_every_target(path, tmp_path):
    shown = make(tmp_path, path, "--no-print-directory").stdout
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE.read_text(), re.MULTILINE)[1].split()
    assert {line.split()[1] for line in shown.splitlines()} == set(phony)


def test_the_wrong_python_is_named_with_the_remedy(path, tmp_path):
    fake = Path(path) / "python3"
    fake.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.12.1" && exit 0\nexit 1\n')
    fake.chmod(0o755)
    done = make(tmp_path, path, ".venv/.python")
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("found")]
    assert done.returncode != 0
    assert "found Python 3.12.1" in line and "needs Python 3.10 or 3.11" in line
    assert "python3.11-venv" in line and "uv" in line
    assert not (tmp_path / ".venv").exists()


def test_uv_gets_the_right_python(path, tmp_path):
    uv = Path(path) / "uv"
    uv.write_text('#!/bin/sh\necho "$@" > uv-was-called\nmkdir .venv\n')
    uv.chmod(0o755)
    (Path(path) / "mkdir").symlink_to(shutil.which("mkdir"))
    done = make(tmp_path, path, ".venv/.python")
    assert done.returncode == 0, done.stderr
    assert "--python 3.11 .venv" in (tmp_path / "uv-was-called").read_text()


def test_a_failed_installation_says_so_and_the_next_call_goes_on(path, tmp_path):
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/.python").touch()
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).touch()
    python = tmp_path / ".venv/bin/python"
    python.write_text("#!/bin/sh\necho 'could not reach the registry' >&2\nexit 1\n")
    python.chmod(0o755)
    done = make(tmp_path, path, ".venv/.book")
    assert done.returncode != 0
    assert "could not reach the registry" in done.stderr and "run the same command" in done.stderr
    assert not (tmp_path / ".venv/.book").exists()
    python.write_text("#!/bin/sh\nexit 0\n")
    assert make(tmp_path, path, ".venv/.book").returncode == 0
    assert (tmp_path / ".venv/.book").exists()


def test_the_container_copies_what_there_is_and_installs_as_make_does():
    lines = (ROOT / "binder" / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    copied = [line.split()[-2] for line in lines if line.startswith("COPY")]
    assert copied == ["requirements.txt", "."] and (ROOT / copied[0]).is_file()
    install = " ".join(line for line in lines if line.startswith("RUN pip"))
    for words in ("--requirement requirements.txt", "--no-deps --no-build-isolation --editable ."):
        assert words in install and words.split()[0] in MAKEFILE.read_text("utf-8")
    assert "jupyterlab==" in (ROOT / "requirements.txt").read_text("utf-8")
