"""What a text names besides its words: files, pages and addresses, in every syntax that can.

Markdown with MyST's roles and directives, reStructuredText, HTML, CSS, SVG, TeX, YAML, TOML and
notebooks.  Whether a target may be there is the matter of :mod:`bitext.containment`; here what may
be a target is given as one, for a target too many does no harm.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from html.parser import HTMLParser
from typing import Any
from xml.parsers import expat

import nbformat
import tinycss2
import yaml
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from bitext.markdown import inline

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: Directives whose content is no Markdown.
LITERAL = frozenset(
    ("code", "code-block", "code-cell", "doctest", "highlight", "literalinclude", "mermaid")
    + ("parsed-literal", "sourcecode")
)
#: Roles that show their text and look nothing up.
SHOWN = frozenset(
    ("abbr", "code", "command", "envvar", "file", "guilabel", "kbd", "literal", "menuselection")
    + ("mimetype", "option", "program", "regexp", "samp", "sub", "sup", "term")
)
#: Options of directives, and attributes of elements, that hold words for the reader.
WORDS = frozenset(
    ("alt", "caption", "class", "id", "label", "lang", "name", "placeholder", "tags", "title")
    + ("aria-label", "data-en", "data-vi")
)
#: Without one of these a Markdown text names nothing.
NAMING = re.compile(r"[\[<{]|:::|```|~~~|^---|[$\\]|^[ \t]*%", re.MULTILINE)
#: Without one of these a text names nothing outside its folder.
PATHLIKE = re.compile(r"[/\\~%&\0]|\.\.|\w:\S|(?<!\w)\.\w")
PICTURE = re.compile(r"!\[|\{(?:figure|image)\}|<img\b", re.IGNORECASE)
STYLING = re.compile(r"url|src|import|image|\\", re.IGNORECASE)
ANGLES = re.compile(r"(?s).*<(?P<target>[^<>]*)>\s*")
TEX = re.compile(
    r"\\(?:input|include\w*|verbatiminput|lstinputlisting|bibliography|href|url|openin\d*|"
    r"(?:sub)?import)\b\*?\s*=?\s*(?:\[[^\]]*\]\s*)?\{?\s*(?P<target>[^\s{}\\]+)"
)
LOAD = re.compile(r"^\s*%+\s*load(?:py)?\b(?P<words>.*)", re.MULTILINE)
#: How deep directives are followed into each other; below it every word is taken for a target.
DEEPEST = 20
#: This setting of Jupyter Book names what it does not read.
NOT_READ = "exclude_patterns"
#: These name folders that Sphinx copies.
COPIED = frozenset(("html_extra_path", "html_static_path"))
#: The content of these functions of CSS names files.
FETCHING = frozenset(("url", "src", "image", "image-set", "-webkit-image-set", "cross-fade"))


@dataclass(frozen=True)
class Target:
    """What is named, and its line in the text, counted from 0.

    `document` says that it is a page, which Sphinx looks up by its name from the book's root;
    `copied` that it is a folder, which is copied with all that is in it; `shown` that it is a
    picture.
    """

    text: str
    line: int = 0
    document: bool = False
    copied: bool = False
    shown: bool = False


@cache
def _parser() -> MarkdownIt:
    """Return the parser of the pages, which takes every address for one."""
    extensions = {"amsmath", "colon_fence", "dollarmath"}
    parser = create_md_parser(MdParserConfig(enable_extensions=extensions), RendererHTML)
    parser.validateLink = lambda address: True  # else [x](file:///y) would be text
    return parser.disable("wordcount")


def words(text: str, line: int = 0) -> Iterator[Target]:
    """Yield every word of a text that cannot be read, or is not read further."""
    for number, row in enumerate(text.split("\n"), line):
        yield from (Target(word, number) for word in re.split(r"[\s<>\"'`=(),;\[\]{}|]+", row))


def markdown(text: str, line: int = 0, depth: int = 0) -> Iterator[Target]:
    r"""Yield what a Markdown text names; `line` is that of its beginning.

    Examples
    --------
    >>> [t.text for t in markdown("[a](../b.md), ![](c.png), {download}`d.zip` <img src='/e.gif'>")]
    ['../b.md', 'c.png', 'd.zip', '/e.gif']
    >>> [(t.text, t.line) for t in markdown("\n```{figure} ../a.svg\n:width: 9em\n```")]
    [('../a.svg', 1), ('9em', 2)]
    """
    if not (NAMING.search(text) and (PATHLIKE.search(text) or PICTURE.search(text))):
        return
    if depth > DEEPEST:
        yield from words(text, line)
        return
    env: dict[str, Any] = {}
    for token in _parser().parse(text, env):
        first = line + (token.map[0] if token.map else 0)
        if token.type == "inline":
            for offset, child in inline(token):
                yield from _token(child, line + offset, depth)
        else:
            yield from _token(token, first, depth)
    for reference in (*env.get("references", {}).values(), *env.get("duplicate_refs", ())):
        yield Target(reference["href"], line + reference["map"][0])


def _token(token: Token, line: int, depth: int) -> Iterator[Target]:
    for name, value in token.attrs.items():
        if name not in WORDS:
            yield Target(str(value), line, shown=token.type == "image" and name == "src")
    if token.type in ("html_block", "html_inline"):
        yield from html(token.content, line, depth)
    elif token.type == "myst_role":
        yield from _role(token.meta["name"], token.content, line, depth)
    elif token.type in ("fence", "colon_fence"):
        if found := re.match(r"\{([^\s{}]+)\}\s*(.*)", token.info.strip(), re.DOTALL):
            yield from directive(found[1], found[2], token.content, line, depth)
    elif token.type in ("front_matter", "myst_block_break"):
        yield from settings(token.content, line + (token.type == "front_matter"), depth)
    elif "math" in token.type:
        yield from tex(token.content, line)
    elif token.type == "image":  # what it shows where there is no picture
        for child in token.children or ():
            yield from _token(child, line, depth)


def _role(name: str, content: str, line: int, depth: int) -> Iterator[Target]:
    if name == "math":
        yield from tex(content, line)
    elif name not in SHOWN and not name.startswith("glue:"):
        document = name.rpartition(":")[2] == "doc"
        if found := ANGLES.fullmatch(content):
            yield Target(found["target"], line, document)
        yield Target(content, line, document)
        yield from markdown(content, line, depth + 1)


def directive(
    name: str, argument: str, content: str, line: int = 0, depth: int = 0
) -> Iterator[Target]:
    """Yield what a directive names: its argument, its options, and what is named in its body."""
    name = name.lower()
    pages = name in ("toctree", "tableofcontents")
    if argument:
        joined = "".join(part.strip() for part in argument.split("\n"))
        yield Target(joined, line, shown=name in ("figure", "image"))
        if found := ANGLES.fullmatch(joined):
            yield Target(found["target"], line)
        yield from markdown(argument, line, depth + 1)
    options, body = _divided(content)
    for number, row in enumerate(options, line + 1):
        key, _, value = row.strip().lstrip(":").partition(":")
        value = value.strip().strip("'\"")
        if value and key.strip() not in WORDS:
            yield Target(value, number)
        yield from markdown(value, number, depth + 1)
    if options:  # a value over several lines
        block = "\n".join(re.sub(r"^\s*:", "", row) for row in options)
        for target in settings(block, line + 1, depth):
            yield replace(target, text="".join(target.text.split("\n")))
    first = line + 1 + len(options)
    if name == "code-cell":
        for found in LOAD.finditer(body):
            at = first + body.count("\n", 0, found.start("words"))
            yield from (Target(word, at) for word in found["words"].split() if word[0] != "-")
    elif name == "eval-rst":
        yield from rst(body, first)
    elif name == "math":
        yield from tex(body, first)
    elif name == "raw":
        yield from html(body, first, depth)
        yield from tex(body, first)
    elif pages:
        for number, row in enumerate(body.split("\n"), first):
            found = ANGLES.fullmatch(row)
            yield Target(found["target"] if found else row.strip(), number, document=True)
    elif name not in LITERAL:
        yield from markdown(body, first, depth + 1)


def _divided(content: str) -> tuple[list[str], str]:
    """Return the lines of a directive's options, and its body."""
    lines = content.split("\n")
    end = 0
    if lines[0].startswith("---"):
        ends = (n for n, row in enumerate(lines[1:], 1) if row.startswith(("---", "...")))
        end = next(ends, len(lines) - 1) + 1
    else:
        while end < len(lines) and (lines[end].lstrip().startswith(":") or not lines[end].strip()):
            end += 1
        if lines[end:] and lines[end].startswith((":::", "  :::")):
            end = 0
        while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("::")):
            end -= 1
    return lines[:end], "\n".join(lines[end:])


