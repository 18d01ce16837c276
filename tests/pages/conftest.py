"""A real book, built once from the real packages, and a browser without a network."""

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import matplotlib
import pytest
from nbformat.v4 import new_output

from bitext import dependencies, ledger, notebooks, people, printing, settings, sources
from bitext.execution import store
from tests.conftest import ROOT

matplotlib.use("svg")

from matplotlib.figure import Figure
from mxnet import init, np, npx

from living.export import MIME, make
from recurrent.machine import randomness
from recurrent.networks.model import KINDS, RNNLM
from recurrent.text.vocabulary import Vocabulary

npx.set_np()

try:
    from playwright import sync_api
except ImportError:
    sync_api = None

BOOK = Path(__file__).parent / "book"
#: What the code cells of the sample have printed, shown or drawn, in their order.
PRINTED = {
    0: "a line\na very long line: " + " ".join(map(str, range(90))) + "\n",
    2: "hidden, all of it\n",
    3: "hidden input\n",
    4: "hidden output\n",
}
MODES = ("vi", "both", "en")
WIDE, NARROW = (1440, 900), (360, 740)


def plot() -> str:
    """Return a plot as matplotlib draws it, with labels in both languages."""
    settings = {"svg.fonttype": "none", "svg.hashsalt": "sample"}
    with matplotlib.rc_context(settings):
        figure = Figure(figsize=(5, 3))
        axes = figure.add_subplot()
        axes.plot([1, 2, 3], [9, 6, 5], label="training | huấn luyện")
        axes.plot([1, 2, 3], [9, 7, 6.8], "--", label="held-out | kiểm định")
        axes.set(xlabel="epoch | epoch", ylabel="loss | mất mát", title="$W_{xh}$ in it")
        axes.grid()
        axes.legend()
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()


def table() -> str:
    """Return a table as pandas shows one."""
    cells = "".join(f"<td>{number}234567</td>" for number in range(14))
    return f'<table border="1" class="dataframe"><tbody><tr><th>0</th>{cells}</tr></tbody></table>'


def write_outputs(root: Path) -> None:
    """Write the notebook of the sample as if its code had run."""
    path = root / "chapter_sample" / "everything.md"
    notebook = notebooks.compose(sources.read(path, root), root)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code):
        cell.execution_count = number + 1
        if number in PRINTED:
            cell.outputs = [new_output("stream", name="stdout", text=PRINTED[number])]
        elif number == 1:
            drawn = {"image/svg+xml": plot(), "text/plain": "<Figure>"}
            printed = new_output("stream", name="stdout", text="printed before a plot\n")
            cell.outputs = [printed, *(new_output("display_data", drawn) for _ in range(2))]
        else:
            cell.outputs = [new_output("display_data", {"text/html": table(), "text/plain": "0"})]
    notebooks.save(notebook, path.with_suffix(".ipynb"))


#: What the models of the sample have read: their letters, for they are not trained.
LETTERS = {"en": "the old man looked at it. ", "vi": "ông lão nhìn chiếc đồng hồ, bế cả nó. "}


def write_models(root: Path) -> None:
    """Keep a run of the page with models, as if this machine had trained them."""
    path = root / "chapter_sample" / "living.md"
    notebook = notebooks.compose(sources.read(path, root), root)
    outputs = []
    for kind in ("gru", "lstm"):
        for lang, text in LETTERS.items():
            vocab = Vocabulary(text)
            randomness.seed(1)
            model = RNNLM(KINDS[kind], len(vocab), num_hiddens=24, num_layers=2, embed_size=8)
            model.initialize(init.Normal(0.6))
            model(np.zeros((1, 1), dtype="int32"), model.begin_state(1))
            output, _ = make(model, vocab, f"toy-{kind}-{lang}", text * 3, text.split(",")[0])
            outputs.append(new_output("display_data", {MIME: output}))
    next(cell for cell in notebook.cells if cell.cell_type == "code").outputs = outputs
    notebook.metadata["bitext"] |= {"inputs": "", "seconds": 1.0}
    found = settings.load(root)
    store(found).put("living", dependencies.key(notebook, found), notebook)


def write_long_page(root: Path) -> None:
    """Add pairs of many lengths, with code and figures between them, to the long page."""
    path = root / "chapter_sample" / "long.md"
    parts = [path.read_text("utf-8")]
    for number in range(1, 41):
        english = f"Pair {number}. " + "An English sentence of some length stands here. " * (
            number % 7 + 1
        )
        vietnamese = f"Cặp {number}. " + "Ở đây có một câu tiếng Việt dài hơn thế một chút. " * (
            (number * 5) % 9 + 1
        )
        heading = number % 4 == 0
        parts.append(
            '+++ {"lang": "en"}\n\n' + f"## Part {number}\n\n" * heading + f"{english}\n\n"
            '+++ {"lang": "vi"}\n\n' + f"## Phần {number}\n\n" * heading + f"{vietnamese}\n"
        )
        if number % 5 == 0:
            parts.append(f"```{{code-cell}}\nprint({number})\n```\n")
    path.write_text("\n".join(parts), "utf-8")


