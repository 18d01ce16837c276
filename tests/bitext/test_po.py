import re
import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from bitext import ledger, po, sources
from bitext.findings import SourceError
from bitext.settings import load
from tests.conftest import ROOT, SECTION

FEW = runs(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
HEADER = b'msgid ""\nmsgstr ""\n"Language: vi\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
LAST = '\n+++ {"lang": "vi"}\n\nĐã dịch.\n'


def source(settings):
    return settings.root / "chapter_toy/state.md"


def read(settings, text=None):
    if text is not None:
        source(settings).write_text(text, "utf-8")
    return sources.read(source(settings), settings.root)


def entries(settings):
    return po.parse(po.export(read(settings), settings).encode(), "state.po")


def bring(settings, content):
    """Import a PO file, given as bytes, text or entries."""
    if isinstance(content, list):
        content = HEADER.decode() + po.compose(content)
    path = settings.root / "state.po"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return po.import_po(path, read(settings), settings)


def translated(settings, number, msgstr):
    """Return the entries of the section with one more translation."""
    found = entries(settings)
    found[number].msgstr = msgstr
    return found


@pytest.fixture
def recorded(book_folder):
    ledger.record(read(book_folder), book_folder, "authors")
    return book_folder


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """Return the settings of a copy of the whole book, texts and translations only."""
    root = tmp_path_factory.mktemp("book")
    for pattern in ("*.md", "chapter_*/*.md", "translations/**/*.csv", "pyproject.toml"):
        for path in ROOT.glob(pattern):
            target = root / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return load(root)


BOOK = [
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "intro.md", ROOT / "references.md", *sorted(ROOT.glob("chapter_*/*.md")))
]


