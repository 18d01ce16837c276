"""What must hold whatever an input is; each is told by means that the book itself does not use."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from bitext import harmless, importing, sources
from bitext.findings import SourceError
from tests.attack.payloads import SECRET

#: What the campaign counts beside inputs that are accepted and refused.
FAULTS = ("crash", "hang", "message", "loss", "leak", "script")


class Fault(AssertionError):  # noqa: N818
    """Something that must not be; `kind` is one of `FAULTS`."""

    def __init__(self, kind: str, what: str):
        super().__init__(what)
        self.kind = kind


def require(holds: object, kind: str, what: str) -> None:
    """Raise :class:`Fault` unless something holds."""
    if not holds:
        raise Fault(kind, what)


# ---- refusals -----------------------------------------------------------------------------------


def complaint(error: Exception, names: Iterable[str]) -> str:
    """Return what is wrong with the message of a refusal; it is empty where nothing is.

    A finding is one line, ``file:line: what is wrong: what to do``; any other error that the
    command line prints is one line as well and names a file.

    Parameters
    ----------
    error : Exception
        The refusal.
    names : iterable of str
        The files that the input has.
    """
    if isinstance(error, SourceError):
        if not error.findings:
            return "an error without a finding"
        for finding in error.findings:
            if len(str(finding).splitlines()) != 1:
                return f"a finding of {len(str(finding).splitlines())} lines: {finding!s:.300}"
            if not (finding.path and finding.line > 0 and finding.what and finding.remedy):
                return f"a finding without file, line, reason or remedy: {finding!r:.300}"
            if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", str(finding)):
                return f"a finding with control characters: {str(finding)!r:.300}"
        return ""
    text = str(error)
    if isinstance(error, (UnicodeError, LookupError)) or type(error).__module__ != "builtins":
        return f"a bare {type(error).__name__}: {text!r:.300}"
    if len(text.splitlines()) != 1:
        return f"a message of {len(text.splitlines())} lines: {text!r:.300}"
    if not any(name in text for name in names):
        return f"a message that names no file: {text!r:.300}"
    return ""


# ---- files outside of the book ------------------------------------------------------------------


def silent(texts: Iterable[str | bytes]) -> None:
    """Require that nothing shows what stands in a planted file."""
    for text in texts:
        found = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
        require(SECRET.encode() not in found, "leak", "a file from outside of the book is shown")


def targets(text: str, strict: bool = False) -> Iterator[str]:
    """Yield what the links and pictures of a Markdown text lead to, CommonMark's alone.

    Parameters
    ----------
    text : str
        The text.
    strict : bool
        Whether an address that a strict reader takes for none, such as ``javascript:``, is none.
    """
    parser = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)
    if not strict:
        parser.validateLink = lambda url: True
    for block in parser.parse(text):
        for token in block.children or ():
            for name in ("href", "src"):
                if isinstance(found := token.attrGet(name), str):
                    yield found


def is_outside(target: str, folder: Path, root: Path) -> bool:
    """Whether a target names a place on this machine that does not lie in the book.

    Parameters
    ----------
    target : str
        The target, as Markdown has read it.
    folder : Path
        The folder of the page.
    root : Path
        The folder of the book.
    """
    parts = urlsplit(target) if "[" not in target else None
    if parts is None or (parts.scheme and parts.scheme.lower() != "file"):
        return False
    if parts.scheme:
        return True
    path = unquote(parts.path)
    if not path or parts.netloc or "\x00" in path:
        return False
    # Sphinx takes an absolute path for one from the folder of the book.
    base = root if path.startswith("/") else folder
    real = os.path.realpath(os.path.join(base, path.lstrip("/")))
    return not Path(real).is_relative_to(os.path.realpath(root))


def contained(texts: Iterable[str], folder: Path, root: Path) -> None:
    """Require that no link and no picture of some accepted texts leads out of the book."""
    for text in texts:
        for target in targets(text):
            require(
                not is_outside(target, folder, root),
                "leak",
                f"accepted, and leads out of the book: {target!r:.200}",
            )


# ---- what would run -----------------------------------------------------------------------------

#: Attributes that hold an address.
ADDRESSES = {"href", "src", "action", "data", "formaction", "poster", "background", "srcset"}
ADDRESSES |= {"xlink:href", "{http://www.w3.org/1999/xlink}href", "srcdoc", "ping", "cite"}
ACTIVE = {"script", "iframe", "frame", "object", "embed", "form", "base", "meta", "link", "applet"}
ACTIVE |= {"foreignobject", "set", "animate", "animatetransform", "animatemotion", "handler"}
SCHEMES = re.compile(
    r"(?:java|vb|live)script:|data:(?!image/(?:png|gif|jpeg|webp)[;,])|file:", re.I
)
#: Characters that browsers take out of an address before they look at its scheme.
BLANK = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\u200b\ufeff]")
OUTER = re.compile(r"url\(\s*(?!['\"]?#)|@import|expression\s*\(|-moz-binding|behavior\s*:", re.I)


def is_live(tag: str, attributes: Iterable[tuple[str, str | None]]) -> bool:
    """Whether an element would run something, or load something by its style."""
    if tag.lower().rsplit("}")[-1] in ACTIVE:
        return True
    for name, value in attributes:
        name, value = name.lower(), value or ""
        if name.rsplit("}")[-1].startswith("on"):
            return True
        if name in ADDRESSES and SCHEMES.match(BLANK.sub("", value)):
            return True
        if name == "style" and OUTER.search(value):
            return True
    return False


class Page(HTMLParser):
    """What would be live in a page, and the words of it."""

    def __init__(self, html: str):
        super().__init__()
        self.live: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Note the tag if it is live."""
        if is_live(tag, attrs) or tag in ("style", "svg"):
            self.live.append(self.get_starttag_text())

    def handle_data(self, data):
        """Keep the words."""
        self.words += data


