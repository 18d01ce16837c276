"""The commands of the Makefile: help for each, and a clear word where Python is the wrong one."""

import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from sphinx.util.matching import Matcher

from bitext import locks
from tests.conftest import ROOT

MAKEFILE = ROOT / "Makefile"


def tools(folder: Path, *names: str) -> str:
    """Return a PATH on which there are these programs and no others."""
    folder.mkdir()
    for name in names:
        (folder / name).symlink_to(shutil.which(name))
    return str(folder)


def make(folder: Path, path: str, *targets: str, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [shutil.which("make"), "-f", str(MAKEFILE), "-C", str(folder), *targets],
        env={"PATH": path, **variables},
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
    assert "could not reach the registry" in done.stderr
    assert re.search(r"run the\s+same command again", done.stderr)
    assert "pip config list" in done.stderr
    assert not (tmp_path / ".venv/.book").exists()
    python.write_text("#!/bin/sh\nexit 0\n")
    assert make(tmp_path, path, ".venv/.book").returncode == 0
    assert (tmp_path / ".venv/.book").exists()


def with_wheel(folder: Path) -> None:
    """Let the requirements be a package that is here and needs no network."""
    info = "toy-1.0.dist-info"
    with zipfile.ZipFile(folder / "toy-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("toy.py", "x = 1\n")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n")
        tag = "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        wheel.writestr(f"{info}/WHEEL", tag)
        wheel.writestr(f"{info}/RECORD", "")
    path = folder / "toy-1.0-py3-none-any.whl"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    line = f"toy @ {path.as_uri()} --hash=sha256:{digest}\n"
    (folder / "requirements.txt").write_text(line)


def test_pip_installs_into_the_environment_whatever_the_user_has_set(path, tmp_path):
    with_wheel(tmp_path)
    subprocess.run([sys.executable, "-m", "venv", tmp_path / ".venv"], check=True)
    python = tmp_path / ".venv/bin/python"
    conf = tmp_path / "pip.conf"
    recipe = "--eval=only: ; @$(call install,requirements.txt)"
    for text, variables in (
        ("", {"PIP_USER": "1"}),
        ("[install]\nuser = true\n", {}),
        (f"[install]\ntarget = {tmp_path / 'elsewhere'}\n", {}),
        ("", {"PIP_PREFIX": str(tmp_path / "elsewhere"), "PIP_ROOT": str(tmp_path / "elsewhere")}),
        ("", {"PYTHONPATH": str(tmp_path / "there")}),
    ):
        conf.write_text(text)
        (tmp_path / "there").mkdir(exist_ok=True)
        if "PYTHONPATH" in variables:  # where pip would find it installed
            with zipfile.ZipFile(tmp_path / "toy-1.0-py3-none-any.whl") as wheel:
                wheel.extractall(tmp_path / "there")
        variables |= {"PIP_CONFIG_FILE": str(conf), "HOME": str(tmp_path / "home")}
        done = make(tmp_path, path, recipe, "only", **variables)
        assert done.returncode == 0, done.stderr
        shown = subprocess.run(
            [python, "-c", "import toy; print(toy.__file__)"],
            text=True,
            capture_output=True,
            cwd="/",
        )
        assert shown.stdout.startswith(str(tmp_path / ".venv")), (text, variables, done.stdout)
        subprocess.run([python, "-m", "pip", "uninstall", "-qy", "toy"], check=True, cwd="/")
    assert not (tmp_path / "elsewhere").exists()
    assert "PYTHONPATH is left out" in done.stdout


def test_a_folder_that_can_hold_no_environment_is_named(path, tmp_path):
    folder = tmp_path / "one:two"
    folder.mkdir()
    fake = Path(path) / "python3"
    fake.write_text("#!/bin/sh\nexit 0\n")
    fake.chmod(0o755)
    done = make(folder, path, ".venv/.python")
    assert done.returncode != 0
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("make:")]
    assert line.startswith(f"{folder}: a folder with ':'") and "move the book" in line
    assert list(folder.iterdir()) == []


def built(folder: Path, *names: str) -> None:
    for name in ("_build", *names):
        (folder / name).mkdir(parents=True)
        (folder / name / "file").write_text("")


