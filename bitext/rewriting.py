"""Old code of D2L pages, rewritten to the APIs of this book, d2l 1.0.3 and MXNet 1.9.1.

Each rule is a row of a table, with its reason.  Code is read as Python: what only looks like code,
in a string or a comment, is never touched.  What has no rule is left as it is and marked.
"""

from __future__ import annotations

import ast
import bisect
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

#: Longer code is data; nobody has written it by hand.
LONGEST = 200_000


@dataclass(frozen=True)
class Edit:
    """What is written in place of what, in which line of the cell (from 1), and the reason."""

    line: int
    before: str
    after: str
    why: str


@dataclass(frozen=True)
class Mark:
    """What no rule covers, in which line of the cell (from 1), and what a person can do."""

    line: int
    what: str
    remedy: str


@dataclass
class Rewritten:
    """A code cell after the rules."""

    code: str
    edits: list[Edit] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True)
class Rule:
    """A function of an older d2l and the call that takes its place.

    Parameters
    ----------
    takes : str
        The parameters of the old function; ``/`` separates two names of one parameter.
    form : str
        The new call, with ``{parameter}`` for arguments.
    brings : tuple of str
        What the new call needs: imports, and names of `HELPERS`.
    why : str
        The reason.
    gives : str
        Not empty where the new function returns one value more, after the first: its name.
    needs : str
        A name that another rule must have given before.
    """

    takes: str
    form: str
    brings: tuple[str, ...]
    why: str
    gives: str = ""
    needs: str = ""


#: Functions that d2l 1.0.3 no longer has, or that this book does otherwise.
CALLS = {
    "try_gpu": Rule(
        "i",
        "try_device()",
        ("from recurrent.machine.device import try_device",),
        "d2l trusts a GPU that is there; MXNet 1.9.1 cannot compute on every one",
    ),
    "try_all_gpus": Rule(
        "",
        "[try_device()]",
        ("from recurrent.machine.device import try_device",),
        "d2l trusts a GPU that is there; MXNet 1.9.1 cannot compute on every one",
    ),
    "read_time_machine": Rule(
        "", "read_time_machine()", ("read_time_machine",), "d2l 1.0.3 has no read_time_machine"
    ),
    "load_data_time_machine": Rule(
        "batch_size num_steps",
        "load_time_machine({batch_size}, {num_steps})",
        ("read_time_machine", "load_time_machine"),
        "d2l 1.0.3 has no load_data_time_machine; the book holds out text",
        gives="valid_iter",
    ),
    "RNNModel": Rule(
        "rnn_layer vocab_size",
        "RNNModel({rnn_layer}, {vocab_size})",
        ("RNNModel",),
        "d2l 1.0.3 has no RNNModel",
    ),
    "train_ch8": Rule(
        "model train_iter vocab lr num_epochs ctx/device",
        "train_sgd({model}, {train_iter}, valid_iter, {lr}, {num_epochs}, {ctx})",
        ("train_sgd",),
        "d2l 1.0.3 has no train_ch8; the book measures held-out perplexity, too",
        needs="valid_iter",
    ),
    "predict_ch8": Rule(
        "prefix num_preds model vocab ctx/device",
        "generate({model}, {vocab}, {prefix}, {num_preds})",
        ("from recurrent.networks.generation import generate",),
        "d2l 1.0.3 has no predict_ch8",
        needs="valid_iter",
    ),
}

#: Functions that d2l 1.0.3 has under another name, with the same parameters.
RENAMED = {"trim_pad": "truncate_pad", "build_array": "build_array_nmt"}

#: Methods of arrays that MXNet's NumPy interface calls otherwise.
METHODS = {"asscalar": "item"}

#: Where the functions of ``mxnet.nd`` are in the NumPy interface, those with the same parameters.
ARRAYS = {
    "np": frozenset(
        "abs arange argmax array ceil cos dot exp eye floor log maximum mean minimum ones "
        "ones_like power sign sin sqrt square sum tanh zeros zeros_like".split()
    ),
    "npx": frozenset("log_softmax one_hot pick relu sigmoid softmax topk waitall".split()),
}