# ---- export -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOOK)
def test_export_and_import_of_an_unchanged_section_change_no_byte(copied, name):
    path = copied.root / name
    before = path.read_bytes()
    section = sources.read(path, copied.root)
    file = po.save(section, copied)
    assert file == copied.root / f"_build/po/{path.stem}.po"
    assert len(po.parse(file.read_bytes(), "x")) == len(section.pairs())
    assert po.import_po(file, section, copied) == po.Report((), ())
    assert path.read_bytes() == before


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="GNU gettext's msgfmt is not installed")
@pytest.mark.parametrize("name", BOOK)
def test_gettext_finds_nothing_wrong_in_a_section(copied, tmp_path, name):
    file = po.save(sources.read(copied.root / name, copied.root), copied)
    # Not into /dev/null: msgfmt replaces the file that it writes, and root may replace that one.
    compiled = f"--output-file={tmp_path / 'compiled.mo'}"
    done = subprocess.run(["msgfmt", "--check", compiled, file], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_polib_reads_what_was_written(copied):
    polib = pytest.importorskip("polib", reason="polib is not installed")
    section = sources.read(copied.root / "chapter_rnn/rnn.md", copied.root)
    file = polib.pofile(str(po.save(section, copied)))
    ours = po.parse(po.export(section, copied).encode(), "rnn.po")
    assert [(e.msgctxt, e.msgid, e.msgstr, e.flags, e.comment.split("\n")) for e in file] == [
        (e.context, e.msgid, e.msgstr, e.flags, e.comments) for e in ours
    ]
    assert file.metadata["Language"] == "vi"
    assert file.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert file.metadata["Project-Id-Version"].startswith("rnn-song-ngu ")
    file.save()  # in the way of another tool
    assert po.parse((copied.build / "po/rnn.po").read_bytes(), "rnn.po")[0].base == ours[0].base


def test_an_entry_says_where_its_block_is_and_what_to_keep(recorded):
    text = po.export(read(recorded), recorded)
    line = SECTION.split("\n").index("By [Equation](#eq-state) it is {glue:text}`norm:.2f` long.")
    assert f"#: chapter_toy/state.md:{line + 1}\n" in text
    heading, glue, last = entries(recorded)
    assert heading.context == "state/sec-state"
    assert heading.comments[0] == "begin with a heading: # …"
    assert glue.comments[0] == "keep: […](#eq-state) · {glue:text}`norm:.2f`"
    assert glue.flags == ["no-wrap"]
    assert (last.msgid, last.msgstr, last.base) == ("Not translated yet.", "", "none")


def test_an_entry_is_fuzzy_exactly_where_the_pair_is_stale(recorded):
    section = read(recorded, SECTION.replace("remembers", "forgets"))
    text = po.export(section, recorded)
    assert [entry.is_fuzzy for entry in entries(recorded)] == [True, False, False]
    assert '#| msgid ""\n#| "# Hidden States\\n"\n#| "\\n"\n#| "A state remembers."\n' in text


def test_equal_english_blocks_have_names_of_their_own_that_stay_when_pairs_move(book_folder):
    block = '+++ {"lang": "en"}\n\nAgain.\n\n'
    new = '+++ {"lang": "en"}\n\nNew.\n\n'
    before = po.contexts(read(book_folder, SECTION + f"\n{block}{block}")).values()
    after = po.contexts(read(book_folder, SECTION + f"\n{new}{block}{block}")).values()
    assert len(set(before)) == 5 and set(before) < set(after)


def test_of_equal_blocks_each_gets_its_own_translation_when_one_is_gone(book_folder):
    def pair(vi):
        return f'\n+++ {{"lang": "en"}}\n\nAgain.\n\n+++ {{"lang": "vi"}}\n\n{vi}\n'

    read(book_folder, SECTION + pair("Một lần nữa.") + pair("Lại nữa."))
    found = translated(book_folder, 4, "Lại thế nữa.")
    read(book_folder, SECTION + pair("Lại nữa."))
    assert len(bring(book_folder, found).applied) == 1
    assert source(book_folder).read_text("utf-8") == SECTION + pair("Lại thế nữa.")


def test_a_file_with_one_of_two_equal_blocks_never_reaches_the_other(book_folder):
    twins = SECTION + '\n+++ {"lang": "en"}\n\nNot translated yet.\n'
    read(book_folder, twins)
    found = translated(book_folder, 2, "Đã dịch.")[:3]
    for _ in range(2):
        bring(book_folder, found)
        assert source(book_folder).read_text("utf-8") == twins.replace(
            "Not translated yet.\n", f"Not translated yet.\n{LAST}", 1
        )


def test_an_export_does_not_overwrite_translations_that_are_not_imported(recorded):
    path = po.save(read(recorded), recorded)
    path.write_text(path.read_text("utf-8").replace("ghi nhớ", "nhớ"), "utf-8")
    with pytest.raises(SourceError, match=r"_build/po/state.po:\d+: .*import the file"):
        po.save(read(recorded), recorded)
    assert len(po.import_po(path, read(recorded), recorded).applied) == 1
    assert "ghi nhớ" not in po.save(read(recorded), recorded).read_text("utf-8")


# ---- import -------------------------------------------------------------------------------------


def test_a_translation_changes_its_vietnamese_cell_and_nothing_else_and_once(recorded):
    found = translated(recorded, 0, "# Trạng thái ẩn\n\nTrạng thái biết ghi nhớ.\n".strip())
    report = bring(recorded, found)
    line = read(recorded).cells[0].line
    assert report == po.Report((f"chapter_toy/state.md:{line}",), ())
    expected = SECTION.replace("thái ghi nhớ", "thái biết ghi nhớ")
    assert source(recorded).read_text("utf-8") == expected
    assert bring(recorded, found) == po.Report((), ())
    assert source(recorded).read_text("utf-8") == expected


def test_an_untranslated_pair_gets_its_cell(recorded):
    found = translated(recorded, 2, "Đã dịch.")
    assert bring(recorded, found).findings == ()
    assert source(recorded).read_text("utf-8") == SECTION + LAST
    assert bring(recorded, found) == po.Report((), ())


def test_a_new_cell_stands_before_the_code_that_follows(recorded):
    vi = "Theo [Phương trình](#eq-state), nó dài {glue:text}`norm:.2f`.\n\n"
    read(recorded, SECTION.replace(f'+++ {{"lang": "vi"}}\n\n{vi}', ""))
    assert bring(recorded, translated(recorded, 1, vi.strip())).findings == ()
    assert source(recorded).read_text("utf-8") == SECTION


def test_line_ends_of_windows_stay_those_of_the_source(recorded):
    source(recorded).write_bytes(SECTION.replace("\n", "\r\n").encode())
    assert bring(recorded, translated(recorded, 2, "Đã dịch.")).findings == ()
    assert source(recorded).read_bytes() == (SECTION + LAST).replace("\n", "\r\n").encode()


def test_a_byte_order_mark_and_line_ends_of_windows_do_no_harm(recorded):
    text = HEADER.decode() + po.compose(translated(recorded, 2, "Đã dịch."))
    bring(recorded, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert source(recorded).read_text("utf-8") == SECTION + LAST


def nothing_applied(settings, content, kind, words):
    before = source(settings).read_bytes()
    report = bring(settings, content)
    assert report.applied == () and source(settings).read_bytes() == before
    assert kind in {finding.kind for finding in report.findings}
    text = "\n".join(map(str, report.findings))
    assert re.search(words, text), text
    assert all(f.path == "state.po" and f.line > 0 for f in report.findings)


def test_an_empty_translation_deletes_nothing(recorded):
    before = source(recorded).read_bytes()
    assert bring(recorded, translated(recorded, 0, "")) == po.Report((), ())
    assert bring(recorded, translated(recorded, 0, " \n")) == po.Report((), ())
    assert source(recorded).read_bytes() == before


def test_a_fuzzy_translation_is_not_applied(recorded):
    found = translated(recorded, 2, "Đã dịch.")
    found[2].flags.insert(0, "fuzzy")
    nothing_applied(recorded, found, "fuzzy", "a fuzzy translation, not written to chapter_toy")


@pytest.mark.parametrize(
    ("number", "old", "new"),
    [(0, "remembers", "forgets"), (1, "it is", "it is only"), (2, "Not translated yet", "Changed")],
)
def test_a_translation_of_other_english_is_not_applied(recorded, number, old, new):
    found = translated(recorded, number, "Bản dịch mới.")
    read(recorded, SECTION.replace(old, new))
    nothing_applied(recorded, found, "fuzzy", "chapter_toy/state.md:|no block has the English")


def test_what_has_changed_on_both_sides_is_a_conflict(recorded):
    found = translated(recorded, 0, "# Trạng thái ẩn\n\nTrạng thái biết ghi nhớ.")
    read(recorded, SECTION.replace("ghi nhớ", "còn nhớ"))
    nothing_applied(recorded, found, "conflict", "another translation than at the export")


def test_what_has_changed_in_the_source_alone_stays(recorded):
    found = entries(recorded)
    before = SECTION.replace("ghi nhớ", "còn nhớ")
    read(recorded, before)
    assert bring(recorded, found) == po.Report((), ())
    assert source(recorded).read_text("utf-8") == before


def test_without_its_base_an_entry_overwrites_nothing(recorded):
    found = translated(recorded, 0, "# Trạng thái ẩn\n\nTrạng thái biết ghi nhớ.")
    found[0].comments = []
    nothing_applied(recorded, found, "conflict", "another translation")


def test_two_translations_of_one_block_are_a_conflict(recorded):
    found = translated(recorded, 2, "Đã dịch.")
    found.append(po.Entry(found[2].msgid, "Chưa dịch.", "other", ["base: none"]))
    report = bring(recorded, found)
    assert source(recorded).read_text("utf-8") == SECTION + LAST
    assert ["a second translation" in f.what for f in report.findings] == [True]


def test_a_stale_translation_that_only_lost_its_flag_remains_stale(recorded):
    read(recorded, SECTION.replace("remembers", "does remember"))
    found = entries(recorded)
    found[0].flags = []
    nothing_applied(recorded, found, "stale", "python -m bitext confirm chapter_toy/state.md:")


GLUED = "Theo [Phương trình](#eq-state), nó dài {glue:text}`norm:.2f`."


@pytest.mark.parametrize(
    ("number", "msgstr", "words"),
    [
        (0, "Trạng thái ẩn\n\nTrạng thái biết ghi nhớ.", "heading on one side"),
        (0, "## Trạng thái ẩn\n\nTrạng thái biết ghi nhớ.", "headings of two levels"),
        (0, "# Trạng thái ẩn\n\nNhớ.\n\n## Nữa", "in the middle of a cell"),
        (1, GLUED.replace("{glue:text}`norm:.2f`", "0,75"), "the number .* is not here"),
        (1, GLUED.replace("(#eq-state)", "(#eq-other)"), r"write \[…\]\(#eq-state\)"),
        (1, GLUED.replace("nó", "$h$"), r"the formula \$h\$ is not in the English"),
        (1, GLUED.replace("nó", "`nó`"), "the code `nó` is not in the English"),
        (1, GLUED.replace("nó", "*nó"), "opens or closes nothing"),
        (2, "Đã dịch.\n", "line break at the end"),
        (2, 'Đã dịch.\n\n+++ {"lang": "en"}\n\nMore.', "would begin another cell"),
        (2, "Đã dịch.\n\n```{code-cell}\nimport os\n```", "would begin another cell"),
        (2, "Đã dịch.\n\n~~~{code-cell}\n:tags: [\n~~~", "would not remain one cell"),
        (2, "Đã dịch.\n\n```\nmở", "would not remain one cell"),
        (2, "Đã <b onclick='x()'>dịch</b>.", "the markup .* is not in the English"),
        (2, ":::{include} ../LICENSE\n:::", "the markup .* is not in the English"),
        (2, "Đã\u202e dịch.", "invisible character"),
        (2, "Đã\x00 dịch.", "invisible character"),
        (2, "Đã\rdịch.", "invisible character"),
        (2, "Đa\u0303 dịch.", "not NFC"),
    ],
)
def test_a_translation_that_would_break_its_block_is_refused(recorded, number, msgstr, words):
    nothing_applied(recorded, translated(recorded, number, msgstr), "refused", words)


def test_what_its_block_silences_is_no_reason_to_refuse(recorded):
    silent = SECTION.replace('{"lang": "vi"}', '{"lang": "vi", "silence": {"agreement": "why"}}')
    read(recorded, silent)
    found = translated(recorded, 0, "# Trạng thái ẩn\n\nTrạng thái `h` ghi nhớ.")
    assert len(bring(recorded, found).applied) == 1


def test_a_pair_without_an_entry_is_named(recorded):
    nothing_applied(recorded, entries(recorded)[:1], "missing", "no entry for 2 pairs")


def test_a_report_names_the_lines_of_the_section_as_it_is_after_the_import(recorded):
    block = '+++ {"lang": "en"}\n\n'
    read(recorded, SECTION.replace(block, f"{block}First.\n\n{block}", 1) + f"\n{block}Last.\n")
    found = translated(recorded, 1, "Thứ nhất.")
    found[3].msgstr, found[4].msgstr = "Đã dịch.", "Sau cùng.\n"
    report = bring(recorded, found)
    lines = {pair.en.text: pair.en.line for pair in read(recorded).pairs()}
    assert report.applied == tuple(
        f"chapter_toy/state.md:{lines[text]}" for text in ("First.", "Not translated yet.")
    )
    (refused,) = report.findings
    assert f"for chapter_toy/state.md:{lines['Last.']}," in refused.what


def test_the_file_of_another_section_is_named(recorded):
    other = po.Entry("Other.", "Khác.", "rnn/sec-other", ["base: none"])
    with pytest.raises(SourceError, match=r"state.po:7: no entry is of chapter_toy/state.md"):
        bring(recorded, [other])


# ---- files that are no PO files -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "has no header"),
        (b'msgid "A"\nmsgstr "B"\n', 1, "has no header"),
        (HEADER.replace(b"vi", b"fr"), 1, "Language: fr"),
        (HEADER.replace(b"UTF-8", b"TCVN"), 1, "charset=TCVN"),
        (HEADER + b'msgid "A"\nmsgstr "\xe0"\n', 7, "0xe0 is not UTF-8"),
        (HEADER.decode().encode("utf-16"), 1, "is not UTF-8"),
        (HEADER + b'msgid "A\n', 6, "does not end"),
        (HEADER + b'msgid "A"\n', 6, "has no msgstr"),
        (HEADER + b'msgid "A"\n\n# x\nmsgid "B"\nmsgstr ""\n', 6, "has no msgstr"),
        (HEADER + b'msgctxt "A"\n', 6, "has no msgid"),
        (HEADER + b'msgstr "A"\n', 6, "has no msgid"),
        (HEADER + b'msgid "A"\nmsgstr "B" C\n', 7, "does not end|is no line"),
        (HEADER + b'msgid "A"\nmsgstr "\\q"\n', 7, r"\\q in a string"),
        (HEADER + b'msgid "A"\nmsgid_plural "B"\nmsgstr[0] "C"\n', 7, "plural"),
        (HEADER + b'msgid "A"\nmsgstr "B"\nmsgid "A"\nmsgstr "C"\n', 8, "first at line 6"),
        (HEADER + b"<html>\n", 6, "is no line of a PO file"),
    ],
)
def test_a_malformed_file_is_named_with_its_line(recorded, content, line, words):
    with pytest.raises(SourceError, match=rf"^state\.po:{line}: .*({words})"):
        bring(recorded, content)
    assert source(recorded).read_text("utf-8") == SECTION


