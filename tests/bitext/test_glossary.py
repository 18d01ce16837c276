import unicodedata

import pytest

from bitext import glossary
from bitext.findings import SourceError
from bitext.glossary import COLUMNS, PATH, Glossary, Term, inflections, parse, read
from bitext.vietnamese import LETTERS, is_syllable
from tests.conftest import ROOT

HEADER = ",".join(COLUMNS)

TERMS = Glossary(
    (
        Term(("character",), "ký tự", also=("nhân vật",)),
        Term(("hidden state",), "trạng thái ẩn"),
        Term(("initialization", "initialize"), "khởi tạo"),
        Term(("matrix",), "ma trận"),
        Term(("minibatch",), "minibatch"),
        Term(("neural network",), "mạng nơ-ron", refuse=("mạng thần kinh",)),
        Term(("recurrent",), "hồi tiếp", refuse=("tái phát", "định kỳ")),
        Term(("reset gate",), "cổng xóa"),
        Term(("state",), "trạng thái"),
        Term(("time step",), "bước thời gian"),
        Term(("token",), "token", refuse=("mã thông báo",)),
        Term(("train",), "huấn luyện", refuse=("đào tạo",)),
        Term(("word",), "từ", enforced=False, refuse=("chữ từ",)),
    )
)


def names(text):
    return [term.name for term, _ in TERMS.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The hidden state is a state.", ["hidden state", "state"]),
        ("Hidden States, hidden-state, hiddenstate.", ["hidden state"] * 3),
        ("hidden\nstates", ["hidden state"]),
        ("a *hidden* state", ["hidden state"]),
        ("It is hidden. State it!", ["state"]),
        ("hidden, state", ["state"]),
        ("timestep, time steps, Time-Step", ["time step"] * 3),
        ("training, trained, trains, trainer", ["train"] * 3),
        ("matrices and the matrix's rows", ["matrix", "matrix"]),
        ("initializing, initialized, initialization", ["initialization"] * 3),
        ("mini-batches", ["minibatch"]),
        ("the neural networks’ states", ["neural network", "state"]),
        ("`state` and $state$ and restate, stateful, estate", []),
        ("corpora/state and state.py", []),
        ("[the states](#sec-state)", ["state"]),
        ("constraint, strain", []),
    ],
)
def test_terms_are_found_longest_first_in_every_form(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    ("en", "vi"),
    [
        ("A hidden state.", "Một trạng thái ẩn."),
        ("A hidden state.", "**TRẠNG THÁI** *ẩn*."),
        ("Hidden states.", "Các trạng thái\nẩn."),
        ("The neural network.", "Mạng nơ ron."),
        ("Update and reset gates.", "Cổng cập nhật và cổng xóa."),
        ("Reset gates.", "Cổng cập nhật và xóa."),
        ("Characters of a story.", "Nhân vật của truyện."),
        ("In other words.", "Nói khác đi."),
        ("A state.", unicodedata.normalize("NFD", "Một trạng thái.")),
        ("Use `train`.", "Dùng `train`."),
    ],
)
def test_renderings_that_are_right(en, vi):
    assert list(TERMS.missing(en, vi)) == []


def test_a_term_that_is_not_rendered_is_named_once_with_both_lines():
    en = "One.\nWe train it, and training ends.\nA hidden state is a character."
    vi = "Một.\nTa dạy nó, rồi dạy xong.\nTrạng thái là một chữ."
    assert list(TERMS.missing(en, vi, 40)) == [
        (1, "'train' (line 41) is not rendered", "write 'huấn luyện'"),
        (2, "'hidden state' (line 42) is not rendered", "write 'trạng thái ẩn'"),
        (2, "'character' (line 42) is not rendered", "write 'ký tự' (or 'nhân vật')"),
    ]
    assert [line for line, *_ in TERMS.missing(en, vi + "\nBốn.", 40)] == [0, 0, 0]


@pytest.mark.parametrize(
    "vi", ["Trạng thái, ẩn đi.", "ẩn trạng thái", "trạng tháiẩn", "`trạng thái ẩn`"]
)
def test_words_that_do_not_make_the_rendering(vi):
    allowed = vi.startswith("Trạng thái,")  # near enough to be the rendering
    assert bool(list(TERMS.missing("A hidden state.", vi))) != allowed


@pytest.mark.parametrize(
    ("vi", "refused"),
    [
        ("Mạng tái phát.", ["tái phát"]),
        ("Một.\n\nMạng ĐỊNH KỲ được đào tạo.", ["định kỳ", "đào tạo"]),
        ("mạng *thần kinh*", ["mạng thần kinh"]),
        ("mã thông-báo", ["mã thông báo"]),
        ("tái, phát", []),
        ("tái. Phát", []),
        ("`tái phát` và $tái phát$", []),
        ("đào tạohơn", []),
    ],
)
def test_refused_renderings(vi, refused):
    found = list(TERMS.refused(vi))
    assert [what.split("'")[1] for _, what, _ in found] == refused
    assert {line for line, *_ in found} == ({2} if "\n" in vi else {0} if refused else set())


def test_what_is_refused_alone_may_be_part_of_what_is_right():
    terms = Glossary((Term(("gradient",), "gradient", refuse=("dốc",)), Term(("slope",), "độ dốc")))
    assert [what for _, what, _ in terms.refused("độ dốc, con dốc")] == ["'dốc' for 'gradient'"]