#: Definitions that rules need; one is written before the first statement that uses it.
HELPERS = {
    "read_time_machine": (
        (
            "import re",
            "from recurrent.data import corpus as corpora",
            "from recurrent.data.download import FetchError",
        ),
        '''\
def read_time_machine():
    """Return the lines of The Time Machine, or of the book's own tale where it cannot be had."""
    try:
        lines = corpora.load("timemachine", "en")
    except FetchError as error:
        print(error)
        lines = corpora.load("story", "en")
    return [re.sub("[^a-z]+", " ", line.lower()).strip() for line in lines]
''',
    ),
    "load_time_machine": (
        (
            "from recurrent.data.batches import SequentialBatches",
            "from recurrent.text.vocabulary import Vocabulary",
        ),
        '''\
def load_time_machine(batch_size, num_steps, max_tokens=10_000):
    """Return minibatches to train on, half as much held-out text in one row, the vocabulary."""
    text = " ".join(read_time_machine())
    vocab = Vocabulary(text[:max_tokens])
    train = vocab.encode(text[:max_tokens])  # (max_tokens,)
    valid = vocab.encode(text[max_tokens : max_tokens * 3 // 2])  # (max_tokens // 2,)
    batches = SequentialBatches(train, batch_size, num_steps)
    return batches, SequentialBatches(valid, 1, num_steps), vocab
''',
    ),
    "RNNModel": (
        ("from mxnet import npx", "from mxnet.gluon import nn"),
        '''\
class RNNModel(nn.Block):
    """One-hot tokens, a recurrent layer of Gluon, and a dense output layer."""

    def __init__(self, layer, vocab_size):
        super().__init__()
        self.layer, self.vocab_size = layer, vocab_size
        self.output = nn.Dense(vocab_size, flatten=False)

    def begin_state(self, batch_size, device=None):
        device = device or self.output.weight.list_ctx()[0]
        return [self.layer.begin_state(batch_size, ctx=device)]

    def forward(self, X, state):  # (num_steps, batch_size)
        H, new_state = self.layer(npx.one_hot(X, self.vocab_size), state[0])
        logits = self.output(H)  # (num_steps, batch_size, vocab_size)
        return logits.reshape(-1, self.vocab_size), [new_state]
''',
    ),
    "train_sgd": (
        (
            "import math",
            "from mxnet import autograd, gluon, init",
            "from recurrent.machine import randomness",
            "from recurrent.training.optimizer import clip_gradients",
            "from recurrent.training.loop import cross_entropy, detach, evaluate",
        ),
        '''\
def train_sgd(model, train_iter, valid_iter, lr, num_epochs, device, clip=1.0, seed=1):
    """Train by plain SGD with one learning rate; print training and held-out perplexity."""
    train_iter.device = valid_iter.device = device
    randomness.seed(seed)
    model.initialize(init.Normal(0.01), force_reinit=True, ctx=device)
    params = model.collect_params()
    trainer = gluon.Trainer(params, "sgd", {"learning_rate": lr})
    for epoch in range(1, num_epochs + 1):
        total, state = 0.0, model.begin_state(train_iter.batch_size, device)
        for X, Y in train_iter:  # both (num_steps, batch_size)
            with autograd.record():
                logits, state = model(X, detach(state))
                losses = cross_entropy(logits, Y.reshape(-1))
                loss = losses.mean()
            loss.backward()
            clip_gradients(params.values(), clip)
            trainer.step(1)  # the loss is a mean already
            total = total + losses.detach().sum()
        if epoch in (1, num_epochs) or epoch % max(1, num_epochs // 10) == 0:
            perplexity = math.exp(float(total) / train_iter.num_tokens)
            held_out = evaluate(model, valid_iter)
            print(f"epoch {epoch}: perplexity {perplexity:.2f}, held-out {held_out:.2f}")
''',
    ),
}