def tame(cells: Iterable[str]) -> None:
    """Require that the cells of an imported page bring nothing that a page would obey."""
    for text in cells:
        require(harmless.is_harmless(text), "script", f"HTML or a directive: {text!r:.200}")
        for target in targets(text, strict=True):
            alive = SCHEMES.match(BLANK.sub("", target))
            require(not alive, "script", f"an address that runs: {target!r:.200}")


def drawing_is_tame(markup: str, name: str) -> None:
    """Require that a drawing as a page has it runs nothing, loads nothing, styles itself alone.

    Parameters
    ----------
    markup : str
        The drawing as it is put into the page: an element around ``<svg>``.
    name : str
        The id with which every id and every style of it begins.
    """
    try:
        root = ElementTree.fromstring(
            re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", markup)
        )
    except ElementTree.ParseError as error:
        raise Fault("crash", f"what is made of a drawing is not well-formed: {error}") from None
    for element in root.iter():
        tag = str(element.tag)
        require(not is_live(tag, element.items()), "script", f"alive in a drawing: {tag}")
        for key, value in element.items():
            if key in ADDRESSES:
                inner = value.startswith(("#", "data:image/png;", "data:image/jpeg;"))
                require(inner, "script", f"a drawing loads {value!r:.200}")
            if key not in ("aria-label", "data-vi", "data-en"):
                require(not OUTER.search(value), "script", f"a drawing loads {value!r:.200}")
        if tag.rsplit("}")[-1].lower() == "style":
            _style_is_tame(element.text or "", name)
    # What a parser of HTML, which repairs, would see in the same characters.
    seen = [tag for tag in Page(markup).live if not re.match(r"<(?:\w+:)?(?:svg|style)\b", tag)]
    require(not seen, "script", f"alive for a browser: {seen[:1]!r:.200}")


def _style_is_tame(style: str, name: str) -> None:
    require(not OUTER.search(style), "script", f"a style loads something: {style!r:.200}")
    require("<" not in style, "script", f"a style holds a tag: {style!r:.200}")
    plain = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    require("@" not in plain, "script", f"a style has a rule of its own: {plain!r:.200}")
    for rule in plain.split("}")[:-1]:
        for selector in rule.split("{")[0].split(","):
            own = re.match(rf"(?:svg)?#{name}(?![\w-])", selector.strip())
            require(own, "script", f"a style reaches beyond its drawing: {selector.strip()!r:.200}")


# ---- texts --------------------------------------------------------------------------------------


def whole(text: str, imported: importing.Imported, other: str = "") -> sources.Section:
    """Require that an import has lost nothing and that the book can read it; return the section."""
    lost = importing.unaccounted(text, imported, other)
    require(lost == [], "loss", f"an import has lost something: {lost[:2]!r:.300}")
    section = sources.parse(imported.text, "page", "chapter_toy/page.md")
    faults = sources.structure(section)
    require(faults == [], "message", f"an import is no section: {faults[:1]}")
    require(str(imported.report), "message", "an import without a report")
    return section


def blocks(section: sources.Section) -> list[tuple]:
    """Return what an import of translations must leave as it is."""
    return [(c.kind, c.text, c.metadata) for c in section.cells if c.lang != "vi"]


def unharmed(before: sources.Section, after: sources.Section, allowed=None) -> None:
    """Require that every block is there after an import of translations, as someone wrote it.

    Parameters
    ----------
    before, after : Section
        The section before and after.
    allowed : collection of str, optional
        The new texts; None where they are not known.
    """
    require(blocks(after) == blocks(before), "loss", "an import has changed another block")
    for old, new in zip(before.pairs(), after.pairs()):
        require(
            (new.vi is None) <= (old.vi is None), "loss", f"the translation of {old.name!r} is gone"
        )
        changed = new.vi is not None and (old.vi is None or new.vi.text != old.vi.text)
        if changed and allowed is not None:
            require(new.vi.text in allowed, "loss", f"nobody wrote {new.vi.text!r:.200}")
