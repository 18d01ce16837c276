"""What a notebook uses of the book's own modules, found by following names through their syntax.

Used is, beginning with the names that the code cells read:

- the top-level function, class or assignment that a name leads to, through any imports, aliases
  and packages in between, and in turn whatever this definition reads;
- in every module that is imported on the way, what it does besides defining: statements that may
  have an effect, and its imports of packages that are neither the book's nor Python's own; of a
  package itself all but Python's own, since what it imports is loaded before all else of it;
- a module as a whole where it cannot be told what of it is used: ``import *``, a module that is
  passed around (``getattr(module, name)``), ``globals()``, ``eval``.

Docstrings, comments and annotations are no part of it, unless the code looks at them.  One thing
escapes: a base class that keeps a list of the classes derived from it and finds them by that list.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from nbformat import NotebookNode

from bitext.names import FUNCTIONS, Chain, Names, bound
from bitext.settings import Settings

#: Calls that have a value and no effect, by their last name: an assignment whose value makes no
#: other call, and a decorator of this list, count only where the name that they define is used.
QUIET = frozenset(
    "Path TypeVar abspath cache cached_property classmethod compile contextmanager dataclass dict "
    "dirname field float format frozenset int items join joinpath keys len list lru_cache max min "
    "namedtuple overload property range resolve setter sorted split splitlines staticmethod str "
    "strip sum total_ordering tuple values wraps zip".split()
)

#: Python's own modules, whose import has no effect; that of 3.11 on 3.10 as well, so that the
#: hashes are the same.  (What :func:`ast.dump` gives is the same on these two.)
STANDARD = sys.stdlib_module_names | {"tomllib"}

#: Names by which code reaches any other name of its module; IMPORTING, any module.
DYNAMIC = frozenset({"eval", "exec", "globals"})
IMPORTING = frozenset({"__import__", "import_module"})

#: Names by which code looks at docstrings, lines or line numbers.
LOOKING = frozenset(
    "__doc__ doctest help inspect linecache pdoc pfile pinfo pinfo2 psource traceback".split()
)


def is_quiet(statement: ast.stmt) -> bool:
    """Whether a statement of a module only defines names and has no other effect."""
    if isinstance(statement, FUNCTIONS):
        args = statement.args
        values = [*args.defaults, *filter(None, args.kw_defaults)]
        return all(map(_is_quiet_decorator, statement.decorator_list)) and _make_no_call(values)
    if isinstance(statement, ast.ClassDef):
        return (
            all(map(_is_quiet_decorator, statement.decorator_list))
            and not statement.keywords  # a metaclass may do anything
            and _make_no_call(statement.bases)
            and all(map(is_quiet, statement.body))
        )
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = getattr(statement, "targets", None) or [statement.target]
        named = (n for t in targets for n in ast.walk(t) if isinstance(n, ast.expr))
        plain = all(isinstance(n, (ast.Name, ast.Tuple, ast.List, ast.Starred)) for n in named)
        return plain and (statement.value is None or _make_no_call([statement.value]))
    if isinstance(statement, ast.If):
        inside = [*statement.body, *statement.orelse]
        return _make_no_call([statement.test]) and all(map(is_quiet, inside))
    if isinstance(statement, ast.Try):
        handled = [s for handler in statement.handlers for s in handler.body]
        inside = [*statement.body, *handled, *statement.orelse, *statement.finalbody]
        return all(map(is_quiet, inside))
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, (ast.Import, ast.ImportFrom, ast.Pass))


def _is_quiet_decorator(node: ast.expr) -> bool:
    called = node.func if isinstance(node, ast.Call) else node
    inside = [*node.args, *(k.value for k in node.keywords)] if isinstance(node, ast.Call) else []
    return _last_name(called) in QUIET and _make_no_call(inside)


def _make_no_call(values: Iterable[ast.expr]) -> bool:
    every = (node for value in values for node in ast.walk(value))
    return all(_last_name(n.func) in QUIET for n in every if isinstance(n, ast.Call))


def _last_name(node: ast.expr) -> str:
    return getattr(node, "attr", None) or getattr(node, "id", "")


class Module:
    """A module of the book, its top-level statements by the names that they bind."""

    def __init__(self, name: str, path: Path, text: str):
        self.name, self.path, self.text = name, path, text
        self.package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        self.statements: list[ast.stmt] = []
        self.definitions: defaultdict[str, list[int]] = defaultdict(list)
        self.always: list[int] = []
        self.top = Names(self.package)  # of its imports, at whatever depth outside of definitions
        self.broken = False
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):  # a null byte is a ValueError
            self.broken = True  # nothing in it can be followed, so all of it counts
            return
        _drop_docstrings(tree)
        self.statements = tree.body
        for number, statement in enumerate(tree.body):
            main = isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)
            if main:  # run by `python -m` alone, which its author writes with __name__
                self.definitions["__name__"].append(number)
            elif not is_quiet(statement):
                self.always.append(number)
            if not main and not isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
                for node in ast.walk(statement):
                    if isinstance(node, (ast.Import, ast.ImportFrom)):
                        self.top.visit(node)
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                continue
            for name in bound([statement]) | _imported_in(statement) | _global_in(statement):
                self.definitions[name].append(number)


def _drop_docstrings(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, *FUNCTIONS)) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                del node.body[0]


def _imported_in(statement: ast.stmt) -> set[str]:
    """Return the names that imports bind in an ``if`` or ``try`` of a module."""
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        return set()
    names = Names()
    names.visit(statement)
    return set(names.imports)


def _global_in(statement: ast.stmt) -> set[str]:
    declared = (node for node in ast.walk(statement) if isinstance(node, ast.Global))
    return {name for node in declared for name in node.names}


_module = lru_cache(maxsize=1024)(Module)


class Trace:
    """The parts of the book's modules that are used, collected by following names.

    Attributes
    ----------
    used : dict
        Numbers of the used statements of each module, by the module's name.
    notes : dict
        What else counts of a module: its imports that are used or may have an effect.
    looked_at : bool
        Whether the code looks at docstrings or lines, so that whole texts count.
    """

    def __init__(self, settings: Settings):
        self.settings = settings
        self.modules: dict[str, Module | None] = {}
        self.used: defaultdict[str, set[int]] = defaultdict(set)
        self.notes: defaultdict[str, set[str]] = defaultdict(set)
        self.looked_at = False
        self.ran: set[str] = set()
        self.wholes: set[str] = set()
        self.seen: set[tuple[str, str, Chain]] = set()
        self.pending: list[tuple[Module, int]] = []

    def find(self, name: str) -> Module | None:
        """Return a module of the book's packages by its dotted name."""
        if name not in self.modules:
            parts, self.modules[name] = name.split("."), None
            stem = self.settings.root.joinpath(*parts)
            for path in (stem.with_suffix(".py"), stem / "__init__.py"):
                if parts[0] in self.settings.packages and path.is_file():
                    self.modules[name] = _module(name, path, path.read_text("utf-8"))
        return self.modules[name]

    def follow(self, names: Names, home: Module | None = None) -> None:
        """Take in all that some code in module `home`, or in cells, leads to."""
        for name in names.loaded | names.maybe:
            self.run(name)
        for name in names.stars:
            self.whole(name)
        for chain in names.chains:
            for target, attribute in names.imports.get(chain[0], ()):
                self.reach(target, attribute, chain[1:])
            if home is not None:
                self.define(home, chain[0], chain[1:])
            if LOOKING & set(chain):
                self.looked_at = True
            if chain[0] in DYNAMIC:
                for name in names.loaded if home is None else (home.name,):
                    self.whole(name)
            if IMPORTING & set(chain):
                for name in self.settings.packages:
                    self.whole(name)
        for chain in names.mentioned:
            self.whole(".".join(chain))

    def run(self, name: str) -> None:
        """Take in what importing a module does besides defining names."""
        if name in self.ran:
            return
        self.ran.add(name)
        if "." in name:
            self.run(name.rpartition(".")[0])
        module = self.find(name)
        if module is None:
            return
        if module.broken:
            self.notes[name].add(module.text)
        for number in module.always:
            self.take(module, number)
        for loaded in module.top.loaded | module.top.maybe:
            self.run(loaded)
        for loaded in module.top.loaded:
            package = loaded.split(".")[0]
            ours = package in self.settings.packages and module.path.name != "__init__.py"
            if not ours and package not in STANDARD:
                self.notes[name].add(f"import {loaded}")
        for star in module.top.stars:
            self.whole(star)

    def take(self, module: Module, number: int) -> None:
        """Take in one statement of a module; what it reads is followed later."""
        if number not in self.used[module.name]:
            self.used[module.name].add(number)
            self.pending.append((module, number))

    def define(self, module: Module, name: str, rest: Chain) -> bool:
        """Take in what `name` is in a module; return whether the module has it."""
        if (module.name, name, rest) not in self.seen:
            self.seen.add((module.name, name, rest))
            for number in module.definitions.get(name, ()):
                self.take(module, number)
            for target, attribute in module.top.imports.get(name, ()):
                self.notes[module.name].add(f"{name} = {target}.{attribute}")
                self.reach(target, attribute, rest)
        return name in module.definitions or name in module.top.imports

    def reach(self, target: str, attribute: str | None, rest: Chain) -> None:
        """Take in the end of ``target.attribute.rest``, a whole module where that is one."""
        module = self.find(target)
        if module is None:
            return
        chain = rest if attribute is None else (attribute, *rest)
        if not chain:
            self.whole(target)
            return
        known = self.define(module, chain[0], chain[1:])
        inner = f"{target}.{chain[0]}"
        if self.find(inner) is not None:
            self.run(inner)
            self.reach(inner, None, chain[1:])
        elif not known and not chain[0].startswith("__"):
            self.whole(target)

    def whole(self, name: str) -> None:
        """Take in all of a module, and of a package all its modules."""
        module = self.find(name)
        if module is None or name in self.wholes:
            return
        self.wholes.add(name)
        self.run(name)
        for number in range(len(module.statements)):
            self.take(module, number)
        for alias in module.top.imports:
            self.define(module, alias, ())
        if module.path.name == "__init__.py":
            for path in sorted(module.path.parent.iterdir()):
                if path.suffix == ".py" and path.stem != "__init__" or path.is_dir():
                    self.whole(f"{name}.{path.stem}")

    def parts(self) -> Iterator[tuple[Path, str]]:
        """Yield each used part, its module's path and what it says, in an order of their own."""
        for name in sorted({*self.used, *self.notes}):
            module = self.find(name)
            numbers, notes = self.used[name], self.notes[name]
            if module is not None and (numbers or notes):
                if self.looked_at:
                    yield module.path, module.text
                for number in sorted(numbers):
                    yield module.path, ast.dump(module.statements[number])
                for note in sorted(notes):
                    yield module.path, note

    def data(self) -> Iterator[Path]:
        """Yield the files that the used modules read."""
        used = {module.path for name, module in self.modules.items() if module and self.used[name]}
        for path, patterns in self.settings.data.items():
            if self.settings.root / path in used:
                for pattern in patterns:
                    yield from filter(Path.is_file, self.settings.root.glob(pattern))


def trace(notebook: NotebookNode, settings: Settings) -> Trace:
    """Return what the code cells of a notebook use."""
    names, found = Names(), Trace(settings)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            names.read_cell(cell.source)
            if "raises-exception" in cell.metadata.get("tags", ()):
                found.looked_at = True  # the traceback shows lines of the modules
    found.follow(names)
    while found.pending:
        module, number = found.pending.pop()
        names = Names(module.package)
        names.visit(module.statements[number])
        found.follow(names, module)
    return found
