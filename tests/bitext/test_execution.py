import errno
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bitext import execution, notebooks, settings
from tests.conftest import HEADER


def notebook(*cells: str, name: str = "a"):
    made = new_notebook(cells=[new_code_cell(c) for c in cells], metadata=notebooks.METADATA)
    made.metadata["bitext"] = {"source": f"chapter_toy/{name}.md"}
    return made


def section(*cells: str) -> str:
    title = '+++ {"lang": "en"}\n\n# A Title\n\n'
    return HEADER + title + "\n\n".join(f"```{{code-cell}}\n{cell}\n```" for cell in cells) + "\n"


def outputs(ran):
    code = (cell for cell in ran.cells if cell.cell_type == "code")
    return [output.text for cell in code for output in cell.outputs]


def build(settings, *arguments, **variables):
    """Start a build of the toy book in another process."""
    return subprocess.Popen(
        [sys.executable, "-m", "bitext", "execute", *arguments],
        cwd=settings.root,
        env=os.environ | variables,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that waits for its parent to notice its end does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_notebook_runs_in_its_folder_and_is_kept(book_folder):
    code = "import os, pathlib\nprint(pathlib.Path.cwd().name)\nopen('ran', 'a').write('x')"
    composed = {"chapter_toy/a.md": notebook(code)}
    ran = execution.run_all(composed, book_folder)["chapter_toy/a.md"]
    assert ran.cells[0].outputs[0].text == "chapter_toy\n"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d, .+ processors", ran.metadata["bitext"]["made"])
    assert composed["chapter_toy/a.md"].cells[0].outputs == []
    execution.run_all(composed, book_folder)
    marker = book_folder.root / "chapter_toy/ran"
    assert marker.read_text() == "x", "the second call takes the outputs from the store"
    execution.run_all(composed, book_folder, force=composed)
    assert marker.read_text() == "xx"


def test_a_kernel_is_as_jupyters(book_folder):
    code = (
        "import sys; print(sys.executable, '' in sys.path, 'bitext' in sys.modules); "
        "print([path for path in sys.path if path.endswith('bitext')]); "
        "print(sorted(n for n in globals() if n in ('os', 'ctypes', 'signal', 'main')))"
    )
    ran = execution.run(notebook(code), "a", book_folder.root / "chapter_toy", 60)
    assert outputs(ran) == [f"{sys.executable} True False\n[]\n[]\n"]


@pytest.mark.parametrize(("given", "jobs"), [(None, "1"), (None, "2"), ("3", "1")])
def test_a_kernel_has_the_same_threads_whatever_the_number_of_jobs(
    book_folder, monkeypatch, given, jobs
):
    monkeypatch.setattr(settings, "_OMP_NUM_THREADS", given)
    monkeypatch.setenv("OMP_NUM_THREADS", "99")  # as a module of the book may have set it
    monkeypatch.setenv("BITEXT_JOBS", jobs)
    composed = {"chapter_toy/a.md": notebook("import os; print(os.environ['OMP_NUM_THREADS'])")}
    ran = execution.run_all(composed, book_folder)["chapter_toy/a.md"]
    assert outputs(ran) == [f"{given or settings.THREADS}\n"]


def test_a_kernel_takes_no_package_from_elsewhere(book_folder, tmp_path_factory, monkeypatch):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for name in ("numpy", "toy"):
        (elsewhere / name).mkdir()
        (elsewhere / name / "__init__.py").write_text("raise ImportError('of another machine')")
    (elsewhere / "start.py").write_text("x = 'of another machine'")
    monkeypatch.setenv("PYTHONPATH", f"{elsewhere}{os.pathsep}{book_folder.root}")
    monkeypatch.setenv("PYTHONSTARTUP", str(elsewhere / "start.py"))
    assert execution.foreign(book_folder.root) == [str(elsewhere)]
    code = "import numpy, toy, sys; print('x' in globals(), toy.__file__)"
    ran = execution.run(notebook(code), "a", book_folder.root / "chapter_toy", 60)
    assert outputs(ran) == [f"False {book_folder.root / 'toy/__init__.py'}\n"]


def test_the_longest_run_first(book_folder, monkeypatch, capsys):
    monkeypatch.setenv("BITEXT_JOBS", "1")
    store = execution.store(book_folder)
    times = {"short": 1.0, "long": 100.0}
    composed = {f"chapter_toy/{n}.md": notebook("x = 1", name=n) for n in (*times, "told", "new")}
    for name, seconds in times.items():
        old = notebook("x = 0", name=name)
        old.metadata["bitext"] |= {"inputs": "0", "seconds": seconds}
        store.put(name, "earlier", old)
    composed["chapter_toy/told.md"].metadata["bitext"]["seconds"] = 50
    execution.run_all(composed, book_folder)
    lines = capsys.readouterr().err.splitlines()
    done = [line.split("] ")[1].split(":")[0] for line in lines if "done" in line]
    assert done == ["new", "long", "told", "short"]


def test_a_failing_cell_is_named_and_the_others_are_kept(book_folder):
    cells = ("x = 1; print('so far')", "def f(y):\n    return y / 0\n\n\nf(x)")
    source = book_folder.root / "chapter_toy/bad.md"
    source.write_text(section(*cells), "utf-8")
    composed = {
        "chapter_toy/bad.md": notebook(*cells, name="bad"),
        "chapter_toy/good.md": notebook("print(2)", name="good"),
    }
    composed["chapter_toy/bad.md"].cells.insert(0, new_markdown_cell("# A Title"))
    with pytest.raises(execution.ExecutionError) as error:
        execution.run_all(composed, book_folder)
    line = source.read_text().split("\n").index("f(x)") + 1
    message = str(error.value)
    what = "bad: cell 3 failed: ZeroDivisionError: division by zero"
    assert message.startswith(f"chapter_toy/bad.md:{line}: {what}")
    assert ">    5 | f(x)" in message and "     2 |     return y / 0" in message
    assert "correct it in the section" in message
    failed = notebooks.load(book_folder.build / "failed/bad.ipynb")
    assert failed.cells[1].outputs[0].text == "so far\n"
    assert str(book_folder.build / "failed/bad.ipynb") in message
    kept = [path.parent.name for path in (book_folder.build / "executed").glob("*/*.ipynb")]
    assert kept == ["good"]


def test_a_notebook_that_takes_too_long_is_named(book_folder):
    slow = {"chapter_toy/a.md": notebook("x = 1", "import time; time.sleep(60)")}
    with pytest.raises(execution.ExecutionError) as error:
        execution.run_all(slow, replace(book_folder, timeout=3))
    assert "a: cell 2 failed: it was still running" in str(error.value)
    assert "[tool.bitext.timeouts] a = SECONDS" in str(error.value)
    with pytest.raises(execution.ExecutionError, match="still running"):
        execution.run_all(slow, replace(book_folder, timeouts={"a": 3}))


def test_the_time_is_that_of_the_whole_notebook(book_folder):
    cells = ["import time; time.sleep(1.2)"] * 5
    with pytest.raises(execution.ExecutionError, match="still running"):
        execution.run(notebook(*cells), "a", book_folder.root / "chapter_toy", 3)


def test_a_dying_kernel_is_an_error_and_no_silence(book_folder):
    with pytest.raises(execution.ExecutionError, match="cell 1 failed: the kernel died"):
        execution.run_all({"chapter_toy/a.md": notebook("import os; os._exit(1)")}, book_folder)


def test_outputs_of_a_module_that_changes_during_the_run_are_not_kept(book_folder):
    code = (
        "from toy.numbers import double\nopen('../toy/numbers.py', 'a').write('\\n\\n{}')\n"
        "print(double(2))"
    )
    edit = "def double(x):\\n    return 3 * x\\n"
    with pytest.raises(execution.ExecutionError, match="a: .* has changed while it ran"):
        execution.run_all({"chapter_toy/a.md": notebook(code.format(edit))}, book_folder)
    assert not list(book_folder.build.glob("executed/*/*.ipynb"))
    unused = {"chapter_toy/a.md": notebook(code.format("def unused(): ..."))}
    assert outputs(execution.run_all(unused, book_folder)["chapter_toy/a.md"]) == ["6\n"]


def test_a_full_disk_is_named_and_the_store_stays_as_it_was(book_folder, monkeypatch):
    composed = {"chapter_toy/a.md": notebook("print(1)")}
    good = execution.run_all(composed, book_folder)

    def kept():
        files = [p for p in book_folder.build.rglob("*") if p.is_file() and p.suffix != ".lock"]
        return {p: p.read_bytes() for p in files}

    before, fsync = kept(), os.fsync
    assert any(path.suffix == ".ipynb" for path in before)

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    composed["chapter_toy/b.md"] = notebook("print(2)", name="b")
    with pytest.raises(execution.ExecutionError) as error:
        execution.run_all(composed, book_folder)
    assert "b: [Errno 28] No space left on device" in str(error.value)
    assert "make room" in str(error.value)
    assert kept() == before
    monkeypatch.setattr(os, "fsync", fsync)
    ran = execution.run_all(composed, book_folder)
    assert ran["chapter_toy/a.md"] == good["chapter_toy/a.md"]
    assert outputs(ran["chapter_toy/b.md"]) == ["2\n"]


def test_a_disk_that_is_really_full_is_named_and_nothing_is_half_written(book_folder):
    folder = book_folder.build
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        composed = {
            "chapter_toy/small.md": notebook("print(1)", name="small"),
            "chapter_toy/large.md": notebook("print('x' * 100_000)", name="large"),
        }
        with pytest.raises(execution.ExecutionError, match="large: .*No space left on device"):
            execution.run_all(composed, book_folder)
        files = [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()]
        assert sorted(p.split("/")[1] for p in files if p.endswith(".ipynb")) == ["small"]
        assert not [p for p in files if "/." in p], "nothing half-written"
    finally:
        subprocess.run(["umount", str(folder)], check=True)


PID = "import os, re, time\nopen('kernel', 'w').write(str(os.getpid()))\n"
SLEEP = f"{PID}time.sleep(600)"


def kernel_of(settings):
    """Return the process that runs `PID`, as soon as it does."""
    file = settings.root / "chapter_toy/kernel"
    return int(wait_for(lambda: file.exists() and file.read_text()))


def test_a_killed_build_takes_along_a_kernel_that_compiled_code_keeps_busy(book_folder):
    code = f"{PID}re.match('(a+)+$', 'a' * 99 + 'b')"  # for ages, and no other thread has a turn
    (book_folder.root / "chapter_toy/state.md").write_text(section(code), "utf-8")
    killed = build(book_folder)
    pid = kernel_of(book_folder)
    time.sleep(1)
    assert is_alive(pid)
    killed.kill()
    killed.communicate()
    wait_for(lambda: not is_alive(pid), seconds=5)


def test_a_killed_build_takes_its_kernels_along_keeps_what_ran_and_the_next_goes_on(book_folder):
    chapter = book_folder.root / "chapter_toy"
    (chapter / "slow.md").write_text(section(SLEEP), "utf-8")
    (chapter / "fast.md").write_text(section("open('fast', 'a').write('x')"), "utf-8")
    first = build(book_folder, BITEXT_JOBS="2")
    pid = kernel_of(book_folder)
    wait_for(lambda: list(book_folder.build.glob("executed/fast/*.ipynb")))
    assert is_alive(pid)
    first.kill()
    first.communicate()
    wait_for(lambda: not is_alive(pid), seconds=5)
    left = list(book_folder.build.rglob("*.ipynb"))
    assert {path.parent.name for path in left} <= {"fast", "state"}
    (chapter / "slow.md").write_text(section("print('fast now')"), "utf-8")
    second = build(book_folder)
    assert "slow: done" in second.communicate()[1] and second.returncode == 0
    assert (chapter / "fast").read_text() == "x", "what had run did not run again"


def test_a_build_that_stands_still_as_in_a_closed_laptop_goes_on(book_folder):
    code = f"{PID}time.sleep(2)\nprint('awake')"
    (book_folder.root / "chapter_toy/state.md").write_text(section(code), "utf-8")
    stopped = build(book_folder)
    both = (stopped.pid, kernel_of(book_folder))
    for sign in (signal.SIGSTOP, signal.SIGCONT):
        for pid in both:
            os.kill(pid, sign)
        time.sleep(3)
    assert "state: done" in stopped.communicate()[1] and stopped.returncode == 0
    (kept,) = book_folder.build.glob("executed/state/*.ipynb")
    assert outputs(notebooks.load(kept)) == ["awake\n"]


def test_a_kernel_whose_build_has_ended_before_it_began_does_not_begin():
    kernel = Path(execution.__file__).with_name("kernel.py")
    done = subprocess.run(
        [sys.executable, kernel, "-f", "/nowhere.json"],
        env=os.environ | {"JPY_PARENT_PID": "1"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1 and "has ended" in done.stderr


def test_of_two_builds_one_executes_and_the_other_takes_its_result(book_folder):
    code = "import time\nopen('ran', 'a').write('x')\ntime.sleep(3)\nprint('slow')"
    chapter = book_folder.root / "chapter_toy"
    (chapter / "state.md").write_text(section(code), "utf-8")
    first = build(book_folder)
    wait_for(lambda: (chapter / "ran").exists())
    second = build(book_folder)
    shown = second.communicate()[1]
    assert first.wait() == second.returncode == 0, shown
    assert "state: another build is executing it; waiting for its result" in shown
    assert "state: taken from the other build" in shown
    assert (chapter / "ran").read_text() == "x"
    first.communicate()


def test_a_build_that_waits_for_one_that_is_killed_executes_itself(book_folder):
    code = "import time\nopen('ran', 'a').write('x')\ntime.sleep(3)\nprint('slow')"
    chapter = book_folder.root / "chapter_toy"
    (chapter / "state.md").write_text(section(code), "utf-8")
    first = build(book_folder)
    wait_for(lambda: (chapter / "ran").exists())
    second = build(book_folder)
    wait_for(lambda: "waiting" in second.stderr.readline())
    first.send_signal(signal.SIGKILL)
    first.communicate()
    second.communicate()
    assert second.returncode == 0 and (chapter / "ran").read_text() == "xx"


def test_progress_names_notebook_and_cell(capsys):
    progress = execution.Progress(2)
    progress.report("rnn", 1, 7, time.monotonic())
    progress.end("rnn", 12.3)
    shown = capsys.readouterr().err
    assert "rnn 1/7 cells" in shown and "[1/2] rnn: done, 12 s" in shown