def test_obsolete_entries_and_remarks_are_passed_over(recorded):
    text = (
        HEADER + b'# a remark\n#| msgid "Z"\nmsgid "A"\nmsgstr "B"\n\n#~ msgid "C"\n#~ msgstr ""\n'
    )
    assert [(e.msgid, e.msgstr, e.line) for e in po.parse(text, "x")] == [("A", "B", 8)]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@FEW
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_every_text_survives_the_file(texts):
    written = [po.Entry(en, vi, f"x/{n}", ["base: none"]) for n, (en, vi) in enumerate(texts)]
    found = po.parse(HEADER + po.compose(written).encode(), "x")
    assert [(e.msgid, e.msgstr, e.context, e.base) for e in found] == [
        (en, vi, f"x/{n}", "none") for n, (en, vi) in enumerate(texts)
    ]


def unharmed(settings, content, allowed):
    """Import a damaged file; assert that the section has every block, each as someone wrote it."""
    before = read(settings, SECTION)
    try:
        bring(settings, content)
    except SourceError as error:
        assert all(finding.line > 0 for finding in error.findings)
        assert source(settings).read_text("utf-8") == SECTION
    after = read(settings)
    assert [(c.kind, c.text, c.metadata) for c in after.cells if c.lang != "vi"] == [
        (c.kind, c.text, c.metadata) for c in before.cells if c.lang != "vi"
    ]
    for old, new in zip(before.pairs(), after.pairs()):
        assert (new.vi is None) <= (old.vi is None)
        if new.vi is not None and (old.vi is None or new.vi.text != old.vi.text):
            assert allowed is None or new.vi.text in allowed


