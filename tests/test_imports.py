"""Imports run one way inside each package, and the two packages never meet."""

import ast
import os
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

FORBIDDEN = {
    "bitext": {"mxnet", "d2l", "recurrent"},
    "recurrent": {"bitext", "sphinx", "docutils", "myst_nb", "myst_parser"},
}


def imports(path: Path) -> set[str]:
    """Return every module that a file names in an import, in functions, too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: write absolute imports"
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize("package", FORBIDDEN)
def test_a_package_keeps_to_itself(package):
    files = list((ROOT / package).rglob("*.py"))
    assert files
    for path in files:
        roots = {name.split(".")[0] for name in imports(path)}
        assert not roots & FORBIDDEN[package], path


@pytest.mark.parametrize("package", FORBIDDEN)
def test_there_is_no_circle(package):
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for path in (ROOT / package).rglob("*.py")
        if path.stem != "__init__"
    }
    graph = {name: imports(path) & set(modules) - {name} for name, path in modules.items()}
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError on a circle
    assert set(order) == set(modules)


#: Each room of `recurrent`, with those that it may import from: its own comes last.
ROOMS = ("machine", "text", "data", "networks", "training")


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_those_before_it(room):
    allowed = {f"recurrent.{name}" for name in ROOMS[: ROOMS.index(room) + 1]}
    files = [path for path in (ROOT / "recurrent" / room).glob("*.py") if path.stem != "__init__"]
    assert files
    for path in files:
        named = {name for name in imports(path) if name.startswith("recurrent.")}
        assert {".".join(name.split(".")[:2]) for name in named} <= allowed, path


def test_each_module_of_recurrent_has_a_room():
    outside = {path.stem for path in (ROOT / "recurrent").glob("*.py")}
    assert outside == {"__init__", "__main__", "plot"}
    assert {path.name for path in (ROOT / "recurrent").iterdir() if any(path.glob("*.py"))} == set(
        ROOMS
    )


#: Ends with 1 where numpy is found before the levers are pulled, which it reads once.
WATCH = """
import os, sys

class Watch:
    @staticmethod
    def find_spec(name, *_):
        if name == "numpy" and "OMP_NUM_THREADS" not in os.environ:
            sys.exit("numpy is loaded before recurrent")

sys.meta_path.insert(0, Watch)
import {module}
assert "numpy" in sys.modules
"""


@pytest.mark.parametrize("module", ["ahead", "export", "file", "network", "trained"])
def test_the_levers_are_pulled_before_numpy_is_loaded(module):
    """Else a notebook's results depend on who started it: one who had imported recurrent or not."""
    clean = {name: value for name, value in os.environ.items() if "_" not in name}
    command = [sys.executable, "-c", WATCH.format(module=f"living.{module}")]
    done = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
