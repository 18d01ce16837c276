"""D2L's dialect of Markdown, read into a neutral list of blocks.

Nothing is thrown away: every character of a page that is no white space is in the ``raw`` text of
exactly one block, in the order of the page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

#: The tab of D2L whose code and words the book keeps; "all" is for every framework.
TABS = frozenset({"mxnet", "all"})

#: A line of a page with its number, from 1; a line that holds the end of a comment is cut in two.
Line = tuple[int, str]

FENCE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})[ \t]*(?P<info>[^`]*)")
HEADING = re.compile(r" {0,3}(?P<mark>#{1,6})(?:[ \t]+(?P<title>.*))?")
FIGURE = re.compile(r"!\[(?P<caption>.*)\]\((?P<path>[^()\s]+)\)", re.DOTALL)
LABEL = re.compile(r"[ \t]*:(?:label|eqlabel):`(?P<label>[^`\n]*)`[ \t]*")
SIZE = re.compile(r"[ \t]*:(?:width|height):`[^`\n]*`[ \t]*")
BEGIN_TAB = re.compile(r"[ \t]*:begin_tab:`(?P<tabs>[^`\n]*)`[ \t]*")
END_TAB = re.compile(r"[ \t]*:end_tab:[ \t]*")
CELL_TAB = re.compile(r"[ \t]*(?:#@tab|%%tab)[ \t]+(?P<tabs>[^\n]*)")
ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
DISCUSSION = re.compile(
    r"(?:#{1,6}[ \t]+)?(?:[-*+][ \t]+)?"
    r"(?:\[[^\]\n]*\]\(https?://(?:discuss|forum)\.[^()\s]*\)[ \t]*)+"
)
CODE_QR = re.compile(r"(?:[^\s]*/)?qr_[^/\s]*\.svg")

#: What a text file may not hold: it splits lines in Python and not in Markdown, or is not text.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
#: So many marks are on no letter (UAX #15, section 13), and normalizing takes the square of them.
MARKS = re.compile(r"[^\w\s\x00-\x7f]{31}")
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")


@dataclass(frozen=True)
class Block:
    """One block of a page.

    Parameters
    ----------
    kind : str
        "heading", "prose", "code", "aside" (for another framework), "fence" (other literal text),
        "math", "figure", "toc", "discussion", "comment" or "mark" (syntax without content).
    text : str
        Its content: a heading with its ``#``, the code of a cell, the caption of a figure.
    line : int
        Its first line in the file, from 1.
    raw : str
        Its lines as they are in the file.
    label : str
        The name that ``:label:`` or ``:eqlabel:`` gives to it.
    info : str
        What stands behind the fence; the path of a figure; the tabs of an aside.
    problem : str
        What is broken in it, for a person to look at.
    piece : int
        The piece of its first line that it begins with, from 0: a comment may end within a line.
    edits : tuple
        Where `raw` is no Markdown: what has become of it, (before, after, why).
    """

    kind: str
    text: str
    line: int
    raw: str
    label: str = ""
    info: str = ""
    problem: str = ""
    piece: int = 0
    edits: tuple[tuple[str, str, str], ...] = ()


def clean(text: str) -> tuple[str, list[tuple[int, str]]]:
    """Bring a text into NFC, its lines to ``\\n``, and drop what is not text.

    Returns
    -------
    tuple
        The text, and ``(line, what)`` for each line that has changed in more than its end.

    Examples
    --------
    >>> clean("\\ufeffa\\x00b\\r\\nc")
    ('a b\\nc', [(1, 'a byte order mark is dropped'), (1, 'U+0000 is replaced by a space')])
    """
    notes = []
    if text.startswith("\ufeff"):
        text = text[1:]
        notes.append((1, "a byte order mark is dropped"))
    lines = re.split("\r\n|\r|\n", text)
    for index, line in enumerate(lines):
        if line.isascii() and line.isprintable():
            continue
        if codes := sorted({f"U+{ord(mark):04X}" for mark in CONTROL.findall(line)}):
            notes.append((index + 1, f"{', '.join(codes)} is replaced by a space"))
            line = CONTROL.sub(" ", line)
        if MARKS.search(line):
            notes.append((index + 1, "is not brought into NFC: more than 30 signs in a row"))
        elif not unicodedata.is_normalized("NFC", line):
            notes.append((index + 1, "is brought into NFC"))
            line = unicodedata.normalize("NFC", line)
        lines[index] = line
    return "\n".join(lines), notes


def numbered(text: str) -> list[Line]:
    """Return the lines of a clean text with their numbers, from 1."""
    return list(enumerate(text.split("\n"), 1))


def language(text: str) -> str:
    """Return "vi" where a fifth of the words have letters that only Vietnamese has, else "en".

    Examples
    --------
    >>> language("Trạng thái ẩn nhớ những gì đã qua."), language("A hidden state remembers.")
    ('vi', 'en')
    """
    words = text.split()
    marked = sum(1 for word in words if VIETNAMESE.search(word))
    return "vi" if words and 5 * marked >= len(words) else "en"


def tabs(names: str) -> frozenset[str]:
    """Return the frameworks that a list names: "mxnet, pytorch"."""
    return frozenset(name.strip().lower() for name in names.split(",") if name.strip())


def read(lines: Iterable[Line]) -> list[Block]:
    """Read the lines of a page, or of a part of one, into blocks.

    Nothing is an error: what is broken becomes a block with a `problem`.
    """
    return _with_labels(_Reader(list(lines)).blocks())


class _Reader:
    """A cursor over lines; each step forward takes whole lines, so the time is linear."""

    def __init__(self, lines: list[Line]):
        self.lines = lines
        self.at = 0
        self.cuts: dict[int, int] = {}  # how often a line has been cut behind a comment
        self.unclosed: dict[str, int] = {}  # the shortest fence known to have no end, by its sign

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks, each with the tab it stands in."""
        inside: Line | None = None  # where the open tab begins
        names: frozenset[str] = frozenset()
        while self.at < len(self.lines):
            number, line = self.lines[self.at]
            if not line.strip():
                self.at += 1
            elif begin := BEGIN_TAB.fullmatch(line):
                problem = f"the tab of line {inside[0]} has no :end_tab:" if inside else ""
                inside, names = (number, line), tabs(begin["tabs"])
                yield self._take("mark", 1, problem=problem)
            elif END_TAB.fullmatch(line):
                problem = "" if inside else "an :end_tab: without its :begin_tab:"
                inside = None
                yield self._take("mark", 1, problem=problem)
            else:
                block = self._next(line)
                if inside and not names & TABS and block.kind != "mark":
                    block = replace(block, kind="aside", info=", ".join(sorted(names)))
                yield block
        if inside:  # no text of its own: only the message
            yield Block("mark", "", inside[0], "", problem="this tab has no :end_tab:")

    def _next(self, line: str) -> Block:
        if LABEL.fullmatch(line) or SIZE.fullmatch(line):
            return self._take("mark", 1)
        if line.strip() == "-->":
            return self._take("mark", 1, problem="a '-->' without its '<!--'")
        if DISCUSSION.fullmatch(line.strip()):
            return self._take("discussion", 1)
        if fence := FENCE.fullmatch(line):
            return self._fence(fence)
        if line.lstrip().startswith("<!--"):
            return self._comment()
        if heading := HEADING.fullmatch(line):
            return self._heading(heading)
        if line.startswith("$$") and (block := self._math()):
            return block
        return self._prose()

    def _take(self, kind: str, count: int, text: str | None = None, **fields: str) -> Block:
        taken = self.lines[self.at : self.at + count]
        raw = "\n".join(line for _, line in taken)
        piece = self.cuts.get(self.at, 0)
        self.at += count
        text = raw if text is None else text
        return Block(kind, text, taken[0][0], raw, piece=piece, **fields)

    def _heading(self, found: re.Match[str]) -> Block:
        title, label = (found["title"] or "").strip(), ""
        end = re.search(r":label:`([^`\n]*)`$", title)
        if end:
            title, label = title[: end.start()].strip(), end[1]
        return self._take("heading", 1, f"{found['mark']} {title}".strip(), label=label)

    def _fence(self, opening: re.Match[str]) -> Block:
        mark, info = opening["mark"], opening["info"].strip()
        last, problem = self._end_of_fence(mark)
        closed = not problem
        body = [line for _, line in self.lines[self.at + 1 : last + 1 - closed]]
        count = last + 1 - self.at
        if re.match(r"\{\.python\b.*\.input\b", info):
            tab = next((CELL_TAB.match(line) for line in body if line.strip()), None)
            if tab and not tabs(tab["tabs"]) & TABS:
                names = ", ".join(sorted(tabs(tab["tabs"])))
                return self._take("aside", count, info=names, problem=problem)
            code = "\n".join(body).strip("\n")
            return self._take("code", count, code, info=info, problem=problem)
        if info == "toc":
            return self._take("toc", count, "\n".join(body).strip("\n"), problem=problem)
        return self._take("fence", count, info=info, problem=problem)

    def _end_of_fence(self, mark: str) -> tuple[int, str]:
        """Return the last line of the fence that begins here, and what is wrong with it."""
        sign, length = mark[0], len(mark)
        comment = len(self.lines)
        if length < self.unclosed.get(sign, length + 1):
            for index in range(self.at + 1, len(self.lines)):
                line = self.lines[index][1]
                bare = line.strip()
                if bare[:1] == sign and len(bare) >= length and not bare.strip(sign):
                    return index, ""
                if re.match(r"(`{3,}|~{3,})\s*\{\.", line):
                    where = self.lines[index][0]
                    problem = f"this fence has no end before the next one, at line {where}"
                    return index - 1, problem
            self.unclosed[sign] = length
        for index in range(self.at + 1, len(self.lines)):
            if self.lines[index][1].lstrip().startswith("<!--"):
                comment = index
                break
        return comment - 1, "this fence has no end"

    def _comment(self) -> Block:
        for index in range(self.at, len(self.lines)):
            number, line = self.lines[index]
            if index > self.at and line.lstrip().startswith("<!--"):
                return self._unclosed_comment(index)
            if "-->" in line:
                end = line.index("-->") + 3
                if not line[end:].strip():
                    return self._take("comment", index + 1 - self.at)
                self.lines[index] = (number, line[:end])
                block = self._take("comment", index + 1 - self.at)
                self.lines[index] = (number, line[end:])  # words behind it are read next
                self.at = index
                self.cuts[index] = self.cuts.get(index, 0) + 1
                return block
        return self._unclosed_comment(len(self.lines))

    def _unclosed_comment(self, limit: int) -> Block:
        """Return the comment that begins here and has no end before `limit`.

        It ends at the blank line before something that does not belong into a comment.
        """
        ends = [n for n in range(self.at + 2, limit) if not self.lines[n - 1][1].strip()]
        for index in ends:
            line = self.lines[index][1]
            outside = FENCE.fullmatch(line) or LABEL.fullmatch(line) or line.startswith("$$")
            if outside or language(line) == "vi":
                limit = index
                break
        else:
            if limit == len(self.lines) and ends:
                limit = ends[0]
        problem = f"the comment of line {self.lines[self.at][0]} has no end '-->'"
        return self._take("comment", limit - self.at, problem=problem)

    def _math(self) -> Block | None:
        """Return the display equation that begins here, or None where it is none."""
        for index in range(self.at, len(self.lines)):
            line = LABEL.sub("", self.lines[index][1]).rstrip()
            if not line.strip() and index > self.at:
                return None  # no equation has a blank line
            rest = line[2:] if index == self.at else line
            if "$$" in rest:
                if not rest.endswith("$$") or rest.count("$$") > 1:
                    return None  # words behind it, or two in a line
                block = self._take("math", index + 1 - self.at)
                if found := LABEL.search(block.raw):
                    text = LABEL.sub("", block.raw).strip()
                    block = replace(block, text=text, label=found["label"])
                return block if block.text.strip("$ \n") else replace(block, kind="prose")
        return None

    def _prose(self) -> Block:
        """Return the paragraph, list, table or figure that begins here."""
        listed = bool(ITEM.match(self.lines[self.at][1]))
        index = end = self.at + 1
        opening: str | None = None  # the fence inside a list
        while index < len(self.lines):
            line = self.lines[index][1]
            fence = FENCE.fullmatch(line.lstrip())
            if opening:
                if fence and fence["mark"].startswith(opening) and not fence["info"].strip():
                    opening = None
            elif not line.strip():
                while index < len(self.lines) and not self.lines[index][1].strip():
                    index += 1
                goes_on = index < len(self.lines) and (
                    self.lines[index][1].startswith(("  ", "\t"))
                    or ITEM.match(self.lines[index][1])
                )
                if not (listed and goes_on):
                    break
                continue
            elif listed and fence and line.startswith(("  ", "\t")):
                opening = fence["mark"]
            elif self._interrupts(line):
                break
            index += 1
            end = index
        block = self._take("prose", end - self.at)
        figure = FIGURE.fullmatch(block.raw.strip())
        if figure and "](" not in figure["caption"]:
            if CODE_QR.fullmatch(figure["path"]):
                return replace(block, kind="discussion")
            caption = figure["caption"].strip()
            return replace(block, kind="figure", text=caption, info=figure["path"])
        bare = block.raw.strip()
        if bare.count("$$") % 2 and (bare.startswith("$$") or bare.endswith("$$")):
            return replace(block, problem="a '$$' without another")
        return block

    @staticmethod
    def _interrupts(line: str) -> bool:
        """Whether a line ends the paragraph before it."""
        begins = (LABEL, SIZE, BEGIN_TAB, END_TAB, HEADING, FENCE, DISCUSSION)
        return (
            line.strip() == "-->"
            or line.startswith(("$$", "<!--"))
            or any(p.fullmatch(line) for p in begins)
        )


def _with_labels(blocks: Iterable[Block]) -> list[Block]:
    """Give each label, and each size, that stands in its own line to the block before it."""
    out: list[Block] = []
    for block in blocks:
        found = LABEL.fullmatch(block.raw) if block.kind == "mark" else None
        before = out[-1] if out else None
        if found and before and before.kind != "mark" and not before.label:
            raw = f"{before.raw}\n{block.raw}"
            out[-1] = replace(before, raw=raw, label=found["label"])
            continue
        if block.kind == "mark" and SIZE.fullmatch(block.raw) and before:
            if before.kind in ("figure", "discussion"):
                out[-1] = replace(before, raw=f"{before.raw}\n{block.raw}")
                continue
        if found:
            block = replace(block, problem=f"the label {found['label']!r} names nothing here")
        out.append(block)
    return out
