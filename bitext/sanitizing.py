"""What comes from outside and reaches a page: drawings, HTML and links, cleaned.

The code that the book runs is the author's own; text, drawings and outputs are trusted by nobody,
for they may have been imported or sent.  nh3 cleans drawings and HTML: it reads them as a browser
does, and keeps what the lists below name.  Styles, into which nh3 does not look, are read by
tinycss2, files of SVG by defusedxml.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nh3
import tinycss2
from bs4 import BeautifulSoup, Tag
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}"
XML = "{http://www.w3.org/XML/1998/namespace}"
XHTML = "http://www.w3.org/1999/xhtml"

ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK[1:-1])

#: What a drawing is made of.  No animation, no link, nothing with HTML inside.
ELEMENTS = frozenset(
    "svg g defs symbol use switch marker clipPath mask pattern image style path rect circle "
    "ellipse line polyline polygon text tspan textPath linearGradient radialGradient stop filter "
    "feBlend feColorMatrix feComposite feDropShadow feFlood feGaussianBlur feMerge feMergeNode "
    "feMorphology feOffset".split()
)
#: What a page has its own words for, or no use.
SILENT = ("title", "desc", "metadata")
#: Properties of a style, and the attributes that a browser reads like them.  None moves or sizes
#: a box of the page, names something for the whole page, or asks for a file.
PROPERTIES = frozenset(
    "alignment-baseline background background-color baseline-shift clip-path clip-rule color "
    "color-interpolation color-interpolation-filters direction display dominant-baseline fill "
    "fill-opacity fill-rule filter flood-color flood-opacity font font-family font-size "
    "font-stretch font-style font-variant font-weight image-rendering letter-spacing marker "
    "marker-end marker-mid marker-start mask mask-type mix-blend-mode opacity paint-order "
    "shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset "
    "stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor "
    "text-decoration text-rendering transform transform-origin unicode-bidi vector-effect "
    "visibility white-space word-spacing writing-mode".split()
)
ATTRIBUTES = PROPERTIES | frozenset(
    "class clipPathUnits cx cy d dx dy filterUnits fr fx fy gradientTransform gradientUnits height "
    "href id in in2 k1 k2 k3 k4 lang lengthAdjust markerHeight markerUnits markerWidth "
    "maskContentUnits maskUnits method mode offset operator order orient pathLength "
    "patternContentUnits patternTransform patternUnits points preserveAspectRatio primitiveUnits r "
    "radius refX refY result role rotate rx ry side spacing spreadMethod startOffset stdDeviation "
    "style textLength type values version viewBox width x x1 x2 y y1 y2".split()
)
#: What :mod:`bitext.figures` adds, and the two that name what the others mean, ``xmlns:xlink``.
ADDED = frozenset({"aria-label", "data-en", "data-vi", "xmlns", "xlink"})
#: The elements that may refer to another one of their drawing.
REFERRING = ("filter", "linearGradient", "pattern", "radialGradient", "textPath", "use")
#: What a style may compute with.
FUNCTIONS = frozenset(
    "blur brightness calc circle contrast drop-shadow ellipse grayscale hsl hsla inset invert "
    "matrix max min opacity path polygon rgb rgba rotate saturate scale scalex scaley sepia skewx "
    "skewy translate translatex translatey var".split()
)

#: HTML that shows text, tables and pictures: no form, frame, style sheet or drawing.
TAGS = frozenset(
    "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small "
    "span strong sub summary sup table tbody td tfoot th thead time tr u ul var".split()
)
#: Elements that go with all that is in them; of others that are not allowed the text stays.
GONE = frozenset(
    "applet audio button canvas desc embed foreignObject form frameset head iframe math metadata "
    "noembed noframes noscript object plaintext script select style svg template textarea title "
    "video xmp".split()
)
HTML = {
    "*": {"class", "dir", "lang", "style", "title"},
    "a": {"href"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"reversed", "start"},
    "table": {"border"},
    "td": {"colspan", "headers", "rowspan"},
    "th": {"colspan", "headers", "rowspan", "scope"},
    "time": {"datetime"},
}
#: Properties of a style in HTML: none takes an element out of its place.
SHOWN = frozenset(
    "background-color color font-family font-size font-style font-weight max-width min-width "
    "text-align text-decoration vertical-align white-space width".split()
)

#: Where a link may lead; one without a scheme stays in the book.
SCHEMES = ("http", "https", "mailto")
SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")

PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
FRAGMENT = re.compile(r"#[^\s\"'()\\<>]+")
#: No person draws anything nested deeper, or with references that make as much of it.
DEEPEST, MOST = 100, 100_000


class NotDrawingError(ValueError):
    """A file is no drawing; the message says what it is instead."""


# ---- drawings -----------------------------------------------------------------------------------


def read(path: Path) -> str:
    """Return the text of a file that should be a drawing.

    Raises
    ------
    NotDrawingError
        If it is not text in UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotDrawingError("a picture of pixels, or not in UTF-8") from None


