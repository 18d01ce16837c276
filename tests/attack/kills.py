"""Builds that are killed at any moment, and what the next one makes of it.

Each kill has a copy of the small book of :mod:`tests.attack.room` for itself.  A command is begun
on it in a process group of its own and the whole group gets a signal at a random moment; files in
the store get odd dates as if a clock had been set.  Then nothing may be half-written or lost, and
the same command, run again to its end, must leave the very bytes of a build that nobody disturbed.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bitext import __main__, notebooks, po, settings, sources
from tests.attack.oracles import Fault, require
from tests.attack.payloads import SECRET
from tests.attack.room import clear, furnish
from tests.conftest import ROOT

#: Seconds that a command may take before it counts as one that hangs.
LIMIT = 600
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM)
YEAR = 366 * 86400

#: What a translator writes into the PO file, and an importer into a page.
TRANSLATED = ("Trạng thái ghi nhớ.", "Trạng thái biết ghi nhớ.")
PAGE = "# Waves\n:label:`sec_waves`\n\nA wave is $w$ high.\n\n```{.python .input}\nx = 1\n```\n"


@dataclass(frozen=True)
class Task:
    """A command that is killed.

    Parameters
    ----------
    name : str
        Its name in the table.
    arguments : tuple of str
        What stands behind ``python -m bitext``.
    share : float
        How many of the kills are of this command.
    built : bool
        Whether it begins on a book that has been built before, one section of which has changed.
    results : tuple of str
        Globs of what it makes; these must be the same bytes in the end.
    """

    name: str
    arguments: tuple[str, ...]
    share: float
    built: bool
    results: tuple[str, ...]


PAGES = ("_build/html/**/*.html", "_build/html/searchindex.js", "_build/html/_sources/**/*.ipynb")
SOURCES = ("chapter_toy/*.ipynb", "chapter_toy/*.md", "translations/**/*.csv")
EXECUTED = ("_build/executed/*/*.ipynb",)
TASKS = (
    Task("pages", ("pages", "--execute"), 10, False, (*SOURCES, *EXECUTED, *PAGES)),
    Task("pages again", ("pages", "--execute"), 10, True, (*SOURCES, *EXECUTED, *PAGES)),
    Task("notebooks", ("notebooks",), 22, False, (*SOURCES, *EXECUTED)),
    Task("notebooks again", ("notebooks",), 16, True, (*SOURCES, *EXECUTED)),
    Task("compose", ("compose",), 12, True, SOURCES),
    Task("import PO", ("import", "state.po"), 10, True, SOURCES),
    Task("import page", ("import", "page.md"), 8, False, (*SOURCES, "_build/imported/*.md")),
    Task("record", ("record", "--by", "lan"), 6, True, SOURCES),
    Task("export", ("export", "po"), 6, False, (*SOURCES, "_build/po/*.po")),
)


@dataclass
class Undisturbed:
    """A command that nobody has killed: what it began with, how long it took, what it has made."""

    start: Path
    seconds: float
    made: dict[str, bytes]


@dataclass(frozen=True)
class Killed:
    """What became of one kill: "ended" before the signal, "killed", or a kind of fault."""

    number: int
    task: str
    how: str
    what: str
    said: str = ""


#: Processes are forked from one that has loaded the book's modules: the loading, most of the time
#: of a short command, is the same each time and touches no file of the book.
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["bitext.__main__", "tests.attack.kills"])


def variables() -> dict[str, str]:
    """Return what a command finds in its environment beside what is there."""
    return {"PYTHONPATH": str(ROOT), "BITEXT_JOBS": "2"}


def _forked(root: str, said: str, arguments: tuple[str, ...]) -> None:
    """Be ``python -m bitext`` in a process group of its own."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as the command has it until it can say a word
    os.setsid()
    os.chdir(root)
    os.environ.update(variables())
    for name, number in ((os.devnull, 0), (os.devnull, 1), (said, 2)):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), number)
    sys.argv[1:] = arguments
    Path(f"{said}-begun").touch()
    sys.exit(__main__.main())


