"""Kinds of inputs that are data: drawings, tables, settings, the store, models of the pages."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import time
from functools import cache
from html import escape
from pathlib import Path

import nbformat

from bitext import (
    checks,
    containment,
    dependencies,
    drawings,
    editions,
    facts,
    figures,
    glossary,
    ledger,
    notebooks,
    people,
    result_tables,
    sanitizing,
    settings,
    sources,
    step,
)
from bitext.findings import SourceError
from bitext.store import store
from tests.attack import oracles
from tests.attack.campaign import Kind, Sample
from tests.attack.corpus import TOP, corpus
from tests.attack.oracles import require
from tests.attack.payloads import LIVE, NASTY, ODD, damaged, mutated, noise, path
from tests.attack.room import Room
from tests.conftest import HEADER, SECTION

# ---- drawings -----------------------------------------------------------------------------------

#: What drawings have been seen to carry.
DRAWN = (
    "<script>go()</script>",
    "<a href='javascript:go()'><text>a | b</text></a>",
    "<a xlink:href='java&#10;script:go()'><rect width='9' height='9'/></a>",
    "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><script>go()</script></body>"
    "</foreignObject>",
    "<image href='{}'/>",
    "<image xlink:href='//evil.test/x.png'/>",
    "<use href='{}#a'/>",
    "<use xlink:href='data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=#a'/>",
    "<style>* { display: none }</style>",
    "<style>@import url({}); text { fill: red }</style>",
    "<style>a{} body, .x > y { background: url({}) } @media print { p { color: red } }</style>",
    "<style>/* } */ html { x: y } a { b: '}' } body { c: d }</style>",
    "<style><![CDATA[ body { fill: url(//evil.test/x) } ]]></style>",
    "<style>&lt;/style&gt;&lt;script&gt;go()&lt;/script&gt;</style>",
    "<rect style='fill: url({})' width='9' height='9'/>",
    "<rect fill='url(//evil.test/x#a)' width='9' height='9'/>",
    "<animate attributeName='href' values='javascript:go()'/>",
    "<set attributeName='onclick' to='go()'/>",
    "<text onclick='go()'>a | b</text>",
    "<text>&lt;script&gt;go()&lt;/script&gt; | b</text>",
    "<title>&lt;img src=x onerror=go()&gt;</title>",
    "<desc><x:script xmlns:x='http://www.w3.org/1999/xhtml'>go()</x:script></desc>",
    "<g xmlns:s='http://www.w3.org/2000/svg'><s:script>go()</s:script></g>",
    "<metadata><iframe xmlns='http://www.w3.org/1999/xhtml' src='javascript:go()'/></metadata>",
    "<filter id='f'><feImage href='{}'/></filter>",
    "<?xml-stylesheet href='{}'?>",
    "<!-- --><text id='x\" onload=\"go()'>a</text>",
)

IN_TAG = (
    " onload='go()'",
    " href='javascript:go()'",
    " style='x:url(//evil.test)'",
    " xmlns='http://www.w3.org/1999/xhtml'",
)


def make_drawing(rng: random.Random) -> Sample:
    """Return a drawing of the book with something put between its elements or into its tags."""
    text = rng.choice(corpus().drawings)
    for _ in range(rng.randint(1, 3)):
        places = [found.start() for found in re.finditer(r"<(?!\?|!)", text)][1:] or [0]
        at = rng.choice(places)
        added = rng.choice(DRAWN).replace("{}", escape(path(rng), quote=True))
        if rng.random() < 0.25:
            at, added = text.find(">", at), rng.choice(IN_TAG)
        text = text[:at] + added + text[at:]
    if "xlink:" in text and "xmlns:xlink" not in text:
        text = text.replace("<svg", '<svg xmlns:xlink="http://www.w3.org/1999/xlink"', 1)
    if rng.random() < 0.2:
        text = mutated(text, rng, LIVE, edits=2, cut=0.05)
    if rng.random() < 0.05:
        text = '<!DOCTYPE svg [<!ENTITY e SYSTEM "{ROOM}/secret.txt">]>' + re.sub(
            r"^<\?xml.*?\?>|<!DOCTYPE[^>]*>", "", text.replace("|", "&e; |", 1)
        )
    alt = rng.choice(("", "Một hình / A figure", rng.choice(LIVE)))
    return {"text": text, "alt": alt, "names": ["a.svg"]}


PICTURE = """{}{}+++ {{"label": "fig-a"}}

