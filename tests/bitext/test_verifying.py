"""A build says what is so: real builds of a small book, with what goes wrong meanwhile."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from textwrap import dedent

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from bitext import book, dependencies, notebooks, settings, verifying
from bitext.store import digest, store
from tests.conftest import HEADER, ROOT

FUTURE, PAST = 5_000_000_000, 1_000_000

SECTION = HEADER + dedent(
    """\
    +++ {"lang": "en"}

    # Two

    The first sentence.

    +++ {"lang": "vi"}

    # Hai

    Câu thứ nhất.

    ```{code-cell}
    print("an output")
    ```
    """
)

#: An extension of the small book, which does to a build what another process would.
THIEF = dedent(
    """\
    import os, pathlib, shutil


    def setup(app):
        event = os.environ.get("EVENT", "builder-inited")
        app.connect(event, steal)


    def steal(app, *arguments):
        build = pathlib.Path(app.srcdir, "_build")
        deed = os.environ.get("DEED")
        for run in build.glob("executed/*/*.ipynb"):
            if deed == "remove":
                run.unlink()
            if deed == "replace":
                run.write_text(run.read_text().replace("an output", "another"))
        if deed == "clean":
            shutil.rmtree(build)
    """
)


def small_book(root):
    """Write a book of one section, and return its settings."""
    config = (ROOT / "_config.yml").read_text("utf-8").replace("living.page", "thief")
    files = {
        "_toc.yml": "format: jb-book\nroot: chapter_toy/two\n",
        "_config.yml": config,
        "chapter_toy/two.md": SECTION,
        "pyproject.toml": "[tool.bitext]\n",
        "references.bib": "",
        "requirements.txt": "",
        "thief.py": THIEF,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return settings.load(root)


def start(found, *arguments, **variables):
    return subprocess.Popen(
        [sys.executable, "-m", "bitext", "pages", *arguments],
        cwd=found.root,
        # Importing recurrent has set this one, and no user has.
        env=os.environ | {"OMP_NUM_THREADS": str(settings.threads())} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def build(found, *arguments, **variables):
    """Build the pages; return the exit code and what was said on both streams."""
    started = start(found, *arguments, **variables)
    out, said = started.communicate()
    assert "Traceback" not in out + said, out + said
    return started.returncode, out, said


def page(found):
    return found.build / "html/chapter_toy/two.html"


def tag(found):
    return re.search('data-run="(.*?)"', page(found).read_text("utf-8"))[1]


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Return the small book, built by two builds at once."""
    found = small_book(tmp_path_factory.mktemp("done"))
    both = [start(found, "--execute") for _ in range(2)]
    said = [started.communicate() for started in both]
    assert [started.returncode for started in both] == [0, 0], said
    return found


@pytest.fixture
def found(done, tmp_path):
    """Return a copy of the small book, as it was built."""
    shutil.copytree(done.root, tmp_path / "book")
    (tmp_path / "book/_build/.pages").unlink()  # elsewhere, all pages are made anew
    return settings.load(tmp_path / "book")


def test_a_page_says_whose_outputs_it_shows(done):
    notebook = notebooks.load(done.root / "chapter_toy/two.ipynb")
    run = store(done).digest("two", dependencies.key(notebook, done))
    assert run and tag(done) == run and "an output" in page(done).read_text()


def test_no_clock_has_a_say(found):
    assert build(found, "--execute")[0] == 0
    for path in [found.root, *found.root.rglob("*")]:
        os.utime(path, (FUTURE, FUTURE))
    source = found.root / "chapter_toy/two.md"
    source.write_text(SECTION.replace("first sentence", "last sentence"), "utf-8")
    book.prepare(found, execute=False)
    for path in (source, source.with_suffix(".ipynb")):
        os.utime(path, (PAST, PAST))  # edited after the clock was set back
    code, out, said = build(found, "--execute")
    assert code == 0, said
    assert "last sentence" in page(found).read_text() and "executing" not in said
    older = page(found).read_text()
    source.write_text(SECTION.replace("an output", "a new output"), "utf-8")
    os.utime(source, (PAST, PAST))
    code, out, said = build(found, "--execute")
    assert code == 0 and "two: done" in said, said
    assert "a new output" in page(found).read_text()
    # A page of an earlier build, with a date that keeps Sphinx from writing it anew.
    page(found).write_text(older)
    os.utime(page(found), (FUTURE, FUTURE))
    code, out, said = build(found, "--execute")
    assert code == 1, said
    assert "_build/html/chapter_toy/two.html shows another run than this build's" in said
    assert build(found, "--execute")[0] == 0 and "a new output" in page(found).read_text()


