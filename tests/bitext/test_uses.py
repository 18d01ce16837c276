"""Each rule of what counts as used, by an edit of the toy book that does or does not matter."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from bitext.dependencies import inputs
from bitext.uses import trace

NUMBERS = '''\
"""Numbers."""

import math
from functools import lru_cache

LIMIT = 10
UNUSED = 3


def logged(f):
    return f


def shrink(x, by=2):
    return x / by


def half(x):
    """Return half of x."""
    return shrink(x)  # by two


@lru_cache
def double(x):
    return min(2 * x, LIMIT)


@logged
def triple(x):
    return 3 * x


def root(x):
    return math.sqrt(x)


class Number:
    def show(self):
        return "number"


class Even(Number):
    @property
    def name(self):
        return "even"


def make() -> Number:
    UNUSED = [half for half in range(3)]
    return len(UNUSED)
'''


@pytest.fixture
def toy(book_folder):
    write(book_folder, "toy/numbers.py", NUMBERS)
    return book_folder


def write(settings, name, text):
    path = settings.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def notebook(*cells):
    return new_notebook(cells=[new_code_cell(cell) for cell in cells])


def matters(settings, cells, old, new, name="toy/numbers.py"):
    """Whether a notebook is executed again when `old` becomes `new` in a module."""
    path = settings.root / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1, old
    made = notebook(*([cells] if isinstance(cells, str) else cells))
    before = inputs(made, settings)
    path.write_text(text.replace(old, new), "utf-8")
    after = inputs(made, settings)
    path.write_text(text, "utf-8")
    assert inputs(made, settings) == before
    return after != before


HALF = "return shrink(x)  # by two", "return 0 + shrink(x)"
SHRINK = "return x / by", "return x * (1 / by)"
ROOT = "math.sqrt(x)", "x**0.5"


@pytest.mark.parametrize(
    "cell",
    [
        "from toy.numbers import half\nhalf(3)",
        "from toy.numbers import half as h\nh(3)",
        "from toy import numbers\nnumbers.half(3)",
        "from toy import numbers as n\nprint(n.half(3))",
        "import toy.numbers\ntoy.numbers.half(3)",
        "import toy.numbers as n\nn.half(3)",
        "def f():\n    from toy.numbers import half\n    return half(3)",
        "import toy.numbers as n\nlist(map(n.half, [3]))",
        "import toy.numbers as n\nfunction = n.half",
        "from toy.numbers import half\n%time half(3)",
        "from toy.numbers import half\nx = %timeit -o half(3)",
        "%%time\nfrom toy.numbers import half\nhalf(3)",
    ],
)
def test_a_function_counts_by_whatever_name_it_is_called_and_no_other_does(toy, cell):
    assert matters(toy, cell, *HALF)
    assert matters(toy, cell, *SHRINK), "what it calls counts too"
    assert not matters(toy, cell, *ROOT)
    assert not matters(toy, cell, "UNUSED = 3", "UNUSED = 4")
    assert not matters(toy, cell, "import math\n", "import math\nimport json\n")


def test_cells_share_their_names(toy):
    assert matters(toy, ["from toy.numbers import half", "half(3)"], *HALF)


def test_an_import_that_nothing_reads_counts_for_what_it_does_alone(toy):
    cell = "from toy.numbers import half"
    assert not matters(toy, cell, *HALF)
    assert matters(toy, cell, "UNUSED = 3", "UNUSED = 3\nprint(UNUSED)")


def test_constants_decorators_defaults_and_base_classes_count(toy):
    double = "from toy.numbers import double; double(3)"
    assert matters(toy, double, "LIMIT = 10", "LIMIT = 11")
    assert matters(toy, double, "@lru_cache\n", "")
    assert matters(toy, "from toy.numbers import half; half(3)", "by=2", "by=3")
    even = "from toy.numbers import Even; Even().show()"
    assert matters(toy, even, 'return "number"', 'return "a number"')
    assert matters(toy, even, 'return "even"', 'return "odd"')
    triple = "from toy.numbers import triple; triple(3)"
    assert matters(toy, triple, "return f\n", "return lambda x: f(x)\n")


def test_docstrings_comments_annotations_and_layout_do_not_count(toy):
    cell = "from toy.numbers import half, make; half(3); make()"
    assert not matters(toy, cell, '"""Return half of x."""', '"""Return x / 2."""')
    assert not matters(toy, cell, "# by two", "# by 2")
    assert not matters(toy, cell, '"""Numbers."""', '"""All numbers."""')
    assert not matters(toy, cell, "return shrink(x)", "\n    return shrink(  x )")
    assert not matters(toy, cell, 'return "number"', 'return "a number"'), "make() -> Number"


@pytest.mark.parametrize(
    "cell",
    ["help(half)", "half?", "print(half.__doc__)", "import inspect; inspect.getsource(half)"],
)
def test_docstrings_count_where_code_looks_at_them(toy, cell):
    cell = f"from toy.numbers import half\n{cell}"
    assert matters(toy, cell, '"""Return half of x."""', '"""Return x / 2."""')


def test_names_of_a_function_hide_those_of_its_module(toy):
    cell = "from toy.numbers import make; make()"
    assert not matters(toy, cell, "UNUSED = 3", "UNUSED = 4")
    assert not matters(toy, cell, *HALF)
    cell = "from toy.numbers import half, root\ndef f(root):\n    return [half for half in root]"
    assert not matters(toy, cell, *HALF)
    assert not matters(toy, cell, *ROOT)
    cell += "\ndef g(x):\n    y = [root for root in x]\n    return root(x)"
    assert matters(toy, cell, *ROOT), "a comprehension hides its name in itself alone"


def test_a_walrus_binds_in_the_function_around_the_comprehension(toy):
    cell = "from toy.numbers import half\ndef f(xs):\n    [half := x for x in xs]\n    return half"
    assert not matters(toy, cell, *HALF)


def test_a_call_at_the_top_of_an_imported_module_counts_with_what_it_calls(toy):
    write(toy, "toy/__init__.py", "from toy import setup\n\nsetup.begin()\n")
    write(
        toy, "toy/setup.py", "def begin():\n    go()\n\n\ndef go():\n    pass\n\n\ndef no(): ...\n"
    )
    cell = "from toy.numbers import half; half(3)"
    assert matters(toy, cell, "pass", "print(1)", "toy/setup.py")
    assert matters(toy, cell, "setup.begin()", "pass", "toy/__init__.py")
    assert not matters(toy, cell, "def no(): ...", "def no(): pass", "toy/setup.py")


@pytest.mark.parametrize(
    "statement",
    [
        "X = start()",
        "for x in (): pass",
        "if start():\n    X = 3",
        "X[0] = 1",
        "@register\ndef f(): pass",
        "import plugin",
    ]
    + ["class C(metaclass=M): pass", "class C:\n    x = start()", "def f(x=start()): pass"],
)
def test_a_statement_that_may_have_an_effect_counts(toy, statement):
    cell = "from toy.numbers import root; root(4)"
    assert matters(toy, cell, "UNUSED = 3", statement)


@pytest.mark.parametrize(
    "statement",
    ["X = 4", "X: int = 4", "A, B = 1, [2]", "X = re.compile('a')", "import json", "'text'"]
    + ["if LIMIT > 3:\n    import json\nelse:\n    X = 4", "try:\n    X = 4\nexcept E: pass"]
    + ["@dataclass(frozen=True)\nclass C(B):\n    x: int = 3", "def f(x=(1, 2)): return start()"]
    + ["if __name__ == '__main__':\n    start()", "def f():\n    global X\n    X = 3"],
)
def test_a_definition_that_nothing_reads_does_not_count(toy, statement):
    cell = "from toy.numbers import root; root(4)"
    assert not matters(toy, cell, "UNUSED = 3", statement)


def test_what_a_package_imports_counts_as_it_is_loaded_before_its_modules(toy):
    write(toy, "toy/__init__.py", "import toy.other\n")
    write(toy, "toy/other.py", "CONSTANT = 1\n")
    cell = "from toy.numbers import half\nhalf(1)"
    assert matters(toy, cell, "import toy.other", "pass", "toy/__init__.py")


def test_names_are_followed_through_a_package_that_passes_them_on(toy):
    write(toy, "toy/__init__.py", "from .numbers import half as h\nfrom toy import other\n")
    write(toy, "toy/other.py", "from .numbers import shrink\n\n\ndef f(x):\n    return shrink(x)\n")
    for cell in ("import toy; toy.h(3)", "from toy import h; h(3)", "from toy import *\nh(3)"):
        assert matters(toy, cell, *HALF), cell
        assert matters(toy, cell, *SHRINK), cell
    assert matters(toy, "import toy; toy.other.f(3)", *SHRINK)
    assert not matters(toy, "import toy; toy.other.f(3)", *HALF)


def test_what_an_import_stands_for_counts(toy):
    write(toy, "toy/__init__.py", "from toy.numbers import half as f\n")
    cell = "from toy import f; f(3)"
    assert matters(toy, cell, "half as f", "root as f", "toy/__init__.py")
    write(toy, "toy/other.py", "from math import floor as f\n\n\ndef g(x):\n    return f(x)\n")
    cell = "from toy.other import g; g(3)"
    assert matters(toy, cell, "floor as f", "ceil as f", "toy/other.py")


@pytest.mark.parametrize(
    "text",
    [
        "from toy.numbers import *\n\n\ndef f(x):\n    return half(x)\n",
        "def f(x):\n    from toy.numbers import half\n\n    return half(x)\n",
        "if 1 > 0:\n    from toy.numbers import half as g\n\n\ndef f(x):\n    return g(x)\n",
    ],
)
def test_names_are_followed_through_imports_of_every_kind_in_modules(toy, text):
    write(toy, "toy/other.py", text)
    assert matters(toy, "from toy.other import f; f(3)", *HALF)


def test_a_star_brings_what_the_module_has_imported(toy):
    write(toy, "toy/other.py", "from toy.numbers import half\n")
    assert matters(toy, "from toy.other import *\nhalf(3)", *HALF)


def test_the_condition_of_an_import_counts(toy):
    text = "if 1 > 0:\n    from math import floor as g\n\n\ndef f(x):\n    return g(x)\n"
    write(toy, "toy/other.py", text)
    assert matters(toy, "from toy.other import f; f(3)", "1 > 0", "2 > 1", "toy/other.py")
    assert not matters(toy, "import toy.other", "1 > 0", "2 > 1", "toy/other.py")


@pytest.mark.parametrize(
    "cell",
    [
        "from toy.numbers import *",
        "import toy.numbers as n; getattr(n, 'root')(4)",
        "import toy.numbers as n; print(n)",
        "import toy; dir(toy)",
        "from toy.numbers import half; eval('x')",
        "from importlib import import_module; import_module('toy.numbers')",
        "import sys; sys.modules['toy.numbers']",
        "from toy import numbers; numbers.nowhere",
        "!python -m toy.numbers",
        "%run ../toy/numbers.py",
        "this is ( no Python toy.numbers",
    ],
)
def test_where_a_use_cannot_be_told_the_whole_module_counts(toy, cell):
    assert matters(toy, cell, *ROOT)
    assert matters(toy, cell, "UNUSED = 3", "UNUSED = 4")


def test_a_module_that_a_function_passes_around_counts_as_a_whole(toy):
    text = "from toy import numbers\n\n\ndef f(name):\n    return getattr(numbers, name)\n"
    write(toy, "toy/other.py", text)
    assert matters(toy, "from toy.other import f; f('root')", *ROOT)


def test_a_module_that_is_not_imported_does_not_count(toy):
    assert not matters(toy, "import numpy\n%matplotlib inline\n!ls", *ROOT)
    assert not matters(toy, "import toy.text", *ROOT)


def test_what_python_m_runs_counts_for_code_that_names_its_module(toy):
    text = (
        "def f():\n    return __name__\n\n\ndef g(): ...\n\n\nif __name__ == '__main__':\n    g()\n"
    )
    write(toy, "toy/other.py", text)
    assert matters(toy, "from toy.other import f; f()", "g(): ...", "g(): pass", "toy/other.py")
    assert not matters(toy, "from toy.other import g; g", "    g()\n", "    f()\n", "toy/other.py")


def test_a_global_that_a_function_sets_is_found(toy):
    write(
        toy, "toy/other.py", "def set():\n    global X\n    X = 3\n\n\ndef get():\n    return X\n"
    )
    assert matters(toy, "from toy.other import get; get()", "X = 3", "X = 4", "toy/other.py")


def test_a_module_with_a_syntax_error_counts_by_its_text(toy):
    write(toy, "toy/other.py", "def f(:\n    pass\n")
    assert matters(toy, "from toy.other import f; f()", "pass", "return", "toy/other.py")


def test_modules_that_import_each_other_come_to_an_end(toy):
    write(toy, "toy/a.py", "from toy import b\n\n\ndef f():\n    return b.g()\n")
    write(toy, "toy/b.py", "from toy import a\n\n\ndef g():\n    return a.f()\n")
    assert matters(toy, "from toy.a import f; f()", "a.f()", "a.f() + 1", "toy/b.py")


def test_data_count_where_something_of_their_module_is_used(toy):
    write(toy, "toy/text.py", "from toy import numbers\n\n\ndef load():\n    return open('a')\n")
    used = trace(notebook("from toy import text, numbers; text.load()"), toy)
    assert [path.name for path in used.data()] == ["a.tsv"]
    assert not list(trace(notebook("from toy import text, numbers; numbers.half(3)"), toy).data())
