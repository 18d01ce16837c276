"""Agreement: what both blocks of a pair must have in common, whatever their language.

Formulas, code, references, links, images, measured numbers, footnotes, lists, tables and boxes are
the same on both sides; so are the numbers of the prose, each written as its language writes it.
What is on one side only is reported in the Vietnamese block: at the line that answers to the
English one where the blocks have the same number of lines, and at the first line otherwise.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from markdown_it.token import Token

from bitext.languages import ENGLISH
from bitext.markdown import ADDRESS, inline, paragraphs, parse
from bitext.sources import SOURCE_LANG, TARGET_LANG
from bitext.vietnamese import parse as parse_syllable

TEX = re.compile(r"\\[A-Za-z]+|\\.|\S", re.DOTALL)
#: Words inside a formula, which are translated.
TEX_WORDS = re.compile(r"\\(?:text|textrm|textit|textbf|mbox|hbox)\s*\{[^{}]*\}")

LISTS = {"bullet_list_open": "bulleted", "ordered_list_open": "numbered"}


@dataclass(frozen=True)
class Part:
    """Something that both blocks must have.

    Parameters
    ----------
    kind : str
        What it is, as a report names it.
    key : object
        What is compared.
    source : str
        How an author writes it.
    line : int
        Its line in the block, counted from 0.
    """

    kind: str
    key: object
    source: str
    line: int


def formula(tex: str) -> tuple[str, ...]:
    r"""Return a formula as it is compared: without spaces, and without the words inside it.

    Examples
    --------
    >>> formula(r"\mathbf {H}_t") == formula(r"\mathbf{H}_{t}")
    False
    >>> formula(r"\mathbf {H}_ t") == formula(r"\mathbf{H}_t")
    True
    >>> formula(r"x \text{ if } y") == formula(r"x \text{ nếu } y")
    True
    """
    return tuple(TEX.findall(TEX_WORDS.sub(lambda _: r"\text{}", tex)))


def parts(text: str) -> Iterator[Part]:
    """Yield what the other block of a pair must have too, in the order of the text."""
    for token in parse(text):
        if token.type == "inline":
            yield from _inline_parts(token)
        elif token.type == "math_block":
            yield Part(
                "formula", formula(token.content), f"$${token.content.strip()}$$", _line(token)
            )
        elif token.type == "fence":
            name = token.info.strip() or "no language"
            key = (name, "" if name.startswith("{") else token.content)
            yield Part("fenced block", key, f"{token.markup}{token.info.strip()}", _line(token))
        elif token.type == "code_block":
            yield Part("indented code", token.content, token.content.strip(), _line(token))
        elif token.type == "blockquote_open":
            yield Part("quotation", None, "> …", _line(token))
        elif token.type == "hr":
            yield Part("rule", None, token.markup, _line(token))
        elif token.type == "footnote_open":
            label = token.meta.get("label")
            yield Part("footnote", label, f"[^{label}]: …", _line(token))


def _line(token: Token) -> int:
    return token.map[0] if token.map else 0


def _inline_parts(block: Token) -> Iterator[Part]:
    for line, token in inline(block):
        content = token.content
        if token.type.startswith("math_inline"):
            fence = token.markup or "$"
            yield Part("formula", formula(content), f"{fence}{content}{fence}", line)
        elif token.type == "code_inline":
            yield Part("code", content, f"{token.markup}{content}{token.markup}", line)
        elif token.type == "myst_role":
            name = token.meta["name"]
            kind = "number" if name == "glue:text" else "role"
            key = content if name == "glue:text" else name
            yield Part(kind, key, f"{{{name}}}`{content}`", line)
        elif token.type == "link_open":
            target = str(token.attrs.get("href", ""))
            kind = "reference" if target.startswith("#") else "link"
            yield Part(kind, target, f"[…]({target})", line)
        elif token.type == "image":
            path = str(token.attrs.get("src", ""))
            yield Part("image", path, f"![…]({path})", line)
        elif token.type == "footnote_ref":
            yield Part("mark of a footnote", token.meta["label"], f"[^{token.meta['label']}]", line)


# ---- what is on one side only -------------------------------------------------------------------


def _unmatched(ours: list[Part], theirs: list[Part]) -> list[Part]:
    """Return the parts of `ours` that `theirs` has not, each as often as it is missing."""
    left = [(part.kind, part.key) for part in theirs]
    found = []
    for part in ours:
        if (part.kind, part.key) in left:
            left.remove((part.kind, part.key))
        else:
            found.append(part)
    return found


def compare(en: str, vi: str, en_line: int = 0) -> Iterator[tuple[int, str, str]]:
    """Yield ``(line, what, remedy)`` for what two blocks do not agree in.

    Parameters
    ----------
    en, vi : str
        The blocks, in Markdown.  The lines of the findings are those of `vi`, counted from 0.
    en_line : int
        The line in the file where the English block begins, which the findings name.

    Examples
    --------
    >>> list(compare("Let $h_t$ be the state.", "Gọi $h_{t-1}$ là trạng thái.", 7))
    [(0, 'the formula $h_{t-1}$ is $h_t$ in English (line 7)', 'write $h_t$')]
    >>> list(compare("See `rnn`.", "Xem mã."))
    [(0, 'the code `rnn` of the English (line 0) is not here', 'add `rnn`')]
    """
    here, there = _pair_up(list(parts(vi)), list(parts(en)))
    yield from _differences(here, there, en, vi, en_line)
    yield from _structures(en, vi, en_line)
    yield from _numbers(en, vi, en_line)


def _pair_up(ours: list[Part], theirs: list[Part]) -> tuple[list[Part], list[Part]]:
    """Return what is unmatched on either side, numbers in formulas read as Vietnamese where so."""
    here, there = _unmatched(ours, theirs), _unmatched(theirs, ours)
    for part in list(here):
        if part.kind == "formula":
            plain = _plain_numbers(part.source.strip("$"), TARGET_LANG)
            same = next(
                (
                    p
                    for p in there
                    if p.kind == "formula"
                    and formula(_plain_numbers(p.source.strip("$"), SOURCE_LANG)) == formula(plain)
                ),
                None,
            )
            if same is not None:
                here.remove(part)
                there.remove(same)
    return here, there


def _plain_numbers(tex: str, lang: str) -> str:
    """Return a formula with its numbers as 1234.5, whichever marks its language puts in them."""
    point, comma = (r"\{?,\}?", r"\.") if lang == TARGET_LANG else (r"\.", r"\{?,\}?")
    tex = re.sub(rf"(?<=\d){comma}(?=\d{{3}}(?!\d))", "", tex)
    return re.sub(rf"(?<=\d){point}(?=\d)", ".", tex)


def _differences(
    here: list[Part], there: list[Part], en: str, vi: str, en_line: int
) -> Iterator[tuple[int, str, str]]:
    lines_agree = en.count("\n") == vi.count("\n")
    left = list(there)
    for part in here:
        candidates = [p for p in left if p.kind == part.kind]
        near = max(candidates, key=lambda p: _likeness(p, part, lines_agree), default=None)
        if near is not None:
            left.remove(near)
            where = f"in English (line {en_line + near.line})"
            what = f"the {part.kind} {_shown(part)} is {_shown(near)} {where}"
            remedy = f"write {_shown(near)}"
            if part.kind in ("fenced block", "indented code"):
                what = f"the {part.kind} {_shown(part)} differs from the one {where}"
                remedy = "copy it from there"
            yield part.line, what, remedy
        else:
            yield (
                part.line,
                f"the {part.kind} {_shown(part)} is not in the English (line {en_line})",
                "take it out here, or add it there",
            )
    for part in left:
        line = part.line if lines_agree else 0
        where = f"of the English (line {en_line + part.line})"
        yield line, f"the {part.kind} {_shown(part)} {where} is not here", f"add {_shown(part)}"


def _likeness(theirs: Part, ours: Part, lines_agree: bool) -> tuple[bool, float]:
    same_line = lines_agree and theirs.line == ours.line
    return same_line, difflib.SequenceMatcher(None, theirs.source, ours.source).ratio()


def _shown(part: Part) -> str:
    shown = " ".join(part.source.split())
    return shown if len(shown) <= 70 else shown[:69] + "…"


# ---- lists and tables ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Shape:
    """A list or a table: what it is, its size, what is inside, and its line (from 0)."""

    kind: str
    sizes: tuple[int, ...]
    inside: tuple[tuple[Shape, ...], ...]
    line: int

    def __str__(self) -> str:
        if self.kind == "table":
            return "a table of {} rows and {} columns".format(*self.sizes)
        many = "item" if self.sizes == (1,) else "items"
        return f"a {self.kind} list of {self.sizes[0]} {many}"


def shapes(text: str) -> tuple[Shape, ...]:
    """Return the lists and tables of a text, those inside a list's items inside it.

    Examples
    --------
    >>> [str(shape) for shape in shapes("- a\\n- b\\n  1. c\\n")]
    ['a bulleted list of 2 items']
    """
    tokens = iter(parse(text))
    return _shapes(tokens, "")


def _shapes(tokens: Iterator[Token], end: str) -> tuple[Shape, ...]:
    found = []
    for token in tokens:
        if token.type == end:
            break
        if token.type in LISTS:
            items = []
            close = token.type.replace("open", "close")
            for inner in tokens:
                if inner.type == close:
                    break
                if inner.type == "list_item_open":
                    items.append(_shapes(tokens, "list_item_close"))
            found.append(Shape(LISTS[token.type], (len(items),), tuple(items), _line(token)))
        elif token.type == "table_open":
            rows = columns = 0
            for inner in tokens:
                if inner.type == "table_close":
                    break
                rows += inner.type == "tr_open"
                columns += inner.type == "th_open"
            found.append(Shape("table", (rows, columns), (), _line(token)))
    return tuple(found)


def _structures(en: str, vi: str, en_line: int) -> Iterator[tuple[int, str, str]]:
    yield from _compare_shapes(shapes(en), shapes(vi), 0, 0, en_line)


def _compare_shapes(
    theirs: tuple[Shape, ...], ours: tuple[Shape, ...], here: int, there: int, en_line: int
) -> Iterator[tuple[int, str, str]]:
    """Compare the lists and tables of two texts that begin at the lines `here` and `there`."""
    for their, our in zip(theirs, ours):
        where = f"in English (line {en_line + their.line})"
        if (their.kind, their.sizes) != (our.kind, our.sizes):
            yield our.line, f"{our} here, {their} {where}", f"make it {their}"
            continue
        for their_item, our_item in zip(their.inside, our.inside):
            yield from _compare_shapes(their_item, our_item, our.line, their.line, en_line)
    for extra in ours[len(theirs) :]:
        yield (
            extra.line,
            f"{extra} here, none in English (line {en_line + there})",
            "take it out here, or add it there",
        )
    for missing in theirs[len(ours) :]:
        yield here, f"{missing} in English (line {en_line + missing.line}), none here", "add it"


# ---- numbers in prose ---------------------------------------------------------------------------

NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?:st|nd|rd|th|s)?(?![\w])")
#: Digits in a word, as in 2D.
ATTACHED = re.compile(r"(?<=[^\W\d_])\d+|\d+(?=[^\W\d_])")
ONES = {
    SOURCE_LANG: "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen".split(),
    TARGET_LANG: "không một hai ba bốn năm sáu bảy tám chín mười".split(),
}
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
#: Words for a number that are no cardinal numbers.
OTHER_WORDS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "half": 2, "both": 2, "twice": 2,
    "once": 1, "pair": 2, "single": 1, "hundred": 100, "thousand": 1000, "million": 10**6,
    "nhất": 1, "nhì": 2, "tư": 4, "đôi": 2, "nửa": 2, "trăm": 100, "nghìn": 1000, "ngàn": 1000,
    "triệu": 10**6,
}  # fmt: skip
MULTIPLES = {
    "thousand": 3, "million": 6, "billion": 9, "nghìn": 3, "ngàn": 3, "triệu": 6, "tỉ": 9, "tỷ": 9,
}  # fmt: skip
#: Before a number that is a name, of a version or a section, and is the same in both languages.
NAMING = re.compile(
    r"\b(?:d2l|v|versions?|phiên bản|bản|mục|chương|hình|bảng|(?P<name>[A-Z]\w*))\s*$",
    re.IGNORECASE,
)

#: Before a number that goes on where another one stopped: 3.10 or 3.11.
LISTED = re.compile(r"\d\s*(?:,|–|-|/)?\s*(?:or|and|to|hoặc|hay|và|đến|tới)?\s*$")


@dataclass(frozen=True)
class Number:
    """A number of the prose: as it is written, its value, its line, and if it is part of a name."""

    written: str
    value: Decimal | str
    line: int
    named: bool = False


def value(written: str, lang: str) -> Decimal | str:
    """Return the value of a number as a language writes it, or its text if it is no such number.

    Examples
    --------
    >>> value("1,024.5", "en") == value("1.024,5", "vi")
    True
    >>> value("3.14", "vi"), value("1.9.1", "en")
    ('3.14', '1.9.1')
    """
    point, comma = (",", ".") if lang == TARGET_LANG else (".", ",")
    if re.fullmatch(rf"\d+(\{point}\d+)?|[1-9]\d{{0,2}}(\{comma}\d{{3}})+(\{point}\d+)?", written):
        return Decimal(written.replace(comma, "").replace(point, ".")).normalize()
    return written


def numbers(text: str, lang: str) -> list[Number]:
    """Return the numbers typed in the prose of a block; those in code and formulas do not count."""
    found = []
    for paragraph in paragraphs(text):
        for line in paragraph.lines:
            for match in NUMBER.finditer(line.words):
                written = re.sub(r"[a-z]+$", "", match[0])
                worth = value(written, lang)
                following = re.match(r"\s+(\w+)", line.words[match.end() :])
                if following and following[1] in MULTIPLES and isinstance(worth, Decimal):
                    worth = worth.scaleb(MULTIPLES[following[1]]).normalize()
                before = line.words[: match.start()]
                listed = found and found[-1].line == line.number and LISTED.search(before)
                named = found[-1].named if listed else _is_named(before)
                found.append(Number(written, worth, line.number, named))
    return found


def _is_named(before: str) -> bool:
    """Whether what stands before a number makes it part of a name: Python 3.10, Mục 2.4."""
    match = NAMING.search(before)
    if match is None or match["name"] is None:
        return match is not None
    name = match["name"]
    return name[0].isupper() and name.lower() not in ENGLISH and parse_syllable(name) is None


def as_vietnamese(number: Number) -> str:
    """Return an English number as Vietnamese writes it; a name stays as it is.

    Examples
    --------
    >>> [as_vietnamese(number) for number in numbers("From 1,024.50 in Python 3.10 on", "en")]
    ['1.024,50', '3.10']
    """
    if number.named or not isinstance(number.value, Decimal):
        return number.written
    return number.written.translate(str.maketrans(".,", ",."))


@cache
def _number_words(lang: str) -> dict[str, int]:
    """Return the words for the numbers below 100, and some others."""
    words = {word: number for number, word in enumerate(ONES[lang])}
    for ten in range(2, 10):
        if lang == SOURCE_LANG:
            words[TENS[ten - 2]] = 10 * ten
            words.update((f"{TENS[ten - 2]} {ONES[lang][n]}", 10 * ten + n) for n in range(1, 10))
        else:
            tens = f"{ONES[lang][ten]} mươi"
            words[tens] = 10 * ten
            units = [*enumerate(ONES[lang][1:10], 1), (1, "mốt"), (4, "tư"), (5, "lăm")]
            words.update((f"{tens} {word}", 10 * ten + n) for n, word in units)
    if lang == TARGET_LANG:
        units = [*enumerate(ONES[lang][1:10], 1), (5, "lăm")]
        words.update((f"mười {word}", 10 + n) for n, word in units)
    return words | OTHER_WORDS


def _in_words(text: str, lang: str) -> set[Decimal]:
    """Return the numbers that a block may be said to have in words, or as part of a word."""
    prose = " ".join(line.words for p in paragraphs(text) for line in p.lines)
    spoken = " ".join(["", *re.findall(r"[^\W_]+", prose.lower()), ""])
    found = {Decimal(n) for words, n in _number_words(lang).items() if f" {words} " in spoken}
    return found | {Decimal(digits) for digits in ATTACHED.findall(prose)}


def _numbers(en: str, vi: str, en_line: int) -> Iterator[tuple[int, str, str]]:
    theirs, ours = numbers(en, SOURCE_LANG), numbers(vi, TARGET_LANG)
    here, there = _left(ours, theirs), _left(theirs, ours)
    spelled = {SOURCE_LANG: _in_words(en, SOURCE_LANG), TARGET_LANG: _in_words(vi, TARGET_LANG)}
    here = [n for n in here if n.value not in spelled[SOURCE_LANG]]
    in_words = [n for n in there if n.value in spelled[TARGET_LANG]]
    there = [n for n in there if n not in in_words]
    for number in list(here):  # the same name of a version or a section
        twin = next((n for n in there if n.written == number.written), None)
        if twin is not None and number.named:
            here.remove(number)
            there.remove(twin)
    lines_agree = en.count("\n") == vi.count("\n")
    for number in here:
        # một is also an article: a 1 on the very line is rather the twin than said in words
        same = [n for n in there + in_words if n.line == number.line] if lines_agree else []
        twin = next((n for n in there if n.written == number.written), None)
        twin = twin or next(iter(same or there), None)
        if twin is None:
            yield (
                number.line,
                f"the number {number.written} is not in the English (line {en_line})",
                "take it out here, or add it there",
            )
            continue
        (there if twin in there else in_words).remove(twin)
        right = as_vietnamese(replace(twin, named=number.named))
        what = (
            f"the number {number.written} is {twin.written} in English (line {en_line + twin.line})"
        )
        if number.written == twin.written:
            what = f"the number {number.written} is written as English writes it"
        yield number.line, what, f"write {right}"
    for number in there:
        right = as_vietnamese(number)
        yield (
            number.line if lines_agree else 0,
            f"the number {number.written} of the English "
            f"(line {en_line + number.line}) is not here",
            f"add {right}",
        )


def _left(ours: list[Number], theirs: list[Number]) -> list[Number]:
    left = [number.value for number in theirs]
    found = []
    for number in ours:
        if number.value in left:
            left.remove(number.value)
        else:
            found.append(number)
    return found


# ---- emphasis -----------------------------------------------------------------------------------

STRAY = re.compile(
    r"\*+|(?<![^\W_])_+(?=[^\W_])|(?<=[^\W_])_+(?![^\W_])|`+|\$+|\]\(|\{[a-z]+:[a-z]+\}|!?\[\^"
)
ESCAPE = {"*": r"\*", "_": r"\_", "`": r"\`", "$": r"\$"}


def unclosed(text: str) -> Iterator[tuple[int, str, str]]:
    r"""Yield ``(line, what, remedy)`` for emphasis, code, formulas and links that do not close.

    Examples
    --------
    >>> list(unclosed("A *state remembers.\nA `cell, too."))[0]
    (0, "a '*' that opens or closes nothing, in 'A *state remembers.'", 'close it, or write \\*')
    """
    for block in parse(text):
        for line, token in inline(block) if block.type == "inline" else ():
            if token.type != "text":
                continue
            for match in STRAY.finditer(ADDRESS.sub(" ", token.content)):
                mark = match[0]
                shown = block.content.split("\n")[line - block.map[0]].strip()
                shown = shown if len(shown) <= 60 else f"{shown[:59]}…"
                if mark[0] in ESCAPE:
                    remedy = f"close it, or write {ESCAPE[mark[0]]}"
                elif mark[0] == "{":
                    remedy = "put its text in backticks right behind it"
                else:
                    remedy = "write [text](target), and a footnote's text as [^name]: …"
                yield line, f"a {mark!r} that opens or closes nothing, in {shown!r}", remedy
