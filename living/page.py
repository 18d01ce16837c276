"""The Sphinx extension: widgets in which the reader uses the models of a page.

In a cell that both languages share, a section writes::

    ```{living} write-on
    :models: deep-lstm deep-gru
    ```

The models are those that :func:`living.export.export` has handed over in a code cell of the same
section, here ``deep-lstm-en``, ``deep-lstm-vi`` and so on; what :func:`living.ahead.export` has
handed over for ``far-ahead`` has no language in its name.  Their files lie beside the pages, in
``_static/living``, and nothing of them is loaded before the reader asks.  Where the section has not
run on this machine there are no models, and the widget says what makes them.

``:figure: fig-inside`` names the figure further up that shows without JavaScript what the widget
shows.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from bitext import __version__, book, cleaning, notebooks
from bitext.page import digest
from bitext.settings import find_root, load
from bitext.sources import SOURCE_LANG, TARGET_LANG
from bitext.words import both
from living.file import script

KEY = "living"
STATIC = Path(__file__).parent / "static"

#: Where the files are, seen from the root of the pages.
FOLDER = "_static/living"

#: Title of each widget and what the reader can do with it: Vietnamese, English.
WIDGETS = {
    "write-on": (
        ("Viết tiếp", "Write on"),
        (
            "Bạn viết đoạn mở đầu, mô hình vừa được huấn luyện viết tiếp ngay trong trang này.",
            "You write a beginning, and the model that was just trained goes on, here in the page.",
        ),
    ),
    "inside": (
        ("Nhìn vào bên trong", "Inside"),
        (
            "Bạn xem từng nút ẩn làm gì trong khi mạng đọc một đoạn văn bản.",
            "You see what each hidden unit does while the network reads a text.",
        ),
    ),
    "back-in-time": (
        ("Ngược dòng thời gian", "Back in Time"),
        (
            "Bạn chọn bán kính phổ, hàm kích hoạt, số bước và chỗ cắt; gradient được tính ngay.",
            "You choose spectral radius, activation, steps and cut; the gradient is computed here.",
        ),
    ),
    "far-ahead": (
        ("Nhìn xa hơn", "Far Ahead"),
        (
            "Bạn chọn số bước; MLP vừa được huấn luyện dự đoán chuỗi ngay trong trang này.",
            "You choose how many steps; the MLP that was just trained predicts the series here.",
        ),
    ),
}

#: Those that need no model.
ALONE = ("back-in-time",)

#: Those whose models predict numbers, in no language.
NUMBERS = ("far-ahead",)

START = ("Mở", "Open")
NO_SCRIPT = (
    "Phần này cần JavaScript; các kết quả in ở trên không cần đến nó.",
    "This part needs JavaScript; the outputs printed above do without it.",
)
SEE_FIGURE = (
    'Phần này cần JavaScript; <a href="#%s">hình ở trên</a> không cần đến nó.',
    'This part needs JavaScript; <a href="#%s">the figure above</a> does without it.',
)
NO_MODELS = (
    "Phần này cần các mô hình do make html huấn luyện; ở bản xem trước, hãy xem kết quả in ở trên.",
    "This part needs the models that make html trains; in a preview see the outputs printed above.",
)
TROUBLE = (
    "Không mở được: một tệp bị thiếu hoặc bị hỏng. Hãy dựng lại sách bằng make html.",
    "It cannot be opened: a file is missing or damaged. Build the book again with make html.",
)

Models = dict[str, dict[str, Any]]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, and what writes the files beside the pages."""
    app.add_config_value("living_code", digest(Path(__file__).parent.glob("*.py")), "env", str)
    app.add_directive(KEY, Living)
    app.connect("html-page-context", add_style, priority=600)  # after that of bitext.words
    app.connect("build-finished", write)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


