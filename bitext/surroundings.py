"""What surrounds an execution and changes what it puts out, though it is no part of the book.

That is the version of Python and the kind of processor; how many threads a kernel has, since with
another number sums are taken in another order; the pinned versions and those that are really
installed; and what the user has set, in variables and in files of configuration: which ones count
the book says in its settings.
"""

from __future__ import annotations

import functools
import glob
import hashlib
import json
import os
import platform
import re
import site
from fnmatch import fnmatchcase
from pathlib import Path

from bitext.settings import USER, Settings, threads

#: The name at the beginning of a line of a file of requirements.
REQUIREMENT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)


def describe(settings: Settings) -> str:
    """Return all of it as text: the same text, the same surroundings.

    Raises
    ------
    OSError
        If a file that pins the environment cannot be read.
    ValueError
        If ``OMP_NUM_THREADS`` is no number.
    """
    pins = [(settings.root / name).read_text("utf-8") for name in settings.environment]
    return json.dumps(
        {
            "python": platform.python_version_tuple()[:2],
            "machine": platform.machine(),
            "threads": threads(),
            "pins": pins,
            "installed": installed(*pins),
            "variables": variables(settings),
            "configuration": configuration(settings),
        },
        sort_keys=True,
    )


@functools.lru_cache(maxsize=1)
def installed(*pins: str) -> dict[str, str]:
    """Return the versions in which the packages of some files of requirements are installed.

    They are those that a kernel would import: what ``PYTHONPATH`` adds to this process, a kernel
    does not get, nor what a package adds while it is imported, as setuptools does its own copies.
    The name of a folder says its version, NAME-VERSION.dist-info; reading what is inside of two
    hundred of them takes half a second.
    """
    wanted = {_normal(name) for text in pins for name in REQUIREMENT.findall(text)}
    found: dict[str, str] = {}
    of_user = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    for folder in (*of_user, *site.getsitepackages()):  # in the order of a search
        if not os.path.isdir(folder):
            continue
        for entry in sorted(os.listdir(folder)):
            stem, dot, kind = entry.rpartition(".")
            name, dash, version = stem.partition("-")
            if dot and dash and kind in ("dist-info", "egg-info") and _normal(name) in wanted:
                found.setdefault(_normal(name), version)
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def variables(settings: Settings) -> dict[str, str]:
    """Return the variables that count, as the user has set them."""
    return {
        name: value
        for name, value in USER.items()
        if name != "OMP_NUM_THREADS"  # a kernel gets the number of threads, which counts by itself
        and any(fnmatchcase(name, pattern) for pattern in settings.variables)
    }


def configuration(settings: Settings) -> dict[str, str]:
    """Return digests of the files of configuration that exist, by the patterns of their names."""
    found = {}
    for pattern in settings.configuration:
        path = os.path.join(settings.root, os.path.expanduser(os.path.expandvars(pattern)))
        files = [file for file in sorted(glob.glob(path)) if os.path.isfile(file)]
        if files and "$" not in path.removeprefix(str(settings.root)):  # a variable that is not set
            each = (hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in files)
            found[pattern] = " ".join(each)
    return found