def rst(text: str, line: int = 0) -> Iterator[Target]:
    """Yield what a text in reStructuredText names: each of its words may be a target.

    An argument of a directive may go over several lines.

    Examples
    --------
    >>> "../../x" in [t.text for t in rst(".. include:: ../\\n   ../x")]
    True
    """
    yield from words(text, line)
    yield from tex(text, line)
    yield from html(text, line)
    opening = re.compile(r"^([ \t]*)\.\.[ \t].*?::[ \t]*(.*(?:\n\1[ \t]+(?!:)\S.*)*)", re.MULTILINE)
    option = re.compile(r"^([ \t]*):[^:\n]+:[ \t]*(.*(?:\n\1[ \t]+\S.*)*)", re.MULTILINE)
    for pattern in (opening, option):
        for found in pattern.finditer(text):
            joined = "".join(part.strip() for part in found[2].split("\n"))
            yield Target(joined, line + text.count("\n", 0, found.start()))


def tex(text: str, line: int = 0) -> Iterator[Target]:
    r"""Yield the files and addresses that commands of TeX name.

    Examples
    --------
    >>> [target.text for target in tex(r"\frac{a}{b} \input{../x} \includegraphics[y]{z}")]
    ['../x', 'z']
    """
    for found in TEX.finditer(text):
        yield Target(found["target"], line + text.count("\n", 0, found.start()))