class Living(SphinxDirective):
    """The directive ``{living} WIDGET``."""

    required_arguments = 1
    option_spec = {
        "models": directives.unchanged_required,
        "figure": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Return the widget as it is before the reader opens it."""
        widget = self.arguments[0]
        if widget not in WIDGETS:
            raise self.error(f"unknown widget {widget!r}: write one of {', '.join(WIDGETS)}")
        wanted = self.options.get("models", "").split()
        if bool(wanted) == (widget in ALONE):
            remedy = "leave out" if wanted else "add"
            raise self.error(f"{widget} {'has' if wanted else 'lacks'} models: {remedy} :models:")
        figure = self.options.get("figure", "")
        if figure and figure not in self.state.document.nameids:
            raise self.error(f"no figure above is labelled {figure!r}: name one that is")
        found = models_of(Path(self.env.srcdir), self.env.docname) if wanted else {}
        heads = {name: model["header"] for name, model in found.items()}
        needed = [name for base in wanted for name in names(widget, base)]
        lacking = [name for name in needed if name not in heads]
        if found and lacking:
            raise self.error(f"no cell of this page exports the model {lacking[0]!r}: export it")
        known = self.env.metadata[self.env.docname]
        first = KEY not in known
        known[KEY] = "widgets"
        up = "../" * self.env.docname.count("/")
        html = box(widget, [] if lacking else list(choices(widget, wanted, heads)), figure)
        if first:
            html += f'<script defer src="{up}{FOLDER}/start.js"></script>'
        return [cleaning.made(html)]


def box(widget: str, models: list[dict[str, str]], figure: str = "") -> str:
    """Return the HTML of a widget; without models it only says what it lacks."""
    title, about = WIDGETS[widget]
    paragraphs = [
        f'<p class="living-title word">{both(title)}</p>',
        f'<p class="living-about word">{both(about)}</p>',
    ]
    if not models and widget not in ALONE:
        paragraphs.append(f'<p class="living-lack word">{both(NO_MODELS)}</p>')
        return f'<div class="living">{"".join(paragraphs)}</div>'
    data = escape(json.dumps(models, ensure_ascii=False))
    no_script = tuple(words % escape(figure) for words in SEE_FIGURE) if figure else NO_SCRIPT
    return (
        f'<div class="living" data-widget="{widget}" data-models="{data}">{"".join(paragraphs)}'
        f'<button type="button" class="living-start word" hidden>{both(START)}</button>'
        f'<noscript><p class="living-lack word">{both(no_script, markup=True)}</p></noscript>'
        f'<p class="living-trouble" role="alert" hidden><span class="word">{both(TROUBLE)}</span> '
        '(<span class="living-what"></span>)</p><div class="living-body"></div></div>'
    )


def names(widget: str, base: str) -> list[str]:
    """Return the models that a widget needs where a section writes `base`."""
    if widget in NUMBERS:
        return [base]
    return [f"{base}-{lang}" for lang in (TARGET_LANG, SOURCE_LANG)]


def choices(
    widget: str, wanted: Iterable[str], heads: dict[str, dict[str, Any]]
) -> Iterable[dict[str, str]]:
    """Yield what a widget has to know of each of its models."""
    for base in wanted:
        for name in names(widget, base):
            if widget in NUMBERS:
                yield {"name": name}
            else:
                head = heads[name]
                title = f"{head['cell'].upper()}, {head['layers']} × {head['hiddens']}"
                lang = name.removeprefix(f"{base}-")
                yield {"base": base, "lang": lang, "name": name, "title": title}


def models_of(srcdir: Path, page: str) -> Models:
    """Return the models that this machine's run of a page has handed over, by their names."""
    settings = load(find_root(srcdir))
    notebook = notebooks.load(settings.root / f"{page}.ipynb")
    ran = book.run_here(notebook, settings) if notebook is not None else None
    found = {}
    for cell in ran.cells if ran is not None else ():
        for output in cell.get("outputs", ()):
            if model := output.get("data", {}).get(notebooks.MODEL):
                found[model["header"]["name"]] = model
    return found


def pages(env: BuildEnvironment) -> list[str]:
    """Return the pages that have widgets."""
    return [page for page in sorted(env.found_docs) if KEY in env.metadata[page]]


def add_style(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doc: Any) -> None:
    """Let a page with widgets load their style sheet."""
    if KEY in app.env.metadata.get(pagename, ()):
        context["stylesheets"] = [*context["stylesheets"], f"{FOLDER}/living.css"]


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write scripts, style sheet and models beside the pages, if there are widgets."""
    if exception is not None or app.builder.format != "html" or not (found := pages(app.env)):
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for path in STATIC.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    for page in found:
        for name, model in models_of(Path(app.srcdir), page).items():
            packed = base64.b64decode(model["data"])
            (folder / f"{name}.js").write_bytes(script(model["header"], packed))
