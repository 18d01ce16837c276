"""The names that a piece of code reads from outside itself, by Python's rules of scope."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable

from IPython.core.inputtransformer2 import TransformerManager

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
WORD = re.compile(r"[A-Za-z_]\w*(?:[./][A-Za-z_]\w*)*")

Chain = tuple[str, ...]


class Names(ast.NodeVisitor):
    """The names that a piece of code reads from outside itself, and what it imports.

    Attributes
    ----------
    chains : set of tuple of str
        ``("n", "half")`` for ``n.half(3)``; names that a function binds itself are no part of it.
    imports : dict
        What each imported name means: ``{"h": {("toy.numbers", "half")}}``, the second part None
        for a module.
    loaded : set of str
        Modules that the imports run; `maybe` those that may be modules or names in one.
    stars : set of str
        Modules of ``from MODULE import *``.
    mentioned : set of tuple of str
        What magics and shell lines speak of: ``("toy", "numbers")`` for ``!python -m toy.numbers``.
    """

    def __init__(self, package: str = ""):
        self.package = package
        self.chains: set[Chain] = set()
        self.imports: defaultdict[str, set[tuple[str, str | None]]] = defaultdict(set)
        self.loaded: set[str] = set()
        self.maybe: set[str] = set()
        self.stars: set[str] = set()
        self.mentioned: set[Chain] = set()
        self.local: set[str] = set()

    def read_cell(self, source: str) -> None:
        """Visit the code of a cell, IPython's magics and shell lines too."""
        try:
            self.visit(ast.parse(TransformerManager().transform_cell(source)))
        except (SyntaxError, ValueError):
            self.mention(source)

    def mention(self, text: str) -> None:
        """Take every word of a text that is no Python as a name that is used."""
        for word in WORD.findall(text):
            chain = tuple(re.split("[./]", word.removesuffix(".py")))
            self.mentioned.add(chain)
            self.chains.add(chain)

    def visit_Name(self, node: ast.Name) -> None:
        """Note a name."""
        if node.id not in self.local:
            self.chains.add((node.id,))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Note a name with its attributes."""
        chain, base = [node.attr], node.value
        while isinstance(base, ast.Attribute):
            chain.append(base.attr)
            base = base.value
        if not isinstance(base, ast.Name):
            self.generic_visit(node)
        elif base.id not in self.local:
            self.chains.add((base.id, *reversed(chain)))

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """Take ``sys.modules[name]`` as the import that it stands for."""
        if ast.unparse(node.value) == "sys.modules":
            self.chains.add(("import_module",))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Look into the magics that IPython has made into calls with strings."""
        magic = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call)
        if magic and ast.unparse(node.func.value) == "get_ipython()":
            texts = [str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)]
            if node.func.attr == "run_cell_magic" and len(texts) == 3:
                self.read_cell(texts.pop())
            self.mention(" ".join(texts))
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        """Note what ``import a.b`` and ``import a.b as n`` bind."""
        for alias in node.names:
            self.loaded.add(alias.name)
            whole = alias.name if alias.asname else alias.name.split(".")[0]
            self.imports[alias.asname or whole].add((whole, None))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Note what ``from a import b as c`` binds, relative to the package where dots say so."""
        parts = self.package.split(".")
        base = parts[: len(parts) - node.level + 1] if node.level else []
        module = ".".join([*base, *([node.module] if node.module else [])])
        self.loaded.add(module)
        for alias in node.names:
            if alias.name == "*":
                self.stars.add(module)
            else:
                self.maybe.add(f"{module}.{alias.name}")
                self.imports[alias.asname or alias.name].add((module, alias.name))

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Visit the body with its own names hidden; annotations are not executed for a value."""
        for part in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if part is not None:
                self.visit(part)
        self._inside(node.body, _parameters(node.args) | bound(node.body))

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Visit the body with the parameters hidden."""
        for part in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(part)
        self._inside([node.body], _parameters(node.args))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Visit an annotated assignment without its annotation."""
        self.visit(node.target)
        if node.value:
            self.visit(node.value)

    def generic_visit(self, node: ast.AST) -> None:
        """Visit the children, those of a comprehension with its own names hidden."""
        if isinstance(node, COMPREHENSIONS):
            self.visit(node.generators[0].iter)  # is evaluated outside
            targets = (name for part in node.generators for name in ast.walk(part.target))
            hidden = {name.id for name in targets if isinstance(name, ast.Name)}
            self._inside(ast.iter_child_nodes(node), hidden)
        else:
            super().generic_visit(node)

    def _inside(self, nodes: Iterable[ast.AST], hidden: set[str]) -> None:
        outer, self.local = self.local, self.local | hidden
        for node in nodes:
            self.visit(node)
        self.local = outer


def _parameters(args: ast.arguments) -> set[str]:
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return {arg.arg for arg in every if arg is not None}


def bound(body: Iterable[ast.AST]) -> set[str]:
    """Return the names that statements bind in their own scope, those of imports left out."""
    names, free, todo = set(), set(), list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (*COMPREHENSIONS, ast.Lambda)):
            walrus = (n for n in ast.walk(node) if isinstance(n, ast.NamedExpr))
            names.update(n.target.id for n in walrus)
        else:
            if isinstance(node, (ast.Global, ast.Nonlocal)):
                free.update(node.names)
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                names.add(node.id)
            elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
                names.add(node.name)
            elif isinstance(node, ast.MatchMapping) and node.rest:
                names.add(node.rest)
            todo.extend(ast.iter_child_nodes(node))
    return names - free
