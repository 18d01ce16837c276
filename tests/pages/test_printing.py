"""The book on paper: what each PDF holds, and that none is ever half written."""

import os
import re
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from bitext import printing
from bitext.editions import order
from tests.conftest import ROOT
from tests.pages.conftest import MODES

pypdf = pytest.importorskip("pypdf")

COMMAND = [sys.executable, "-m", "bitext", "pdf"]

#: What the first page says in each language alone.
SENTENCES = {"vi": "đủ dài để phải xuống dòng", "en": "which is long enough to break"}


def started(book: Path, **environment: str) -> subprocess.Popen:
    """Start printing a book in a process of its own, as a user does."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.Popen(
        COMMAND,
        cwd=book,
        env={**own, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture(scope="module")
def book(sample: Path, browser: object) -> Path:
    """Return the folder of the sample book; `browser` skips where there is none."""
    return sample.parents[1]


@pytest.fixture(scope="module")
def printed(book: Path) -> dict[str, pypdf.PdfReader]:
    """Return the PDFs of the sample book, by their mode."""
    process = started(book)
    said, _ = process.communicate(timeout=600)
    assert process.returncode == 0, said
    assert [line.split()[0] for line in said.splitlines()].count("written:") == len(MODES)
    return {mode: pypdf.PdfReader(book / "_build" / printing.FILES[mode]) for mode in MODES}


@pytest.fixture(scope="module")
def texts(printed: dict[str, pypdf.PdfReader]) -> dict[str, str]:
    """Return the text of each PDF without spaces: between two fonts of a word pypdf sees some."""
    return {
        mode: bare("".join(page.extract_text() for page in reader.pages))
        for mode, reader in printed.items()
    }


def bare(text: str) -> str:
    """Return a text without its spaces."""
    return "".join(text.split())


def outline(reader: pypdf.PdfReader) -> list[tuple[int, str]]:
    """Return the bookmarks of a PDF with their depths."""

    def below(entries: list, depth: int) -> list[tuple[int, str]]:
        found = []
        for entry in entries:
            if isinstance(entry, list):
                found += below(entry, depth + 1)
            else:
                found.append((depth, " ".join(entry.title.split())))
        return found

    return below(reader.outline, 0)


def headings(page: Path, lang: str) -> list[str]:
    """Return the titles on a built page in a language, those that have no formula."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    found = []
    for heading in soup.select("article :is(h1, h2, h3)"):
        said = heading.select_one(f'.text[lang="{lang}"]') or heading.select_one(".text")
        if not said.select(".math"):
            found.append(" ".join(said.text.split()))
    return found


@pytest.mark.parametrize("mode", MODES)
def test_the_outline_has_every_section_and_subsection(printed, book, mode):
    shown = outline(printed[mode])
    depths = dict(order(book))
    assert set(depths.values()) == {0}, "the sample has no chapter with sections below it"
    for lang in ("vi", "en"):
        if mode in (lang, "both"):
            for name in depths:
                for title in headings(book / "_build" / "html" / f"{name}.html", lang):
                    assert any(title in entry for _, entry in shown), title
    names = [entry for depth, entry in shown if depth == 0]
    assert len(names) == 1 + len(depths), "the contents, then every page"


def test_sections_are_below_their_chapter():
    ordered = order(ROOT)
    assert ordered[0] == ("intro", 0)
    assert dict(ordered)["chapter_rnn/index"] == 0
    assert dict(ordered)["chapter_rnn/rnn"] == 1
    assert [name for name, _ in ordered][-1] == "references"


@pytest.mark.parametrize("mode", MODES)
def test_every_font_is_in_the_file(printed, mode):
    names = set()
    for page in printed[mode].pages:
        for font in fonts(page.get("/Resources")):
            names.add(embedded(font.get_object()))
    assert names, "there is text"
    assert any("SourceSerif4" in name for name in names)


def fonts(resources):
    """Yield every font of a page, those of forms that it draws too."""
    resources = resources.get_object()
    yield from resources.get("/Font", {}).values()
    for drawn in resources.get("/XObject", {}).values():
        if "/Resources" in drawn.get_object():
            yield from fonts(drawn.get_object()["/Resources"])


def embedded(font) -> str:
    """Return the name of a font, whose letters must lie in the file, with their meaning."""
    assert "/ToUnicode" in font, font
    if font["/Subtype"] == "/Type3":  # its letters are drawings in the file itself
        assert font["/CharProcs"]
        return "drawn"
    (inner,) = font["/DescendantFonts"]
    descriptor = inner.get_object()["/FontDescriptor"].get_object()
    assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor), font["/BaseFont"]
    return font["/BaseFont"]


def test_each_file_is_in_its_language(printed, texts):
    for mode, others in (("vi", {"en"}), ("en", {"vi"}), ("both", set())):
        text = texts[mode]
        for lang, sentence in SENTENCES.items():
            assert (bare(sentence) in text) == (lang not in others), (mode, lang)
        root = printed[mode].root_object
        assert root["/Lang"] == ("en" if mode == "en" else "vi")
        assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  an object of pypdf
    titles = [printed[mode].metadata.title for mode in MODES]
    vi, en = "Mạng nơ-ron hồi tiếp", "Recurrent Neural Networks"
    assert titles == [vi, f"{vi} · {en}", en]