NEW_IMPORT = "from d2l import mxnet as d2l"
#: The remark that is written over a line that no rule covers.
REMARK = "# IMPORTED, no rule: "
FIRST = "import recurrent"
FOREIGN = ("d2lzh", "gluonbook", "tensorflow", "torch")
ARRAYS_WHY = "the book uses MXNet's NumPy interface"


@cache
def known() -> dict[str, frozenset[str]]:
    """Return what the installed d2l has, each with its parameters; empty where there is no d2l.

    The file is read, not imported: what makes pages must not load MXNet.
    """
    spec = find_spec("d2l")
    if spec is None or not spec.submodule_search_locations:
        return {}
    file = Path(next(iter(spec.submodule_search_locations))) / "mxnet.py"
    if not file.is_file():
        return {}
    found: dict[str, frozenset[str]] = {}
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            taken = (*node.args.args, *node.args.kwonlyargs)
            found[node.name] = frozenset(argument.arg for argument in taken)
        elif isinstance(node, ast.ClassDef):
            found[node.name] = frozenset()
        elif isinstance(node, ast.Assign):
            found |= {t.id: frozenset() for t in node.targets if isinstance(t, ast.Name)}
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {(alias.asname or alias.name): frozenset() for alias in node.names}
    return found


def rewrite(cells: Sequence[str]) -> list[Rewritten]:
    """Return the code cells of a page, in order, after the rules.

    Rewriting what has been rewritten changes nothing.

    Examples
    --------
    >>> print(rewrite(["ctx = d2l.try_gpu()  # 'd2l.try_gpu()'"])[0].code)
    from recurrent.machine.device import try_device
    <BLANKLINE>
    ctx = try_device()  # 'd2l.try_gpu()'
    """
    return _Page(cells).result


@dataclass(frozen=True)
class _Place:
    """An edit of the text from one offset to another, and what the new text needs."""

    start: int
    end: int
    after: str
    why: str
    brings: tuple[str, ...] = ()


