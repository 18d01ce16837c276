"""What in imported Markdown a browser or Sphinx would obey, and how it becomes plain text."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

#: HTML without attributes that only sets words; and comments, which nobody sees.
TAME = re.compile(
    r"</?(?:b|br|code|em|i|kbd|mark|small|strong|sub|sup|u)\s*/?>|<!--.*?-->", re.DOTALL
)
#: Without one of these no text needs a closer look; an address between < and > is none.
SUSPECT = re.compile(
    r"<(?!https?://[^\s<>]*>)[a-zA-Z/!?]|^[ \t>*+\-\d.)]*(?:[`~:]{3,}[ \t]*\{|%)|\{[^\s{}`]+\}`",
    re.MULTILINE,
)
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
