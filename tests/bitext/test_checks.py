import unicodedata
from textwrap import dedent

import pytest

from bitext import ledger, sources
from bitext.checks import CHECKS, check
from bitext.figures import SVG
from tests.conftest import HEADER, SECTION

GLOSSARY = """\
en,vi,also,refuse,enforce,note
gate,cổng,,cánh cửa,,
token,token,,,,
"""

#: A section without a fault; the tests put one in.
BODY = """\
+++ {"lang": "en", "label": "sec-gates"}

# Gates and States

+++ {"lang": "vi"}

# Cổng và trạng thái

+++ {"lang": "en"}

A gate is a number $g$ between 0 and 1.
It decides *what* passes; see [Section](#sec-gates).

- Tokens come in.
- Others stay, e.g. these.

+++ {"lang": "vi"}

Cổng là một số $g$ từ 0 đến 1.
Nó quyết định *cái gì* được đi qua; xem [Mục](#sec-gates).

- Token đi vào.
- Số khác ở lại, v.v.

+++

![Một cổng / A gate](../img/gate.svg)

```{code-cell}
# hòa, not NFD
gate = 1
```

+++ {"lang": "en"}

A caption for all.

+++ {"lang": "vi"}

Một chú thích cho tất cả.
"""

#: The drawing that BODY shows.
DRAWN = f"<svg xmlns='{SVG}'><text>g</text></svg>\n"

#: The section of the small book without its block that is not translated.
STATE = SECTION.rpartition('+++ {"lang": "en"}')[0]


@pytest.fixture
def book(book_folder):
    """Return a function that writes files into a small book and gives back what is found."""

    def write(body=BODY, **files):
        texts = {
            "chapter_toy/state.md": STATE,
            "chapter_toy/gates.md": HEADER + body,
            "translations/glossary.csv": GLOSSARY,
            "img/gate.svg": DRAWN,
        }
        for name, text in (texts | files).items():
            path = book_folder.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return [f for f in check(book_folder) if f.kind not in ("ledger", "step")]

    write.settings = book_folder
    return write


def line_of(text, words):
    return next(n for n, line in enumerate(text.split("\n"), 1) if words in line)


def test_a_book_without_faults(book):
    assert book() == []


FAULTS = [
    (
        "pair",
        '+++ {"lang": "vi"}\n\nMột chú',
        '+++ {"lang": "en"}\n\nOne chú',
        "no Vietnamese half",
    ),
    ("agreement", "số $g$ từ", "số $h$ từ", "the formula $h$ is $g$ in English (line {})"),
    ("agreement", "từ 0 đến 1", "từ 0 đến 2", "the number 2 is 1 in English"),
    ("agreement", "*cái gì*", "*cái gì", "a '*' that opens or closes nothing"),
    ("agreement", "It decides *what*", "It decides **what*", "a '*' that opens or closes nothing"),
    ("agreement", "- Số khác ở lại, v.v.", "Số khác ở lại.", "a bulleted list of 1 item here"),
    ("unicode", "Cổng là", unicodedata.normalize("NFD", "Cổng là"), "is not NFC"),
    ("unicode", "gate = 1", "gat\u0435 = 1", "only looks Latin"),
    ("unicode", "A caption", "A\u00a0caption", "a special space"),
    ("tone", "quyết định", "quyết định hoà", "'hoà' has its tone mark"),
    ("tone", "# hòa", "# hoà", "'hoà' has its tone mark"),
    ("tone", "![Một cổng", "![Một khoá", "'khoá' has its tone mark"),
    ("language", "- Token đi vào.", "- Tokens come in.", "is the same in both languages"),
    ("language", "A caption for all.", "Một chú thích khác.", "Vietnamese in an English block"),
    ("language", "# Cổng và trạng thái", "# Gates and States", "English in a Vietnamese block"),
    ("sentence", "A gate is", "It is one. A gate is", "two sentences on one line"),
    ("sentence", "Nó quyết định", "Nó\nquyết định", "a sentence broken after 'Nó'"),
    ("glossary", "Cổng là", "Cửa là", "'gate' (line {}) is not rendered"),
    ("glossary", "Cổng là", "Cổng hay cánh cửa là", "'cánh cửa' for 'gate'"),
    ("exercise", "# Gates and States", "# Exercise 2", "exercise 2 is number 1 of this section"),
]


