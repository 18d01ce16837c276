"""Kinds of inputs that a browser gets: whole books of hostile pages, models, addresses."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import quote

import numpy
from bs4 import BeautifulSoup

from bitext import book, checks, printing
from bitext.findings import SourceError
from living import file
from living.network import BLOCKS, Network
from tests.attack import oracles
from tests.attack.campaign import Kind, Outcome, Sample
from tests.attack.corpus import TOP
from tests.attack.oracles import Fault, require
from tests.attack.payloads import LIVE, NASTY, ODD, noise, reference
from tests.attack.room import Room, furnish
from tests.conftest import HEADER, ROOT

#: Seconds that a whole build may take.
LIMIT = 500


@contextmanager
def unlimited() -> Iterator[None]:
    """Let a program that is begun here reserve as much memory as it likes; Node reserves much."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


# ---- books that are built -----------------------------------------------------------------------


def make_book(rng: random.Random) -> Sample:
    """Return pages, each with something that leads out or is alive, whole otherwise."""
    pages = []
    for _ in range(40):
        added = rng.choice((reference(rng), reference(rng), rng.choice(LIVE)))
        if "{code-cell}" in added:
            cell = added
        else:
            cell = (
                f'+++ {{"lang": "en"}}\n\nA word.\n\n{added}\n\n+++ {{"lang": "vi"}}\n\nMột từ.\n'
            )
            cell += rng.choice(("", f"\n{added}\n", f"\n+++\n\n{added}\n"))
        pages.append(f"{HEADER}{TOP}{cell}")
    return {"pages": pages}


def run_book(sample: Sample, room: Room) -> list[bytes]:
    """Build a book of the pages that the checks of a build let through, and look at all of it.

    Raises
    ------
    ValueError
        If the build refuses the pages that its own checks have let through, one line for each.
    """
    place = furnish(room.base)
    toc = (place.root / "_toc.yml").read_text("utf-8")
    kept = []
    for number, text in enumerate(sample["pages"]):
        path = place.write(f"chapter_toy/page-{number}.md", place.here(text))
        try:
            book.prepare(place.settings, execute=False)
            kept.append(path.stem)
        except SourceError as error:
            require(not (wrong := oracles.complaint(error, ())), "message", wrong)
            path.unlink()
    toc += "".join(f"- file: chapter_toy/{name}\n" for name in kept)
    place.write("_toc.yml", toc)
    checks.check(place.settings)
    out = place.root / "_build"
    run(place.root, "pages")
    refused: ValueError | None = None
    try:
        run(place.root, "epub")
    except ValueError as error:  # the pages are looked at nevertheless
        refused = error
    for path in sorted((out / "html/chapter_toy").glob("*.html")):
        page_is_tame(path.read_text("utf-8"), path.name)
    for path in out.glob("*.epub"):
        edition_is_tame(path)
    if refused:
        oracles.silent(p.read_bytes() for p in out.rglob("*") if p.is_file())
        raise refused
    return [p.read_bytes() for p in out.rglob("*") if p.is_file() and ".doctrees" not in p.parts]


