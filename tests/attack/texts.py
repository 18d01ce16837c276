"""Kinds of inputs that are texts: sections, pages from elsewhere, PO files, other notebooks."""

from __future__ import annotations

import json
import random
import re
from functools import cache
from pathlib import Path

from bitext import (
    __main__,
    book,
    checks,
    exporting,
    glossary,
    importing,
    ledger,
    memory,
    notebooks,
    pairing,
    po,
    sources,
)
from bitext.findings import SourceError
from tests.attack import oracles
from tests.attack.campaign import Kind, Sample
from tests.attack.corpus import TOP, corpus
from tests.attack.oracles import require
from tests.attack.payloads import LIVE, NASTY, ODD, damaged, mutated, payload, reference
from tests.attack.room import Room
from tests.conftest import HEADER, SECTION

PAGE = "chapter_toy/page.md"
NAMES = ["page.md", "other.md"]


# ---- sections -----------------------------------------------------------------------------------


def make_section(rng: random.Random) -> Sample:
    """Return a section of the book, or of a few cells, with some edits."""
    if rng.random() < 0.5:
        text = mutated(rng.choice(corpus().sections), rng, ODD, edits=5)
    else:
        bodies = [rng.choice(corpus().cells) for _ in range(2)] + [payload(rng)]
        rng.shuffle(bodies)
        marks = ('{"lang": "en"}', '{"lang": "vi"}', "", '{"lang": "en", "admonition": "note"}')
        cells = [f"+++ {rng.choice(marks)}\n\n{body.strip()}\n\n" for body in bodies]
        text = mutated(HEADER + TOP + "".join(cells), rng, edits=rng.choice((0, 0, 1)), cut=0.02)
    return {"text": text, "all": rng.random() < 0.3}


def make_reference(rng: random.Random) -> Sample:
    """Return a small section with one reference to a file."""
    named = reference(rng)
    code = "{code-cell}" in named
    cell = named if code else f'+++ {{"lang": "en"}}\n\nA word. {named}'
    if not code and rng.random() < 0.5:
        cell = f'+++ {{"lang": "en"}}\n\nA word.\n\n+++ {{"lang": "vi"}}\n\n{named}'
    return {"text": f"{HEADER}{TOP}{cell}\n", "all": rng.random() < 0.1}


def run_section(sample: Sample, room: Room) -> list[str]:
    """Read a section as a build does, compose and pair it, check and export it."""
    path = room.write(PAGE, room.here(sample["text"]))
    book.prepare(room.settings, execute=False)
    section = sources.read(path, room.root)
    composed = notebooks.load(path.with_suffix(".ipynb"))
    _is_whole(section, composed)
    words = (cell.text for cell in section.cells if cell.kind == "markdown")
    oracles.contained(words, path.parent, room.root)
    out = [notebooks.text(composed), notebooks.text(pairing.pair(composed))]
    if sample["all"]:
        context = checks.Context(room.settings, _glossary())
        if findings := checks.check_section(section, context):
            wrong = oracles.complaint(SourceError(findings), ())
            require(not wrong, "message", wrong)
        out += [exporting.write(section), memory.export([section], room.settings, translated=True)]
        _survives(section, po.export(section, room.settings))
    return out


@cache
def _glossary() -> glossary.Glossary:
    return glossary.Glossary(tuple(glossary.parse(corpus().tables["glossary"][0])[0]))


def _is_whole(section: sources.Section, composed) -> None:
    """Require that a notebook has the cells of its section, each with all of its words."""
    require(len(composed.cells) == len(section.cells), "loss", "a cell is lost")
    for cell, made in zip(section.cells, composed.cells):
        if "{glue:" not in cell.text and "%load" not in cell.text:
            require(made.source == cell.text, "loss", f"a cell has changed: {cell.text!r:.200}")


def _survives(section: sources.Section, catalog: str) -> None:
    """Require that a PO file holds the pairs of a section."""
    entries = po.parse(catalog.encode("utf-8", "surrogatepass"), "page.po")
    found = [(entry.msgid, entry.msgstr) for entry in entries]
    pairs = [(p.en.text, p.vi.text if p.vi else "") for p in section.pairs() if p.en.text]
    require(found == pairs, "loss", f"a PO file has {len(found)} of {len(pairs)} pairs as they are")


def make_front(rng: random.Random) -> Sample:
    """Return a section whose header has been edited: YAML that a stranger has written."""
    lines = HEADER.rstrip("\n").split("\n")
    for _ in range(rng.randint(1, 4)):
        key = rng.choice(("jupytext", "kernelspec", "name", "myst", "substitutions", "html_meta"))
        value = rng.choice((payload(rng), rng.choice(ODD), "{a: [1, {b: 2}]}", "|\n    x\n    y"))
        indent = " " * rng.choice((0, 2, 4))
        lines.insert(rng.randint(1, len(lines)), f"{indent}{key}: {value}")
    return {"text": mutated("\n".join(lines) + "\n\n", rng, ODD, 1, 0.05) + SECTION[len(HEADER) :],
            "all": False}  # fmt: skip


