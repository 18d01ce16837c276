"""The book's settings: ``[tool.bitext]`` in ``pyproject.toml``."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Settings:
    """What the book is made of; every path is relative to its root.

    Parameters
    ----------
    root : Path
        The folder with ``_config.yml``, ``_toc.yml`` and ``pyproject.toml``.
    packages : tuple of str
        Packages whose modules the code cells import; an execution depends on those that it uses.
    data : dict
        Files that a module reads: ``{"recurrent/data/story.py": ["corpora/story/*.tsv"]}``.
    environment : tuple of str
        Files that pin the environment of an execution; what is really installed of the packages
        that they name counts, too.
    variables : tuple of str
        Environment variables that change what a cell puts out, ``*`` for any letters:
        ``["OPENBLAS_*"]``.
    configuration : tuple of str
        Files outside of the book that do so where they exist, with ``~``, variables and ``*``:
        ``["~/.config/matplotlib/matplotlibrc"]``.
    timeout : int
        Seconds that a notebook may run.
    timeouts : dict
        The same for single notebooks, by name: ``{"deep-rnn": 7200}``.
    """

    root: Path
    packages: tuple[str, ...] = ()
    data: dict[str, list[str]] = field(default_factory=dict)
    environment: tuple[str, ...] = ("requirements.txt",)
    variables: tuple[str, ...] = ()
    configuration: tuple[str, ...] = ()
    timeout: int = 3600
    timeouts: dict[str, int] = field(default_factory=dict)

    @property
    def build(self) -> Path:
        """Folder of all that is made and not kept."""
        return self.root / "_build"

    @property
    def jobs(self) -> int:
        """Notebooks that run side by side: ``BITEXT_JOBS``, or as many as the processors carry.

        Raises
        ------
        ValueError
            If ``BITEXT_JOBS`` is no number from 1 up.
        """
        carried = max(1, processors() // threads())
        return _count("BITEXT_JOBS", os.environ.get("BITEXT_JOBS"), carried)


#: How much processor time a container has, as ``MICROSECONDS PERIOD``, or ``max PERIOD``.
CPU_MAX = Path("/sys/fs/cgroup/cpu.max")


def processors() -> int:
    """Return how many processors this process may use, no more than its container allows."""
    available = len(os.sched_getaffinity(0))
    try:
        quota, period = map(int, CPU_MAX.read_text().split())
    except (OSError, ValueError):  # no container, or no limit
        return available
    return max(1, min(available, quota // period))


#: Threads of a kernel.  On two cores, two trainings side by side with one thread each do 1.3 to 1.9
#: times the work of one training with two, whose threads wait for each other at every small matrix
#: product.  Another number here executes every notebook again.
THREADS = 1

#: What the user has set, read before a module of the book sets it for its own process.
USER = dict(os.environ)
_OMP_NUM_THREADS = USER.get("OMP_NUM_THREADS")


def threads() -> int:
    """Return how many threads a kernel computes with: `THREADS`, or the user's ``OMP_NUM_THREADS``.

    Never more where fewer notebooks run at a time: the number of threads decides the order in
    which numbers are added, and so their last digits; outputs must not depend on how many
    notebooks happen to run side by side.

    Raises
    ------
    ValueError
        If ``OMP_NUM_THREADS`` is no number from 1 up.
    """
    return _count("OMP_NUM_THREADS", (_OMP_NUM_THREADS or "").split(",")[0], THREADS)


def _count(name: str, value: str | None, default: int) -> int:
    """Return the number in an environment variable, the default where it is empty or not set."""
    if not value:
        return default
    if not value.isdecimal() or int(value) < 1:
        raise ValueError(f"{name}={value!r} is no number from 1 up: correct it, or unset {name}")
    return int(value)


def load(root: Path) -> Settings:
    """Read the settings of the book at `root`.

    Raises
    ------
    ValueError
        If the file is no TOML, or ``[tool.bitext]`` has a key that is no setting or a value that is
        none.
    """
    path = root / "pyproject.toml"
    try:
        tools = tomllib.loads(path.read_text("utf-8")).get("tool", {})
    except ValueError as error:
        raise ValueError(f"{path}: {error}: correct it") from None
    table = tools.get("bitext", {}) if isinstance(tools, dict) else None
    if not isinstance(table, dict):
        raise ValueError(f"{path}: tool.bitext is no table: write [tool.bitext] above its settings")
    lists = ("packages", "environment", "variables", "configuration")
    known = {*lists, "data", "timeout", "timeouts"}
    if unknown := set(table) - known:
        raise ValueError(f"{path}: unknown setting {sorted(unknown)}: one of {sorted(known)}")
    for name in ("data", "timeouts"):
        if not isinstance(table.get(name, {}), dict):
            raise ValueError(f"{path}: {name} = {table[name]!r}: write [tool.bitext.{name}]")
    timeout, timeouts = table.get("timeout", 3600), dict(table.get("timeouts", {}))
    for name, seconds in [("timeout", timeout), *timeouts.items()]:
        if type(seconds) is not int or seconds < 1:
            raise ValueError(f"{path}: {name} = {seconds!r}: write the seconds, a number from 1 up")
    named = {name: table.get(name, []) for name in lists}
    for name, value in (named | table.get("data", {})).items():
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ValueError(f'{path}: {name} = {value!r}: write a list of texts, ["…", "…"]')
    return Settings(
        root=root,
        packages=tuple(table.get("packages", ())),
        data=dict(table.get("data", {})),
        environment=tuple(table.get("environment", ("requirements.txt",))),
        variables=tuple(table.get("variables", ())),
        configuration=tuple(table.get("configuration", ())),
        timeout=timeout,
        timeouts=timeouts,
    )


def find_root(start: Path | None = None) -> Path:
    """Return the book's root: the nearest folder upwards that has a ``_toc.yml``.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "_toc.yml").is_file():
            return folder
    raise FileNotFoundError(f"no _toc.yml in {start} or above: run this inside the book")