def test_every_kind_has_a_fault_here():
    assert {kind for kind, *_ in FAULTS} == set(CHECKS)


@pytest.mark.parametrize(("kind", "old", "new", "what"), FAULTS)
def test_a_fault_is_found_at_its_line_and_cell(book, kind, old, new, what):
    assert old in BODY
    body = BODY.replace(old, new)
    text = HEADER + body
    what = what.format(line_of(text, "A gate is"))
    found = [f for f in book(body) if f.kind == kind and what in f.what][:1]
    line = line_of(text, new.split("\n")[0])
    if "list of" in what:
        line = line_of(text, "- Token đi vào.")
    if kind == "language":  # the English may say the same, and stands before
        line = [n for n, row in enumerate(text.split("\n"), 1) if row == new][-1]
    if kind == "pair":
        line = line_of(text, "A caption")
    if "# hoà" in new:
        line = line_of(text, "# hoà, not")
    assert [f.line for f in found] == [line]
    assert found[0].path == "chapter_toy/gates.md"
    section = sources.read(book.settings.root / found[0].path, book.settings.root)
    cell = section.cells[found[0].cell - 1]
    assert cell.line <= line <= cell.line + cell.text.count("\n")
    assert str(found[0]).startswith(f"chapter_toy/gates.md:{line}: cell {cell.number}: ")
    assert str(found[0]).endswith(f"[{kind}]")


def test_a_code_span_may_show_a_misplaced_tone(book):
    body = BODY.replace("It decides", "It decides `hoà`,").replace("Nó quyết", "Nó `hoà` quyết")
    assert book(body) == []


# ---- silence ------------------------------------------------------------------------------------

WRONG = BODY.replace("A gate is", "It is one. A gate is")
EN = '+++ {"lang": "en"}\n\nIt is one.'


def silenced(silence, body=WRONG, cell=EN):
    assert cell in body
    return body.replace(cell, cell.replace('"}', f'", "silence": {silence}}}', 1))


def test_a_block_silences_one_kind_with_a_reason(book):
    assert [f.kind for f in book(WRONG)] == ["sentence"]
    assert book(silenced('{"sentence": "as the song has it"}')) == []


def test_a_silence_holds_in_its_own_block_only(book):
    both = WRONG.replace("Cổng là", "Nó là một. Cổng là")
    assert [f.line for f in book(silenced('{"sentence": "so"}', both))] == [
        line_of(HEADER + both, "Nó là một.")
    ]


def test_a_silence_of_one_kind_leaves_the_others(book):
    body = WRONG.replace("It is one.", "It is *one.")
    text = silenced('{"sentence": "so"}', body, EN.replace("one", "*one"))
    assert [f.kind for f in book(text)] == ["agreement"]


@pytest.mark.parametrize(
    ("silence", "what", "left"),
    [
        ('{"spelling": "so"}', "no check of the text is called 'spelling'", ["sentence"]),
        ('{"ledger": "so"}', "no check of the text is called 'ledger'", ["sentence"]),
        ('{"sentence": " "}', "'sentence' is silenced without a reason", ["sentence"]),
        ('{"sentence": 1}', "'sentence' is silenced without a reason", ["sentence"]),
        ('{"sentence": "so", "tone": "so"}', "the silence of 'tone' silences nothing", []),
        ('"sentence"', "silence is 'sentence'", ["sentence"]),
        ("{}", "silence is {}", ["sentence"]),
    ],
)
def test_a_silence_that_is_wrong_is_a_finding_at_its_metadata(book, silence, what, left):
    body = silenced(silence)
    found = book(body)
    assert [f.kind for f in found if f.kind != "silence"] == left
    (fault,) = [f for f in found if f.kind == "silence"]
    assert what in fault.what
    assert fault.line == line_of(HEADER + body, '"silence"')


def test_a_code_cell_silences_by_its_options(book):
    code = "```{code-cell}\n"
    body = BODY.replace("# hòa", "# hoà").replace(code, code + ":silence: {tone: it shows one}\n\n")
    assert book(body) == []
    body = BODY.replace(code, code + ":silence: {tone: it shows one}\n\n")
    (found,) = book(body)
    assert (found.kind, found.line) == ("silence", line_of(HEADER + body, ":silence:"))


# ---- the whole book -----------------------------------------------------------------------------


