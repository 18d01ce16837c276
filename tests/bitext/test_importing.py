import re
import subprocess
import sys
import time
import unicodedata

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bitext import __main__, execution, harmless, importing, intake, notebooks, sources
from bitext.findings import SourceError
from tests.attack.oracles import Page
from tests.attack.payloads import NASTY
from tests.bitext.test_d2l import PAGE
from tests.bitext.test_template import TEMPLATE
from tests.conftest import DATA, ROOT

SEEDS = DATA.parent / "seeds"


def seed(number):
    """Return the text of a sample that lies beside the project."""
    found = sorted(SEEDS.glob(f"{number}_*"))
    if not found:
        pytest.skip(f"no sample {number} beside the project")
    return intake.text(found[0], found[0].name, "import")


def convert(text, **options):
    """Convert, and require that nothing is lost and that the book can read it."""
    imported = importing.convert(text, "page.md", **options)
    assert importing.unaccounted(text, imported) == []
    return imported


def cells(imported):
    return sources.parse(imported.text, "page", "chapter_toy/page.md").cells


def said(imported):
    return [(finding.line, finding.what) for finding in imported.report.findings]


def dropped(imported):
    return [(c.line, c.why) for c in imported.report.changes() if not c.after]


def test_a_page_becomes_a_section_that_the_book_accepts():
    imported = convert(PAGE, works={"elman1990"})
    section = sources.parse(imported.text, "page", "chapter_toy/page.md")
    assert sources.structure(section) == []
    heading, words, equation, *_ = section.cells
    assert (heading.text, heading.lang, heading.label) == ("# Waves", "en", "sec-waves")
    assert words.text == (
        "By [Equation](#eq-wave) and [Figure](#fig-sea), as\n"
        "[the section](#sec-tides) says [Elman, 1990](#bib-elman1990), all is water."
    )
    assert (equation.lang, equation.label, equation.text) == (None, "eq-wave", "$$w = \\sin t$$")
    assert imported.report.counts["untranslated"] == 4  # two headings, a paragraph, a caption
    assert imported.report.counts["labels"] == 3


def test_a_picture_and_its_caption_become_two_cells():
    found = cells(convert(PAGE))
    at = next(n for n, cell in enumerate(found) if cell.label == "fig-sea")
    assert found[at].text == "![](../img/sea.svg)" and found[at].lang is None
    assert found[at + 1].text == "The sea, $w$ high." and found[at + 1].lang == "en"


def test_code_for_mxnet_is_kept_and_other_code_set_aside():
    imported = convert(PAGE)
    code = [cell.text for cell in cells(imported) if cell.kind == "code"]
    assert code == ["x = 1", "y = '```'"]
    asides = [why for _, why in dropped(imported) if "another framework" in why]
    assert asides == [
        "for another framework, set aside: pytorch",
        "for another framework, set aside: pytorch, tensorflow",
    ]
    assert "kept words" in imported.text and "torch words" not in imported.text


def test_a_work_that_the_bibliography_lacks_is_named():
    text = "See :citet:`Cho.Bengio.ea.2014,Wave.Sea.1999` and :cite:`plain`."
    imported = convert(text, works={"cho2014", "plain"})
    assert cells(imported)[0].text == (
        "See [Cho et al., 2014](#bib-cho2014); [Wave and Sea, 1999](#bib-Wave.Sea.1999) "
        "and [plain](#bib-plain)."
    )
    assert said(imported) == [
        (1, "'Cho.Bengio.ea.2014' is taken for 'cho2014' in references.bib"),
        (1, "references.bib has no 'Wave.Sea.1999'"),
    ]


def test_roles_in_code_and_mathematics_stay():
    text = "Write `` :numref:`x` `` or $a :cite:`b` c$ or :strange:`thing`."
    imported = convert(text)
    assert cells(imported)[0].text == text
    assert [what for _, what in said(imported)] == [
        "':cite:`b`' between two dollars",
        "':strange:`thing`' has no form in the book",
    ]


