"""The Sphinx extension: how well the models of the book predict its last chapter.

No section reads the last chapter.  Where ``{last-chapter} FILE.toml`` stands, the models that this
machine's runs have kept for their pages, and counting, are asked for it, once each.  The file has
the form of :mod:`bitext.result_tables`.  Its rows quote, beside what a section has glued,

- ``NAME-en``, the perplexity of the model that :func:`living.export.export` has called so;
- ``NAME-en-percent``, how far it is from that of counting, in per cent, with its interval
  ``NAME-en-interval`` and the words ``NAME-en-verdict``, all by
  :func:`recurrent.training.protocol.compare`;
- ``counting-en`` and ``counting-en-order``, of counting itself.

A model is asked again only when it, the story or the code that asks has changed.  Where a section
has not run on this machine there is no model, and its cells show "…".
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy
from sphinx.application import Sphinx

from bitext import __version__, notebooks, result_tables
from bitext.page import digest
from bitext.result_tables import Values
from bitext.settings import Settings
from living.file import unpack
from living.page import models_of
from recurrent.data import story
from recurrent.text import ngram
from recurrent.text.vocabulary import UNK
from recurrent.training import protocol

KEY = "last-chapter"
NAME = re.compile(r"(?P<model>.+-(?P<lang>en|vi))(?:-(?P<part>percent|interval|verdict|order))?")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, and what knows when its page has to be made anew."""
    app.add_directive(KEY, LastChapter)
    app.connect("env-get-outdated", LastChapter.outdated)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


class LastChapter(result_tables.ResultTables):
    """The directive ``{last-chapter} FILE.toml``."""

    key = KEY

    @staticmethod
    def show(path: Path, settings: Settings) -> str:
        """Return the tables of a file as HTML."""
        folder = path.parent.relative_to(settings.root).as_posix()
        return result_tables.show(path, settings, partial(measure, settings, folder))


def measure(settings: Settings, folder: str, section: str, names: list[str]) -> Values:
    """Return what a table quotes of the models of one section, by name."""
    models = models_of(settings.root, f"{folder}/{section}")
    found: Values = {}
    for name in names:
        match = NAME.fullmatch(name)
        if match is None:
            continue
        lang, model = match["lang"], match["model"]
        if model == f"counting-{lang}":
            found |= kept(settings, model, b"", partial(ask_counting, lang))
        elif model in models:
            content = json.dumps(models[model], sort_keys=True).encode()
            found |= kept(settings, model, content, partial(ask, models[model], lang))
        elif not models:  # the section has not run here
            found[name] = None
    return found


def kept(
    settings: Settings, model: str, content: bytes, asked: Callable[[], dict[str, Any]]
) -> Values:
    """Return what is known of a model, and remember it in ``_build/last-chapter``."""
    code = digest(Path(module.__file__) for module in (story, ngram, protocol))
    own = digest([Path(__file__), Path(__file__).with_name("network.py")])
    texts = [path.read_bytes() for path in sorted(story.STORY.iterdir())]
    key = hashlib.sha256(b"\0".join([code.encode(), own.encode(), content, *texts]))
    path = settings.build / "last-chapter" / f"{model}.json"
    with suppress(OSError, ValueError):
        remembered = json.loads(path.read_text("utf-8"))
        if remembered.pop("key") == key.hexdigest():
            return remembered
    values = {
        f"{model}-{part}" if part else model: repr(value) if isinstance(value, str) else str(value)
        for part, value in asked().items()
    }
    with suppress(OSError):  # no room: it only costs time
        path.parent.mkdir(parents=True, exist_ok=True)
        notebooks.write(path, json.dumps({"key": key.hexdigest()} | values, ensure_ascii=False))
    return values


@cache
def counting(lang: str) -> tuple[int, numpy.ndarray]:
    """Return the order of the baseline, and its losses on the last chapter."""
    train, validation, test = (
        story.read_story(lang, split) for split in ("train", "validation", "test")
    )
    baseline = protocol.fit_baseline(train, validation)
    return baseline.order, baseline.model.losses(test)


def ask_counting(lang: str) -> dict[str, Any]:
    """Return what is quoted of counting."""
    order, losses = counting(lang)
    return {"": float(numpy.exp(losses.mean())), "order": order}


def ask(model: dict[str, Any], lang: str) -> dict[str, Any]:
    """Return what is quoted of a model that a section has exported."""
    network = unpack(model["header"], base64.b64decode(model["data"]))
    numbers = {token: number for number, token in enumerate(model["header"]["tokens"])}
    text = story.read_story(lang, "test")
    indices = numpy.array([numbers.get(character, numbers[UNK]) for character in text])
    losses = network.losses(indices)[:, 0]
    found = protocol.compare(losses, counting(lang)[1]).values()
    low, high = f"{found['low']:+.1f}", f"{found['high']:+.1f}"
    interval = f"{low} to {high} | " + f"{low} đến {high}".replace(".", ",")
    return {
        "": float(numpy.exp(losses.mean())),
        "percent": found["percent"],
        "interval": interval,
        "verdict": found["verdict"],
    }
