"""The parts of a Markdown text that both languages of a pair have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

#: A number that a run has measured, as an author writes it: {glue:text}`name:.2f`.
GLUE = re.compile(r"\{glue:text\}`(?P<name>[\w-]+)(?::(?P<spec>[^`]+))?`")


#: A bare address; the punctuation after it is not part of it.
ADDRESS = re.compile(r"https?://[^\s<>()\[\]]*[^\s<>()\[\].,;:!?\"'”’…]")


@cache
def parser() -> MarkdownIt:
    """Return the Markdown parser: CommonMark, tables, dollar mathematics, footnotes, roles."""
    return (
        MarkdownIt("commonmark")
        .enable("table")
        .disable("text_join")  # so that an escaped star remains apart from a stray one
        .use(dollarmath_plugin, double_inline=True)
        .use(footnote_plugin)
        .use(myst_role_plugin)
    )


@lru_cache(maxsize=8192)
def parse(text: str) -> tuple[Token, ...]:
    """Return the block tokens of `text`; the tokens are shared, so leave them as they are."""
    return tuple(parser().parse(text))


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
    tokens = parse(text)
    return [
        Heading(int(opening.tag[1]), inline.content, opening.map[0])
        for opening, inline in zip(tokens, tokens[1:])
        if opening.type == "heading_open"
    ]


def walk(text: str) -> Iterator[Token]:
    """Yield every token of `text`, block tokens and the inline tokens inside them."""
    for token in parse(text):
        yield token
        yield from token.children or ()


def inline(block: Token) -> Iterator[tuple[int, Token]]:
    """Yield the tokens inside an inline block, each with its line in the text, from 0.

    A code span or a formula may itself run over several lines.
    """
    line, cursor = block.map[0], 0
    for token in block.children or ():
        yield line, token
        if token.type in ("softbreak", "hardbreak"):
            line, cursor = line + 1, block.content.find("\n", cursor) + 1
        elif token.type in ("code_inline", "myst_role"):
            # CommonMark replaces the line breaks of a code span by spaces.
            words = re.escape(token.content).replace(r"\ ", "[ \n]").replace("\\\n", "[ \n]")
            found = re.compile(f"`[ \n]?{words}[ \n]?`").search(block.content, cursor)
            if found:
                line, cursor = line + found[0].count("\n"), found.end()
        elif token.content and token.type not in ("text", "text_special"):
            line += token.content.count("\n")


@dataclass(frozen=True)
class Line:
    """A line of prose: its number in the text (from 0), its words, and how it ends."""

    number: int
    words: str
    hard: bool = False  # a line break that the page shows


@dataclass(frozen=True)
class Paragraph:
    """The lines of one paragraph, heading or table cell; `tag` is its HTML element."""

    tag: str
    lines: tuple[Line, ...]


def paragraphs(
    text: str, blank: str = " ", emphasis: bool = True, pictures: bool = False
) -> Iterator[Paragraph]:
    """Yield the paragraphs of `text`; code, mathematics, roles and addresses are blank.

    Parameters
    ----------
    text : str
        Markdown.
    blank : str
        What stands in the place of something that is not prose.
    emphasis : bool
        Whether emphasized words count as prose.
    pictures : bool
        Whether the descriptions of pictures do.

    Examples
    --------
    >>> list(paragraphs("Let $h$ be\\nthe *state* of `rnn`.", "_", emphasis=False))[0].lines
    (Line(number=0, words='Let _ be', hard=False), Line(number=1, words='the _ of _.', hard=False))
    """
    tokens = parse(text)
    for opening, block in zip((None, *tokens), tokens):
        if block.type != "inline":
            continue
        number, words, hidden, lines = block.map[0], [], 0, []
        for line, token in inline(block):
            if token.type in ("softbreak", "hardbreak"):
                lines.append(Line(number, _joined(words, blank), token.type == "hardbreak"))
                number, words = line + 1, []
            elif token.type in ("em_open", "strong_open") and not emphasis:
                hidden, words = hidden + 1, [*words, blank]
            elif token.type in ("em_close", "strong_close") and not emphasis:
                hidden -= 1
            elif hidden:
                continue
            elif token.type in ("text", "text_special"):
                words.append(token.content)
            elif token.type == "image":
                words.append(f" {token.content} " if pictures else blank)
            elif token.content:
                words.append(blank)
        lines.append(Line(number, _joined(words, blank)))
        yield Paragraph(opening.tag if opening is not None else "", tuple(lines))


def _joined(words: list[str], blank: str) -> str:
    return ADDRESS.sub(blank, "".join(words))


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Yield ``(line, words)`` for each line of prose; code, mathematics, roles and addresses blank.

    The line is counted from 0.  What is not prose is replaced by a space, so that neither
    a spelling check nor a check of terms sees it.
    """
    for paragraph in paragraphs(text, pictures=True):
        for line in paragraph.lines:
            yield line.number, line.words