def test_a_file_that_cannot_be_read_hides_no_other(book):
    found = book(
        WRONG,
        **{
            "chapter_toy/broken.md": "# No header\n",
            "translations/glossary.csv": GLOSSARY.replace("cổng,,", ",,"),
        },
    )
    assert {(f.path, f.line, f.kind) for f in found} == {
        ("chapter_toy/broken.md", 1, "format"),
        ("chapter_toy/gates.md", line_of(HEADER + WRONG, "It is one."), "sentence"),
        ("translations/glossary.csv", 2, "glossary"),
    }
    assert found == sorted(found, key=lambda f: (f.path, f.line, f.kind))


def test_references_and_numbers_are_checked_too(book):
    body = BODY.replace("#sec-gates)", "#sec-gate)") + "\nIt is {glue:text}`norm:.2f`.\n"
    found = [f for f in book(body) if f.kind == "reference"]
    assert len(found) == 3
    assert "did you mean '#sec-gates'?" in found[0].remedy


def test_records_are_checked_and_not_silenced(book):
    book()
    kinds = {f.kind for f in check(book.settings)}
    assert kinds == {"ledger", "step"}
    for path in ("chapter_toy/gates.md", "chapter_toy/state.md"):
        section = sources.read(book.settings.root / path, book.settings.root)
        ledger.record(section, book.settings, "authors")
    assert {f.kind for f in check(book.settings)} == {"step"}
    text = STATE.replace("A state remembers.", "A state remembers all.")
    (book.settings.root / "chapter_toy/state.md").write_text(text, "utf-8")
    (stale,) = [f for f in check(book.settings) if f.kind == "stale"]
    assert stale.line == line_of(text, "Trạng thái ẩn")


CORPUS = dedent(
    """\
    id\ten\tvi
    07-001\tThe river came first.\tCon sông có trước.
    07-002\t"What do you hear?"\t"Con nghe thấy gì?"
    """
)


@pytest.mark.parametrize(
    ("old", "new", "kind", "line", "what"),
    [
        ("id\ten", "en\tid", "corpus", 1, "the columns are"),
        ("07-002", "07-003", "corpus", 3, "the id is '07-003'"),
        ("07-001", "7-1", "corpus", 2, "the id is '7-1'"),
        ("first.", "first\N{EM DASH}", "corpus", 2, "English with '—'"),
        ("first.", "fïrst.", "corpus", 2, "English with 'ï'"),
        ("Con sông có trước.", "", "corpus", 2, "no Vietnamese"),
        ("The river came first.", " ", "corpus", 2, "no English"),
        ("river came", "river  came", "corpus", 2, "a space too many"),
        ("trước.", "trước. ", "corpus", 2, "a space too many"),
        ("Con sông có trước.", "The river came.", "language", 2, "is not Vietnamese"),
        ('"What do you hear?"', '"Con nghe gì?"', "language", 3, "is not English"),
        ("có trước.\n", "có trước.\tx\n", "corpus", 2, "4 columns"),
        ("Con sông", unicodedata.normalize("NFD", "Con sông"), "unicode", 2, "is not NFC"),
        ("sông có", "sông hoà có", "tone", 2, "'hoà'"),
    ],
)
def test_a_corpus_is_checked_line_by_line(book, old, new, kind, line, what):
    name = "corpora/story/07.tsv"
    assert book(**{name: CORPUS}) == []
    assert old in CORPUS
    found = book(**{name: CORPUS.replace(old, new)})
    assert {(f.path, f.line) for f in found} == {(name, line)}
    assert [what in f.what for f in found if f.kind == kind] == [True]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("README.md", "# Sách\n\nMã `hoá` đúng, chữ hoá sai.\n", 3),
        ("_toc.yml", "root: intro\nparts:\n  - caption: Chuẩn hoá\n", 3),
        ("img/gate.svg", f"<svg xmlns='{SVG}'>\n<text id='hoá'>Cổng hoá</text></svg>\n", 2),
    ],
)
def test_other_prose_is_checked(book, name, text, line):
    (found,) = book(**{name: text})
    assert (found.path, found.line, found.kind) == (name, line, "tone")
    (found,) = book(**{name: text.replace("hoá", "ho\u0301a")})[-1:]
    assert (found.path, found.line, found.kind) == (name, line, "unicode")
