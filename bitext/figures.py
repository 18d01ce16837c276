"""Figures: the plots of a code cell get a caption, and every SVG becomes part of the page.

A part of the page follows its reading mode and its colours.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from bitext import drawings, sources
from bitext.cleaning import made
from bitext.sanitizing import SVG, NotDrawingError, markup, parse, read

#: How a label is written in a figure: ``English | Tiếng Việt``.
HALVES = " | "

#: What a plot is called for those who do not see it: Vietnamese, English.
PLOT = ("Đồ thị", "Plot")

COLOUR = re.compile(r"(?P<property>fill|stroke):\s*(?P<colour>#[0-9a-f]{6})\b")
FONT = re.compile(
    r"font:\s*(?P<style>italic|oblique)?\s*(?P<weight>bold|\d{3})?\s*(?P<size>[\d.]+px)[^;]*"
)


class PlottedDirective(SphinxDirective):
    """A figure of what the code cell before it has plotted; its content is the caption.

    What else the cell has put out stays with the cell.  A cell that has not run gives a figure
    without a plot, to which references still lead.
    """

    has_content = True
    option_spec = {"name": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the figure."""
        figure = nodes.figure()
        before = self.state_machine.node.children[-1:]
        containers = (part for cell in before for part in cell.findall(nodes.container))
        for output in [c for c in containers if c.get("nb_element") == "cell_code_output"]:
            plots = [shown for shown in output if next(shown.findall(nodes.image), None)]
            for plot in plots:
                output.remove(plot)
            if not output.children:
                output.parent.remove(output)
            figure += plots
        text = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, text)
        paragraph = text.children[0]
        figure += nodes.caption(paragraph.rawsource, "", *paragraph.children)
        self.set_source_info(figure)
        self.add_name(figure)
        return [figure]