@pytest.fixture
def edited(recorded):
    """Return the bytes of a PO file in which every block is translated anew, and the new texts."""
    new = ["# Trạng thái ẩn\n\nTrạng thái biết\nghi nhớ.", GLUED.replace("dài", "lớn"), "Đã\ndịch."]
    found = entries(recorded)
    for entry, text in zip(found, new):
        entry.msgstr = text
    return HEADER + po.compose(found).encode(), new


def test_a_file_that_is_cut_off_at_any_line_loses_nothing(recorded, edited):
    content, new = edited
    lines = content.splitlines(keepends=True)
    for count in range(len(lines)):
        unharmed(recorded, b"".join(lines[:count]), new)


@FEW
@given(data=st.data())
def test_a_file_with_any_damage_loses_nothing(recorded, edited, data):
    content, new = edited
    place = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(place, min(len(content), place + 30)))
    damage = data.draw(st.one_of(st.binary(max_size=4), st.just(b"\n+++\n"), st.just(b'"\n"')))
    unharmed(recorded, content[:place] + damage + content[end:], None)


@FEW
@given(text=TEXTS)
def test_any_text_in_a_translation_leaves_the_section_whole(recorded, text):
    read(recorded, SECTION)
    content = HEADER.decode() + po.compose(translated(recorded, 2, f"Dịch {text}"))
    unharmed(recorded, content, None)