def test_clean_waits_for_a_build(path, tmp_path):
    book = tmp_path / "book"
    built(book, ".pytest_cache")
    (book / "bitext").symlink_to(ROOT / "bitext")
    (Path(path) / "python3").symlink_to(sys.executable)
    with locks.keep(book, lambda: None):
        started = subprocess.Popen(
            [shutil.which("make"), "-f", str(MAKEFILE), "-C", str(book), "clean"],
            env={"PATH": path},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert "a build is running in this folder" in started.stderr.readline()
        assert (book / "_build/file").exists()
    started.communicate()
    assert started.returncode == 0
    assert sorted(file.name for file in book.iterdir()) == ["bitext"]


def test_clean_needs_no_python_and_distclean_takes_the_environments(path, tmp_path):
    book = tmp_path / "book"
    built(book)
    assert make(book, path, "clean").returncode == 0
    assert not (book / "_build").exists()
    built(book, ".venv/bin", ".venv-bench", "rnn_song_ngu.egg-info")
    (book / "kept").write_text("")
    assert make(book, path, "distclean").returncode == 0
    assert [file.name for file in book.iterdir()] == ["kept"]


def test_a_checkout_has_the_same_line_ends_everywhere():
    listed = subprocess.run(
        ["git", "ls-files", "--eol"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = [line.split(maxsplit=3) for line in listed.stdout.splitlines()]
    assert lines and not {name for kind, _, _, name in lines if kind in ("i/crlf", "i/mixed")}
    assert all("eol=lf" in line or "-text" in line for line in listed.stdout.splitlines())


def test_the_container_copies_what_there_is_and_installs_as_make_does():
    lines = (ROOT / "binder" / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    copied = [line.split()[-2] for line in lines if line.startswith("COPY")]
    assert copied == ["requirements.txt", "."] and (ROOT / copied[0]).is_file()
    install = " ".join(line for line in lines if line.startswith("RUN pip"))
    for words in ("--require-hashes --no-deps", "--no-deps --no-build-isolation --editable ."):
        assert words in install and words in MAKEFILE.read_text("utf-8")
    assert "--no-deps --requirement requirements.txt" in install
    assert "jupyterlab==" in (ROOT / "requirements.txt").read_text("utf-8")


@pytest.mark.parametrize("name", ["", "-test", "-gpu", "-bench"])
def test_every_package_is_pinned_with_the_hashes_of_its_files(name):
    text = (ROOT / f"requirements{name}.txt").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pinned = re.compile(r"[\w.-]+==[\w.]+(?: ; [^#]*?)?(?: +--hash=sha256:[0-9a-f]{64})+ *")
    assert lines and [line for line in lines if not pinned.fullmatch(line)] == []


def packaged(folder: Path, name: str) -> Path:
    """Return a package that pip can install."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


def test_a_package_that_is_not_the_one_which_was_pinned_is_not_installed(tmp_path):
    wheel = packaged(tmp_path, "pinned")
    right = hashlib.sha256(wheel.read_bytes()).hexdigest()
    bin_, path = tmp_path / ".venv/bin", tools(tmp_path / "tools", "sh", "bash", "rm", "touch")
    bin_.mkdir(parents=True)
    (tmp_path / ".venv/.python").touch()
    (tmp_path / "pyproject.toml").touch()
    (bin_ / "python").write_text(
        f'#!/bin/sh\ncase "$*" in *--editable*) exit 0;; esac\n'
        f'exec {sys.executable} "$@" --no-index\n'
    )
    (bin_ / "python").chmod(0o755)
    requirements = tmp_path / "requirements.txt"
    for hashes, words in (
        ("", "Hashes are required"),
        (f" --hash=sha256:{right[::-1]}", "DO NOT MATCH THE HASHES"),
    ):
        requirements.write_text(f"pinned @ {wheel.as_uri()}{hashes}\n")
        done = make(tmp_path, path, ".venv/.book")
        assert done.returncode != 0 and words in done.stderr
        assert not list(tmp_path.glob(".venv/lib/*/site-packages/pinned.py"))
        assert not (tmp_path / ".venv/.book").exists()
    requirements.write_text(f"pinned @ {wheel.as_uri()} --hash=sha256:{right}\n")
    done = make(tmp_path, path, ".venv/.book")
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob(".venv/lib/*/site-packages/pinned.py"))


def test_no_page_is_looked_for_in_an_environment():
    """Else a licence among the packages of `make bench` stops the next build."""
    text = MAKEFILE.read_text("utf-8")
    made = dict(re.findall(r"^(VENV|PEERS)\s*:=\s*(\S+)$", text, re.MULTILINE))
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    is_left_out = Matcher(config["exclude_patterns"])
    assert set(made) == {"VENV", "PEERS"}
    assert all(map(is_left_out, made.values()))