def test_marks_of_slides_go_and_their_words_stay():
    text = "[**We see `x`**] and (**that\nit** is**), (~~slides~~), a [**link**](to)."
    assert cells(convert(text))[0].text == (
        "We see `x` and that\nit** is, slides, a [**link**](to)."
    )


def test_the_template_becomes_pairs():
    imported = convert(TEMPLATE)
    section = sources.parse(imported.text, "page", "chapter_toy/page.md")
    assert sources.structure(section) == []
    pairs = {pair.en.text: pair.vi and pair.vi.text for pair in section.pairs()}
    assert pairs == {
        "# Boats": "# Những con thuyền",
        "A boat floats, see [Figure](#fig-boat).": "Thuyền thì nổi, xem [Hình](#fig-boat).",
        "A boat.": "Một con thuyền.",
        "## Oars": None,
        "An oar is long.": None,
        "The end is near.": None,
    }
    assert imported.report.counts["pairs"] == 3
    assert [cell.label for cell in section.cells if cell.label] == ["sec-boats", "fig-boat", "eq-o"]
    assert [person.name for person in imported.report.people] == ["Trần Thị Sóng", "@thuyen"]


def test_a_vietnamese_page_waits_for_its_english():
    imported = convert("# Những con sóng\n\nSóng vỗ vào bờ cát, như :numref:`fig_x`.\n")
    section = sources.parse(imported.text, "page", "chapter_toy/page.md")
    assert sources.structure(section) == []
    assert [pair.vi.text for pair in section.pairs()] == [
        "# Những con sóng",
        "Sóng vỗ vào bờ cát, như [Hình](#fig-x).",
    ]
    assert [line for line, what in said(imported) if "a Vietnamese block alone" in what] == [1, 3]


@pytest.mark.parametrize(
    "block",
    [
        "a\n+++\nb",
        "<pre>\nno end",
        "- item\n  ```{code-cell}\n  x\n  ```",
        "Title\n=====\nmore\n=====",
        "$$\nno end",
        "```python\nno end",
        "```{.python .input}\n:not: python\n```",
        "~~~{.python .input}\nx = '````'",
    ],
)
def test_a_block_that_would_break_its_cell_breaks_no_other(block):
    imported = convert(f"# A\n\n{block}\n\n<!-- b -->\n\n# B\n")
    section = sources.parse(imported.text, "page", "chapter_toy/page.md")
    assert sources.structure(section) == []
    assert section.cells[-1].text == "# B"
    assert any(line == 3 for line, _ in said(imported))


def test_a_label_is_given_once_and_only_to_what_can_have_it():
    imported = convert(
        "# A\n:label:`sec_x`\n\n# B\n:label:`chap_x`\n\n| a |\n|---|\n:label:`tab_t`\n"
    )
    assert [cell.label for cell in cells(imported)] == ["sec-x", "sec-x-2", None]
    assert said(imported) == [(7, "the label 'tab_t' is lost")]


def test_headings_of_two_levels_are_no_pair():
    imported = convert("<!--\n# A\n:label:`sec_a`\n-->\n\n## Một con thuyền\n")
    found = [(cell.lang, cell.label, cell.text) for cell in cells(imported)]
    assert found == [
        ("en", "sec-a", "# A"),
        ("en", None, f"## {importing.NO_ENGLISH}"),
        ("vi", None, "## Một con thuyền"),
    ]
    what = "a Vietnamese block alone: its heading is not the English one's"
    assert said(imported) == [(6, what)]


def test_marks_of_a_file_are_cleaned_and_named():
    imported = convert("\ufeffSo\u0301ng\r\nvỗ\x0b bờ\u2028 cát\u202e ngoài kia")
    assert cells(imported)[1].text == "Sóng\nvỗ  bờ  cát\u202e ngoài kia"
    assert [line for line, _ in imported.report.facts] == [1, 1, 2]
    assert [line for line, what in said(imported) if "U+202E" in what] == [2]