def run(root: Path, *arguments: str) -> None:
    """Run a command of the book as a user would, without executing anything.

    Raises
    ------
    ValueError
        If it fails without a traceback.
    """
    with unlimited():
        done = subprocess.run(
            [sys.executable, "-m", "bitext", *arguments],
            cwd=root,
            env=os.environ | {"BITEXT_EXECUTE": "off", "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT,
        )
    require("Traceback" not in done.stdout, "crash", f"{arguments[0]}: {done.stdout[-3000:]}")
    if done.returncode:
        raise ValueError(f"attack: {arguments[0]}: {' '.join(done.stdout[-3000:].split())}")


def page_is_tame(html: str, name: str) -> None:
    """Require that the article of a built page has nothing that runs, frames or asks elsewhere."""
    article = BeautifulSoup(html, "lxml").select_one("article")
    require(article, "loss", f"{name} has no article")
    for tag in article.find_all(True):
        attributes = [(k, " ".join(v) if isinstance(v, list) else v) for k, v in tag.attrs.items()]
        require(not oracles.is_live(tag.name, attributes), "script", f"{name}: {str(tag)[:300]}")
        source = f"{tag.get('src', '')} {tag.get('srcset', '')} {tag.get('poster', '')}"
        if tag.name in ("image", "use", "feimage"):
            source += f" {tag.get('href', '')} {tag.get('xlink:href', '')}"
        require(not re.search(r"//", source), "leak", f"{name} loads {source.strip()!r:.200}")
        if tag.name == "style":
            drawing = tag.find_parent("svg")
            require(drawing, "script", f"{name} has a style sheet: {str(tag)[:300]}")


def edition_is_tame(path: Path) -> None:
    """Require that an edition for e-readers has nothing alive and nothing from elsewhere."""
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            if not name.endswith((".xhtml", ".svg", ".html")):
                continue
            text = packed.read(name).decode("utf-8")
            for tag in BeautifulSoup(text, "xml").find_all(True):
                live = tag.name != "link" and oracles.is_live(tag.name, tag.attrs.items())
                require(not live and tag.name != "meta" or tag.find_parent("head"), "script",
                        f"{path.name}, {name}: {str(tag)[:300]}")  # fmt: skip
                require("//" not in str(tag.get("src", "")), "leak", f"{name}: {str(tag)[:200]}")


# ---- models -------------------------------------------------------------------------------------

DRIVER = ROOT / "tests/living/driver.mjs"
TOKENS = ["<unk>", *"abcdefgh ế", '"', "\\", "\u2028"]


#: What may stand in the head of a model in the place of what is right.
VALUES = ("0", "-1", "1e9", "null", '"toString"', '"__proto__"', "[]", "{}", "NaN", '"lstm"', "3")


@cache
def model() -> str:
    """Return the script of a small network with random weights."""
    rng = numpy.random.default_rng(0)
    rows, hiddens, size = BLOCKS["gru"], 8, len(TOKENS)

    def drawn(*shape: int) -> numpy.ndarray:
        return rng.normal(scale=0.4, size=shape).astype("float32")

    wide = rows * hiddens
    network = Network(
        cell="gru",
        table=drawn(size, wide),
        W_x=(drawn(wide, hiddens),),
        W_h=(drawn(wide, hiddens), drawn(wide, hiddens)),
        b_x=(drawn(wide),),
        b_h=(drawn(hiddens), drawn(hiddens)),
        W_q=drawn(size, hiddens),
        b_q=drawn(size),
    )
    values = file.rounded(network, 4)
    head = file.header(network, TOKENS, rounds=True) | {"name": "model"}
    return file.script(head, file.pack(network, values)).decode("utf-16")


def make_model(rng: random.Random) -> Sample:
    """Return the script of a model with damage, in its head or in its numbers."""
    text = model()
    front = text.index(',"', text.index("bytes")) + 2
    if rng.random() < 0.5:
        at = rng.randint(front, len(text) - 5)
        other = chr(file.FIRST + (ord(text[at]) - file.FIRST + rng.randint(1, 2**15 - 1)) % 2**15)
        text = text[:at] + rng.choice((other, other, "", "x", text[at] * 2)) + text[at + 1 :]
    else:
        said = r'"(?:format|cell|layers|hiddens|rounded|bytes)":[^,}]+'
        old = rng.choice(re.findall(said, text))
        text = text.replace(old, f"{old.split(':')[0]}:{rng.choice(VALUES)}", 1)
    return {"script": text}


def run_model(sample: Sample, room: Room) -> list[str]:
    """Open a model in Node as a page would; what is damaged must be named by its file."""
    program = shutil.which("node")
    if program is None:
        raise ValueError("attack: no Node on this machine")
    path = room.write("model.js", sample["script"].encode("utf-16", "surrogatepass"))
    runtime = str(ROOT / "living/static/living.js")
    job = {"runtime": runtime, "model": str(path), "do": "trouble"}
    with unlimited():
        done = subprocess.run(
            [program, str(DRIVER)],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            timeout=60,
        )
    require(done.returncode == 0, "crash", done.stderr[-1000:])
    answer = json.loads(done.stdout)
    if answer == "opened":
        require(_is_same(sample["script"]), "loss", "a damaged model is taken for a good one")
        return []
    require(answer.startswith("model.js: "), "message", f"not named by its file: {answer}")
    raise ValueError(f"attack: {answer}")


def _is_same(script: str) -> bool:
    """Whether a script says what the undamaged one says; one may write it otherwise."""

    def read(text: str) -> tuple[object, str]:
        end = text.index(',"', text.index("bytes"))
        return json.loads(text[text.index("{") : end]), text[end:]

    try:
        return read(script) == read(model())
    except ValueError:
        return False


# ---- addresses ----------------------------------------------------------------------------------

NAMES = ("constructor", "toString", "__proto__", "hasOwnProperty", "valueOf", "vi", "both", "en")


def make_address(rng: random.Random) -> Sample:
    """Return what stands behind the name of a page, and what the browser remembers."""
    odd = rng.choice((*NAMES, *LIVE, *NASTY[:40], *ODD, noise(rng), "%", "%E0%A4%A", "%00"))
    query = rng.choice(("?lang=", "?lang", "?q=", "?highlight=", "?lang=vi&lang=", "?"))
    fragment = rng.choice(("", "", "#", "#%", "#%E0%A4%A", f"#{rng.choice(NAMES)}", "#sec-state"))
    written = quote(odd, safe="") if rng.random() < 0.6 else re.sub(r"[\s#]", "+", odd)
    kept = {}
    for key in rng.sample(("reading", "theme", "place", "bitext", "places", "lengths"), 2):
        kept[key] = rng.choice((*NAMES, *ODD, "", "{", "null", "[1]", rng.choice(LIVE)))
    return {"address": query + written + fragment, "kept": kept}


#: What a page must still have, and what must not have come to it.
STATE = """() => ({
  reading: document.documentElement.dataset.reading,
  checked: document.querySelectorAll("input[name=reading]:checked").length,
  lang: document.documentElement.lang,
  remembered: localStorage.getItem("reading"),
  gone: Boolean(window.gone),
})"""


def visit(
    page: Path, samples: Iterator[tuple[int, Sample]], told: Callable[[Outcome], None]
) -> None:
    """Open a built page in Chromium by each address, with what the browser remembers.

    Parameters
    ----------
    page : Path
        The page.
    samples : iterator
        Numbers and addresses.
    told : callable
        Called with each outcome.
    """
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=printing.chromium(playwright))
        for number, sample in samples:
            context = browser.new_context()
            opened = context.new_page()
            faults: list[str] = []
            opened.on("pageerror", lambda error, faults=faults: faults.append(str(error)))
            try:
                script = f"""window.go = () => {{ window.gone = true; }};
                  for (const [key, value] of Object.entries({json.dumps(sample["kept"])}))
                    if (!sessionStorage.getItem("set")) localStorage.setItem(key, value);
                  sessionStorage.setItem("set", "1");"""
                opened.add_init_script(script)
                opened.goto(page.as_uri() + sample["address"])
                opened.reload()  # what it has remembered must not harm it either
                _stands(opened.evaluate(STATE), faults)
                told(Outcome(number, "address", "accepted"))
            except Fault as fault:
                told(Outcome(number, "address", fault.kind, str(fault), sample))
            except Error as error:
                told(Outcome(number, "address", "crash", str(error), sample))
            finally:
                context.close()
        browser.close()


def _stands(state: dict, faults: list[str]) -> None:
    """Require that a page has a mode, and no script has failed or come in."""
    require(not state["gone"], "script", "something from the address or the memory has run")
    require(faults == [], "crash", f"a script of the page fails: {faults[:2]}")
    require(state["reading"] in ("vi", "both", "en"), "loss", f"the mode is {state['reading']!r}")
    require(state["checked"] == 1 and state["lang"] in ("vi", "en"), "loss", f"no mode: {state}")
    remembered = state["remembered"]
    known = remembered in ("vi", "both", "en", None)
    require(known or state["reading"] == "both", "loss", f"remembered and obeyed: {remembered!r}")


ADDRESS = Kind("address", 0.0, make_address, lambda sample, room: ())

KINDS = [
    Kind("built book", 0.02, make_book, run_book),
    Kind("model", 0.3, make_model, run_model),
]