class _Cell:
    """Code, its syntax tree, and where its lines begin."""

    def __init__(self, code: str):
        self.code = code
        self.lines = code.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        # Commands of IPython become comments of the same length.
        plain = "\n".join(re.sub(r"^(\s*)[%!?]", r"\1#", line) for line in self.lines)
        self.problem: tuple[int, str] | None = None
        self.tree = ast.Module([], [])
        if len(code) > LONGEST:
            self.problem = (1, f"code of {len(code)} characters is not looked at")
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.tree = ast.parse(plain)
        except SyntaxError as error:
            line = min(error.lineno or 1, len(self.lines))
            self.problem = (line, f"this code is no Python: {error.msg}")
        except (ValueError, RecursionError, MemoryError):
            self.problem = (1, "this code cannot be read as Python")

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node begins and ends in the text; `ast` counts columns in bytes."""
        places = []
        for line, column in (
            (node.lineno, node.col_offset),
            (node.end_lineno, node.end_col_offset),
        ):
            text = self.lines[line - 1]
            if not text.isascii():
                column = len(text.encode()[:column].decode(errors="ignore"))
            places.append(self.starts[line - 1] + column)
        return places[0], places[1]

    def text(self, node: ast.AST) -> str:
        """Return the text of a node."""
        start, end = self.span(node)
        return self.code[start:end]

    def alone(self, node: ast.stmt) -> bool:
        """Whether a statement stands outside of all others, and alone in its lines."""
        after = self.code[self.span(node)[1] : self.starts[node.end_lineno] - 1].strip()
        before = self.lines[node.lineno - 1].encode()[: node.col_offset]
        return not before and (not after or after.startswith("#"))

    def above(self, statement: ast.stmt) -> int:
        """Return the offset of the line over a statement, its decorators and its remarks."""
        first = _first(statement)
        while first > 1 and self.lines[first - 2].lstrip().startswith(REMARK):
            first -= 1
        return self.starts[first - 1]


def _bound(imported: str) -> list[str]:
    """Return the names that an import, or a definition in `HELPERS`, gives."""
    if imported in HELPERS:
        return [imported, *(name for line in HELPERS[imported][0] for name in _bound(line))]
    return [name.split()[-1] for name in imported.partition("import ")[2].split(", ")]


class _Page:
    """The cells of a page, which share their names."""

    def __init__(self, codes: Sequence[str]):
        self.result = [Rewritten(code) for code in codes]
        self.brings: dict[str, int] = {}  # what new code needs, and the first cell that does
        self.given: set[str] = set()
        cells = [_Cell(code) for code in codes]
        self._names(cells)
        for number, (cell, rewritten) in enumerate(zip(cells, self.result)):
            if cell.problem:
                rewritten.marks.append(Mark(*cell.problem, "correct it and run it"))
            places = self._places(cell, rewritten.marks)
            places += self._remarks(cell, rewritten.marks)
            for node, old in _imports_of_d2l(cell):
                if old and not _by_itself(node, cell):
                    what = "'import d2l' among other code"
                    rewritten.marks.append(Mark(node.lineno, what, f"write {NEW_IMPORT!r}"))
            while places:  # calls in the arguments of others first, the others next time
                places.sort(key=lambda place: (place.start, -place.end))
                inner = [
                    place
                    for place, following in zip(places, [*places[1:], None])
                    if following is None or following.start >= place.end
                ]
                for needed in (needed for place in inner for needed in place.brings):
                    self.brings.setdefault(needed, number)
                cell = self._apply(cell, rewritten, inner)
                places = self._places(cell, [])
        self._imports_of_d2l()
        self._definitions()
        self._imports()

    def _names(self, cells: list[_Cell]) -> None:
        """Find what the page calls the modules, and which names it gives itself."""
        self.d2l, self.nd, self.own = {"d2l"}, set(), set()
        self.libraries: set[str] = set()
        for node in (node for cell in cells for node in ast.walk(cell.tree)):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self.libraries.add(alias.name.split(".")[0])
                    if alias.name == "d2l":
                        self.d2l.add(alias.asname or "d2l")
                    elif alias.name == "numpy":
                        self.own.add(alias.asname or "numpy")
            elif isinstance(node, ast.ImportFrom) and node.module:
                self.libraries.add(node.module.split(".")[0])
                for alias in node.names:
                    name = f"{node.module}.{alias.name}"
                    if name == "d2l.mxnet":
                        self.d2l.add(alias.asname or alias.name)
                    elif name in ("mxnet.nd", "mxnet.ndarray"):
                        self.nd.add(alias.asname or alias.name)
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                self.own.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.own.add(node.id)
        self.d2l -= self.own
        self.nd -= self.own
        uses = {
            node.attr
            for cell in cells
            for node in ast.walk(cell.tree)
            if isinstance(node, ast.Attribute) and _name(node.value) in self.nd
        }
        # Arrays of both kinds do not mix: all of them become the one kind, or none.
        self.arrays = uses <= ARRAYS["np"] | ARRAYS["npx"] and not {"np", "npx"} & self.own

    # -- what to change

    def _places(self, cell: _Cell, marks: list[Mark]) -> list[_Place]:
        """Return the edits of a cell, and mark what has no rule."""
        nodes = [node for node in ast.walk(cell.tree) if hasattr(node, "lineno")]
        nodes.sort(key=lambda node: (node.lineno, node.col_offset))
        called = {id(node.func): node for node in nodes if isinstance(node, ast.Call)}
        targets = {
            id(node.value): node.targets[0]
            for node in nodes
            if isinstance(node, ast.Assign) and len(node.targets) == 1
        }
        found: list[_Place] = []
        for node in nodes:
            if isinstance(node, ast.Attribute):
                call = called.get(id(node))
                module = _name(node.value)
                if module in self.d2l:
                    found += self._of_d2l(cell, node, call, targets.get(id(call)), marks)
                elif module in self.nd:
                    found += self._of_nd(cell, node, marks)
                elif node.attr in METHODS and call and not call.args and not call.keywords:
                    end = cell.span(node)[1]
                    why = f"MXNet's NumPy interface has no .{node.attr}()"
                    found.append(_Place(end - len(node.attr), end, METHODS[node.attr], why))
            elif isinstance(node, ast.Call):
                found += self._keywords(cell, node)
            elif isinstance(node, ast.Import):
                for name in (alias.name for alias in node.names if alias.name in FOREIGN):
                    what = f"the book has no {name!r}"
                    marks.append(Mark(node.lineno, what, "write it with MXNet"))
            elif isinstance(node, ast.ImportFrom):
                found += self._imported(cell, node, marks)
        return found

    def _imported(self, cell: _Cell, node: ast.ImportFrom, marks: list[Mark]) -> Iterator[_Place]:
        names = ", ".join(alias.name for alias in node.names)
        if (node.module or "").split(".")[0] in ("d2l", *FOREIGN):
            if (node.module, names) != ("d2l", "mxnet"):
                what = f"'from {node.module} import {names}' has no rule"
                marks.append(Mark(node.lineno, what, "write it with recurrent or MXNet"))
        if self.arrays and node.module == "mxnet":
            for alias in node.names:
                if alias.name in ("nd", "ndarray"):
                    yield _Place(*cell.span(alias), "np, npx", ARRAYS_WHY)

    def _of_d2l(
        self,
        cell: _Cell,
        node: ast.Attribute,
        call: ast.Call | None,
        target: ast.expr | None,
        marks: list[Mark],
    ) -> Iterator[_Place]:
        """Yield the edits for ``d2l.NAME``, or mark it."""
        name, rule = node.attr, CALLS.get(node.attr)
        if rule is None:
            if name in known():
                return
            if name in RENAMED:
                end = cell.span(node)[1]
                yield _Place(end - len(name), end, RENAMED[name], "renamed in d2l 1.0.3")
                return
            have = "d2l 1.0.3 has no" if known() else "d2l is not installed to look up"
            what = f"{have} {name!r}, and no rule replaces it"
            marks.append(Mark(node.lineno, what, "write it with recurrent or MXNet"))
            return
        arguments = _arguments(cell, call, rule) if call else None
        needed = {rule.gives, *(n for b in rule.brings for n in _bound(b))} - self.given
        problem = ""
        if arguments is None:
            problem = f"'d2l.{name}' has no rule for these arguments"
        elif clash := sorted(needed & self.own):
            problem = f"the rule for 'd2l.{name}' needs {clash[0]!r}, which the page gives itself"
        elif rule.needs and rule.needs not in self.given:
            problem = f"'d2l.{name}' has a rule only after 'd2l.load_data_time_machine'"
        elif rule.gives and not (isinstance(target, ast.Tuple) and len(target.elts) == 2):
            problem = f"'d2l.{name}' has a rule only for 'train_iter, vocab = …'"
        if problem:
            marks.append(Mark(node.lineno, problem, "write it with recurrent or MXNet"))
            return
        form = rule.form.format(**arguments)
        yield _Place(*cell.span(call), form, rule.why, rule.brings)
        if rule.gives:
            self.given.add(rule.gives)
            at = cell.span(target.elts[0])[1]
            yield _Place(at, at, f", {rule.gives}", rule.why)

    def _of_nd(self, cell: _Cell, node: ast.Attribute, marks: list[Mark]) -> Iterator[_Place]:
        home = next((home for home, names in ARRAYS.items() if node.attr in names), None)
        if self.arrays and home:
            yield _Place(*cell.span(node.value), home, ARRAYS_WHY)
        else:
            what = f"'nd.{node.attr}': {ARRAYS_WHY}"
            marks.append(Mark(node.lineno, what, "write it with np and npx"))

    def _keywords(self, cell: _Cell, call: ast.Call) -> Iterator[_Place]:
        """Yield the edits of ``ctx=`` and ``device=``, of which a function knows only one."""
        root = call.func
        while isinstance(root, ast.Attribute):
            root = root.value
        module, function = _name(root), getattr(call.func, "attr", "")
        for keyword in call.keywords:
            start = cell.span(keyword)[0]
            takes = known().get(function, frozenset()) if module in self.d2l else frozenset()
            if keyword.arg == "ctx" and "device" in takes and function not in CALLS:
                why = "d2l 1.0.3 calls this parameter device"
                yield _Place(start, start + len("ctx"), "device", why)
            elif keyword.arg == "device" and (
                module in ("np", "npx", "mx") or function == "initialize"
            ):
                why = "MXNet 1.9.1 calls this parameter ctx"
                yield _Place(start, start + len("device"), "ctx", why)

    def _remarks(self, cell: _Cell, marks: list[Mark]) -> list[_Place]:
        """Return remarks for the lines over the statements that no rule covers."""
        begins: dict[int, int] = {}  # for each line, the one where its statement begins
        statements = [node for node in ast.walk(cell.tree) if isinstance(node, ast.stmt)]
        for node in sorted(statements, key=lambda s: (_first(s), s.col_offset)):
            first, last = _first(node), node.end_lineno
            if body := getattr(node, "body", ()):  # the lines of its head
                same = cell.lines[_first(body[0]) - 1].encode()[: body[0].col_offset].strip()
                last = _first(body[0]) - (not same)
            for line in range(first, last + 1):
                begins.setdefault(line, begins.get(first, first))
        said: dict[int, list[str]] = {}
        for mark in marks:
            if mark.line in begins:
                said.setdefault(begins[mark.line], []).append(mark.what)
        places = []
        for line, whats in said.items():
            indent = re.match(r"\s*", cell.lines[line - 1])[0]
            if line == 1 or not cell.lines[line - 2].lstrip().startswith(REMARK):
                remark = f"{indent}{REMARK}{'; '.join(dict.fromkeys(whats))}\n"
                at = cell.starts[line - 1]
                places.append(_Place(at, at, remark, "no rule covers the line below"))
        return places

    # -- changing

    @staticmethod
    def _apply(cell: _Cell, rewritten: Rewritten, places: list[_Place]) -> _Cell:
        out, end = [], 0
        for place in sorted(places, key=lambda place: (place.start, place.end)):
            before = cell.code[place.start : place.end]
            line = bisect.bisect_right(cell.starts, place.start)
            rewritten.edits.append(Edit(line, before, place.after, place.why))
            out += [cell.code[end : place.start], place.after]
            end = place.end
        rewritten.code = "".join([*out, cell.code[end:]])
        return _Cell(rewritten.code)

    def _imports_of_d2l(self) -> None:
        """Bring ``import d2l`` into the form of d2l 1.0.3, or drop it where nothing uses it."""
        cells = [_Cell(rewritten.code) for rewritten in self.result]
        used = any(cell.problem for cell in cells) or any(
            _name(node) in self.d2l and isinstance(node.ctx, ast.Load)
            for cell in cells
            for node in ast.walk(cell.tree)
            if isinstance(node, ast.Name)
        )
        if not used:
            self.libraries.discard("d2l")
        for cell, rewritten in zip(cells, self.result):
            places = []
            for node, old in _imports_of_d2l(cell):
                if not _by_itself(node, cell):
                    continue
                start, end = cell.span(node)
                if not used and (old or node.names[0].name == "mxnet"):
                    end = min(cell.starts[node.end_lineno], len(cell.code))
                    places.append(_Place(start, end, "", "nothing here uses d2l any more"))
                elif old:
                    text = f"from d2l import mxnet as {node.names[0].asname or 'd2l'}"
                    places.append(_Place(start, end, text, "d2l 1.0.3 has a module for each"))
            if places:
                self._apply(cell, rewritten, places)

    def _definitions(self) -> None:
        """Write each helper over the first statement that uses it."""
        for number, rewritten in enumerate(self.result):
            names = [n for n in HELPERS if self.brings.get(n) == number]
            if not names:
                continue
            cell = _Cell(rewritten.code)
            user = next(
                statement
                for statement in cell.tree.body
                if any(_name(node) in names for node in ast.walk(statement))
            )
            at = cell.above(user)
            before = "\n" * (2 - len(cell.code[:at]) + len(cell.code[:at].rstrip("\n")) + 1)
            text = "\n\n".join(HELPERS[name][1] for name in names)
            why = "what the old function did, with what the book has"
            place = _Place(at, at, f"{before if at else ''}{text}\n\n", why)
            self._apply(cell, rewritten, [place])

    def _imports(self) -> None:
        """Write the imports over the first statement of the page."""
        wanted = [line for needed in self.brings for line in _lines(needed)]
        if self.libraries & {"mxnet", "d2l"} and "recurrent" not in self.libraries:
            if not any("recurrent" in line for line in wanted):
                wanted.append(FIRST)
        cells = [_Cell(rewritten.code) for rewritten in self.result]
        at = next((n for n, cell in enumerate(cells) if cell.tree.body), None)
        if not wanted or at is None:
            return
        cell, rewritten = cells[at], self.result[at]
        has = set(map(ast.unparse, _single(cell.tree.body)))
        groups: dict[int, dict[str, list[str]]] = {}
        for line in sorted(set(wanted) - has):
            module, _, names = line.partition(" import ")
            rank = 1 if "recurrent" in module else 2 if "mxnet" in module else 0
            groups.setdefault(rank, {}).setdefault(module, []).append(names)
        blocks = [
            "\n".join(f"{m} import {', '.join(ns)}" if ns[0] else m for m, ns in group.items())
            for _, group in sorted(groups.items())
        ]
        body = [s for s in cell.tree.body if not _is_opening(s)]
        if blocks and body:
            start = cell.above(body[0])
            why = "what the new code needs; the book imports recurrent before MXNet"
            text = "\n\n".join(blocks) + ("\n" if 2 in groups else "\n\n")
            self._apply(cell, rewritten, [_Place(start, start, text, why)])


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _first(node: ast.stmt) -> int:
    """Return the line where a statement begins, its decorators included."""
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])


def _imports_of_d2l(cell: _Cell) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Yield the imports of d2l, and of each whether it is of the old form."""
    for node in ast.walk(cell.tree):
        if isinstance(node, ast.Import) and any(alias.name == "d2l" for alias in node.names):
            yield node, True
        elif isinstance(node, ast.ImportFrom) and node.module == "d2l":
            yield node, False