# ---- pages from elsewhere -----------------------------------------------------------------------


def make_page(form: str):
    """Return a maker of pages of one form, with some edits."""

    def make(rng: random.Random) -> Sample:
        text = mutated(rng.choice(corpus().pages[form]), rng, NASTY, edits=7)
        other = ""
        if form == "D2L" and rng.random() < 0.15:
            other = mutated(rng.choice(corpus().pages["template"]), rng, NASTY, edits=2)
        lang = rng.choice((None, None, "en", "vi"))
        again = rng.random() < 0.1
        return {"text": text, "other": other, "lang": lang, "again": again, "names": NAMES}

    return make


def make_html(rng: random.Random) -> Sample:
    """Return a page of WordPress made of tags, of what is alive, and of words."""
    tags = "p b em code ul ol li h2 pre table tr td figure figcaption blockquote a div span svg"
    pieces = [f"<{tag}>" for tag in tags.split()] + [f"</{tag}>" for tag in tags.split()]
    pieces += ["<img src=a.png>", "<br>", "&lt;", "&#0;", "&", "<", ">", "$latex a$", "chữ", "\n\n"]
    words = [rng.choice((*pieces, *pieces, *NASTY, *LIVE)) for _ in range(rng.randint(1, 25))]
    words.insert(rng.randint(0, len(words)), reference(rng))
    text = "<!-- wp:paragraph -->\n" + "".join(words)
    again = rng.random() < 0.1
    return {"text": text, "other": "", "lang": "vi", "again": again, "names": NAMES}


def run_page(sample: Sample, room: Room) -> list[str]:
    """Import a page; require that nothing is lost and nothing is alive in what comes of it."""
    text, other = room.here(sample["text"]), sample["other"]
    options = {"other": (other, "other.md")} if other else {"lang": sample["lang"]}
    imported = importing.convert(text, "page.md", works={"elman1990"}, **options)
    section = oracles.whole(text, imported, other)
    oracles.tame(cell.text for cell in section.cells if cell.kind == "markdown")
    if sample["again"]:
        again = importing.convert(text, "page.md", works={"elman1990"}, **options)
        require(again.text == imported.text, "loss", "a second import is another")
    return [imported.text, str(imported.report)]


def make_file(rng: random.Random) -> Sample:
    """Return a file of any kind, under any name, which is said to be a page."""
    which = rng.random()
    if which < 0.45:
        content = damaged(rng.choice(corpus().notebooks).encode(), rng)
        name = rng.choice(("page.ipynb", "page.md", "page (1).ipynb"))
    elif which < 0.5:
        content = json.dumps(_odd_notebook(rng)).encode()
        name = "page.ipynb"
    elif which < 0.6:
        content = rng.choice((b"", b"\n\n", b"\x00" * 50, b"%PDF-1.4\n\xff", b"\x89PNG\r\n", b"{}"))
        name = rng.choice(("page.md", "page.html", "page.ipynb", "Trang 1.md", "-.md"))
    else:
        form = rng.choice(tuple(corpus().pages))
        content = damaged(rng.choice(corpus().pages[form]).encode(), rng)
        name = rng.choice(("page.md", "page.html", "a\nb.md", "=1+1.md", "..md", "x" * 200 + ".md"))
    return {"name": name, "bytes": content.decode("latin-1"), "names": [name, Path(name).stem]}


def _odd_notebook(rng: random.Random) -> object:
    """Return JSON that is nearly a notebook."""
    odd = (None, [], {}, 3, "x", -1, {"source": 3}, {"cell_type": "code"}, [[]], True)
    notebook = json.loads(rng.choice(corpus().notebooks))
    for _ in range(rng.randint(1, 3)):
        place = rng.choice([notebook, *notebook["cells"]] if isinstance(notebook["cells"], list)
                           else [notebook])  # fmt: skip
        if isinstance(place, dict) and place:
            place[rng.choice(sorted(place))] = rng.choice(odd)
        if not isinstance(notebook.get("cells"), list):
            break
    return notebook


def run_file(sample: Sample, room: Room) -> list[str]:
    """Import a file by its path, as the command does; the section stays when it comes again."""
    path = room.base / "elsewhere" / sample["name"]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(sample["bytes"].encode("latin-1"))
    try:
        target, report = importing.import_file(path, room.settings, "_build/imported")
        before = target.read_bytes()
        section = sources.read(target, room.root)
        require(section.cells, "loss", "a section without a cell")
        oracles.tame(cell.text for cell in section.cells if cell.kind == "markdown")
        importing.import_file(path, room.settings, "_build/imported")
        require(target.read_bytes() == before, "loss", "a second import has changed the section")
        people = room.root / "translations/people.csv"
        return [before, str(report), people.read_bytes() if people.is_file() else b""]
    finally:
        path.unlink()