def test_other_formats_are_refused_by_name():
    with pytest.raises(SourceError, match="a section of the book already"):
        importing.convert(importing.HEADER + "\n# A", "page.md")
    with pytest.raises(SourceError, match="page.md:2: the byte 0xff is not UTF-8"):
        intake.decoded(b"a\n\xff", "page.md", "import")


def test_the_proof_notices_what_is_lost():
    imported = importing.convert(PAGE, "page.md")
    assert importing.unaccounted(PAGE + "\n\nmore", imported)
    other = importing.Imported(imported.text.replace("all is water", "all is"), imported.report)
    assert importing.unaccounted(PAGE, other)
    account = next(account for account in imported.report.accounts if account.changes)
    account.changes.clear()
    assert importing.unaccounted(PAGE, imported)


def test_a_file_is_written_once_and_never_over_another(book_folder, tmp_path):
    page = tmp_path / "My_Page.md"
    page.write_text(PAGE, "utf-8")
    target, report = importing.import_file(page, book_folder, "chapter_toy")
    assert target == book_folder.root / "chapter_toy/my-page.md"
    before = target.stat()
    assert importing.import_file(page, book_folder, "chapter_toy")[0] == target
    assert target.stat().st_mtime_ns == before.st_mtime_ns
    assert sources.read(target, book_folder.root).cells
    page.write_text(PAGE + "\nMore.\n", "utf-8")
    with pytest.raises(SourceError, match="is there already and differs"):
        importing.import_file(page, book_folder, "chapter_toy")
    assert str(report).startswith("My_Page.md: ")


EDIT = st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(NASTY) | st.text(max_size=5))


@given(st.sampled_from([PAGE, TEMPLATE]), st.lists(EDIT, max_size=8), st.floats(0.2, 1))
@settings(max_examples=250, deadline=None)
def test_nothing_is_lost_whatever_is_broken(text, edits, length):
    for place, cut, added in edits:
        at = int(place * len(text))
        text = text[:at] + added + text[at + cut :]
    text = text[: int(length * len(text))]
    try:
        imported = convert(text)
    except SourceError as error:
        assert "page.md:1" in str(error)
        return
    section = sources.parse(imported.text, "page", "chapter_toy/page.md")
    assert sources.structure(section) == []
    assert importing.convert(text, "page.md").text == imported.text
    assert str(imported.report)


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_a_page_of_the_community_is_imported_whole(number):
    imported = convert(seed(number))
    section = sources.parse(imported.text, "page", "chapter_toy/page.md")
    assert sources.structure(section) == []
    counts = imported.report.counts
    expected = {
        "000": (0, 6, 0, 0),
        "001": (0, 0, 6, 0),
        "002": (0, 18, 0, 3),
        "003": (0, 6, 0, 0),
        "004": (0, 0, 12, 0),
    }[number]
    names = ("pairs", "untranslated", "without English", "code cells")
    assert tuple(counts[name] for name in names) == expected
    broken = [line for line, what in said(imported) if what == "a '-->' without its '<!--'"]
    assert broken == ([54] if number == "002" else [])


