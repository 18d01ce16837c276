"""Pages of WordPress, block HTML, read into the blocks of :mod:`bitext.d2l`.

Scripts, styles, forms and embedded pages are set aside; of the attributes only the addresses of
links and pictures, the descriptions of pictures and the first numbers of lists are read.  So
nothing of a page is live in the book.  Each block knows what of its HTML was markup and which
signs Markdown has added; what is left are the words, and an import proves that none is lost.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from bitext import d2l
from bitext.d2l import Block

#: Elements whose content is no text for readers, or comes from elsewhere.
ASIDE = frozenset(
    "applet audio button canvas embed form head iframe input math noscript object script select "
    "style svg template textarea title video".split()
)
ENDLESS = ("script", "style")  # a lost end takes all that follows, as in a browser
EMPHASIS = {"b": "**", "strong": "**", "em": "*", "i": "*", "cite": "*"}
CODE = ("code", "kbd", "samp", "tt")
INLINE = frozenset((*EMPHASIS, *CODE, "a", "br", "del", "font", "img", "s", "small", "span"))
INLINE |= frozenset("abbr bdi bdo big dfn ins label mark q strike sub sup time u var wbr".split())
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
WHOLE = ("figure", "ol", "pre", "table", "ul")  # which hold other elements
DEEPEST = 40  # elements in each other; HTML that people write has fewer

TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]*)")
SIGN = re.compile("[<>\"']")
ATTRIBUTE = re.compile(
    r"""\s([a-zA-Z][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""", re.ASCII
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,30});", re.ASCII)
ADDRESS = re.compile(r"https?://[!#-;=?-Z^_a-z{|}~]*[#$%&*+/-9=@-Z^_a-z|~-]")
TEX = re.compile(r"\$latex\s+([^$<>]{1,2000}?[^$<>\\\s])\s*\$")
#: What Markdown would take for its own; also what looks like an entity.
SPECIAL = re.compile(r"[\\`*\[\]<$]|(?<![^\W_])_|_(?![^\W_])|&(?=[#\w])")
#: What begins something else than a paragraph at the beginning of a line.
HAZARD = re.compile(r"[#>+=|:%~(-]|\d{1,9}(?=[.)](?:\s|$))")

#: Signs for what is written in the end; a clean text has none of them.
BREAK, SAFE, CELL = "\x01", "\x02", "\x04"


def is_wordpress(text: str) -> bool:
    """Whether a page is made of WordPress's blocks.

    Examples
    --------
    >>> is_wordpress("<!-- wp:heading -->\\n<h2>States</h2>"), is_wordpress("<!-- a note -->")
    (True, False)
    """
    return bool(re.search(r"^\s*<!-- wp:[a-z]", text, re.MULTILINE))


@dataclass(frozen=True)
class Token:
    """A piece of HTML: "comment", "open", "close" or "text", where it is, of which element."""

    kind: str
    start: int
    end: int
    source: str
    name: str = ""


@dataclass
class _Frame:
    """An element that has begun, and what stands in it."""

    name: str
    token: Token | None = None
    parts: list[str] = field(default_factory=list)
    number: int = 1


def tokens(text: str) -> Iterator[Token]:
    """Yield the pieces of a text; what is no whole tag or comment is text."""
    at = start = 0
    last = text.rfind("-->")
    while (found := text.find("<", at)) >= 0:
        if text.startswith("<!--", found) and found + 4 <= last:
            kind, name, end = "comment", "", text.index("-->", found + 4) + 3
        elif (tag := TAG.match(text, found)) and (end := _end_of_tag(text, tag.end())):
            kind, name = "close" if tag["end"] else "open", tag["name"].lower()
        else:
            at = found + 1
            continue
        if start < found:
            yield Token("text", start, found, text[start:found])
        yield Token(kind, found, end, text[found:end], name)
        at = start = end
    if start < len(text):
        yield Token("text", start, len(text), text[start:])


def _end_of_tag(text: str, at: int) -> int:
    """Return where the tag ends whose name ends at `at`, 0 if it does not."""
    for _ in range(100):  # attributes, of a bounded length: the time stays linear
        found = SIGN.search(text, at, at + 4000)
        if found is None or found[0] == "<":
            return 0
        if found[0] == ">":
            return found.end()
        at = text.find(found[0], found.end(), found.end() + 4000) + 1
        if not at:
            return 0
    return 0


def attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a tag, by their names in small letters.

    Examples
    --------
    >>> attributes('<a HREF="x?a&amp;b" onclick=go()>')
    {'href': 'x?a&b', 'onclick': 'go()'}
    """
    found = ATTRIBUTE.findall(tag)
    return {name.lower(): html.unescape(a or b or c).strip() for name, a, b, c in found}


def read(text: str) -> list[Block]:
    """Read a clean text (:func:`bitext.d2l.clean`) into blocks; nothing is an error."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    on: Counter[int] = Counter()  # blocks that begin in a line
    out: list[Block] = []
    for kind, group, quoted in _groups(list(tokens(text))):
        raw = "".join(token.source for token in group)
        if not raw.strip():
            continue
        line = bisect_right(starts, group[0].start + len(raw) - len(raw.lstrip()))
        out.append(_block(kind, group, quoted, raw, line, on[line]))
        on[line] += 1
    return out


def _groups(found: list[Token]) -> Iterator[tuple[str, list[Token], bool]]:
    """Yield the tokens of each block, its kind, and whether it is quoted."""
    ends = _ends(found)
    at = quoted = 0
    loose: list[Token] = []
    while at < len(found):
        token, stop = found[at], at + 1
        kind = ""
        if token.kind == "comment":
            kind = "mark" if re.match(r"<!--\s*/?wp:", token.source) else "comment"
        elif token.kind == "text" or token.name in INLINE and token.name != "img":
            loose.append(token)
            at += 1
            continue
        elif token.kind == "open" and token.name == "img":
            kind = "figure"
        elif token.kind == "open" and token.name in ASIDE:
            kind = "aside"
            lost = len(found) if token.name in ENDLESS else at + 1
            stop = ends.get(at, lost - 1) + 1
        elif token.kind == "open" and (token.name in WHOLE or token.name in HEADINGS):
            last = ends.get(at)
            inside = found[at : last + 1] if last else []
            pictures = sum(t.kind == "open" and t.name == "img" for t in inside)
            if last and (token.name != "figure" or pictures == 1 and not _holds(inside, "table")):
                kind, stop = token.name, last + 1
        if not kind:
            kind = "mark"
            if token.name == "blockquote":
                quoted = max(0, quoted + (1 if token.kind == "open" else -1))
        if loose:
            yield "p", loose, quoted > 0
            loose = []
        yield kind, found[at:stop], quoted > 0
        at = stop
    if loose:
        yield "p", loose, quoted > 0


def _holds(group: Sequence[Token], name: str) -> bool:
    return any(token.name == name for token in group)


def _ends(found: list[Token]) -> dict[int, int]:
    """Return the token that closes each element of several tokens, by the number of its first."""
    ends: dict[int, int] = {}
    opened: dict[str, list[int]] = {}
    block = 0  # where the last element began that a heading cannot hold
    for number, token in enumerate(found):
        name = token.name
        if token.kind == "open" and not token.source.endswith("/>"):
            if name in HEADINGS or name in WHOLE or name in ("p", "div"):
                block = number
            if name in HEADINGS or name in ENDLESS:
                opened[name] = [number]
            elif name in WHOLE or name in ASIDE:
                opened.setdefault(name, []).append(number)
        elif token.kind == "close" and opened.get(name):
            first = opened[name].pop()
            if name not in HEADINGS or block == first:
                ends[first] = number
    return ends


# ---- from HTML to Markdown ----------------------------------------------------------------------


def _block(kind: str, group: list[Token], quoted: bool, raw: str, line: int, piece: int) -> Block:
    """Return the block that some tokens make."""
    if kind in ("mark", "comment", "aside"):
        info = group[0].name if kind == "aside" else ""
        return Block(kind, raw, line, raw, info=info, piece=piece)
    problems: list[str] = []
    picture = next((t for t in group if t.kind == "open" and t.name == "img"), None)
    info, text = "", ""
    if kind == "figure":
        info = _image(picture, problems)
        text = _Writer(group, problems, pictures=False).text().replace("\n", " ")
        alt = attributes(picture.source).get("alt", "")
        if info and alt:
            problems.append(f"the description of the picture was {alt[:200]!r}")
        kind = "figure" if info else "prose"
    elif kind == "pre":
        kind = "fence"
        body = "".join(
            decoded(t.source) if t.kind == "text" else "\n" if t.name == "br" else "" for t in group
        )
        body = d2l.CONTROL.sub(" ", body.replace("\t", "    ")).strip("\n").rstrip()
        ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", body)), default=0))
        text = f"{ticks}\n{body}\n{ticks}" if body.strip() else ""
    elif kind in HEADINGS:
        words = _Writer(group, problems).text().replace("\\\n", " ").replace("\n", " ")
        words = re.sub(r"(#+)$", r"\\\1", words)
        text = f"{'#' * int(kind[1])} {words}" if words else ""
        kind = "heading"
    else:
        kind = "prose"
        text = _Writer(group, problems).text()
        if quoted and text:
            text = "\n".join(f"> {words}".rstrip() for words in text.split("\n"))
    if not re.search("[^\x00\\s\xa0#>\\\\-]", text) and kind != "figure":
        return Block("mark", raw, line, raw, piece=piece, problem="; ".join(problems))
    text = unicodedata.normalize("NFC", text)
    edits = tuple(_edits(group, text))
    if kind == "figure":
        edits = (*edits, ("", f"![]({info})", "the picture, in Markdown"))
    problem = "; ".join(dict.fromkeys(problems))
    return Block(kind, text, line, raw, "", info, problem, piece, edits)


def _edits(group: list[Token], text: str) -> Iterator[tuple[str, str, str]]:
    """Yield what of the HTML is no word of the text, and what of the text no word of the HTML."""
    markup = "".join(token.source for token in group if token.kind != "text")
    yield markup, "", "the markup of HTML"
    words = "".join(token.source for token in group if token.kind == "text")
    plain, have = unicodedata.normalize("NFC", decoded(words)), _letters(text)
    meant = _letters(plain)
    if plain != words:
        meant = _parted(meant, have)
        before, after = _letters(words) - meant, meant - _letters(words)
        yield "".join(before.elements()), "".join(after.elements()), "characters by their names"
    yield "", "".join((have - meant).elements()), "the signs of Markdown"
    if tex := TEX.findall(plain):
        lost = (meant - have) & Counter("latex" * len(tex))
        yield "".join(lost.elements()), "", "$latex"


def _letters(text: str) -> Counter[str]:
    return Counter("".join(text.split()))


def _parted(meant: Counter[str], have: Counter[str]) -> Counter[str]:
    """Return the letters of some words as a text has them, between whose parts signs may stand.

    A mark behind a tag goes to the letter before it, but not if the tag has become a sign.
    """

    def parts(letter: str) -> Counter[str]:
        return Counter(unicodedata.normalize("NFD", letter))

    lost = [letter for letter in (meant - have).elements() if len(parts(letter)) > 1]
    wanted, found = sum(map(parts, lost), Counter()), []
    for letter in (have - meant).elements():
        if parts(letter) <= wanted:
            wanted -= parts(letter)
            found.append(letter)
    return meant if wanted else meant - Counter(lost) + Counter(found)


def decoded(text: str) -> str:
    """Return a text with its characters instead of their names.

    Examples
    --------
    >>> decoded("X&lt;t&gt; &nosuch; &#0;")
    'X<t> &nosuch; \ufffd'
    """
    return ENTITY.sub(lambda found: d2l.CONTROL.sub(" ", html.unescape(found[0])), text)


def escaped(text: str, links: bool = True) -> str:
    """Return a text that Markdown shows as it is; addresses become links.

    Examples
    --------
    >>> print(escaped("X<t> is $5, *not* a_b, https://e.org/a_b."))
    X\\<t> is \\$5, \\*not\\* a_b, <https://e.org/a_b>.
    """
    out, end = [], 0
    for found in re.finditer(f"{ADDRESS.pattern}|{TEX.pattern}", text):
        out.append(SPECIAL.sub(r"\\\g<0>", text[end : found.start()]))
        end = found.end()
        if found[1]:
            out.append(f"${' '.join(found[1].split())}$")
        else:
            out.append(f"<{found[0]}>" if links else SPECIAL.sub(r"\\\g<0>", found[0]))
    return "".join([*out, SPECIAL.sub(r"\\\g<0>", text[end:])])


def safe(line: str) -> str:
    """Return a line that begins nothing else than a paragraph.

    Examples
    --------
    >>> safe("1. so"), safe("# so"), safe("so")
    ('1\\\\. so', '\\\\# so', 'so')
    """
    found = HAZARD.match(line)
    if not found:
        return line
    return f"{found[0]}\\{line[found.end() :]}" if found[0].isdecimal() else f"\\{line}"


def address(link: str) -> str:
    """Return an address as it may stand in the parentheses of a link."""
    return quote(link, safe="/:?#[]@!$&'*+,;=%-._~")


def _image(tag: Token, problems: list[str]) -> str:
    source = attributes(tag.source).get("src", "")
    if source and (
        re.match(r"https?://", source, re.IGNORECASE) or ":" not in source.split("/")[0]
    ):
        return address(source)
    problems.append(f"the picture {source[:60]!r} is dropped")
    return ""


class _Writer:
    """Writes the Markdown of a group of tokens."""

    def __init__(self, group: list[Token], problems: list[str], pictures: bool = True):
        self.problems, self.pictures = problems, pictures
        self.frames = [_Frame("")]
        self.names: Counter[str] = Counter()  # of the open elements
        for token in group:
            if token.kind == "text":
                self._words(token.source)
            elif token.kind == "open":
                self._open(token)
            elif token.kind == "close" and self.names[token.name]:
                while self._close() != token.name:
                    pass
        while len(self.frames) > 1:
            self._close()

    def text(self) -> str:
        """Return the text."""
        text = _lines("".join(self.frames[0].parts))
        text = re.sub("\n{3,}", "\n\n", text.replace(SAFE, "")).strip("\n")
        return text.replace(CELL, " ")

    def _in(self, *names: str) -> bool:
        return any(self.names[name] for name in names)

    def _words(self, source: str) -> None:
        words = re.sub(r"[^\S\xa0]+", " ", decoded(source))
        if not self._in(*CODE):
            words = escaped(words, links=not self._in("a"))
        self.frames[-1].parts.append(words)

    def _open(self, token: Token) -> None:
        name, parts = token.name, self.frames[-1].parts
        if name == "br":
            parts.append(" " if self._in("table", *CODE) else BREAK)
        elif name == "img" and self.pictures and not self._in(*CODE):
            if image := _image(token, self.problems):
                alt = escaped(attributes(token.source).get("alt", ""), links=False)
                parts.append(f"![{' '.join(alt.split())}]({image})")
                self.problems.append("a picture within text: give it a cell of its own")
        elif name in ("li", "tr", "td", "th", "p", "div") or name in WHOLE or name in INLINE:
            if name in ("li", "td", "th", "tr"):  # which close one another
                closes = ("td", "th") if name in ("td", "th") else (name, "td", "th")
                while self.frames[-1].name in closes:
                    self._close()
            if len(self.frames) < DEEPEST and not token.source.endswith("/>"):
                self.frames.append(_Frame(name, token))
                self.names[name] += 1
                if name == "ol":
                    first = attributes(token.source).get("start", "")
                    self.frames[-1].number = int(first) if re.fullmatch("[0-9]{1,8}", first) else 1

    def _close(self) -> str:
        """Write the innermost open element into the one around it."""
        frame = self.frames.pop()
        self.names[frame.name] -= 1
        around = self.frames[-1]
        text = "".join(frame.parts)
        name = frame.name
        if name in ("td", "th"):
            text = " ".join(text.replace(BREAK, " ").replace(SAFE, "").split("\n")).strip()
            text = text.replace("|", "\\|") + CELL
        elif name == "tr":
            text = f"{text}\n"
        elif name == "table":
            text = _table(text)
        elif name == "li":
            lines = _lines(text).strip("\n").split("\n")
            mark = "- "
            if around.name == "ol":
                mark = f"{around.number}. "
                around.number += 1
            indent = " " * len(mark)
            lines = [SAFE + (indent + line.replace(SAFE, "")).rstrip() for line in lines]
            text = "\n" + "\n".join([SAFE + mark + lines[0][1 + len(mark) :], *lines[1:]]) + "\n"
        elif name in ("p", "div"):
            text = f"\n\n{_lines(text)}\n\n"
        elif name in WHOLE:
            text = f"\n{text}\n"
        else:
            text = self._inline(name, frame, text)
        around.parts.append(text)
        return name

    def _inline(self, name: str, frame: _Frame, text: str) -> str:
        bare = text.strip(f" \xa0{BREAK}")
        if not bare or "\n" in bare or CELL in bare or self._in(*CODE):
            return text
        head, _, tail = text.partition(bare)
        if name in CODE:
            bare = bare.replace(BREAK, " ")
            ticks = "`" * (1 + max((len(run) for run in re.findall("`+", bare)), default=0))
            space = " " if "`" in (bare[0], bare[-1]) else ""
            return f"{head}{ticks}{space}{bare}{space}{ticks}{tail}"
        if name in EMPHASIS and not any(
            self._in(other) for other, mark in EMPHASIS.items() if mark == EMPHASIS[name]
        ):
            return f"{head}{EMPHASIS[name]}{bare}{EMPHASIS[name]}{tail}"
        if name == "a" and not self._in("a"):
            link = attributes(frame.token.source).get("href", "")
            if re.match(r"https?://|mailto:", link, re.IGNORECASE):
                return f"{head}[{bare}]({address(link)}){tail}"
            if link:
                self.problems.append(f"the link to {link[:60]!r} is dropped")
        return text


def _lines(text: str) -> str:
    """Return the lines of a text, none of which begins something by chance."""
    lines = []
    for line in text.split("\n"):
        if line.startswith(SAFE):
            lines.append(line)
            continue
        pieces = [" ".join(piece.split(" ")).strip(" ") for piece in line.split(BREAK)]
        pieces = [safe(re.sub(" +", " ", piece)) for piece in pieces if piece.strip()]
        lines.append("\\\n".join(pieces))
    return "\n".join(SAFE + line if line else "" for line in "\n".join(lines).split("\n"))


def _table(text: str) -> str:
    """Return a table of Markdown; what stands outside of its cells stands over it."""
    rows, over = [], []
    for line in text.split("\n"):
        *cells, rest = line.split(CELL)
        if cells:
            rows.append([cell.strip() for cell in cells])
        if rest.strip(f" {BREAK}{SAFE}"):
            over.append(rest)
    width = max(map(len, rows), default=0)
    lines = [f"{SAFE}| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    if lines:
        lines.insert(1, f"{SAFE}|{' --- |' * width}")
    return "\n\n".join(part for part in (_lines("\n".join(over)), "\n".join(lines)) if part)