def parse(svg: str, name: str) -> tuple[ElementTree.Element, list[str]]:
    """Return a drawing without what none of the book's has, and a list of what that was.

    Parameters
    ----------
    svg : str
        The text of the file.
    name : str
        The id that the drawing will have on its page: it begins every id in it, and its styles
        hold for what is in it alone.

    Raises
    ------
    NotDrawingError
        If it is no SVG, defines entities, or would keep a browser busy for ever.
    """
    if not svg.strip():
        raise NotDrawingError("empty")
    try:
        root = fromstring(svg)
    except DefusedXmlException:
        raise NotDrawingError("a text that defines entities of its own") from None
    except (ElementTree.ParseError, ValueError) as error:
        raise NotDrawingError(f"not well-formed XML ({error})") from None
    if root.tag != f"{{{SVG}}}svg":
        lacking = f' without xmlns="{SVG}"' if root.tag == "svg" else ""
        raise NotDrawingError(f"a document of <{_local(root.tag)[:40]}>{lacking}")
    level, deep = [root], 0
    while level:
        level, deep = [child for element in level for child in element], deep + 1
    if deep > DEEPEST:
        raise NotDrawingError(f"elements nested {deep} deep, more than {DEEPEST}")
    lost: dict[str, None] = {}
    _prune(root, name, lost)
    for key in {"transform", "style", "x", "y"} & set(root.attrib):  # it is a box of the page
        lost[f"{key} of the whole"] = None
        del root.attrib[key]
    if _size(root) > MOST:
        raise NotDrawingError(f"references that make more than {MOST} elements of it")
    return root, list(lost)


def markup(root: ElementTree.Element) -> str:
    """Return a drawing as HTML, cleaned by nh3 once more: by what a browser reads there."""
    text = nh3.clean(
        ElementTree.tostring(root, encoding="unicode"),
        tags=set(ELEMENTS),
        clean_content_tags=set(GONE - ELEMENTS),
        attributes={"*": set(ATTRIBUTES | ADDED)},
        attribute_filter=_reference,
        link_rel=None,
        url_schemes={"data"},
    ).replace("&nbsp;", "\xa0")
    # A style has neither < nor &; as it stands, all read it alike, whatever kind of page it is in.
    return re.sub(r"<style>.*?</style>", lambda style: unescape(style[0]), text, flags=re.DOTALL)


def _reference(tag: str, key: str, value: str) -> str | None:
    if key != "href" or (PICTURE if tag == "image" else FRAGMENT).fullmatch(value):
        return value
    return None


def _local(name: object) -> str:
    """Return a name of XML without its namespace; comments have none."""
    return str(name).rpartition("}")[2]


def _prune(element: ElementTree.Element, name: str, lost: dict[str, None]) -> None:
    """Take out of an element what is not listed, and let its names be those of its drawing."""
    kind = _local(element.tag)
    attributes = dict(element.attrib)
    element.attrib.clear()
    for key, value in attributes.items():
        kept = _attribute(kind, key.removeprefix(XLINK).removeprefix(XML), value, name)
        if kept is not None:
            element.set(key.replace(f"{XML}lang", "lang"), kept)
        if kept is None or key == "style" and kept.count(":") < value.count(":"):
            if not key.startswith("{") or key == f"{XLINK}href":  # an editor's notes are no matter
                lost[f"{_local(key)}={' '.join(value.split())[:40]!r}"] = None
    if kind == "style":
        element.attrib.clear()
        element.text = style_sheet("".join(element.itertext()), name, lost)
    previous = None
    for child in list(element):
        known, inner = str(child.tag).startswith(f"{{{SVG}}}"), _local(child.tag)
        if kind != "style" and known and inner in ELEMENTS:
            _prune(child, name, lost)
            previous = child
            continue
        if known and inner not in SILENT or str(child.tag).startswith(f"{{{XHTML}}}"):
            lost[f"<{inner}>"] = None
        if previous is not None:
            previous.tail = (previous.tail or "") + (child.tail or "")
        elif kind != "style":
            element.text = (element.text or "") + (child.tail or "")
        element.remove(child)