@pytest.mark.parametrize(
    "piece",
    ["<!--\nA wave.\n\n", "```python\n<!--\n", "`` ` $ [** :cite:`", "$$ a\n", "](a", "- a\n\n"],
)
def test_work_grows_with_the_length_only(piece):
    def steps(size):
        """Return how many lines of the readers are executed: the same on every machine."""
        text = "Những con sóng dịch *dịch đoạn phía trên*\n\n" + piece * (size // len(piece))
        count, before = 0, sys.gettrace()

        def trace(frame, event, argument):
            nonlocal count
            count += 1
            return trace if "bitext" in frame.f_code.co_filename else None

        sys.settrace(trace)
        try:
            importing.convert(text, "page.md")
        finally:
            sys.settrace(before)
        return count

    steps(1000)  # what is made once is made here
    assert steps(32_000) < 5 * steps(8_000)  # four times as long; squared would be sixteen


#: Pages that are hard for a reader, or for the parser behind it.
HARD = {
    "D2L": PAGE,
    "template": TEMPLATE,
    "WordPress": "<!-- wp:paragraph -->\n<p>Một <b>câu</b> &amp; <a href='http://a.b'>nữa</a>.</p>\n",
    "a paragraph of roles": "{raw}`a` ```{raw} html ",
    "a paragraph of tags": "<a b=' ",
    "a table": "| a `b` | *c* |\n",
    "a list": "- a\n  - `b`\n",
}


@pytest.mark.parametrize("piece", HARD)
def test_time_grows_with_the_length_only(piece):
    def seconds(size):
        text = HARD[piece] * (size // len(HARD[piece]))
        start = time.process_time()
        importing.convert(text, "page.md")
        return time.process_time() - start

    seconds(1000)
    short, long = (min(seconds(size) for _ in range(2)) for size in (30_000, 240_000))
    assert long < 24 * short + 0.5  # eight times as long; squared would be sixty-four


@pytest.mark.parametrize("piece", ["x", "ô ", "a *b* `c` {e}`f` ", "\u0301", "| "])
@pytest.mark.parametrize("before", ["", "<!-- wp:paragraph -->\n<p>Một câu ", "<!--\nA\n-->\n\n"])
def test_a_line_of_a_megabyte_is_kept(before, piece):
    text = before + piece * (1_000_000 // len(piece))
    imported = convert(text, lang="vi")
    for cell in cells(imported):
        assert cell.text.startswith("```") or harmless.is_harmless(cell.text)


def test_a_page_in_another_composition_or_with_other_line_ends_is_the_same_page():
    expected = convert(TEMPLATE).text
    assert convert(unicodedata.normalize("NFD", TEMPLATE)).text == expected
    assert convert(TEMPLATE.replace("\n", "\r\n")).text == expected
    assert convert("\ufeff" + TEMPLATE.replace("\n\n", "\r\n\r")).text == expected


ALIVE = [
    "<script>go()</script>",
    "A <img src=x onerror='go()'> b <svg onload=go()> c.",
    "<iframe src=javascript:go()></iframe>",
    "[a](javascript:go()) <javascript:go()> ![b](javascript:go())",
    "[a]: javascript:go()\n\n[a]",
    "```{raw} html\n<script>go()</script>\n```",
    ":::{raw} html\n<script>go()</script>\n:::",
    "> - ```{raw} html\n>   <script>go()</script>\n>   ```",
    "{raw-html}`<script>go()</script>` {download}`../../secret`",
    "| a |\n|---|\n| <b onclick=go()>b</b> |",
    "$\\href{javascript:go()}{a} <script>go()</script>$",
    "$$\n<script>go()</script>\n$$",
    "![<script>go()</script>](a.svg)",
    "# A heading <script>go()</script>",
    "<!-- \n--> <script>go()</script>",
    "<scr<script>ipt>go()</scr</script>ipt>",
    "&lt;script&gt;go()&lt;/script&gt;",
    "<a href='data:text/html,<script>go()</script>'>a</a>",
]


@pytest.mark.parametrize("form", ["D2L", "template", "WordPress"])
def test_no_script_and_no_event_handler_is_alive_on_the_built_page(form, tmp_path):
    text = "# Waves\n\n" + "\n\n".join(ALIVE)
    if form == "template":
        text = "<!--\n# Waves\n-->\n\n# Những con sóng\n\n" + "\n\n".join(ALIVE)
    elif form == "WordPress":
        text = "<!-- wp:html -->\n<h1>Sóng</h1>\n" + "".join(f"<p>{a}</p>\n{a}\n" for a in ALIVE)
    section = sources.parse(convert(text, lang="vi").text, "page", "chapter_toy/page.md")
    assert section.cells
    page = tmp_path / "index.md"
    page.write_text("\n\n+++\n\n".join(cell.text for cell in section.cells), "utf-8")
    of_book = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["parse"]
    config = {"extensions": ["myst_nb"], "nb_execution_mode": "off", "html_theme": "basic"}
    lines = [f"{name} = {value!r}\n" for name, value in (config | of_book).items()]
    (tmp_path / "conf.py").write_text("".join(lines), "utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", tmp_path, tmp_path / "out"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "out/index.html").read_text("utf-8")
    body = Page(html[html.index('<div class="body"') : html.index('<div class="sphinxsidebar')])
    assert body.live == []
    assert "go()" in body.words


@pytest.mark.parametrize("mirror", ["with the novel", "without it"])
def test_the_sample_with_old_code_runs_to_its_end_and_trains(mirror, tmp_path, monkeypatch):
    text = seed("002")
    if mirror == "with the novel" and not (DATA / "timemachine.txt").is_file():
        pytest.skip("no copy of The Time Machine beside the project")
    monkeypatch.setenv("RECURRENT_MIRROR", str(DATA if mirror == "with the novel" else tmp_path))
    monkeypatch.setenv("RECURRENT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("RECURRENT_DEVICE", "cpu")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: chapter_toy/page\n")
    imported = convert(text)
    assert "num_epochs, lr = 500, 2" in imported.text
    short = imported.text.replace("num_epochs, lr = 500, 2", "num_epochs, lr = 3, 2")
    short = short.replace("len(vocab), 256, 2,", "len(vocab), 32, 2,")
    section = sources.parse(short, "page", "chapter_toy/page.md")
    ran = execution.run(notebooks.compose(section, tmp_path), "page", tmp_path, timeout=300)
    printed = "".join(
        output.get("text", "")
        for cell in ran.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    assert ("is not there, and RECURRENT_MIRROR says it is" in printed) == (mirror == "without it")
    found = re.findall(r"epoch (\d+): perplexity ([\d.]+), held-out ([\d.]+)", printed)
    assert [int(epoch) for epoch, *_ in found] == [1, 2, 3]
    first, *_, last = (float(perplexity) for _, perplexity, _ in found)
    assert last < first < 30


def both(english, vietnamese):
    """Convert two versions of a page, and require that nothing of either is lost."""
    imported = importing.convert(english, "en.md", other=(vietnamese, "vi.md"))
    assert importing.unaccounted(english, imported, vietnamese) == []
    section = sources.parse(imported.text, "page", "chapter_toy/page.md")
    assert sources.structure(section) == []
    return imported, section


@pytest.mark.parametrize("english, vietnamese", [("003", "001"), ("000", "001"), ("001", "003")])
def test_two_versions_of_a_page_become_pairs(english, vietnamese):
    imported, section = both(seed(english), seed(vietnamese))
    assert [pair.vi is not None for pair in section.pairs()] == [True] * 6
    assert section.cells[0].label == "sec-rnn"
    assert section.cells[1].text == "# Mạng nơ-ron tái phát"
    assert section.pairs()[2].en.text.startswith("Most importantly")
    assert section.pairs()[2].vi.text.startswith("Quan trọng nhất")
    doubts = [f for f in imported.report.findings if "doubtful" in f.what]
    line = {"003": 22, "000": 24, "001": 22}[english]
    assert [(f.path, f.line) for f in doubts] == [("en.md" if english == "001" else "vi.md", 8)]
    assert f".md:{line}: only one side has \\ldots" in doubts[0].what
    assert imported.report.counts["doubtful pairs"] == 1


def test_labels_of_both_versions_name_one_thing():
    english = "# Waves\n:label:`sec_waves`\n\nA wave is high, see :numref:`sec_waves`.\n\n$$w$$\n"
    vietnamese = (
        "# Những con sóng\n:label:`chap_song`\n\nSóng thì cao, xem :numref:`chap_song` và "
        ":eqref:`eq_song`.\n\n$$w$$\n:eqlabel:`eq_song`\n"
    )
    imported, section = both(english + ":eqlabel:`eq_w`\n", vietnamese)
    assert imported.report.findings == []
    assert [cell.label for cell in section.cells if cell.label] == ["sec-waves", "eq-w"]
    assert section.pairs()[1].vi.text == (
        "Sóng thì cao, xem [mục](#sec-waves) và [Phương trình](#eq-w)."
    )
    assert "vi.md, line 6" in str(imported.report)


def test_pages_of_one_language_or_of_two_contents_are_told():
    with pytest.raises(SourceError, match="are not one English and one Vietnamese"):
        importing.convert("A wave.", "a.md", other=("A boat.", "b.md"))
    imported, _ = both(
        "# Waves\n\nA wave.\n", "Một câu về con thuyền.\n\nMột câu nữa về biển cả.\n"
    )
    assert (1, "en.md and vi.md differ so much that they may not be one page") in said(imported)


def test_html_and_directives_of_a_page_stand_as_text():
    text = (
        'A wave <img src=x onerror="go()"> rises.\n\n<script>\ngo()\n</script>\n\n'
        "```{raw} html\n<script>go()</script>\n```\n\n% unseen\n\nx<sub>t</sub> and `<b>`.\n"
    )
    imported = convert(text)
    found = cells(imported)
    assert found[0].text == 'A wave \\<img src=x onerror="go()"> rises.'
    assert found[1].text == "\\<script>\ngo()\n\\</script>"
    assert found[2].text.startswith("````text\n```{raw} html")
    assert found[3].text == "\\% unseen"
    assert found[4].text == "x<sub>t</sub> and `<b>`."
    assert all(harmless.is_harmless(cell.text) for cell in found)
    what = "HTML, a directive, a role or a comment, which stands as text"
    assert [line for line, told in said(imported) if told == what] == [1, 3, 7, 11]


def test_contributors_and_markers_go_into_translations_once(book_folder, tmp_path):
    page = tmp_path / "boats.md"
    page.write_text(TEMPLATE, "utf-8")
    _, report = importing.import_file(page, book_folder, "chapter_toy")
    assert report.added == ["tran-thi-song", "thuyen"]
    assert "boats.md: new in translations/people.csv: tran-thi-song, thuyen" in str(report)
    kept = book_folder.root / "translations/ledger/boats.facts.csv"
    written = kept.read_bytes()
    assert b"person,1," in written and b"marker,0," in written
    _, again = importing.import_file(page, book_folder, "chapter_toy")
    assert again.added == [] and kept.read_bytes() == written


def test_the_report_counts_what_needs_a_person():
    imported = convert("![a](b.svg)\n\n```{.python .input}\nd2l.lost()\n```\n")
    assert imported.report.counts["for a person"] == len(imported.report.findings) == 2
    assert str(imported.report).startswith(
        "page.md: 2 blocks, 0 pairs, 1 untranslated, 0 without English, 1 code cells, 0 labels, "
        "0 doubtful pairs, "
    )
    assert (4, "d2l 1.0.3 has no 'lost', and no rule replaces it") in said(imported)


def test_the_command_takes_two_versions(book_folder, tmp_path, monkeypatch, capsys):
    (tmp_path / "en.md").write_text("# Waves\n\nA wave is high.\n", "utf-8")
    (tmp_path / "vi.md").write_text("# Những con sóng\n\nMột con sóng cao.\n", "utf-8")
    monkeypatch.chdir(book_folder.root)
    command = ["bitext", "import", str(tmp_path / "en.md"), "--with", str(tmp_path / "vi.md")]
    monkeypatch.setattr(sys, "argv", command)
    assert __main__.main() == 0
    assert "2 pairs, 0 untranslated" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["bitext", "export", "template", "_build/imported/en.md"])
    assert __main__.main() == 0
    page = (book_folder.build / "template/en.md").read_text("utf-8")
    assert page == (
        "<!--\n# Waves\n-->\n\n# Những con sóng\n\n"
        "<!--\nA wave is high.\n-->\n\nMột con sóng cao.\n"
    )


def test_a_heading_that_stands_in_a_fence_is_no_half_of_a_pair():
    text = "# Sóng {literalinclude}`file:///x`\n\n<!--\n# A\n-->\n\n# B {download}`../../x`\n"
    section = sources.parse(convert(text, lang="vi").text, "page", "chapter_toy/page.md")
    assert sources.structure(section) == []
