"""Good inputs: the files of the book itself, in pieces that are quick to read."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bitext import exporting, po, settings, sources
from bitext.sources import Cell, Pair, Section
from tests.bitext.test_d2l import PAGE
from tests.bitext.test_template import TEMPLATE
from tests.conftest import HEADER, ROOT

#: Samples of other people's pages, where they lie beside the project.
SEEDS = ROOT.parent / "shared" / "seeds"
#: Characters of the longest piece.
LONGEST = 6000

WORDPRESS = (
    '<!-- wp:heading -->\n<h2 class="x">Sóng &amp; gió</h2>\n<!-- /wp:heading -->\n\n'
    "<!-- wp:paragraph -->\n<p>Một <strong>câu</strong> với <code>a*b</code> và "
    '<a href="https://e.org/x">một liên kết</a>,<br>$latex h_t$.</p>\n<!-- /wp:paragraph -->\n'
    '<figure><img src="a.png" alt="X"/><figcaption>Hình <em>một</em></figcaption></figure>\n'
    "<ul><li>a<ul><li>b</li></ul></li></ul>\n<pre>x = 1\n  y = 2</pre>\n"
    "<table><tr><td>a|b<td>c<tr><td>d</table>\n"
)


@dataclass
class Corpus:
    """The good inputs, by kind."""

    sections: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    pages: dict[str, list[str]] = field(default_factory=dict)
    catalogs: list[tuple[str, str]] = field(default_factory=list)  # a section and its PO file
    drawings: list[str] = field(default_factory=list)
    notebooks: list[str] = field(default_factory=list)
    tables: dict[str, list[str]] = field(default_factory=dict)


@cache
def corpus() -> Corpus:
    """Return the good inputs; they are read once in a process and the processes that it forks."""
    found = Corpus(pages={"D2L": [PAGE], "template": [TEMPLATE], "WordPress": [WORDPRESS]})
    book = settings.load(ROOT)
    rng = random.Random("corpus")
    for path in sorted(ROOT.glob("chapter_rnn/*.md")):
        for text in _pieces(path, rng):
            found.sections.append(text)
            section = sources.parse(text, path.stem, f"chapter_rnn/{path.name}")
            found.cells += [cell.text for cell in section.cells if cell.kind == "markdown"]
            if len(found.sections) % 4 == 0:
                found.pages["template"].append(exporting.write(section))
                found.catalogs.append((text, po.export(section, book)))
                found.pages["D2L"].append(_english(section))
    for path in sorted(SEEDS.glob("*.txt")):
        found.pages["D2L"].append(path.read_text("utf-8", "replace")[:LONGEST])
    found.drawings = [p.read_text("utf-8") for p in sorted(ROOT.glob("img/*.svg"))]
    found.drawings = [*_plots(), *sorted(found.drawings, key=len)[:9] * 2]
    found.notebooks = [_shortened(p) for p in sorted(ROOT.glob("chapter_rnn/*.ipynb"))]
    found.tables = {
        "glossary": _rows(ROOT / "translations/glossary.csv", 40),
        "ledger": [p.read_text("utf-8")[:3000] for p in sorted(ROOT.glob("translations/ledger/*"))],
        "people": [(ROOT / "translations/people.csv").read_text("utf-8")],
        "results": [(ROOT / "chapter_rnn/results.toml").read_text("utf-8")[:2000]],
        "settings": [(ROOT / "pyproject.toml").read_text("utf-8")],
        "config": [(ROOT / "_config.yml").read_text("utf-8")],
        "toc": [(ROOT / "_toc.yml").read_text("utf-8")],
        "sentences": _lines(ROOT / "corpora/story/01.tsv", 12),
    }
    return found


def _pieces(path: Path, rng: random.Random) -> list[str]:
    """Return short sections, each of some neighbouring pairs and cells of a real one."""
    section = sources.read(path, ROOT)
    items, found, at = list(section.items()), [], 0
    while at < len(items):
        size = rng.randint(1, 4)
        text = HEADER + TOP + "".join(map(_written, items[at : at + size]))
        if len(text) <= LONGEST:
            found.append(text)
        at += size
    return found


#: The one work that the small book knows.
BIB = "bib-elman1990"
#: What every short section begins with.
TOP = '+++ {"lang": "en", "label": "sec-a"}\n\n# A\n\n+++ {"lang": "vi"}\n\n# B\n\n'


def _alone(text: str) -> str:
    """Return the text of a cell without what only the whole book has: labels, numbers, drawings."""
    text = re.sub(r"\]\(#(bib-)?[\w-]+\)", lambda m: f"](#{BIB if m[1] else 'sec-a'})", text)
    text = re.sub(r"\{glue:text\}`[^`]*`", "1", text)
    return re.sub(r"\]\(\.\./img/[^)]*\)", "](../img/a.svg)", text)


def _written(item: Pair | Cell) -> str:
    """Return the source of a pair or a cell; code that lives in another file is left out."""
    if isinstance(item, Pair):
        return "".join(_written(cell) for cell in (item.en, item.vi) if cell is not None)
    if item.kind == "code":
        if "%load" in item.text or item.label:
            return ""
        ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", item.text)), default=0))
        tags = f":tags: {json.dumps(item.tags)}\n\n" if item.tags else ""
        return f"{ticks}{{code-cell}}\n{tags}{item.text}\n{ticks}\n\n"
    kept = {key: item.metadata[key] for key in ("lang", "admonition") if key in item.metadata}
    return f"+++ {json.dumps(kept)}\n\n{_alone(item.text)}\n\n"


def _english(section: Section) -> str:
    """Return the English of a section as a page of its own."""
    return "\n\n".join(exporting.old(pair.en.text, "en") for pair in section.pairs())


def _shortened(path: Path) -> str:
    """Return a notebook with a few of its cells and short outputs."""
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"] = notebook["cells"][:6]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            short = len(str(cell["outputs"])) < 2000
            cell["outputs"] = cell["outputs"][:1] if short else []
    return json.dumps(notebook, ensure_ascii=False, indent=1)


def _rows(path: Path, size: int) -> list[str]:
    """Return tables with the header of one and some of its rows each."""
    header, *rows = csv.reader(io.StringIO(path.read_text("utf-8")))
    found = []
    for at in range(0, len(rows), size):
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([header, *rows[at : at + size]])
        found.append(out.getvalue())
    return found


def _lines(path: Path, size: int) -> list[str]:
    header, *rows = path.read_text("utf-8").rstrip("\n").split("\n")
    return ["\n".join([header, *rows[:size], ""])]


def _plots() -> list[str]:
    """Return plots of matplotlib, as the runs of the book have drawn them."""
    found = []
    for path in sorted(ROOT.glob("chapter_rnn/*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for output in cell.get("outputs", ()):
                drawn = "".join(output.get("data", {}).get("image/svg+xml", ()))
                if 0 < len(drawn) < 40_000:
                    found.append(drawn)
                    break
        if len(found) >= 6:
            break
    return found