@pytest.mark.parametrize("mode", ["vi", "both"])
def test_vietnamese_can_be_copied(texts, mode):
    assert bare("những chữ khó: ế ộ ữ ằ ỵ Ể Ỗ Ữ Ằ Ỹ") in texts[mode]
    assert unicodedata.is_normalized("NFC", texts[mode])


@pytest.mark.parametrize("mode", MODES)
def test_what_a_screen_hides_is_open_on_paper(texts, mode):
    text = texts[mode]
    for hidden in ("hidden, all of it", "hidden input", "the solution of an exercise"):
        assert bare(hidden) in text
    assert ("Chưadịch" in text) == (mode != "en")
    assert "toy-gru" not in text and "living.html" in text, "a widget names its page"


@pytest.mark.parametrize("mode", MODES)
def test_links_and_numbers_lead_to_the_right_page(printed, book, mode):
    reader = printed[mode]
    numbers = printing.page_numbers((book / "_build" / printing.FILES[mode]).read_bytes())
    title = {"en": "A Long Page", "vi": "Một trang dài", "both": "Một trang dài"}[mode]
    number = numbers["chapter_sample-long"]
    assert bare(title) in bare(reader.pages[number - 1].extract_text())
    contents = bare(reader.pages[1].extract_text())
    assert re.search(rf"{bare(title)}(·ALongPage)?{number}(?!\d)", contents), contents
    links = 0
    for page in reader.pages:
        assert page.mediabox.width == pytest.approx(595, abs=1), "A4"
        for note in page.get("/Annots", ()):
            note = note.get_object()
            if "/Dest" in note:
                assert note["/Dest"].removeprefix("/") in numbers
                links += 1
            else:
                assert note["/A"]["/URI"].startswith("https://")
    assert links > 20
    index = numbers["term-index"]
    assert "000" not in reader.pages[index - 1].extract_text()


#: What is wider than the paper and is seen; what KaTeX clips, as the tail of a root, is not.
WIDER = """() => [...document.querySelectorAll("body *")].filter((element) => {
  if (!element.checkVisibility() || element.closest(".katex-mathml")) return false;
  const box = element.getBoundingClientRect();
  if (!box.width || (box.left >= -1 && box.right <= innerWidth + 1)) return false;
  for (let up = element.parentElement; up; up = up.parentElement) {
    const own = up.getBoundingClientRect();
    if (getComputedStyle(up).overflowX === "hidden" && own.right <= innerWidth + 1) return false;
  }
  return true;
}).map((element) => element.outerHTML.slice(0, 150))"""


@pytest.fixture(scope="module")
def laid_out(book: Path, browser: object) -> tuple[object, printing.Book]:
    """Return the document of the sample as the printer sees it."""
    pages = book / "_build" / "html"
    made = printing.compose(pages, order(book), "Sách · Book")
    page = printing.open_book(browser, made.html, pages)
    yield page, made
    page.close()


@pytest.mark.parametrize("mode", MODES)
def test_nothing_is_wider_than_the_paper(laid_out, mode):
    page, made = laid_out
    printing.show(page, mode, made)
    assert page.evaluate("document.querySelectorAll('table, .katex-display').length") > 4
    assert page.evaluate(WIDER) == []


def test_every_name_in_the_document_is_one(laid_out):
    soup = BeautifulSoup(laid_out[1].html, "html.parser")
    names = [element["id"] for element in soup.select("[id]")]
    assert len(names) == len(set(names))
    wanted = {link["href"][1:] for link in soup.select('a[href^="#"]')}
    assert wanted and wanted <= set(names)
    drawn = set(re.findall(r"url\(#([^)]+)\)", laid_out[1].html))
    assert drawn and drawn <= set(names)
    assert not soup.select("script, button, [onclick]")


def test_a_killed_print_leaves_what_was_there(book, printed):
    target = book / "_build" / printing.FILES["vi"]
    before = target.read_bytes()
    process = started(book)
    assert any("printing" in line for line in process.stdout)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert target.read_bytes() == before
    assert not list(target.parent.glob("*.part"))


def test_without_a_browser_a_line_says_what_to_install(book, tmp_path):
    process = started(book, PATH="", PLAYWRIGHT_BROWSERS_PATH=str(tmp_path))
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 1
    assert said.count("\n") == 1 and "apt install chromium" in said


def test_a_browser_that_does_not_start_is_named(book, tmp_path):
    program = tmp_path / "chromium-browser"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    said, _ = (process := started(book, PATH=str(tmp_path))).communicate(timeout=300)
    assert process.returncode == 1
    assert said.startswith(f"{program} does not start: ") and said.count("\n") == 1


def test_a_page_that_is_not_built_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"intro\.html: .* run 'make html'"):
        printing.compose(tmp_path, [("intro", 0)], "Sách · Book")
