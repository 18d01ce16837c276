"""Imports run one way inside each package, and the two packages never meet."""

import ast
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
        f"{package}.{path.stem}": path
        for path in (ROOT / package).glob("*.py")
        if path.stem != "__init__"
    }
    graph = {name: imports(path) & set(modules) - {name} for name, path in modules.items()}
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError on a circle
    assert set(order) == set(modules)