class InlineFigures(SphinxPostTransform):
    """Puts every SVG image into the page itself; what is not HTML keeps the image."""

    default_priority = 500
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace the images of the page."""
        number = 0
        for image in list(self.document.findall(nodes.image)):
            path = Path(self.env.srcdir) / image["uri"]
            if path.suffix.lower() != ".svg" or not path.is_file():
                image.setdefault("alt", " · ".join(PLOT))  # or its path would be read aloud
                continue
            number += 1
            try:
                html = inline(read(path), f"svg-{number}", image.get("alt", ""))
            except NotDrawingError as error:
                raise ExtensionError(self._finding(image["uri"], error)) from None
            image.replace_self(made(html))

    def _finding(self, uri: str, error: NotDrawingError) -> str:
        """Return what is wrong with a drawing, as `make check` says it where a source shows it."""
        root = Path(self.env.srcdir)
        path = root / f"{self.env.docname}.md"
        found = drawings.findings(sources.read(path, root), root) if path.is_file() else []
        if found:
            return "\n".join(map(str, found))
        return f"{self.env.docname}: {uri} is no drawing: {error}: save it as plain SVG, in UTF-8"


def inline(svg: str, name: str, alt: str = "") -> str:
    """Return an SVG file as a part of a page.

    It is cleaned (:mod:`bitext.sanitizing`): it runs nothing, asks for nothing, and no id or style
    reaches beyond it.  Labels show the half that fits the reading mode, black becomes the colour of
    the text, the background becomes transparent.

    Parameters
    ----------
    svg : str
        The text of the file: drawn by hand, or by matplotlib with ``svg.fonttype: none``.
    name : str
        A name that no other figure of the page has; it begins every id.
    alt : str
        What the figure shows, ``Tiếng Việt / English``; for a plot its labels stand in.

    Raises
    ------
    NotDrawingError
        If it is no drawing.
    """
    root, _ = parse(svg, name)
    drawn = not any(g.get("id", "").endswith("-figure_1") for g in root.iter(f"{{{SVG}}}g"))
    texts = _labels(root)
    if not drawn:
        _plain_plot(root)
    for text in list(root.iter(f"{{{SVG}}}text")):
        _divide(root, text, stacked=drawn)
    vi, en = _names(alt, texts)
    root.set("role", "img")
    root.set("id", name)
    root.set("aria-label", vi if vi == en else f"{vi} · {en}")
    root.set("data-vi", vi)
    root.set("data-en", en)
    root.set("class", "drawing" if drawn else "plot")
    root.attrib.pop("version", None)
    text = re.sub(r">\s*\n\s*<", ">\n<", markup(root))
    return f'<div class="figure-svg">{text.strip()}</div>'


def halves(label: str) -> tuple[str, str]:
    """Return the Vietnamese and the English half of a label, ``English | Tiếng Việt``.

    Examples
    --------
    >>> halves("time | thời gian")
    ('thời gian', 'time')
    >>> halves("GRU")
    ('GRU', 'GRU')
    """
    english, mark, vietnamese = label.partition(HALVES)
    return (vietnamese.strip() if mark else english.strip()), english.strip()


def _labels(root: ElementTree.Element) -> list[str]:
    """Return the labels of a figure without numbers, each once."""
    found = (" ".join("".join(text.itertext()).split()) for text in root.iter(f"{{{SVG}}}text"))
    return [text for text in dict.fromkeys(found) if re.search(r"[^\W\d_]{2}", text)]


def _names(alt: str, labels: list[str]) -> tuple[str, str]:
    """Return what the figure is called in Vietnamese and in English."""
    if alt:
        vi, mark, en = alt.partition(" / ")
        return vi.strip(), (en if mark else vi).strip()
    both = [halves(label) for label in labels]
    vi, en = (", ".join(dict.fromkeys(half)) for half in (zip(*both) if both else ((), ())))
    return (f"{PLOT[0]}: {vi}" if vi else PLOT[0]), (f"{PLOT[1]}: {en}" if en else PLOT[1])


def _parent(root: ElementTree.Element, element: ElementTree.Element) -> ElementTree.Element:
    return next(parent for parent in root.iter() if element in list(parent))


def _divide(root: ElementTree.Element, text: ElementTree.Element, stacked: bool) -> None:
    """Make of a label in both languages two, of which the page shows what fits its mode.

    Where both show, they stand one below the other if the figure leaves room for that, and
    otherwise on the line of the label, which is as long as they are together.
    """
    label = text.text or ""
    if len(text) or HALVES not in label:
        return
    vi, en = halves(label)
    if vi == en:
        text.text = vi
        return
    if not stacked:
        text.text = None
        for kind, lang, content in (("text", "vi", vi), ("or", None, " · "), ("text", "en", en)):
            part = ElementTree.SubElement(text, f"{{{SVG}}}tspan", {"class": kind})
            part.text = content
            if lang:
                part.set("lang", lang)
        return
    parent = _parent(root, text)
    group = ElementTree.Element(f"{{{SVG}}}g", {"class": "label"})
    group.tail = text.tail
    if turn := text.attrib.pop("transform", None):
        group.set("transform", turn)
    for lang, content in (("vi", vi), ("en", en)):
        half = ElementTree.SubElement(group, text.tag, text.attrib)
        half.set("class", f"{text.get('class', '')} text".strip())
        half.set("lang", lang)
        half.text = content
    parent[list(parent).index(text)] = group


def _plain_plot(root: ElementTree.Element) -> None:
    """Take matplotlib's colours, fonts and style out of a plot where the page has its own."""
    for style in list(root.iter(f"{{{SVG}}}style")):
        _parent(root, style).remove(style)  # one rule for everything, on a page for all figures
    root.set("stroke-linejoin", "round")
    for group in root.iter(f"{{{SVG}}}g"):
        if "-patch_" in group.get("id", ""):
            for path in group.iter(f"{{{SVG}}}path"):
                path.set("style", path.get("style", "").replace("fill: #ffffff", "fill: none"))
    for element in root.iter():
        if style := element.get("style"):
            style = FONT.sub(_font, COLOUR.sub(_colour, style))
            element.set("style", style)
        if element.tag == f"{{{SVG}}}text":
            if "fill" not in element.get("style", ""):
                element.set("fill", "currentColor")
            if any(" " in part.get("x", "") for part in element):
                element.set("class", "placed")  # a formula: matplotlib has placed every glyph


def _colour(match: re.Match[str]) -> str:
    """Return a colour that is seen on a light and on a dark page."""
    red, green, blue = (int(match["colour"][at : at + 2], 16) for at in (1, 3, 5))
    if red == green == blue and red <= 0x99:
        return f"{match['property']}: " + ("currentColor" if red == 0 else "var(--soft, gray)")
    if red == green == blue and red < 0xFF:
        return f"{match['property']}: var(--line, {match['colour']})"
    return match[0]


def _font(match: re.Match[str]) -> str:
    """Return the size and the shape of a font without its family."""
    parts = [f"font-size: {match['size']}"]
    if match["style"]:
        parts.append(f"font-style: {match['style']}")
    if match["weight"]:
        parts.append(f"font-weight: {match['weight']}")
    return "; ".join(parts)