# ---- PO files -----------------------------------------------------------------------------------


def make_catalog(rng: random.Random) -> Sample:
    """Return a section and its PO file, translated anew and damaged; and another version of it."""
    text, catalog = rng.choice(corpus().catalogs)
    for _ in range(rng.randint(0, 3)):
        old = rng.choice(re.findall(r'^"[^"\n]{8,}"$|^msgstr "[^"\n]+"$', catalog, re.MULTILINE))
        at = rng.randint(8, len(old) - 1) if len(old) > 9 else len(old) - 1
        new = json.dumps(payload(rng), ensure_ascii=False)[1:-1] if rng.random() < 0.6 else "mới "
        catalog = catalog.replace(old, old[:at] + new + old[at:], 1)
    way = rng.random()
    if way < 0.5:
        content = damaged(catalog.encode("utf-8", "replace"), rng)
    elif way < 0.9:
        pieces = ['"', "\n", '\nmsgstr "x"\n', "\\", "#", "#, fuzzy\n", "#~ ", 'msgctxt "a"\n']
        content = mutated(catalog, rng, pieces, edits=2, cut=0.1).encode("utf-8", "replace")
    else:
        content = catalog.encode("utf-8", "replace")
    now = mutated(text, rng, edits=1, cut=0) if rng.random() < 0.3 else text
    return {"text": text, "now": now, "bytes": content.decode("latin-1"),
            "export": rng.random() < 0.5, "names": ["page.po", "page.md"]}  # fmt: skip


def run_catalog(sample: Sample, room: Room) -> list[bytes]:
    """Bring a PO file into its section, or export the section onto the file."""
    path = room.write(PAGE, sample["now"])
    try:
        before = sources.read(path, room.root)
    except (SourceError, ValueError):
        path = room.write(PAGE, sample["text"])
        before = sources.read(path, room.root)
    source = path.read_bytes()
    file = room.write("_build/po/page.po", room.here(sample["bytes"]).encode("latin-1", "replace"))
    content = file.read_bytes()
    if sample["export"]:
        return _exported_onto(file, content, before, room)
    try:
        po.import_po(file, before, room.settings)
    except SourceError:
        require(path.read_bytes() == source, "loss", "a refused file has changed the section")
        raise
    oracles.unharmed(before, sources.read(path, room.root))
    again = path.read_bytes()
    po.import_po(file, sources.read(path, room.root), room.settings)
    require(path.read_bytes() == again, "loss", "a second import has changed the section")
    return [again]


def _exported_onto(file: Path, content: bytes, section: sources.Section, room: Room) -> list[bytes]:
    """Require that an export onto a file loses no translation that is in it, and settles."""
    try:
        before = po.parse(content, "page.po")
        po.save(section, room.settings)
    except SourceError:
        require(file.read_bytes() == content, "loss", "a refused file is overwritten")
        raise
    once = file.read_bytes()
    kept = {ledger.digest(pair.vi.text) for pair in section.pairs() if pair.vi}
    kept |= {ledger.digest(e.msgstr) for e in po.parse(once, "page.po", whole=True)}
    lost = {ledger.digest(e.msgstr) for e in before if e.is_edited} - kept
    require(not lost, "loss", f"an export loses {len(lost)} translations")
    po.save(section, room.settings)
    require(file.read_bytes() == once, "loss", "a second export is another")
    return [once]


def make_command(rng: random.Random) -> Sample:
    """Return arguments of the command line."""
    names = ["notebooks", "pages", "merge", "terms", "status", "accept", "export", "import"]
    words = ["--help", "po", "tmx", "--to", "--by", "x.md:3", "--shard", "0/0", "--json", "list"]
    words += ["show", "suggest", "", "-", "\x00", "../..", "--lang", "xx", "--on", "2026-02-30"]
    return {
        "arguments": [rng.choice(names), *rng.choices([*words, *NASTY[:30]], k=rng.randint(0, 4))]
    }


@cache
def _parser():
    return __main__.parser()


def run_command(sample: Sample, room: Room) -> list[str]:
    """Parse arguments; what is wrong is told by an exit, never by a traceback."""
    try:
        parsed = _parser().parse_args(sample["arguments"])
    except SystemExit as end:
        if end.code not in (0, None):
            raise ValueError("attack: refused with its usage") from None
        return []
    return [repr(parsed)]


KINDS = [
    Kind("section", 5, make_section, run_section),
    Kind("reference", 14, make_reference, run_section),
    Kind("front matter", 4, make_front, run_section),
    Kind("D2L", 5, make_page("D2L"), run_page),
    Kind("template", 4, make_page("template"), run_page),
    Kind("WordPress", 3, make_page("WordPress"), run_page),
    Kind("HTML", 4, make_html, run_page),
    Kind("file", 5, make_file, run_file),
    Kind("PO", 6, make_catalog, run_catalog),
    Kind("arguments", 5, make_command, run_command),
]