def _attribute(kind: str, key: str, value: str, name: str) -> str | None:
    """Return what stays of an attribute, with the names of its drawing, or None."""
    if key not in ATTRIBUTES and key != "lang":
        return None
    if key == "id":
        return f"{name}-{value}" if FRAGMENT.fullmatch(f"#{value}") else None
    if key == "href":
        if kind == "image":
            return value if PICTURE.fullmatch(value) else None
        inside = kind in REFERRING and FRAGMENT.fullmatch(value)
        return f"#{name}-{value[1:]}" if inside else None
    if key == "style":
        return declarations(value, name) or None
    if key in PROPERTIES and "(" in value:
        return _value(tinycss2.parse_component_value_list(value), name)
    return value


def _size(root: ElementTree.Element) -> int:
    """Return how many elements a browser makes of a drawing, each reference followed."""
    parts = {element.get("id"): element for element in root.iter() if element.get("id")}
    known: dict[ElementTree.Element, int] = {}

    def size(element: ElementTree.Element) -> int:
        if element not in known:
            known[element] = 0  # of a reference to itself a browser makes nothing
            text = " ".join(element.attrib.values()) if len(element.attrib) else ""
            targets = [parts[at] for at in re.findall(r"#([^\s)\"']+)", text) if at in parts]
            known[element] = 1 + sum(size(each) for each in [*element, *targets])
        return known[element]

    try:
        return size(root)
    except RecursionError:
        return MOST + 1


# ---- styles -------------------------------------------------------------------------------------


def style_sheet(text: str, name: str, lost: dict[str, None] | None = None) -> str:
    """Return the rules of a style sheet that are listed, for what is in one element alone.

    Examples
    --------
    >>> print(style_sheet("@import 'a'; a, #b > c { fill: url(#d); position: fixed }", "x").strip())
    svg#x a, svg#x #x-b > c { fill: url(#x-d); }
    """
    lost = {} if lost is None else lost
    rules = []
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            lost[f"@{rule.at_keyword} in a style" if rule.type == "at-rule" else "a style"] = None
            continue
        selectors = [s for part in _parts(rule.prelude) if (s := _selector(part, name))]
        written = tinycss2.serialize(rule.content)
        body = declarations(written, name)
        if not selectors or body.count(":") < re.sub(r"/\*.*?\*/", "", written).count(":"):
            lost[f"a part of the style of {tinycss2.serialize(rule.prelude).strip()[:40]!r}"] = None
        if selectors and body:
            rules.append(f"{', '.join(selectors)} {{ {body}; }}")
    return "".join(f"\n{rule}" for rule in rules) + "\n"


@lru_cache(maxsize=4096)
def declarations(text: str, name: str = "", allowed: frozenset[str] = PROPERTIES) -> str:
    """Return the declarations of a style that are listed.

    Examples
    --------
    >>> declarations("fill: red; position: fixed; fill: url(http://e.org); stroke: url(#a)", "x")
    'fill: red; stroke: url(#x-a)'
    """
    kept = []
    for found in tinycss2.parse_declaration_list(text, skip_comments=True, skip_whitespace=True):
        if found.type == "declaration" and found.lower_name in allowed:
            if value := _value(found.value, name):
                kept.append(f"{found.lower_name}: {value}" + " !important" * found.important)
    return "; ".join(kept)


def _value(tokens: Iterable[Any], name: str) -> str | None:
    """Return a value, its references those of a drawing, or None if it is more than a value."""
    found = _cleaned(tokens, name)
    text = tinycss2.serialize(found).strip() if found is not None else None
    return None if text is None or re.search(r"[<>&{}]", text) else text