def test_words_that_both_languages_use():
    assert {"token", "tokens", "minibatch"} <= TERMS.loans
    assert "state" in TERMS.english and "token" not in TERMS.english


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("clip", {"clip", "clips", "clipping", "clipped"}),
        ("axis", {"axis", "axes"}),
        ("index", {"indices", "indexes"}),
        ("loss", {"losses"}),
        ("probability", {"probabilities"}),
        ("batch", {"batches"}),
        ("update", {"updates", "updating", "updated"}),
        ("model", {"modeling", "modelling"}),
        ("key", {"keys"}),
        ("layer", {"layers"}),
    ],
)
def test_inflections(word, forms):
    assert forms <= inflections(word)


# ---- the file -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "line", "what"),
    [
        ("gate,cổng,,,,\ngate,cửa,,,,", 3, "'gate' is already listed at line 2"),
        ("time step,bước,,,,\ntimestep,bước,,,,", 3, "'timestep' is already listed at line 2"),
        ("a; b,một,,,,\nb,hai,,,,", 3, "'b' is already listed at line 2"),
        ("gate,,,,,", 2, "the row 'gate' has no Vietnamese"),
        (",cổng,,,,", 2, "the row 'cổng' has no English"),
        ("gate,cổng,,cổng,,", 2, "'cổng' is refused here and accepted for 'gate'"),
        ("cell,ô,,,,\ngate,cổng,,Ô,,", 3, "'Ô' is refused here and accepted for 'cell' at line 2"),
        ("gate,cổng,cổng,,,", 2, "accepts a rendering twice"),
        ("reset,xoá,,,,", 2, "'xoá' is in the new style"),
        ("reset,xóa,khoá,,,", 2, "'khoá' is in the new style"),
        ("state,trạng thái,,,,\ngate,cổng,,,,", 3, "'gate' stands after 'state'"),
        ("gate,cổng,,,maybe,", 2, "enforce is 'maybe'"),
        ("gate,cổng,,", 2, "has 4 columns of 6"),
        ("gate,cổng ,,,,", 2, "has a space too many"),
        ("cổng,gate,,,,", 2, "is no English"),
        (f"gate,{unicodedata.normalize('NFD', 'cổng')},,,,", 2, "is not NFC"),
    ],
)
def test_faults_of_the_file_are_found_at_their_line(rows, line, what):
    terms, findings = parse(f"{HEADER}\n{rows}\n")
    assert (line, True) in [(f.line, what in f.what) for f in findings]
    assert {f.path for f in findings} == {PATH}


def test_another_header_is_named():
    _, (found,) = parse("en,vi\ngate,cổng\n")
    assert (found.line, found.what) == (1, "the columns are 'en,vi'")


def test_a_refused_rendering_may_be_in_any_style_of_tones():
    assert parse(f"{HEADER}\nreset gate,cổng xóa,,cổng xoá bỏ,,\n")[1] == []


def test_reading(tmp_path):
    assert read(tmp_path).terms == ()
    path = tmp_path / PATH
    path.parent.mkdir()
    path.write_text(
        f"{HEADER}\ntrain; training,huấn luyện,dạy,đào tạo; luyện tập,no,why\n", "utf-8"
    )
    (term,) = read(tmp_path).terms
    assert term == Term(
        ("train", "training"), "huấn luyện", ("dạy",), ("đào tạo", "luyện tập"), False, "why", 2
    )
    path.write_text(f"{HEADER}\ngate,,,,,\n", "utf-8")
    with pytest.raises(SourceError, match=r"translations/glossary\.csv:2: .* no Vietnamese"):
        read(tmp_path)


def test_the_glossary_of_the_book_is_sound():
    terms = {term.name: term for term in read(ROOT).terms}
    assert len(terms) > 200
    assert terms["recurrent neural network"].vi == "mạng nơ-ron hồi tiếp"
    assert terms["hidden state"].vi == "trạng thái ẩn"
    assert {"tái phát", "định kỳ"} <= set(terms["recurrent"].refuse)
    assert "văn phòng phẩm" in terms["stationary"].refuse
    loans = read(ROOT).loans | {"affine", "gauss", "zipf", "entropy", "framework"}
    for term in terms.values():  # what is no English word is spelt as Vietnamese is
        for rendering in term.accepted:
            for word in LETTERS.findall(rendering):
                foreign = word.isascii() or word.lower() in loans
                assert foreign or is_syllable(word), (term.name, word)


def test_the_glossary_of_the_book_finds_the_faults_of_a_machine_translation():
    book = glossary.read(ROOT)
    vi = "Mạng thần kinh định kỳ được đào tạo trên dữ liệu trình tự, mỗi mã thông báo một bước."
    refused = {what.split("'")[1] for _, what, _ in book.refused(vi)}
    expected = {"định kỳ", "đào tạo", "dữ liệu trình tự", "mã thông báo", "mạng thần kinh"}
    assert expected <= refused
    en = "A recurrent neural network is trained on sequence data."
    assert {what.split("'")[1] for _, what, _ in book.missing(en, vi)} >= {
        "recurrent neural network",
        "train",
    }
