"""The parts of a Markdown text that both languages of a pair have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

#: A number that a run has measured, as an author writes it: {glue:text}`name:.2f`.
GLUE = re.compile(r"\{glue:text\}`(?P<name>[\w-]+)(?::(?P<spec>[^`]+))?`")


@cache
def parser() -> MarkdownIt:
    """Return the Markdown parser: CommonMark, tables, dollar mathematics, footnotes, roles."""
    return (
        MarkdownIt("commonmark")
        .enable("table")
        .use(dollarmath_plugin, double_inline=True)
        .use(footnote_plugin)
        .use(myst_role_plugin)
    )


@dataclass(frozen=True)
class Heading:
    """A heading: its level (1 to 6), its text, and its line in the text (counted from 0)."""

    level: int
    text: str
    line: int


def headings(text: str) -> list[Heading]:
    """Return the headings of `text`, those of fenced code left out.

    Examples
    --------
    >>> headings("# Deep RNNs\\n\\nStack them.")
    [Heading(level=1, text='Deep RNNs', line=0)]
    """
    tokens = parser().parse(text)
    return [
        Heading(int(opening.tag[1]), inline.content, opening.map[0])
        for opening, inline in zip(tokens, tokens[1:])
        if opening.type == "heading_open"
    ]


def walk(text: str) -> Iterator[Token]:
    """Yield every token of `text`, block tokens and the inline tokens inside them."""
    for token in parser().parse(text):
        yield token
        yield from token.children or ()


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Yield ``(line, words)`` for each line of prose; code, mathematics, roles and addresses blank.

    The line is counted from 0.  What is not prose is replaced by a space, so that neither
    a spelling check nor a check of terms sees it.
    """
    for block in parser().parse(text):
        if block.type != "inline":
            continue
        line, words = block.map[0], []
        for token in block.children or ():
            if token.type in ("softbreak", "hardbreak"):
                yield line, "".join(words)
                line, words = line + 1, []
            elif token.type in ("text", "text_special"):
                words.append(token.content)
            elif token.type == "image":
                words.append(f" {token.content} ")
            elif token.content:
                words.append(" ")
        if words:
            yield line, "".join(words)