def write_ledger(root: Path) -> None:
    """Record the long page, of which a pair has been read since and another one has changed."""
    book, path = settings.load(root), root / "chapter_sample" / "long.md"
    people.add(["The authors", "Lê Thị Lan"], book)
    ledger.record(sources.read(path, root), book, "the-authors")
    path.write_text(path.read_text("utf-8").replace("Pair 3.", "The third pair."), "utf-8")
    section = sources.read(path, root)
    ledger.accept(section, book, [section.pairs()[1].en.line], "le-thi-lan")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the sample book's pages."""
    root = tmp_path_factory.mktemp("book")
    shutil.copytree(BOOK, root, dirs_exist_ok=True)
    shutil.copytree(ROOT / "img", root / "img")
    shutil.copy(ROOT / "_config.yml", root)
    (root / "pyproject.toml").write_text("[tool.bitext]\n", "utf-8")
    (root / "requirements.txt").write_text("", "utf-8")
    write_long_page(root)
    write_ledger(root)
    write_outputs(root)
    write_models(root)
    # Without any PATH, as on a machine where nothing else is installed.
    environment = {**os.environ, "BITEXT_EXECUTE": "off", "PATH": "", "PYTHONPATH": str(ROOT)}
    environment["OMP_NUM_THREADS"] = str(settings.threads())  # which the run depends on
    program = Path(sys.executable).with_name("jupyter-book")
    command = [sys.executable, str(program), "build", str(root), "-W"]
    built = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    return root / "_build" / "html"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a browser that can reach no other host."""
    if sync_api is None:
        _without_browser("no playwright: run 'make test', which installs it")
    options = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ]
    with sync_api.sync_playwright() as playwright:
        try:
            path = printing.chromium(playwright)
        except FileNotFoundError as error:
            _without_browser(str(error))
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


def _without_browser(reason: str) -> NoReturn:
    """Leave the test out, on a CI machine let it fail."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def show(browser: Any) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a page; the page keeps what went wrong in `page.faults`."""
    contexts = []

    def show(path: Path, query: str = "", size: tuple[int, int] = WIDE, **options: Any) -> Any:
        """Open a page of a given size, wait for its fonts, and return it."""
        viewport = {"width": size[0], "height": size[1]}
        if size[0] < 500:
            options = {"has_touch": True, "is_mobile": True, **options}
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.asked = []
        page.on("console", lambda message: page.faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: page.faults.append(f"error: {error}"))
        page.on("requestfailed", lambda request: page.faults.append(f"failed: {request.url}"))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(f"{path.as_uri()}{query}")
        if options.get("java_script_enabled", True):
            page.evaluate("document.fonts.ready.then(() => null)")
        return page

    yield show
    for context in contexts:
        context.close()


def project_pages() -> list[Path]:
    """Return the pages of the project's own book, where it has been built."""
    folder = ROOT / "_build" / "html"
    alone = [
        folder / f"{name}.html"
        for name in ("intro", "glossary", "term-index", "status", "references")
    ]
    found = [*alone, *sorted(folder.glob("chapter_*/*.html"))]
    return [path for path in found if path.is_file()]


@pytest.fixture(
    params=[
        "intro",
        "chapter_sample/everything",
        "chapter_sample/long",
        "chapter_sample/living",
        "chapter_sample/preview",
        "glossary",
        "term-index",
        "status",
        "references",
        "search",
    ]
    + [path.relative_to(ROOT).as_posix() for path in project_pages()]
)
def any_page(request: pytest.FixtureRequest, sample: Path) -> Path:
    """Return each page of the sample, then each page of the project's own book."""
    if request.param.startswith("_build"):
        return ROOT / request.param
    return sample / f"{request.param}.html"


@pytest.fixture
def everything(sample: Path) -> Path:
    """Return the page with everything."""
    return sample / "chapter_sample" / "everything.html"


@pytest.fixture
def living(sample: Path) -> Path:
    """Return the page with models."""
    return sample / "chapter_sample" / "living.html"


@pytest.fixture
def long(sample: Path) -> Path:
    """Return the long page."""
    return sample / "chapter_sample" / "long.html"