![Một hình / A figure](../img/a.svg)

+++ {{"lang": "en"}}

A figure.

+++ {{"lang": "vi"}}

Một hình.
"""


@cache
def _shown() -> sources.Section:
    """Return a section with the picture of `PICTURE`."""
    return sources.parse(PICTURE.format(HEADER, TOP), "page", "chapter_toy/page.md")


def run_drawing(sample: Sample, room: Room) -> list[str]:
    """Put a drawing into a page; one that is none is refused where the page shows it."""
    path_ = room.write("img/a.svg", room.here(sample["text"]))
    findings = drawings.findings(_shown(), room.root)
    try:
        made = figures.inline(sanitizing.read(path_), "svg-1", sample["alt"])
        oracles.drawing_is_tame(made, "svg-1")  # a plot of a run is cleaned without a finding
        oracles.silent([made])
    except sanitizing.NotDrawingError:
        require(findings, "message", "what is no drawing has no finding")
    if findings:
        raise SourceError(findings)
    return [made]


# ---- tables -------------------------------------------------------------------------------------


def make_table(rng: random.Random) -> Sample:
    """Return a table of the book with some cells and some characters of others."""
    name = rng.choice(("glossary", "ledger", "people", "facts", "sentences"))
    if name == "facts":
        rows = [facts.Fact(1, "marker", 0, "Phần 1"), facts.Fact(2, "person", 1, "Lan")]
        text = "cell,kind,part,text\n" + "".join(
            f'{f.cell},{f.kind},{f.part},"{f.text}"\n' for f in rows
        )
    else:
        text = rng.choice(corpus().tables[name])
    if rng.random() < 0.4:
        return {"name": name, "bytes": damaged(text.encode(), rng).decode("latin-1")}
    pieces = [
        ",",
        '"',
        '""',
        "\n",
        "\t",
        "\r\n",
        "<<<<<<< HEAD\n",
        "=cmd|x!A0",
        ";",
        "untranslated",
    ]
    text = mutated(text, rng, [*pieces, *ODD], edits=4)
    return {"name": name, "bytes": text.encode("utf-8", "replace").decode("latin-1")}


def run_table(sample: Sample, room: Room) -> list[str]:
    """Read a table where the book has it."""
    name, content = sample["name"], sample["bytes"].encode("latin-1")
    if name == "glossary":
        room.write(glossary.PATH, content)
        return [repr(glossary.read(room.root).terms)]
    if name == "people":
        room.write("translations/people.csv", content)
        names = people.names(room.settings)
        people.add(["Trần Thị Sóng", "=1+1", "@x", '"a,b"\n', "<b>"], room.settings)
        after = people.names(room.settings)
        lost = [by for by in names if after.get(by) != names[by]]
        require(not lost, "loss", f"people are lost: {lost[:3]}")
        return [repr(after)]
    if name == "facts":
        file = room.write("translations/ledger/page.facts.csv", content)
        found = facts.read(file, room.root)
        facts.save(found, file)
        require(facts.read(file, room.root) == found, "loss", "facts do not survive their file")
        return [file.read_text("utf-8")]
    if name == "sentences":
        file = room.write("corpora/a.tsv", content)
        return [str(finding) for finding in checks.check_corpus(file, room.root)]
    section = sources.parse(SECTION, "page", "chapter_toy/page.md")
    file = room.write("translations/ledger/page.csv", content)
    rows = ledger.read(file, room.root)
    told = ledger.findings(section, room.settings)
    ledger.record(section, room.settings, "authors")
    again = {row.source for row in ledger.read(file, room.root)}
    held = {p.en.text for p in section.pairs()}
    require(held <= again, "loss", "a record loses a pair")
    return [repr(rows), *map(str, told), file.read_text("utf-8")]


def make_names(rng: random.Random) -> Sample:
    """Return names of contributors, as pages from elsewhere have them."""
    names = ["=HYPERLINK(1)", "@thuyen", "+84", "-x", "\tx", "Lan", "", "a\nb", "Đỗ"]
    names += [noise(rng), rng.choice(LIVE), rng.choice(ODD)]
    return {"names": ["people.csv"], "people": rng.choices(names, k=4)}


def run_names(sample: Sample, room: Room) -> list[str]:
    """Add people to those of the book, twice; each is there once and under an id of its own."""
    room.write("translations/people.csv", "id,name,role\nauthors,The Authors,translator\n")
    people.add(sample["people"], room.settings)
    once = people.path(room.settings).read_bytes()
    require(people.add(sample["people"], room.settings) == [], "loss", "someone is added twice")
    require(people.path(room.settings).read_bytes() == once, "loss", "the file has changed")
    rows = list(csv.reader(io.StringIO(once.decode("utf-8"))))
    require(len({row[0] for row in rows}) == len(rows), "loss", "two people have one id")
    return [once]


# ---- settings -----------------------------------------------------------------------------------


def make_settings(rng: random.Random) -> Sample:
    """Return a file of settings with other values."""
    name = rng.choice(("pyproject.toml", "pyproject.toml", "_toc.yml", "results.toml"))
    if name == "pyproject.toml":
        value = rng.choice((json.dumps(path(rng)), json.dumps([path(rng)]), "[]", "0", "-1", "{}",
                            "1e9", "true", '{ a = 1 }', json.dumps(rng.choice(ODD))))  # fmt: skip
        key = rng.choice(("packages", "environment", "timeout", "timeouts.page", "data", "x",
                          f"data.{json.dumps(path(rng))}"))  # fmt: skip
        text = f"[tool.bitext]\n{key} = {value}\n"
        text = mutated(text, rng, ODD, edits=1, cut=0.05) if rng.random() < 0.4 else text
    elif name == "_toc.yml":
        text = corpus().tables["toc"][0]
        for old in rng.sample(re.findall(r"file: (\S+)", text), 2):
            text = text.replace(old, rng.choice((path(rng), rng.choice(ODD))), 1)
        text = mutated(text, rng, ODD, edits=1, cut=0.1)
    else:
        text = corpus().tables["results"][0]
        for old in rng.sample(re.findall(r'"([^"\n]+)"', text), 2):
            text = text.replace(
                f'"{old}"', json.dumps(rng.choice((path(rng), "x:{}", rng.choice(ODD)))), 1
            )
        text = mutated(text, rng, ODD, edits=2, cut=0.1) if rng.random() < 0.5 else text
    return {"name": name, "text": text, "names": [name]}


def run_settings(sample: Sample, room: Room) -> list[str]:
    """Read settings; no path that is accepted leads out of the book."""
    name, text = sample["name"], room.here(sample["text"])
    if name == "_toc.yml":
        room.write(name, text)
        return [repr(editions.order(room.root))]
    if name == "results.toml":
        room.write("chapter_toy/state.md", SECTION)
        section = sources.read(room.root / "chapter_toy/state.md", room.root)
        notebooks.save(notebooks.compose(section, room.root), room.root / "chapter_toy/state.ipynb")
        return [result_tables.show(room.write(f"chapter_toy/{name}", text), room.settings)]
    room.write(name, text)
    found = settings.load(room.root)
    containment.require(found)  # as a build does first
    section = sources.parse(SECTION, "page", "chapter_toy/page.md")
    notebook = notebooks.compose(section, room.root)
    key = dependencies.key(notebook, found)
    for named in (*found.environment, *(p for globs in found.data.values() for p in globs)):
        if Path(named).is_absolute() or ".." in Path(named).parts:
            out = oracles.is_outside(named, room.root, room.root)
            require(not out, "leak", f"accepted, and leads out of the book: {named!r:.200}")
    return [key, repr(found)]


# ---- the store ----------------------------------------------------------------------------------


def make_entries(rng: random.Random) -> Sample:
    """Return what stands in a store: entries, whole or damaged, each with a date."""
    year = 366 * 86400
    entries = []
    for number in range(rng.randint(0, 5)):
        text = rng.choice(corpus().notebooks)
        whole = json.loads(text)
        whole["metadata"]["bitext"] = {"inputs": "0", "seconds": rng.choice((0, 1.5, 3600))}
        content = json.dumps(whole)
        way = rng.random()
        if way < 0.3:
            content = damaged(content.encode(), rng).decode("latin-1")
        elif way < 0.4:
            odd = rng.choice((None, "x", -1, [], {}, 1e400, True))
            whole["metadata"][rng.choice(("bitext", "kernelspec"))] = rng.choice(
                (odd, {"seconds": odd})
            )
            content = json.dumps(whole)
        elif way < 0.45:
            content = rng.choice(("", "{", "null", "[]", '{"cells": 3}', "\x00"))
        age = rng.choice((0, 0, -60, -year, -50 * year, 60, year, 9 * year, -(10**9) * 1.6))
        entries.append([f"{number:016x}", content, age])
    return {"entries": entries, "fresh": rng.choice(corpus().notebooks)}


def run_entries(sample: Sample, room: Room) -> list[str]:
    """Keep a run in a store, whatever else stands in it and however it is dated."""
    kept = store(room.settings)
    for key, content, age in sample["entries"]:
        file = room.write(f"_build/executed/page/{key}.ipynb", content.encode("utf-8", "replace"))
        when = max(0.0, time.time() + age)
        os.utime(file, (when, when))
    fresh = nbformat.reads(sample["fresh"], as_version=4)
    fresh.metadata["bitext"] = {"inputs": "1", "seconds": 2.0}
    kept.seconds("page")
    for key in ("f" * 16, "e" * 16):
        kept.put("page", key, fresh)
        found = kept.get("page", key)
        require(found is not None, "loss", "the store has forgotten what it was just given")
        require(found.cells == fresh.cells, "loss", "the store gives something else back")
    require(kept.get("page", "f" * 16) is not None, "loss", "the run before the last is forgotten")
    other = room.base / "other"
    os.renames(room.root / "_build/executed", other / "executed")
    taken, _ = kept.merge(other)
    require(taken > 0, "loss", "a merge takes nothing")
    require(kept.get("page", "e" * 16) is not None, "loss", "a merge has lost a run")
    room_left = [p for p in (room.root / "_build").rglob(".*") if p.is_file()]
    require(not room_left, "loss", f"something half-written is left: {room_left[:1]}")
    for path_ in sorted(other.rglob("*"), reverse=True):
        path_.unlink() if path_.is_file() else path_.rmdir()
    return []


def make_notebook(rng: random.Random) -> Sample:
    """Return what may stand in the place of a notebook of the book."""
    text = rng.choice(corpus().notebooks)
    content = damaged(text.encode(), rng) if rng.random() < 0.7 else rng.choice(NASTY).encode()
    return {"bytes": content.decode("latin-1")}


def run_notebook(sample: Sample, room: Room) -> list[str]:
    """Compose over a damaged notebook: it is written anew, and the check says that it is behind."""
    path_ = room.write("chapter_toy/page.md", SECTION)
    file = room.write("chapter_toy/page.ipynb", sample["bytes"].encode("latin-1"))
    section = sources.read(path_, room.root)
    told = list(step.findings(section, room.settings))
    composed = notebooks.compose(section, room.root, notebooks.load(file))
    notebooks.save(composed, file)
    require(notebooks.load(file) is not None, "loss", "what is written cannot be read")
    require(notebooks.code(notebooks.load(file)) == notebooks.code(composed), "loss", "other code")
    return [*map(str, told), file.read_text("utf-8")]


KINDS = [
    Kind("SVG", 30, make_drawing, run_drawing),
    Kind("table", 30, make_table, run_table),
    Kind("people", 12, make_names, run_names),
    Kind("settings", 20, make_settings, run_settings),
    Kind("store", 3, make_entries, run_entries),
    Kind("notebook", 2, make_notebook, run_notebook),
]