def _cleaned(tokens: Iterable[Any], name: str) -> list[Any] | None:
    found = []
    for token in tokens:
        inner = None
        if token.type == "function" and token.lower_name == "url":
            inside = [
                each for each in token.arguments if each.type not in ("whitespace", "comment")
            ]
            inner = inside[0].value if [each.type for each in inside] == ["string"] else ""
        elif token.type == "url":
            inner = token.value
        if inner is not None:
            if not name or not FRAGMENT.fullmatch(inner):
                return None
            found += tinycss2.parse_component_value_list(f"url(#{name}-{inner[1:]})")
        elif token.type in ("function", "() block"):
            within = token.arguments if token.type == "function" else token.content
            inside = _cleaned(within, name)
            if inside is None or token.type == "function" and token.lower_name not in FUNCTIONS:
                return None
            within[:] = inside
            found.append(token)
        elif token.type in ("error", "at-keyword", "{} block", "[] block"):
            return None
        elif token.type != "comment":
            found.append(token)
    return found


def _parts(tokens: Iterable[Any]) -> list[list[Any]]:
    """Return the selectors of a list."""
    parts: list[list[Any]] = [[]]
    for token in tokens:
        if token == ",":
            parts.append([])
        elif token.type != "comment":
            parts[-1].append(token)
    return parts


#: What a selector is made of.
SELECTS = {"ident", "hash", "literal", "whitespace", "function", "[] block"}


def _selector(tokens: list[Any], name: str) -> str:
    """Return a selector that holds for what is in an element; nothing if it could be any other."""
    if not SELECTS.issuperset(token.type for token in tokens):
        return ""
    _rename(tokens, name)
    text = tinycss2.serialize(tokens).strip()
    inside = re.match(r"[\w*.#:\[\\-]", text) and not re.search("[<&{}|]", text)
    return f"svg#{name} {text}" if inside else ""  # a heading may have the same id


def _rename(tokens: Iterable[Any], name: str) -> None:
    for token in tokens:
        if token.type == "hash":
            token.value = f"{name}-{token.value}"
        elif token.type == "function":
            _rename(token.arguments, name)


# ---- HTML and links -----------------------------------------------------------------------------


def clean(text: str) -> str:
    """Return HTML that only shows something: no script, form, frame, or thing from elsewhere.

    Examples
    --------
    >>> clean('<b onclick="go()">a</b><script>go()</script><a href="javascript:go()">b</a>')
    '<b>a</b><a>b</a>'
    """
    return nh3.clean(
        text,
        tags=set(TAGS),
        clean_content_tags=set(GONE),
        attributes=HTML,
        attribute_filter=_shown,
        link_rel=None,
        url_schemes={*SCHEMES, "data"},
    )


def _shown(tag: str, key: str, value: str) -> str | None:
    if key == "src":
        return value if PICTURE.fullmatch(value) else None
    if key == "href":
        return value if leads(value) else None
    return (declarations(value, "", SHOWN) or None) if key == "style" else value


def output(kind: str, content: Any) -> Any:
    """Return what stays of an output of a cell, by its kind; None if nothing.

    What has nothing to hide stays as it is, to the byte.
    """
    if kind == "application/javascript":
        return None
    if kind == "text/html":
        kept = clean(content)
        return kept if _parts_of(content) - _parts_of(kept) else content
    if kind == "image/svg+xml":
        try:
            root, lost = parse(content, "plot")
        except NotDrawingError:
            return None
        return ElementTree.tostring(root, encoding="unicode") if lost else content
    return content


def _parts_of(text: str) -> Counter[str]:
    """Return how often each tag, with its attributes, and each text stand in HTML."""
    return Counter(
        f"<{part.name} {sorted(part.attrs.items())}>"
        if isinstance(part, Tag)
        else part.output_ready()
        for part in BeautifulSoup(text, "html.parser").descendants
    )


def leads(address: str) -> bool:
    """Whether a link with this address only leads somewhere.

    Examples
    --------
    >>> leads("https://e.org"), leads("a.html#b"), leads(" Java\\nScript:go()"), leads("data:,a")
    (True, True, False, False)
    """
    plain = re.sub(r"[\x00-\x20]", "", address)
    scheme = SCHEME.match(plain)
    return scheme is None or scheme[1].lower() in SCHEMES


def shows(address: str) -> bool:
    """Whether an image with this address is a file of the book, or a picture in the page itself.

    Examples
    --------
    >>> shows("../img/a.svg"), shows("data:image/png;base64,AA=="), shows("//e.org/a.png")
    (True, True, False)
    """
    plain = re.sub(r"[\x00-\x20]", "", address)
    own = SCHEME.match(plain) is None and not re.match(r"[/\\]{2}", plain)
    return own or PICTURE.fullmatch(address) is not None