def _by_itself(node: ast.Import | ast.ImportFrom, cell: _Cell) -> bool:
    """Whether an import stands alone and brings one name."""
    return cell.alone(node) and len(node.names) == 1


def _lines(needed: str) -> tuple[str, ...]:
    return HELPERS[needed][0] if needed in HELPERS else (needed,)


def _single(statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the imports among statements, one for each name."""
    for node in statements:
        if isinstance(node, ast.Import):
            yield from (ast.Import([alias]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (ast.ImportFrom(node.module, [a], node.level) for a in node.names)


def _is_opening(node: ast.stmt) -> bool:
    """Whether a statement has to stay the first: a docstring, or one of the future."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__"
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)


def _arguments(cell: _Cell, call: ast.Call, rule: Rule) -> dict[str, str] | None:
    """Return the arguments of a call by the rule's names, None where they do not fit."""
    names = [name.split("/") for name in rule.takes.split()]
    if len(call.args) > len(names) or any(isinstance(a, ast.Starred) for a in call.args):
        return None
    given = {aliases[0]: cell.text(value) for aliases, value in zip(names, call.args)}
    for keyword in call.keywords:
        aliases = next((a for a in names if keyword.arg in a), None)
        if aliases is None or aliases[0] in given:
            return None
        given[aliases[0]] = cell.text(keyword.value)
    return given if set(re.findall(r"\{(\w+)\}", rule.form)) <= set(given) else None
