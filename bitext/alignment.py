"""Two versions of a page, one in each language, aligned block by block.

Lengths decide, as Gale and Church (1993) found that they can, together with what does not change in
a translation: the kind of a block, formulas, code, numbers, labels.  Equal equations and code, and
blocks with equal labels, hold the two pages together; between them the cheapest alignment is
found by dynamic programming.  What is not certain says why.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bitext.d2l import Block
from bitext.template import SPOKEN

SHARED = ("math", "code", "fence")
#: Variance of the length of a translation, in letters for each letter; twice that of sentences.
VARIANCE = 14.0
#: How likely a match of so many blocks is (Gale and Church, table 5, which has sentences).
PRIOR = {(1, 1): 0.89, (2, 1): 0.045, (1, 2): 0.045, (1, 0): 0.01, (0, 1): 0.01}
COST = {move: -math.log(share) for move, share in PRIOR.items()}
#: Minus the logarithm of the share of translations that are farther off, by tenths of deviations.
TAILS = [-math.log(math.erfc(tenths / 10 / math.sqrt(2))) for tenths in range(61)]
WIDE = 3.0  # standard deviations, beyond which lengths speak against a pair
BAND = 12  # blocks by which long pages may differ between two places that hold them together
FULL = 40_000  # pairs of blocks of which all are tried
BEAM = 60.0  # by which a beginning may cost more than the best one and still be gone on with
CLOSE = 2.0  # of the costs of two alignments that are hard to tell apart

SIGN = re.compile(r"\\[a-z]+|\b[A-Za-z]_\w|`[^`\n]+`|https?://\S*\w|\d+(?:[.,]\d+)*")
ROLE = re.compile(r":[a-z]+:`[^`\n]*`")
NAME = re.compile(r"\b[A-Z][A-Z0-9]+")


@dataclass(frozen=True)
class Match:
    """Numbers of the blocks that belong together, on each side; what makes them doubtful."""

    en: tuple[int, ...]
    vi: tuple[int, ...]
    doubt: str = ""


@dataclass(frozen=True)
class _Item:
    kind: str
    key: str
    label: str
    length: int
    signs: Counter[str]  # formulas, code, addresses, numbers
    names: Counter[str]  # in capitals; a translation may write them in full
    line: int


def _item(block: Block) -> _Item:
    text = ROLE.sub("", block.text)  # each page has labels of its own
    key = "".join(text.split()) if block.kind in SHARED else block.info
    if block.kind == "heading":
        key = str(len(text) - len(text.lstrip("#")))
    signs, names = Counter(SIGN.findall(text)), Counter(NAME.findall(text))
    return _Item(block.kind, key, block.label, max(1, len(text)), signs, names, block.line)


def align(english: Sequence[Block], vietnamese: Sequence[Block]) -> list[Match]:
    """Return the blocks that belong together, in order; every block is in exactly one match.

    Parameters
    ----------
    english, vietnamese : sequence of Block
        Spoken blocks and shared ones.  Shared ones match only if they are equal.
    """
    en, vi = [_item(block) for block in english], [_item(block) for block in vietnamese]
    # Two thousand letters more on each side, so that a block too many on a short page weighs less.
    letters = [2000 + sum(i.length for i in side if i.kind in SPOKEN) for side in (en, vi)]
    ratio = min(2.0, max(0.5, letters[1] / letters[0]))
    out: list[Match] = []
    i = j = 0
    for a, b in [*_held(en, vi), (len(en), len(vi))]:
        out += _between(en, vi, (i, a), (j, b), ratio)
        if a < len(en):
            out.append(Match((a,), (b,)))
        i, j = a + 1, b + 1
    return [_with_doubt(n, out, en, vi, ratio) for n in range(len(out))]


def _held(en: list[_Item], vi: list[_Item]) -> list[tuple[int, int]]:
    """Return pairs that hold the pages together: unique, equal on both sides, in one order."""

    def unique(side: list[_Item]) -> dict[tuple[str, str], int]:
        keys = [
            (item.kind, item.key)
            if item.kind in (*SHARED, "figure") and item.key
            else (item.kind, f"label {item.label}")
            if item.label
            else None
            for item in side
        ]
        counts = Counter(keys)
        return {key: n for n, key in enumerate(keys) if key and counts[key] == 1}

    ours, theirs = unique(en), unique(vi)
    pairs = sorted((ours[key], theirs[key]) for key in ours if key in theirs)
    # The longest run of pairs that rises on both sides.
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for n, (_, b) in enumerate(pairs):
        at = bisect_left(tails, b)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [b]
        ends[at : at + 1] = [n]
    held, n = [], ends[-1] if ends else -1
    while n >= 0:
        held.append(pairs[n])
        n = before[n]
    return held[::-1]


def _deviation(en: int, vi: int, ratio: float) -> float:
    """Return by how many standard deviations a length differs from that of a translation."""
    return abs(vi - en * ratio) / math.sqrt((en + vi / ratio) / 2 * VARIANCE)


def _cost(
    ours: Sequence[_Item], theirs: Sequence[_Item], ratio: float, limit: float = math.inf
) -> float:
    """Return the cost of a match, minus the logarithm of its likelihood up to a constant.

    Infinite is what cannot match, and what is known to cost more than the limit.
    """
    cost = COST[len(ours), len(theirs)]
    if not ours or not theirs:
        return cost
    first, other = ours[0], theirs[0]
    if len(ours) + len(theirs) > 2:
        if any(item.kind != "prose" for item in (*ours, *theirs)):
            return math.inf
    elif first.kind != other.kind:
        return math.inf
    elif first.kind in SHARED:
        return 0.0 if first.key == other.key else math.inf
    elif first.kind == "heading":
        return cost + (0.5 if first.key == other.key else 9.0)
    elif first.kind == "figure" and first.key == other.key:
        return 0.0
    wide = _deviation(sum(i.length for i in ours), sum(i.length for i in theirs), ratio)
    cost += TAILS[min(int(10 * wide), 60)]
    if cost >= limit:
        return math.inf
    return cost + 4 * _unlike(ours, theirs, "signs") + _unlike(ours, theirs, "names")


def _all(items: Sequence[_Item], what: str) -> Counter[str]:
    found = [getattr(item, what) for item in items]
    return found[0] if len(found) == 1 else sum(found, Counter())


def _unlike(ours: Sequence[_Item], theirs: Sequence[_Item], what: str) -> float:
    """Return the share of signs that one side has and the other has not."""
    a, b = _all(ours, what), _all(theirs, what)
    if not a or not b:
        return 1.0 if a or b else 0.0
    return 1 - 2 * (a & b).total() / (a.total() + b.total())


def _between(
    en: list[_Item],
    vi: list[_Item],
    ours: tuple[int, int],
    theirs: tuple[int, int],
    ratio: float,
) -> list[Match]:
    """Return the cheapest alignment of two runs of blocks."""
    (i0, i1), (j0, j1) = ours, theirs
    n, m = i1 - i0, j1 - j0
    if not n or not m:
        alone = [Match((i,), ()) for i in range(i0, i1)]
        return alone + [Match((), (j,)) for j in range(j0, j1)]
    band = max(n, m) if n * m <= FULL else BAND
    floors = [math.inf] * (n + 1)  # the least cost in each row
    best: list[dict[int, tuple[float, tuple[int, int]]]] = []
    for i in range(n + 1):
        middle = i * m // n
        row: dict[int, tuple[float, tuple[int, int]]] = {}
        best.append(row)
        # Every row overlaps the one before, however much longer one of the pages is.
        low, high = max(0, middle - band), min(m, (i + 1) * m // n + band)
        for j in range(low, high + 1):
            if not i and not j:
                row[0], floors[0] = (0.0, (0, 0)), 0.0
                continue
            least, by = math.inf, (0, 0)
            for di, dj in PRIOR:
                if i < di or (found := best[i - di].get(j - dj)) is None:
                    continue
                if found[0] + COST[di, dj] >= least:
                    continue
                # A block left alone is always tried, so that a way to the end is never cut off.
                if di and dj and found[0] > floors[i - di] + BEAM:
                    continue
                a, b = en[i0 + i - di : i0 + i], vi[j0 + j - dj : j0 + j] if j >= dj else []
                cost = found[0] + _cost(a, b, ratio, least - found[0])
                if cost < least:
                    least, by = cost, (di, dj)
            if least < math.inf:
                row[j] = (least, by)
                floors[i] = min(floors[i], least)
    out, i, j = [], n, m
    while i or j:
        di, dj = best[i][j][1]
        out.append(Match(tuple(range(i0 + i - di, i0 + i)), tuple(range(j0 + j - dj, j0 + j))))
        i, j = i - di, j - dj
    return out[::-1]


def _with_doubt(
    number: int, matches: list[Match], en: list[_Item], vi: list[_Item], ratio: float
) -> Match:
    """Return a match with what speaks against it."""
    match = matches[number]
    ours, theirs = [en[i] for i in match.en], [vi[j] for j in match.vi]
    if not ours or not theirs or ours[0].kind in SHARED:
        return match
    doubts = []
    if len(ours) + len(theirs) > 2:
        doubts.append(f"{len(ours)} English blocks for {len(theirs)} Vietnamese")
    lengths = [sum(item.length for item in side) for side in (ours, theirs)]
    if ours[0].kind == "prose" and _deviation(*lengths, ratio) > WIDE:
        doubts.append(f"{lengths[0]} letters in English, {lengths[1]} in Vietnamese")
    a, b = _all(ours, "signs"), _all(theirs, "signs")
    if odd := [*(a - b), *(b - a)]:
        more = " …" if len(odd) > 3 else ""
        doubts.append(f"only one side has {', '.join(odd[:3])}{more}")
    if ours[0].kind == "heading" and ours[0].key != theirs[0].key:
        doubts.append("headings of two levels")
    for other in (*matches[max(0, number - 1) : number], *matches[number + 1 : number + 2]):
        if other.en and other.vi or len(ours) + len(theirs) > 2:
            continue
        others = ([en[i] for i in other.en], [vi[j] for j in other.vi])
        instead = (others[0] or ours, others[1] or theirs)
        if _cost(*instead, ratio) < _cost(ours, theirs, ratio) + CLOSE:
            line = (others[0] or others[1])[0].line
            side = "English" if others[0] else "Vietnamese"
            doubts.append(f"the {side} block of line {line}, left alone, would fit as well")
    return Match(match.en, match.vi, "; ".join(doubts))
