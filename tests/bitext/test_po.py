import re
import shutil
import subprocess
import sys
import time
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from bitext import harmless, ledger, po, sources
from bitext.findings import SourceError
from bitext.settings import load
from bitext.vietnamese import faulty_characters
from tests.attack import oracles
from tests.conftest import ROOT, SECTION

FEW = runs(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
#: Beside the interpreter, whose environment need not be the shell's.
TOOLKIT = Path(sys.executable).parent
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
    file, _ = po.save(section, copied)
    assert file == copied.root / f"_build/po/{path.stem}.po"
    assert len(po.parse(file.read_bytes(), "x")) == len(section.pairs())
    assert po.import_po(file, section, copied) == po.Report((), ())
    assert path.read_bytes() == before


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="GNU gettext's msgfmt is not installed")
@pytest.mark.parametrize("name", BOOK)
def test_gettext_finds_nothing_wrong_in_a_section(copied, tmp_path, name):
    file, _ = po.save(sources.read(copied.root / name, copied.root), copied)
    # Not into /dev/null: msgfmt replaces the file that it writes, and root may replace that one.
    compiled = f"--output-file={tmp_path / 'compiled.mo'}"
    done = subprocess.run(["msgfmt", "--check", compiled, file], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


#: What pofilter finds wrong in good Vietnamese: other commas and quotes, "0,5" and "0{,}5", the
#: English word in parentheses behind a term, "bình bình" in "trung bình bình phương", the cells of
#: a table; and what is true of some entry at all times, that it is not translated yet.
OTHERWISE = (
    "brackets doublequoting doublewords numbers puncspacing pythonbraceformat sentencecount "
    "singlequoting startpunc untranslated"
).split()


no_toolkit = pytest.mark.skipif(
    not (TOOLKIT / "pofilter").is_file(), reason="translate-toolkit is not installed"
)


def pofilter(file, out):
    """Return what pofilter finds in a file, with all of its tests that fit the language."""
    exclude = [f"--excludefilter={name}" for name in OTHERWISE]
    command = [TOOLKIT / "pofilter", "--progress=none", "--nofuzzy", *exclude, file, out]
    subprocess.run(command, capture_output=True, check=True)
    text = out.read_text("utf-8") if out.exists() else ""
    return re.findall(r"^# \(pofilter\) (\w+):.*", text, re.MULTILINE)


@no_toolkit
def test_pofilter_finds_nothing_wrong_in_the_book_and_much_in_a_damaged_one(copied, tmp_path):
    for name in BOOK:
        file, _ = po.save(sources.read(copied.root / name, copied.root), copied)
        assert pofilter(file, tmp_path / f"{file.stem}.po") == [], name
    header, *good = po.parse((copied.build / "po/rnn.po").read_bytes(), "x", whole=True)
    file = tmp_path / "damaged.po"
    for damage in (
        str.upper,
        lambda s: f" {s}",
        lambda s: s[:-1],
        lambda s: s.replace("\n\n", "\n"),
    ):
        bad = [replace(entry, msgstr=damage(entry.msgstr)) for entry in good]
        file.write_text(po.compose([header, *bad]), "utf-8")
        assert pofilter(file, tmp_path / "found.po") != []


@no_toolkit
def test_a_translation_comes_back_from_xliff(recorded, tmp_path):
    path, _ = po.save(read(recorded), recorded)
    there, back = tmp_path / "state.xlf", tmp_path / "state.po"
    subprocess.run([TOOLKIT / "po2xliff", "--progress=none", path, there], check=True)
    text = there.read_text("utf-8")
    assert text.count("Trạng thái ghi nhớ.") == 1
    there.write_text(text.replace("Trạng thái ghi nhớ.", "Trạng thái còn nhớ."), "utf-8")
    subprocess.run([TOOLKIT / "xliff2po", "--progress=none", there, back], check=True)
    report = po.import_po(back, read(recorded), recorded)
    assert report.findings == () and len(report.applied) == 1
    assert source(recorded).read_text("utf-8") == SECTION.replace("ghi nhớ", "còn nhớ")


def test_polib_reads_what_was_written(copied):
    polib = pytest.importorskip("polib", reason="polib is not installed")
    section = sources.read(copied.root / "chapter_rnn/rnn.md", copied.root)
    file = polib.pofile(str(po.save(section, copied)[0]))
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


# ---- an export onto a file that is there ----------------------------------------------------


def exported(settings):
    """Export onto the file; return all of its entries by their English, and the findings."""
    path, findings = po.save(read(settings), settings)
    found = po.parse(path.read_bytes(), "state.po", whole=True)[1:]
    assert [f.line for f in findings] == [
        e.line for e in found if any(c.startswith(po.OURS) for c in e.comments)
    ]
    return {entry.msgid: entry for entry in found}, findings


def edit(settings, old, new):
    """Change the PO file as a translator would."""
    path = settings.build / "po/state.po"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


STATE = "# Hidden States\n\nA state remembers."


def test_an_export_keeps_a_translation_until_it_is_imported(recorded):
    path, _ = po.save(read(recorded), recorded)
    edit(recorded, "ghi nhớ", "còn nhớ")
    edit(recorded, "#. base", "# Is this right?\n#. base")
    edit(recorded, "Last-Translator: ", "Last-Translator: Lan, ")
    for _ in range(2):
        found, findings = exported(recorded)
        assert findings == []
        assert found[STATE].msgstr == "# Trạng thái ẩn\n\nTrạng thái còn nhớ."
        assert found[STATE].remarks == ["Is this right?"] and not found[STATE].is_fuzzy
        assert "Last-Translator: Lan, " in path.read_text("utf-8")
    assert len(po.import_po(path, read(recorded), recorded).applied) == 1
    ledger.record(read(recorded), recorded, "authors")
    assert exported(recorded)[0][STATE].base == ledger.digest(found[STATE].msgstr)
    assert "Lan, " not in path.read_text("utf-8")


def test_an_export_brings_what_is_new_in_the_section(recorded):
    po.save(read(recorded), recorded)
    read(recorded, SECTION.replace("ghi nhớ", "còn nhớ") + LAST)
    path, findings = po.save(read(recorded), recorded)
    assert findings == [] and path.read_text("utf-8") == po.export(read(recorded), recorded)


def test_a_translation_of_changed_english_becomes_fuzzy_with_the_old_english(recorded):
    po.save(read(recorded), recorded)
    edit(recorded, "ghi nhớ", "còn nhớ")
    edit(
        recorded, 'msgid "Not translated yet."\nmsgstr ""', f'msgid "Not translated yet."\n{MSGSTR}'
    )
    for new in ("does remember", "remembers all"):
        read(recorded, SECTION.replace("remembers", new).replace("translated yet", "translated"))
        found, findings = exported(recorded)
        revised, last = found[STATE.replace("remembers", new)], found["Not translated."]
        assert findings == []
        assert revised.msgstr == "# Trạng thái ẩn\n\nTrạng thái còn nhớ."
        assert (revised.flags, revised.previous) == (["fuzzy", "no-wrap"], STATE)
        assert (last.msgstr, last.previous) == ("Chưa dịch.", "Not translated yet.")
    path = recorded.build / "po/state.po"
    assert po.import_po(path, read(recorded), recorded).applied == ()
    edit(recorded, "#, fuzzy, no-wrap", "#, no-wrap")
    assert len(po.import_po(path, read(recorded), recorded).applied) == 2


MSGSTR = 'msgstr "Chưa dịch."'


def test_a_translation_without_english_becomes_obsolete_and_comes_back_with_it(recorded):
    po.save(read(recorded), recorded)
    edit(
        recorded, 'msgid "Not translated yet."\nmsgstr ""', f'msgid "Not translated yet."\n{MSGSTR}'
    )
    without = SECTION[: SECTION.rindex("\n+++")]
    read(recorded, without)
    for _ in range(2):
        found, findings = exported(recorded)
        assert findings == [] and found["Not translated yet."].is_obsolete
    path = recorded.build / "po/state.po"
    assert '#~ msgid "Not translated yet."\n#~ msgstr "Chưa dịch."\n' in path.read_text("utf-8")
    assert po.import_po(path, read(recorded), recorded) == po.Report((), ())
    read(recorded, SECTION)
    back = exported(recorded)[0]["Not translated yet."]
    assert (back.msgstr, back.is_obsolete, back.is_fuzzy) == ("Chưa dịch.", False, False)
    assert po.import_po(path, read(recorded), recorded).applied


def test_several_translations_of_one_text_are_kept_apart(recorded):
    path, _ = po.save(read(recorded), recorded)
    content = path.read_text("utf-8")
    (last,) = (e.context for e in po.parse(content.encode(), "x") if e.msgid.startswith("Not "))
    spare = f'#~ msgctxt "{last}"\n#~ msgid "Not translated yet."\n#~ {MSGSTR}\n'
    path.write_text(content.replace('yet."\nmsgstr ""', 'yet."\nmsgstr "Xong."') + spare, "utf-8")
    for text in (SECTION, SECTION[: SECTION.rindex("\n+++")], SECTION):
        for _ in range(2):
            po.save(read(recorded, text), recorded)
            found = po.parse(path.read_bytes(), "x", whole=True)[1:]
            assert sorted(e.msgstr for e in found if e.msgid == "Not translated yet.") == [
                "Chưa dịch.",
                "Xong.",
            ]
            assert len({(e.context, e.msgid) for e in found}) == len(found)


def test_what_has_changed_in_file_and_section_is_listed_and_overwritten_in_neither(recorded):
    path, _ = po.save(read(recorded), recorded)
    edit(recorded, "ghi nhớ", "còn nhớ")
    ours = SECTION.replace("ghi nhớ", "nhớ lâu")
    read(recorded, ours)
    for _ in range(2):
        found, (finding,) = exported(recorded)
        assert str(finding).startswith(f"_build/po/state.po:{found[STATE].line}: ")
        assert "another translation than in chapter_toy/state.md:14" in finding.what
        assert "còn nhớ" in found[STATE].msgstr and found[STATE].is_fuzzy
        assert f"{po.OURS}Trạng thái nhớ lâu." in found[STATE].comments
    edit(recorded, "#, fuzzy, no-wrap", "#, no-wrap")
    report = po.import_po(path, read(recorded), recorded)
    assert report.applied == () and [f.kind for f in report.findings] == ["conflict"]
    assert source(recorded).read_text("utf-8") == ours
    edit(recorded, 'còn nhớ."', 'nhớ lâu."')
    assert exported(recorded)[1] == []
    assert path.read_text("utf-8") == po.export(read(recorded), recorded)


def test_a_file_of_another_section_or_none_at_all_stays_as_it_is(recorded):
    path = recorded.build / "po/state.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    other = po.compose([po.Entry("Other.", "Khác.", "rnn/sec-other", ["base: none"])])
    for content, words in ((HEADER + other.encode(), "no entry is of"), (b"<html>", "no line")):
        path.write_bytes(content)
        with pytest.raises(SourceError, match=rf"_build/po/state.po:\d+: .*{words}"):
            po.save(read(recorded), recorded)
        assert path.read_bytes() == content


@pytest.mark.skipif(shutil.which("msgmerge") is None, reason="GNU gettext is not installed")
def test_gettext_merges_in_the_same_way(recorded, tmp_path):
    path, _ = po.save(read(recorded), recorded)
    edit(recorded, "ghi nhớ", "còn nhớ")
    edit(
        recorded, 'msgid "Not translated yet."\nmsgstr ""', f'msgid "Not translated yet."\n{MSGSTR}'
    )
    old = tmp_path / "old.po"
    shutil.copy(path, old)
    changed = SECTION[: SECTION.rindex("\n+++")].replace("remembers", "does remember")
    template = tmp_path / "new.pot"
    header, *fresh = po.parse(
        po.export(read(recorded, changed), recorded).encode(), "x", whole=True
    )
    template.write_text(po.compose([header, *(replace(e, msgstr="") for e in fresh)]), "utf-8")
    command = ["msgmerge", "--quiet", "--previous", "--no-wrap", old, template]
    theirs = subprocess.run(command, capture_output=True, check=True).stdout

    def seen(content):
        return [
            (e.msgid, e.msgstr, e.is_fuzzy, e.previous, e.is_obsolete)
            for e in po.parse(content, "x", whole=True)[1:]
        ]

    po.save(read(recorded), recorded)
    assert seen(path.read_bytes()) == seen(theirs)
    assert [(e[2], e[4]) for e in seen(theirs)] == [(True, False), (False, False), (False, True)]


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
    nothing_applied(recorded, found, "stale", "python -m bitext accept chapter_toy/state.md:")


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
        (b"", 1, "the file is empty"),
        (b'msgid "A"\nmsgstr "B"\n', 1, "has no header"),
        (HEADER.replace(b"vi", b"fr"), 1, "Language: fr"),
        (HEADER.replace(b"UTF-8", b"TCVN"), 1, "charset=TCVN"),
        (HEADER + b'msgid "A"\nmsgstr "\xe0"\n', 7, "0xe0 is not UTF-8"),
        (HEADER.decode().encode("utf-16"), 1, "is in UTF-16"),
        (HEADER + b'msgid "A"\nmsgstr "\x00"\n', 7, "a NUL byte"),
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
    oracles.unharmed(before, read(settings), allowed)


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


#: Damages that files meet on their way through tools, and what the importer of pages is tried with.
ODD = {
    "a byte order mark": lambda text: "\ufeff" + text,
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "mixed line ends": lambda text: re.sub("\n(?=#)", "\r\n", text),
    "line ends of old Macs": lambda text: text.replace("\n", "\r"),
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "control characters": lambda text: text.replace("Đã", "Đ\x00\x1b\x85\u2028ã"),
    "bidirectional characters": lambda text: text.replace("Đã", "\u202eĐã\u2066"),
    "a line of a megabyte": lambda text: text.replace("Đã", "Đã " + "rồi " * 250_000),
    "an open fence": lambda text: text.replace("Đã", "```\\nĐã"),
    "nested comments": lambda text: text.replace("Đã", "<!-- a <!-- b --> Đã -->"),
    "an open comment": lambda text: text.replace("Đã", "<!-- Đã"),
    "a script": lambda text: text.replace("Đã", "<script>go()</script> Đã"),
    "an event handler": lambda text: text.replace("Đã", "<b onclick='go()'>Đã</b>"),
    "cells": lambda text: text.replace("Đã", "+++\\n\\n```{code-cell}\\nĐã\\n```\\n"),
}


@pytest.mark.parametrize("what", ODD)
def test_an_odd_file_loses_nothing_and_brings_nothing_alive(recorded, edited, what):
    content = ODD[what](edited[0].decode()).encode()
    unharmed(recorded, content, None)
    for cell in read(recorded).cells:
        assert cell.kind == "code" or harmless.is_harmless(cell.text)
        assert not list(faulty_characters(cell.text))


@FEW
@given(data=st.data())
def test_an_export_onto_any_file_loses_no_translation(recorded, edited, data):
    """Damage the file, change the section, export onto the file: all that was in it is there."""
    content = edited[0].decode()
    for _ in range(data.draw(st.integers(0, 2))):
        change = data.draw(st.sampled_from(sorted(set(ODD) - {"a line of a megabyte"})))
        content = ODD[change](content)
        place = data.draw(st.integers(0, len(content)))
        damage = data.draw(st.sampled_from(["", '"', "\n", "\n+++\n", '\nmsgstr "x"\n', "\\", "#"]))
        end = place + data.draw(st.integers(0, 30))
        content = content[:place] + damage + content[end:]
    path = recorded.build / "po/state.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode())
    text = SECTION
    for old, new in (("remembers", "does remember"), ("it is", "is it"), ("ghi nhớ", "nhớ lâu")):
        text = text.replace(old, new) if data.draw(st.booleans()) else text
    section = read(recorded, text if data.draw(st.booleans()) else text[: text.rindex("\n+++")])
    try:
        before = po.parse(path.read_bytes(), "state.po")
        po.save(section, recorded)
    except SourceError as error:
        assert all(finding.line > 0 for finding in error.findings)
        assert path.read_bytes() == content.encode()
        return
    kept = {ledger.digest(pair.vi.text) for pair in section.pairs() if pair.vi}
    kept |= {ledger.digest(e.msgstr) for e in po.parse(path.read_bytes(), "x", whole=True)}
    assert {ledger.digest(e.msgstr) for e in before if e.is_edited} <= kept
    once = path.read_bytes()
    po.save(section, recorded)
    assert path.read_bytes() == once


def test_the_time_of_import_and_export_grows_with_the_file_only(book_folder):
    def seconds(size):
        """Return the processor's time for a section and a PO file that agree in nothing."""
        block = '+++ {{"lang": "{}"}}\n\n{} {}.\n\n'
        pairs = [[(lang, f"{lang}{n} " * 9, n) for lang in ("en", "vi")] for n in range(size)]
        section = read(
            book_folder, TOP + "".join(block.format(*half) for pair in pairs for half in pair)
        )
        path, _ = po.save(section, book_folder)
        content = path.read_text("utf-8")
        best = []
        for old, new in (('msgstr "vi', 'msgstr "Vi'), ('msgid "en', 'msgid "that en')):
            path.write_text(content.replace('msgstr "vi', 'msgstr "Vi').replace(old, new), "utf-8")
            start = time.process_time()
            po.save(section, book_folder)
            po._compared(po.parse(path.read_bytes(), "x"), section, book_folder, "x")
            best.append(time.process_time() - start)
        path.unlink()
        return sum(best)

    seconds(10)
    short, long = (min(seconds(size) for _ in range(2)) for size in (60, 240))
    assert long < 8 * short  # four times as long; squared would be sixteen


TOP = SECTION[: SECTION.index("+++")] + (
    '+++ {"lang": "en"}\n\n# Time\n\n+++ {"lang": "vi"}\n\n# Thời gian\n\n'
)