@pytest.mark.parametrize(
    ("deed", "event", "line"),
    [
        ("remove", "builder-inited", "chapter_toy/two.md: its run is not in _build/executed/two/"),
        ("remove", "build-finished", "chapter_toy/two.md: its run is not in _build/executed/two/"),
        ("replace", "builder-inited", "holds another run than this build's: run the same command"),
        ("clean", "env-updated", ""),
        ("clean", "build-finished", ""),
    ],
)
def test_what_is_lost_meanwhile_is_named(found, deed, event, line):
    code, out, said = build(found, "--execute", DEED=deed, EVENT=event)
    assert code not in (0, None) and line in said, said
    assert not (found.build / ".pages").exists()


def test_a_preview_says_what_it_shows(found):
    code, out, said = build(found, BITEXT_EXECUTE="off")
    assert code == 0 and out.endswith("pages with outputs of this machine: two\n")
    shutil.rmtree(found.build / "executed")
    code, out, said = build(found, BITEXT_EXECUTE="off")
    assert code == 0 and tag(found) == verifying.NONE
    assert out.endswith("WITHOUT OUTPUTS, until 'make html' has executed them: two\n")
    committed = notebooks.load(found.root / "chapter_toy/two.ipynb")
    committed.cells[-1].outputs = [new_output("stream", name="stdout", text="committed\n")]
    notebooks.save(committed, found.root / "chapter_toy/two.ipynb")
    code, out, said = build(found, BITEXT_EXECUTE="off")
    assert code == 0 and tag(found) == verifying.COMMITTED
    assert "committed outputs, not run on this machine as they are now: two\n" in out


def test_a_formula_that_cannot_be_set_is_one_line(found):
    path = found.root / "chapter_toy/two.md"
    path.write_text(SECTION.replace("The first", "The $\\frac{1}{x$"), "utf-8")
    line = path.read_text().split("\n").index("The $\\frac{1}{x$ sentence.") + 1
    code, out, said = build(found, BITEXT_EXECUTE="off")
    assert code == 1
    (named,) = [each for each in said.splitlines() if "KaTeX" in each]
    assert named.startswith(f"chapter_toy/two.md:{line}: KaTeX cannot set the formula")


@pytest.mark.parametrize("size", ["600k", "3m"])
def test_a_full_disk_is_one_line(found, size):
    shutil.rmtree(found.build)
    found.build.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(found.build)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        code, out, said = build(found, BITEXT_EXECUTE="off")
        assert code == 1, said
        (line,) = [each for each in said.splitlines() if "the pages are not built" in each]
        assert "No space left on device" in line and "make room" in line
        assert not (found.build / ".pages").exists()
    finally:
        subprocess.run(["umount", str(found.build)], check=True)


@pytest.mark.parametrize("moment", ["at the start", "while pages are written"])
def test_an_interrupt_is_one_line_at_most(found, moment):
    shutil.rmtree(found.build / "html")
    started = start(found, BITEXT_EXECUTE="off")
    if moment == "at the start":
        time.sleep(0.5)
    while moment != "at the start" and not (found.build / "html").exists():
        time.sleep(0.05)
    os.killpg(started.pid, signal.SIGINT)
    out, said = started.communicate()
    assert started.returncode in (130, -signal.SIGINT)
    assert "Traceback" not in said and said.count("interrupted") <= 1, said
    if moment != "at the start":
        assert "interrupted: what is complete is kept, the next call goes on" in said


def run_of(text):
    made = new_notebook(cells=[new_code_cell("x")], metadata=notebooks.METADATA)
    made.cells[0].outputs = [new_output("stream", name="stdout", text=text)]
    made.metadata["bitext"] = {"inputs": "0", "seconds": 1.0}
    return made


def test_pages_and_runs_are_compared(tmp_path):
    found = small_book(tmp_path)
    runs = {"chapter_toy/two.md": book.Run("k", digest(run_of("a")))}
    assert "not in _build/executed/two/k.ipynb" in verifying.kept(runs, found)[0]
    store(found).put("two", "k", run_of("b"))
    assert "holds another run" in verifying.kept(runs, found)[0]
    store(found).put("two", "k", run_of("a"))
    assert verifying.kept(runs, found) == []
    page(found).parent.mkdir(parents=True)
    assert "is not there" in verifying.shown(runs, found)[0]
    (found.root / "chapter_toy/two.ipynb").write_text("{}")
    for text, words in (
        ("", "does not show the run"),
        ('<html lang="vi" data-run="committed">', "does not show the run"),
        (f'<html lang="vi" data-run="{digest(run_of("b"))}">', "shows another run"),
    ):
        page(found).write_text(f"{text}\n<p>cut")
        assert words in verifying.shown(runs, found)[0]
        assert "two.html: the page is cut off" in verifying.broken(found)[0]
    page(found).write_text(f'<html lang="vi" data-run="{digest(run_of("a"))}">\n</html>\n')
    assert verifying.shown(runs, found) == verifying.broken(found) == []
    assert list(verifying.summary(found)) == ["pages with outputs of this machine: two"]