# ---- HTML, CSS, SVG -----------------------------------------------------------------------------


class _Markup(HTMLParser):
    """Collects what HTML names."""

    def __init__(self, line: int, depth: int):
        super().__init__()
        self.first, self.depth, self.style = line - 1, depth, False
        self.found: list[Target] = []

    @property
    def line(self) -> int:
        return self.first + self.getpos()[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.style = tag == "style"
        for name, value in attrs:
            value = (value or "").strip()
            found = list(_attribute(name, value, self.line, self.depth))
            if value and (tag, name) == ("img", "src"):
                plain = Target(value, self.line)
                found = [target for target in found if target != plain]
                found.append(replace(plain, shown=True))
            self.found += found

    def handle_endtag(self, tag: str) -> None:
        self.style = False

    def handle_data(self, data: str) -> None:
        if self.style:
            self.found += css(data, self.line)

    def handle_comment(self, data: str) -> None:  # a browser may end it before
        self.found += html(data, self.line, self.depth + 1)

    def handle_decl(self, decl: str) -> None:
        self.found += (Target(m[2], self.line) for m in re.finditer(r"(['\"])(.*?)\1", decl))

    handle_pi = handle_decl
    unknown_decl = handle_comment


def html(text: str, line: int = 0, depth: int = 0) -> Iterator[Target]:
    """Yield what HTML names, in any attribute but those with words, and in style sheets.

    Examples
    --------
    >>> [t.text for t in html('<img alt="a/b" srcset="c.png 1x, d.png 2x"><p style="x:url(e)">')]
    ['c.png', 'd.png', 'e']
    """
    if "<" not in text:
        return
    if depth > DEEPEST:
        yield from words(text, line)
        return
    parser = _Markup(line, depth)
    try:
        parser.feed(text)
        left = parser.rawdata
        parser.close()
    except AssertionError:  # a declaration that Python's parser does not know
        yield from words(text, line)
        return
    yield from parser.found
    if "<" in left and not left.startswith("<!--"):  # a tag that what follows in the page closes
        for end in (">", "'>", '">'):
            parser = _Markup(line + text.count("\n") - left.count("\n"), depth)
            parser.feed(left + end)
            yield from parser.found


def _attribute(name: str, value: str, line: int, depth: int) -> Iterator[Target]:
    name = name.lower()
    value = value.strip()
    if name in WORDS or name.startswith("on") or not value:
        return
    if name == "style" or "(" in value:
        yield from css(value, line)
    if name == "srcdoc" or "<" in value:
        yield from html(value, line, depth + 1)
    if name == "content" and (found := re.search(r"url\s*=\s*['\"]?([^'\"]+)", value, re.I)):
        yield Target(found[1], line)
    elif name in ("srcset", "imagesrcset"):
        for part in value.split(","):
            yield from (Target(word, line) for word in part.split()[:1])
    elif name in ("values", "ping", "archive"):
        yield from (Target(word, line) for word in re.split(r"[;\s]+", value))
    elif PATHLIKE.search(value) and name not in ("content", "d", "style"):
        yield Target(value, line)


def css(text: str, line: int = 0) -> Iterator[Target]:
    r"""Yield what a style sheet, or a part of one, names.

    Examples
    --------
    >>> [target.text for target in css('@import "a.css"; p { background: u\\72l(b.png) }')]
    ['a.css', 'b.png']
    """
    if STYLING.search(text):
        yield from _values(tinycss2.parse_component_value_list(text), line, False)


def _values(values: Iterable[Any], line: int, fetching: bool) -> Iterator[Target]:
    imported = False
    for value in values:
        at = line + value.source_line - 1
        if value.type == "url" or (value.type == "string" and (fetching or imported)):
            yield Target(value.value, at)
        elif value.type == "error":
            yield Target(value.message, at)
        elif value.type == "function":
            inside = fetching or value.lower_name in FETCHING
            yield from _values(value.arguments, line, inside)
        elif value.type in ("{} block", "() block", "[] block"):
            yield from _values(value.content, line, fetching)
        if value.type not in ("whitespace", "comment"):
            imported = value.type == "at-keyword"


def svg(text: str) -> Iterator[Target]:
    """Yield what a drawing names.

    Examples
    --------
    >>> drawn = '<svg xmlns:x="y">\\n<image x:href="/a.png"/><style>@import "b.css"</style></svg>'
    >>> [(target.text, target.line) for target in svg(drawn)]
    [('/a.png', 1), ('b.css', 1)]
    """
    found: list[Target] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def line() -> int:
        return parser.CurrentLineNumber - 1

    def start(tag: str, attributes: dict[str, str]) -> None:
        for name, value in attributes.items():
            if not name.startswith("xmlns"):
                found.extend(_attribute(name, value, line(), 0))

    def entity(name: str, _: int, value: str | None, __: Any, system: str | None, *rest) -> None:
        found.append(Target(system or "", line()))
        found.extend(html(value or "", line()))

    parser.StartElementHandler = start
    parser.CharacterDataHandler = lambda data: found.extend(css(data, line() - data.count("\n")))
    parser.ProcessingInstructionHandler = lambda _, data: found.extend(words(data, line()))
    parser.StartDoctypeDeclHandler = lambda _, system, *rest: found.append(
        # The addresses of the standards are remote ones, and nothing reads them.
        Target(system or "", line())
    )
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(text, True)
    except expat.ExpatError:
        yield from html(text)
    yield from found


# ---- settings and notebooks ---------------------------------------------------------------------


def settings(text: str, line: int = 0, depth: int = 0) -> Iterator[Target]:
    """Yield the values, and the keys, of YAML or JSON, and what is named in them as in Markdown.

    Examples
    --------
    >>> [(target.text, target.line) for target in settings('a:\\n- "../b.png"')]
    [('a', 0), ('../b.png', 1)]
    """
    if not (PATHLIKE.search(text) or any(key in text for key in COPIED)):
        return
    try:
        nodes = list(yaml.compose_all(text, yaml.SafeLoader))
    except yaml.YAMLError:
        yield from markdown(text, line, depth + 1) if depth < DEEPEST else words(text, line)
        return
    seen: set[int] = set()
    shown: set[int] = set()  # the values that are words for the reader
    copied: set[int] = set()  # those that are folders to be copied, or lists of them
    while nodes:
        node = nodes.pop(0)
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            at = line + node.start_mark.line
            if id(node) not in shown:
                yield Target(node.value, at, copied=id(node) in copied)
            yield from markdown(node.value, at, depth + 1)
        else:
            pairs = isinstance(node, yaml.MappingNode)
            if pairs:
                shown |= {id(value) for key, value in node.value if str(key.value) in WORDS}
                copied |= {id(value) for key, value in node.value if str(key.value) in COPIED}
            elif id(node) in copied:
                copied |= set(map(id, node.value))
            nodes[:0] = [
                part
                for value in node.value
                for part in (value if pairs else (value,))
                if not (pairs and value[0].value == NOT_READ)
            ]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(key)
            yield from _strings(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _strings(inner)


def _line(text: str, part: str) -> int:
    """Return the line at which a part of a text stands, the first where it stands otherwise."""
    return text.count("\n", 0, max(0, text.find(part)))


def toml(text: str, table: str = "", without: Container[str] = ()) -> Iterator[Target]:
    """Yield the strings of a TOML file, or of its table `[tool.TABLE]` without some keys."""
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError:  # whoever needs the file says so
        return
    if table:
        value = value.get("tool", {}).get(table, {})
    for found in _strings({key: each for key, each in value.items() if key not in without}):
        yield Target(found, _line(text, found))


def bib(text: str) -> Iterator[Target]:
    """Yield the addresses and files of a bibliography."""
    fields = re.compile(r"\b(?:url|file|pdf|howpublished)\s*=\s*[{\"]+([^}\"]*)", re.IGNORECASE)
    for found in fields.finditer(text):
        yield Target(found[1], text.count("\n", 0, found.start()))


#: How to read what a notebook shows, by its kind.
SHOWING: dict[str, Callable[[str], Iterator[Target]]] = {
    "text/markdown": markdown,
    "text/html": html,
    "text/latex": tex,
    "image/svg+xml": svg,
}


def notebook(text: str, outputs: bool = False) -> Iterator[Target]:
    """Yield what a notebook names, or its outputs alone."""
    try:
        cells = nbformat.reads(text, as_version=4, capture_validation_error={}).cells
    except Exception:  # no notebook: whatever it is, nothing reads it
        return
    for cell in cells:
        if not outputs:
            for target in (*markdown(cell.source), *map(Target, _strings(cell.metadata))):
                yield replace(target, line=_line(text, target.text))
        for output in cell.get("outputs", ()):
            for kind, shown in output.get("data", {}).items():
                for piece in _strings(shown) if kind in SHOWING else ():
                    for target in SHOWING[kind](piece):
                        yield replace(target, line=_line(text, target.text))
            for found in _strings(output.get("metadata", {})):
                yield Target(found, _line(text, found))
