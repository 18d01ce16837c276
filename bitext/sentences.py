"""Sentences: one on each line of a source, in both languages, so that a change shows as one line.

Where a sentence ends is decided by what stands around the stop, never by the stop alone:
abbreviations, initials, decimals and dots of omission end no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.token import Token

from bitext.markdown import inline, paragraphs, parse

#: Stands in the prose where code, mathematics or a measured number was.
BLANK = "\N{OBJECT REPLACEMENT CHARACTER}"

STOP = re.compile(
    r"(?P<stop>[.?!…]+)(?P<close>[\"'”’»)\]]*)\s+(?P<open>[\"'“‘«(\[–—-]*)(?P<next>[^\s\W]|"
    + BLANK
    + ")"
)
#: The word before a stop, with the dots inside it.
WORD = re.compile(r"[\w.’'-]*$")
OPENING_QUOTES, CLOSING_QUOTES = "\"'“‘«", "\"'”’»"
FINAL = re.compile(r"[.?!…:][\"'”’»)\]]*$")

#: Abbreviations that a name or a clause follows: they do not end a sentence.
TITLES = frozenset(
    "al approx bs cf dr e.g eg i.e ie jr ks mr mrs ms mt nxb pgs prof resp sr st th.s ths tp ts gs "
    "vd viz vs ví.dụ".split()
)
#: Abbreviations that a number follows.
COUNTED = frozenset(
    "art c ca ch chap cm col eq eqs ex fig figs lines no nos p pp sec sect tab tr vol".split()
)
#: Abbreviations that may end a sentence; the next one then begins with a capital letter.
CLOSING = frozenset("etc v.v".split())

#: Words that begin a sentence so often that they decide where a stop alone does not.
STARTERS = frozenset(
    "a all an and as at both but by each for from here how however if in it its let most no "
    "nothing now on one or our so some such that the their then there these they this those "
    "though thus to we what when where which while why with yet you bây bởi các cách chính cho "
    "chúng chỉ có còn cả của dù do dưới giờ hai hãy khi không kết mạng mặc mọi một mỗi mô muốn "
    "nay nên nếu ngoài ngược như những nhưng nó phần qua rồi sau song ta tại theo thế tiếp "
    "trong trái trên trước tuy từ và vì việc với xét ở đây đến để điều đó".split()
)


def boundaries(line: str) -> list[int]:
    """Return where the second and further sentences of a line begin.

    Examples
    --------
    >>> boundaries("Graves et al. stack layers. It helps.")
    [28]
    >>> boundaries("TP. Hồ Chí Minh, ThS. Lê Lợi, tr. 12, v.v. đều không kết câu.")
    []
    """
    found, start = [], 0
    while match := STOP.search(line, start):
        start = match.end("close")
        if _ends(line, match):
            found.append(match.start("open"))
    return found


def _ends(line: str, match: re.Match[str]) -> bool:
    """Whether the stop in `match` ends a sentence."""
    stop, following = match["stop"], match["next"]
    before = line[: match.start()]
    if following.islower() or before.endswith("("):
        return False
    if before.count("(") > before.count(")") and ")" not in match["close"]:
        return False  # in parentheses: a remark of its own, however many sentences it has
    if stop[-1] in "?!" and set(match["close"]) & set(CLOSING_QUOTES):
        return bool(set(match["open"]) & set(OPENING_QUOTES))  # of two speakers
    if stop[-1] in "?!":
        return True
    if len(stop) > 1 or stop == "…":
        return following.isupper() and not before.rstrip().endswith((",", ";"))
    written = WORD.search(before)[0].strip("'’-")
    word = written.lower()
    last = word.rpartition(".")[2]
    begins = re.match(r"\w+", line[match.start("next") :])
    starter = begins is not None and begins[0].istitle() and begins[0].lower() in STARTERS
    if word in CLOSING:
        return following.isupper()
    if word in TITLES or (last in TITLES and len(last) > 1):
        return last == "al" and starter
    if word in COUNTED:
        return following.isupper()
    if len(last) == 1 and last.isalpha() and written != last:  # J. or U.S., but not ý.
        return starter
    return not (last.isdigit() and not before[: -len(last)].strip())  # "1. First"


def split(line: str) -> list[str]:
    """Return the sentences of a line.

    Examples
    --------
    >>> split("One ends here. Another follows, e.g. this.")
    ['One ends here.', 'Another follows, e.g. this.']
    """
    marks = [0, *boundaries(line), len(line)]
    return [line[a:b].strip() for a, b in zip(marks, marks[1:])]


def misplaced_breaks(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield ``(line, what, remedy)`` where a line of prose holds two sentences or half of one.

    Headings, tables and lines that end with a hard break (verse) are left alone.

    Examples
    --------
    >>> list(misplaced_breaks("We train. We test."))
    [(0, 'two sentences on one line', "begin a new line with 'We test.'")]
    >>> list(misplaced_breaks("Ta huấn luyện\\nmô hình."))
    [(0, "a sentence broken after 'Ta huấn luyện'", "join it with the next line, 'mô hình.'")]
    """
    for paragraph in paragraphs(text, blank=BLANK):
        if paragraph.tag != "p":
            continue
        for line in paragraph.lines:
            for start in boundaries(line.words):
                yield (
                    line.number,
                    "two sentences on one line",
                    f"begin a new line with {_shown(line.words[start:])!r}",
                )
        for line, following in zip(paragraph.lines, paragraph.lines[1:]):
            if not line.hard and not _is_whole(line.words, following.words):
                yield (
                    line.number,
                    f"a sentence broken after {_shown(line.words, last=True)!r}",
                    f"join it with the next line, {_shown(following.words)!r}",
                )
    for block in parse(text):
        if block.type == "inline":
            yield from _breaks_inside(block)


def _breaks_inside(block: Token) -> Iterator[tuple[int, str, str]]:
    """Yield the breaks inside a formula or a code span, which the prose does not show."""
    tokens = list(inline(block))
    last = block.map[0] + block.content.count("\n")
    for (line, token), following in zip(tokens, [*(n for n, _ in tokens[1:]), last]):
        if following > line and token.type.startswith(("math_inline", "code_inline", "myst_role")):
            shown = " ".join(token.content.split())
            yield line, f"a sentence broken inside {shown!r}", "join it with the next line"


def _is_whole(line: str, following: str) -> bool:
    """Whether a line that another one follows ends where a sentence does."""
    line = line.rstrip()
    if not FINAL.search(line):
        return False
    begins = re.match(r"[\W_]*(.)", following.replace(BLANK, "X"))
    if begins is None or not begins[1].islower():
        return True
    stop = FINAL.search(line)[0]
    word = WORD.search(line[: -len(stop)])[0].lower()
    return stop[0] != ":" and word not in TITLES | COUNTED | CLOSING


def _shown(words: str, last: bool = False) -> str:
    """Return a few words for a report."""
    shown = words.replace(BLANK, "…").split()
    few = shown[-4:] if last else shown[:4]
    return " ".join(few) + (" …" if len(shown) > 4 and not last else "")
