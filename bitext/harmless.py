"""What in imported Markdown a browser or Sphinx would obey, and how it becomes plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from bitext import sanitizing
from bitext.findings import Finding
from bitext.sources import Section

#: HTML without attributes that only sets words; and comments, which nobody sees.
TAME = re.compile(
    # For a browser "<!-->", "<!--->" and "--!>" end a comment too.
    r"</?(?:b|br|code|em|i|kbd|mark|small|strong|sub|sup|u)\s*/?>|<!--(?!-?>)(?:(?!--).)*-->",
    re.DOTALL,
)
#: Without one of these no text needs a closer look; an address between < and > is none.
SUSPECT = re.compile(
    r"<(?!https?://[^\s<>]*>)[a-zA-Z/!?]|^[ \t>*+\-\d.)]*(?:[`~:]{3,}[ \t]*\{|%)|\{[^\s{}`]+\}`",
    re.MULTILINE,
)
#: What to write instead of HTML, and the directives whose content is no Markdown.
IN_MARKDOWN = "write it in Markdown"
LITERAL = ("code", "code-block", "code-cell", "math", "sourcecode", "bibliography")
#: Longer texts are not parsed: the parser takes the square of the length of a paragraph.
LONGEST = 50_000
CODE = re.compile(r"(?<!`)(`{1,3})(?!`).+?(?<!`)\1(?!`)|<(?:https?|mailto):[^\s<>]*>", re.DOTALL)
OPENING = re.compile(r"<(?=[a-zA-Z/!?])|(?<!\\)\{(?!glue:)(?=[^\s{}`]+\}`)")


@cache
def _parser() -> MarkdownIt:
    """Return the parser of the pages; a text begins in the midst of one, so it has no header."""
    extensions = {"amsmath", "colon_fence", "dollarmath"}
    return create_md_parser(MdParserConfig(enable_extensions=extensions), RendererHTML).disable(
        ["front_matter", "wordcount"]
    )


def is_harmless(text: str) -> bool:
    """Whether a text brings no HTML but the tame one, no directive, role or comment of MyST.

    The role that quotes a result is one of the book's own.  Of a suspect text that is longer than
    :data:`LONGEST` the worst is thought.

    Examples
    --------
    >>> is_harmless("x<sub>t</sub> < y, `<script>`"), is_harmless('<img src=x onerror="go()">')
    (True, False)
    >>> is_harmless("```{raw} html\\nx\\n```"), is_harmless("% unseen"), is_harmless("{a}`b`")
    (False, False, False)
    """
    if not SUSPECT.search(text):
        return True
    if len(text) > LONGEST:
        return False
    for token in _parser().parse(text):
        if token.type == "html_block" and TAME.sub("", token.content).strip():
            return False
        if token.type in ("fence", "colon_fence") and token.info.lstrip().startswith("{"):
            return False
        if token.type == "myst_line_comment":
            return False
        for child in token.children or ():
            if child.type == "html_inline" and not TAME.fullmatch(child.content):
                return False
            if child.type == "myst_role" and not child.meta["name"].startswith("glue:"):
                return False
    return True


def findings(section: Section) -> list[Finding]:
    """Return the HTML, the links and the images in a section that no page shows."""
    return [
        Finding(section.path, cell.line + line, "html", what, remedy, cell.number)
        for cell in section.cells
        if cell.kind == "markdown"
        for line, what, remedy in refused(cell.text)
    ]


def refused(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, fault and remedy of what a page does not show.

    Examples
    --------
    >>> list(refused("a <b>b</b>\\n<img src=x onerror=go()>"))
    [(1, "HTML '<img src=x onerror=go()>'", 'write it in Markdown')]
    """
    if not SUSPECT.search(text) and ":" not in text and "](" not in text:
        return
    for token in _parser().parse(text):
        line = token.map[0] if token.map else 0
        if token.type == "html_block" and TAME.sub("", token.content).strip():
            yield line, _html(TAME.sub("", token.content)), IN_MARKDOWN
        elif token.type in ("fence", "colon_fence"):
            yield from _directive(token, line)
        for child in token.children or ():
            if child.type == "html_inline" and not TAME.fullmatch(child.content):
                yield line, _html(child.content), IN_MARKDOWN
            elif child.type == "image" and not sanitizing.shows(child.attrs["src"]):
                yield line, f"an image from {child.attrs['src'][:60]!r}", "keep the file in img/"
            elif child.type == "myst_role" and child.meta["name"].startswith("raw"):
                yield line, f"the role {child.meta['name']!r}", IN_MARKDOWN
            line += child.type in ("softbreak", "hardbreak")
            line += child.content.count("\n") if child.type != "text" else 0


def _directive(token: Token, line: int) -> Iterator[tuple[int, str, str]]:
    """Yield what is refused in a directive: HTML by another way, or in the text in it."""
    name = re.match(r"\{([^}]*)\}(.*)", token.info.strip())
    if name is None or name[1] in LITERAL:
        return
    if name[1] in ("raw", "eval-rst", "meta"):
        yield line, f"the directive {name[1]!r}", IN_MARKDOWN
        return
    address = name[2].strip()
    if name[1] in ("image", "figure") and not sanitizing.shows(address):
        yield line, f"an image from {address[:60]!r}", "keep the file in img/"
    for at, option in enumerate(token.content.split("\n"), line + 1):
        found = re.match(r"\s*:?(?:target|link):\s*(\S.*)", option)
        if found and not sanitizing.leads(found[1].strip().strip("\"'")):
            yield at, f"a link to {found[1][:60]!r}", "write an address that begins with https:"
    for at, what, remedy in refused(token.content):
        yield line + 1 + at, what, remedy


def _html(text: str) -> str:
    return f"HTML {' '.join(text.split())[:60]!r}"


def disarmed(text: str) -> str:
    """Return a text with a backslash before each sign that begins HTML, a role or a comment.

    Code stays as it is.  The text may still hold a directive: see :func:`is_harmless`.

    Examples
    --------
    >>> print(disarmed("a <b> `<b>`\\n% c"))
    a \\<b> `<b>`
    \\% c
    """
    fenced = {
        line
        for token in _parser().parse(text)
        if token.type in ("fence", "colon_fence", "code_block", "math_block") and token.map
        for line in range(*token.map)
    }
    out, end = [], 0
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for first, last in _runs([n for n in range(len(starts) - 1) if n not in fenced]):
        at, stop = starts[first], min(starts[last + 1], len(text))
        out.append(text[end:at])
        for code in CODE.finditer(text, at, stop):
            out += [_escaped(text[at : code.start()]), code[0]]
            at = code.end()
        out.append(_escaped(text[at:stop]))
        end = stop
    return "".join([*out, text[end:]])


def _escaped(text: str) -> str:
    return re.sub(r"^(?=[ \t]{0,3}%)([ \t]*)", r"\1\\", OPENING.sub(r"\\\g<0>", text), flags=re.M)


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Return the first and the last of each run of numbers that follow each other."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [(first, last) for first, last in runs]
