"""The book for e-readers: valid, each language alone or both, whole, and nothing from elsewhere."""

import datetime
import posixpath
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from bitext import epub, settings
from bitext.editions import order
from tests.conftest import ROOT

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MODES = tuple(epub.FILES)


@pytest.fixture(scope="module")
def files(sample: Path) -> dict[str, Path]:
    """Return the files of the sample book by their reading modes."""
    return dict(zip(MODES, epub.save(settings.load(sample.parents[1]))))


@pytest.fixture(scope="module")
def books(files) -> dict[str, dict[str, ElementTree.Element]]:
    """Return the documents of each file by their paths."""
    found = {}
    for mode, path in files.items():
        with zipfile.ZipFile(path) as file:
            found[mode] = {
                name: ElementTree.fromstring(file.read(name))
                for name in file.namelist()
                if name.endswith((".xhtml", ".opf"))
            }
    return found


def pages(book: dict[str, ElementTree.Element]) -> dict[str, ElementTree.Element]:
    """Return the documents of XHTML alone."""
    return {name: page for name, page in book.items() if name.endswith(".xhtml")}


def text(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def blocks(page: ElementTree.Element, lang: str) -> list[str]:
    """Return the texts of a page's blocks in a language."""
    found = page.iter(f"{XHTML}div")
    return [text(e) for e in found if "block" in e.get("class", "").split() and e.get(LANG) == lang]


def built(sample: Path) -> dict[str, BeautifulSoup]:
    """Return the articles of the pages that the files are made of, by the paths in them."""
    return {
        f"book/text/{name}.xhtml": BeautifulSoup(
            (sample / f"{name}.html").read_text("utf-8"), "html.parser"
        ).article
        for name, _ in order(sample.parents[1])
    }


def epubcheck() -> list[str] | None:
    """Return the command of EPUBCheck; Debian's program is a jar that not every kernel runs."""
    program, java = shutil.which("epubcheck"), shutil.which("java")
    if program is None:
        return None
    jar = Path(program).resolve()
    return [java, "-jar", str(jar)] if java and jar.suffix == ".jar" else [program]


@pytest.mark.parametrize("mode", MODES)
def test_epubcheck_finds_nothing(files, mode):
    command = epubcheck()
    if command is None:
        pytest.skip("no EPUBCheck: install the package epubcheck of your system")
    done = subprocess.run([*command, str(files[mode])], capture_output=True, text=True)
    assert done.returncode == 0 and "0 errors / 0 warnings" in done.stdout, (
        done.stdout + done.stderr
    )


def test_epubcheck_sees_what_is_wrong(files, tmp_path):
    command = epubcheck()
    if command is None:
        pytest.skip("no EPUBCheck: install the package epubcheck of your system")
    bad = tmp_path / "bad.epub"
    with zipfile.ZipFile(files["vi"]) as whole, zipfile.ZipFile(bad, "w") as file:
        for name in whole.namelist():
            file.writestr(name, whole.read(name).replace(b"glossary.xhtml", b"nowhere.xhtml"))
    assert subprocess.run([*command, str(bad)], capture_output=True).returncode != 0


@pytest.mark.parametrize("mode", MODES)
def test_a_file_holds_all_blocks_of_its_languages_and_no_others(books, sample, mode):
    counted = 0
    for name, article in built(sample).items():
        page = books[mode][name]
        for lang in ("vi", "en"):
            there = article.select(f'.block[lang="{lang}"]')
            if lang not in epub.LANGS[mode]:  # what is not translated stays, so that nothing lacks
                there = [block for block in there if "untranslated" in block["class"]]
            assert len(blocks(page, lang)) == len(there)
            counted += len(there)
    assert counted > 50


def test_no_word_of_the_other_language_is_left(books):
    everything = {m: " ".join(map(text, pages(book).values())) for m, book in books.items()}
    assert "Ở đây có một câu tiếng Việt" in everything["vi"]
    assert "Ở đây có một câu tiếng Việt" not in everything["en"]
    assert "Pair 7. An English sentence" in everything["en"]
    assert "Pair 7. An English sentence" not in everything["vi"]
    for lang, label in (("vi", "mất mát"), ("en", "loss")):  # of the plot
        other = {"vi": "loss", "en": "mất mát"}[lang]
        page = books[lang]["book/text/chapter_sample/everything.xhtml"]
        labels = [text(each) for each in page.iter(f"{SVG}text")]
        assert label in labels and other not in " ".join(labels)
    labels = [
        text(each)
        for each in books["both"]["book/text/chapter_sample/everything.xhtml"].iter(f"{SVG}text")
    ]
    assert "mất mát · loss" in labels


def test_the_second_language_follows_the_first(books):
    page = books["both"]["book/text/chapter_sample/long.xhtml"]
    pairs = [
        [child.get(LANG) for child in div if "block" in child.get("class", "")]
        for div in page.iter(f"{XHTML}div")
        if "pair" in div.get("class", "").split()
    ]
    assert ["vi", "en"] in pairs and ["en", "vi"] not in pairs


@pytest.mark.parametrize("mode", MODES)
def test_the_package_says_what_the_book_is(books, mode):
    package = books[mode]["book/package.opf"]
    assert [each.text for each in package.iter(f"{DC}language")] == list(epub.LANGS[mode])
    title = {"vi": "Mạng nơ-ron hồi tiếp", "en": "Recurrent Neural Networks"}
    whole = " · ".join(title[lang] for lang in epub.LANGS[mode])
    assert [each.text for each in package.iter(f"{DC}title")] == [whole]
    assert "Lê Thị Lan" in [each.text for each in package.iter(f"{DC}creator")]
    said = {each.get("property"): each.text for each in package.iter(f"{OPF}meta")}
    assert {"schema:accessMode", "schema:accessibilityFeature", "dcterms:modified"} <= set(said)
    for page in pages(books[mode]).values():
        assert page.get("lang") == page.get(LANG) == epub.LANGS[mode][0]


def test_every_language_is_said_to_those_who_read_xml_too(books):
    for page in pages(books["both"]).values():
        for element in page.iter():
            assert element.get("lang") in (None, element.get(LANG))


@pytest.mark.parametrize("mode", MODES)
def test_every_link_leads_somewhere(books, mode):
    found = pages(books[mode])
    ids = {name: {e.get("id") for e in page.iter()} for name, page in found.items()}
    inner = 0
    for name, page in found.items():
        for link in page.iter(f"{XHTML}a"):
            parts = urlsplit(link.get("href"))
            if parts.scheme:
                assert parts.scheme in ("http", "https", "mailto")
                continue
            inner += 1
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
            target = path if parts.path else name
            assert target in ids, (name, link.attrib)
            assert not parts.fragment or unquote(parts.fragment) in ids[target], (name, link.attrib)
    assert inner > 50


@pytest.mark.parametrize("mode", MODES)
def test_the_contents_name_every_section_in_the_language(books, mode):
    nav = books[mode]["book/nav.xhtml"]
    links = {link.get("href"): link for link in nav.iter(f"{XHTML}a")}
    for name, page in pages(books[mode]).items():
        for section in page.iter(f"{XHTML}section"):
            heading = section.find(f"{XHTML}h2")
            if heading is not None:
                href = f"{name.removeprefix('book/')}#{section.get('id')}"
                assert text(links[href]).replace(" · ", " ") == text(heading)
                assert {e.get("lang") for e in links[href]} <= {*epub.LANGS[mode], "en"}
    assert len(links) > 15


@pytest.mark.parametrize("mode", MODES)
def test_the_manifest_names_every_file_and_nothing_else(files, books, mode):
    with zipfile.ZipFile(files[mode]) as file:
        assert file.infolist()[0].filename == "mimetype"
        assert file.infolist()[0].compress_type == zipfile.ZIP_STORED
        there = set(file.namelist())
    items = books[mode]["book/package.opf"].iter(f"{OPF}item")
    listed = {f"book/{item.get('href')}" for item in items}
    assert listed | {"mimetype", "META-INF/container.xml", "book/package.opf"} == there
    for name, page in pages(books[mode]).items():
        for image in page.iter(f"{XHTML}img"):
            assert image.get("alt")
            path = posixpath.join(posixpath.dirname(name), image.get("src"))
            assert image.get("src").startswith("data:") or posixpath.normpath(path) in listed


def test_every_formula_is_mathml_with_its_source(books, sample):
    for name, article in built(sample).items():
        formulas = list(books["both"][name].iter(f"{MATHML}math"))
        assert len(formulas) == len(article.select(".katex"))
        assert all(formula.get("alttext") for formula in formulas)
        assert not any("katex-html" in e.get("class", "") for e in books["both"][name].iter())


@pytest.mark.parametrize(
    ("line", "together"),
    [
        ("with§.", "with§."),
        ("apart.\n§ asks", "§"),
        ("an ($§$), of", "($§$),"),
        ("§-gram", "§-gram"),
        ("of <em>it</em>§ <em>is</em>", "§"),
    ],
)
def test_what_touches_a_formula_stays_on_its_line(line, together):
    soup = BeautifulSoup(line.replace("§", '<span class="math">§</span>'), "html.parser")
    epub._keep_together(soup.select_one(".math"))
    assert soup.text == BeautifulSoup(line, "html.parser").text
    assert soup.select_one(".together").text == together


@pytest.mark.parametrize("mode", MODES)
def test_there_is_no_script_and_nothing_from_another_host(files, books, mode):
    for page in pages(books[mode]).values():
        for element in page.iter():
            kind = element.tag.rpartition("}")[2]
            assert kind not in ("script", "noscript", "button", "form", "iframe", "object", "input")
            assert not [key for key in element.attrib if key.startswith("on")]
            for key, value in element.attrib.items():
                if key in ("src", "poster", "data") or key.endswith("href") and kind != "a":
                    assert not urlsplit(value).netloc
                assert "var(" not in value or kind == "a"
    with zipfile.ZipFile(files[mode]) as file:
        assert not re.search(rb"@import|url\(", file.read("book/epub.css"))


def test_solutions_are_open_and_widgets_say_where_they_run(books):
    found = {m: " ".join(map(text, pages(book).values())) for m, book in books.items()}
    for page in pages(books["vi"]).values():
        assert next(page.iter(f"{XHTML}details"), None) is None
    assert "Lời giải bài tập 1" in found["vi"] and "Solution to exercise 1" in found["en"]
    assert (
        "chapter_sample/living.html" in found["vi"] and "chapter_sample/living.html" in found["en"]
    )


def test_the_same_pages_give_the_same_bytes(files, sample):
    before = files["vi"].read_bytes()
    path = next(epub.save(settings.load(sample.parents[1])))
    assert path == files["vi"] and path.read_bytes() == before


def test_a_write_that_fails_leaves_the_old_file(files):
    before = files["vi"].read_bytes()
    items = [epub.Item("mimetype", b""), epub.Item("page", None)]  # which no zip file can hold
    with pytest.raises(TypeError):
        epub._zip(files["vi"], items, datetime.datetime(2026, 1, 1))
    assert files["vi"].read_bytes() == before
    assert not list(files["vi"].parent.glob(".*.epub.*"))


def test_a_book_without_pages_names_the_remedy(tmp_path):
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: intro\n")
    (tmp_path / "pyproject.toml").write_text("")
    with pytest.raises(FileNotFoundError, match=r"intro\.html.*make html"):
        next(epub.save(settings.load(tmp_path)))


def test_the_project_lists_the_command():
    assert re.search(r"^epub: .* ## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