class Command:
    """A command of the book that runs in a process group of its own.

    Parameters
    ----------
    root : Path
        The folder of a book; what the command says of errors goes into a file beside it.
    arguments : tuple of str
        What stands behind ``python -m bitext``.
    whole : bool
        Whether Python begins anew for it, as for a user, and loads everything.
    """

    def __init__(self, root: Path, arguments: tuple[str, ...], whole: bool = False):
        self.said = root.parent / "said"
        self.said.write_text("")
        if whole:
            with self.said.open("w") as said:
                process = subprocess.Popen(
                    [sys.executable, "-m", "bitext", *arguments],
                    cwd=root,
                    env=os.environ | variables(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                    start_new_session=True,
                )
            self.pid = process.pid
            self._wait: Callable[[float], int | None] = lambda seconds: _waited(process, seconds)
        else:
            child = FORKED.Process(target=_forked, args=(str(root), str(self.said), arguments))
            child.start()
            self.pid = child.pid
            begun = Path(f"{self.said}-begun")
            while child.is_alive() and not begun.exists():
                time.sleep(0.002)
            begun.unlink(missing_ok=True)
            self._wait = lambda seconds: child.join(seconds) or child.exitcode

    def wait(self, seconds: float) -> int | None:
        """Return the exit code, None if the command has not ended after so many seconds."""
        return self._wait(seconds)

    def signal(self, sign: int) -> None:
        """Send a signal to the whole group."""
        with suppress(ProcessLookupError):
            try:
                os.killpg(self.pid, sign)
            except ProcessLookupError:  # it has not made its group yet
                os.kill(self.pid, sign)

    def errors(self) -> str:
        """Return what the command has said of errors."""
        return self.said.read_text("utf-8", "replace")


def _waited(process: subprocess.Popen, seconds: float) -> int | None:
    with suppress(subprocess.TimeoutExpired):
        return process.wait(seconds)
    return None


def finished(root: Path, arguments: tuple[str, ...], whole: bool = False) -> None:
    """Run a command of the book to its end.

    Raises
    ------
    Fault
        If it fails, or does not end.
    """
    process = Command(root, arguments, whole)
    code, what = process.wait(LIMIT), " ".join(arguments)
    if code is None:
        process.signal(signal.SIGKILL)
        raise Fault("hang", f"{what} has not ended in {LIMIT} s")
    said = process.errors()
    kind = "crash" if "Traceback" in said else "message"
    require(code == 0, kind, f"{what}: exit {code}: {said[-1500:]}")


class Kills:
    """Kills, and what they have left.

    Parameters
    ----------
    seed : str
        Decides what is killed, when and how.
    base : Path
        A folder for the books.
    tasks : sequence of Task, optional
        What is killed.
    """

    def __init__(self, seed: str, base: Path, tasks: tuple[Task, ...] = TASKS):
        self.seed, self.base, self.tasks = seed, base, tasks
        self.known: dict[str, Undisturbed] = {}
        self.loading = 0.0  # seconds until a command that begins anew has its modules
        self.counts: dict[str, Counter[str]] = {task.name: Counter() for task in tasks}
        self.faults: list[Killed] = []

    def prepare(self) -> None:
        """Run every command once to its end, on books that are kept to begin from."""
        begun = time.monotonic()
        subprocess.run([sys.executable, "-c", "import bitext.__main__"], cwd=ROOT, check=True)
        self.loading = time.monotonic() - begun
        fresh = furnish(self.base / "fresh").root
        (fresh / "page.md").write_text(PAGE, "utf-8")
        built = fresh
        if any(task.built for task in self.tasks):
            built = self._built(fresh, any(t.built and "pages" in t.arguments for t in self.tasks))
        for task in self.tasks:
            start = built if task.built else fresh
            root = self._copy(start, f"undisturbed-{task.name.replace(' ', '-')}")
            begun = time.monotonic()
            finished(root, task.arguments)
            seconds = time.monotonic() - begun
            made = results(root, task)
            require(made, "loss", f"{task.name} makes nothing")
            require(SECRET.encode() not in b"".join(made.values()), "leak", "a secret is shown")
            self.known[task.name] = Undisturbed(start, seconds, made)
            clear(root.parent)

    def _built(self, fresh: Path, pages: bool) -> Path:
        """Return a book that has been built, of which one section has changed since."""
        root = self._copy(fresh, "built")
        finished(root, ("pages", "--execute") if pages else ("notebooks",))
        finished(root, ("record", "--by", "authors"))
        section = root / "chapter_toy/state.md"
        found = sources.read(section, root)
        catalog = po.export(found, settings.load(root)).replace(*TRANSLATED)
        (root / "state.po").write_text(catalog, "utf-8")
        text = section.read_text("utf-8").replace('print("a state")', 'print("another state")')
        section.write_text(text, "utf-8")
        return root

    def _copy(self, start: Path, name: str) -> Path:
        """Return a copy of a book, with the dates of its files."""
        target = self.base / name / "book"
        shutil.copytree(start, target, symlinks=True)
        return target

    def run(self, count: int, jobs: int, report: Callable[[Killed], None]) -> None:
        """Kill so many commands, some at a time; one that ends before its signal does not count.

        Parameters
        ----------
        count : int
            The number of kills.
        jobs : int
            How many at a time.
        report : callable
            Called with each.
        """
        numbers, begun = itertools.count(), 0
        with ThreadPoolExecutor(jobs) as pool:
            waiting: set[Future[Killed]] = set()
            while waiting or begun < count:
                while begun < count and len(waiting) < jobs:
                    waiting.add(pool.submit(self.kill, next(numbers)))
                    begun += 1
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for killed in (future.result() for future in done):
                    self.counts[killed.task][killed.what] += 1
                    begun -= killed.what == "ended"
                    if killed.what not in ("killed", "ended"):
                        self.faults.append(killed)
                    report(killed)

    def kill(self, number: int) -> Killed:
        """Kill one command; look at what it has left, and at what the next one makes of it."""
        rng = random.Random(f"{self.seed}/kill/{number}")
        (task,) = rng.choices(self.tasks, [task.share for task in self.tasks])
        known = self.known[task.name]
        root = self._copy(known.start, f"kill-{number}")
        sign, anew = rng.choice(SIGNALS), rng.random() < 0.1
        moment = rng.uniform(0.0, 1.0) * (known.seconds + anew * self.loading)
        dates = rng.choice((None, None, -YEAR, YEAR, 20 * YEAR, 3600))
        how = f"{sign.name} after {moment:.2f} s"
        try:
            before = texts(root)
            if dates and rng.random() < 0.5:
                redate(root, dates, rng)
            process = Command(root, task.arguments, anew)
            code = process.wait(moment)
            what = "killed" if code is None else "ended"
            if code is None:
                process.signal(sign)
                code = process.wait(60)
                if code is None:
                    process.signal(signal.SIGKILL)
                require(code is not None, "hang", f"it does not end after {sign.name}")
                told = sign == signal.SIGKILL or "Traceback" not in process.errors()
                require(told, "crash", f"a traceback after {sign.name}: {process.errors()[-1500:]}")
            else:
                require(code == 0, "message", f"exit {code}: {process.errors()[-1500:]}")
            unharmed(root, before, known)
            if dates:
                redate(root, dates, rng)
                how += f", dates {dates / 86400:+.0f} days"
            finished(root, task.arguments, anew)
            compared(results(root, task), known.made)
            whole(root)
        except Fault as fault:
            return Killed(number, task.name, how, fault.kind, str(fault))
        finally:
            clear(root.parent)
        return Killed(number, task.name, how, what)


def redate(root: Path, seconds: float, rng: random.Random) -> None:
    """Give some files of what is built the dates of a machine whose clock goes wrong."""
    for path in (root / "_build").rglob("*.*"):
        if rng.random() < 0.5 and path.is_file():
            when = time.time() + seconds
            os.utime(path, (when, when))


def texts(root: Path) -> dict[Path, str]:
    """Return what people have written: sources and records."""
    found = [
        *root.glob("*.md"),
        *root.glob("chapter_toy/*.md"),
        *root.glob("translations/**/*.csv"),
    ]
    return {path.relative_to(root): path.read_text("utf-8") for path in found}


def unharmed(root: Path, before: dict[Path, str], known: Undisturbed) -> None:
    """Require that each source is as it was or as the command writes it, and all is whole."""
    for name, text in before.items():
        path = root / name
        require(path.is_file(), "loss", f"{name} is gone after the kill")
        now = path.read_text("utf-8")
        done = known.made.get(name.as_posix(), b"").decode("utf-8")
        require(now in (text, done), "loss", f"{name} is half-written after the kill")
    whole(root)


def whole(root: Path) -> None:
    """Require that every notebook that a build would read can be read."""
    for path in [*root.glob("chapter_toy/*.ipynb"), *root.glob("_build/executed/*/*.ipynb")]:
        if not path.name.startswith("."):  # beside its place, until it is renamed
            require(notebooks.load(path), "loss", f"{path.relative_to(root)} is half-written")


#: What no two runs have in common: how long they took.
TIMES = re.compile(rb'"seconds": [\d.]+')


def results(root: Path, task: Task) -> dict[str, bytes]:
    """Return the files that a command makes, without what depends on the time that it took."""
    found = {}
    for pattern in task.results:
        for path in sorted(root.glob(pattern)):
            if path.is_file() and not path.name.startswith("."):
                name = path.relative_to(root).as_posix()
                found[name] = TIMES.sub(b'"seconds": 0', path.read_bytes())
    return found


def compared(now: dict[str, bytes], known: dict[str, bytes]) -> None:
    """Require that a second run has made what an undisturbed one makes."""
    for name in sorted(known):
        require(name in now, "loss", f"{name} is missing after the second run")
    for name in sorted(now):
        # The store may hold a run of earlier code that the undisturbed build has not seen.
        require(name in known, "loss", f"{name} should not be there after the second run")
        if now[name] != known[name]:
            at = next(i for i, (a, b) in enumerate(zip(now[name] + b"\0", known[name] + b"\0"))
                      if a != b)  # fmt: skip
            parts = tuple(text[name][max(0, at - 60) : at + 100] for text in (now, known))
            raise Fault("loss", f"{name} differs after the second run: {parts}")


def table(counts: dict[str, Counter[str]]) -> str:
    """Return the counts of kills as a table."""
    kinds = ("killed", "ended", "crash", "hang", "message", "loss", "leak")
    every: Counter[str] = sum(counts.values(), Counter())
    lines = [f"{'killed command':<18}" + "".join(f"{kind:>10}" for kind in kinds)]
    for name, counter in [*counts.items(), ("all", every)]:
        lines.append(f"{name:<18}" + "".join(f"{counter[kind]:>10,}" for kind in kinds))
    return "\n".join(lines)
