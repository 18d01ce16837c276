"""The widgets as a reader uses them: from a disk, without a network, in every mode."""

import re
import shutil

import numpy
import pytest

from living.ahead import Forecaster, packed
from living.file import script
from living.page import box as closed
from tests.pages.conftest import MODES, NARROW, WIDE
from tests.pages.test_axe import violations
from tests.pages.test_contrast import CONTRASTS

WRITE, INSIDE = ".living[data-widget='write-on']", ".living[data-widget='inside']"
BACK = ".living[data-widget='back-in-time']"
FAR = ".living[data-widget='far-ahead']"


def opened(show, path, widget, query="?lang=en", **options):
    """Return a page on which a widget has been opened, and the widget."""
    page = show(path, query, **options)
    box = page.locator(widget)
    box.locator(".living-start").click()
    box.locator(".living-body > *").first.wait_for()
    return page, box


def written(box, seed="1", temperature="0.5", length="60"):
    """Let the model write, and return what it has written."""
    box.get_by_label("Seed").fill(seed)
    box.get_by_label("Temperature").fill(temperature)
    box.get_by_label("Characters").fill(length)
    box.get_by_role("button", name="Write on").click()
    box.locator(".living-status", has_text="characters written").wait_for()
    return box.locator(".living-added").inner_text()


def test_nothing_is_loaded_before_the_reader_asks(show, living):
    page = show(living)
    page.wait_for_timeout(200)
    asked = [url.rpartition("/")[2] for url in page.asked if "/living/" in url]
    assert sorted(asked) == ["living.css", "start.js"]
    page.locator(WRITE).locator(".living-start").click()
    page.locator(WRITE).locator(".living-main").wait_for()
    asked = [url.rpartition("/")[2] for url in page.asked if "/living/" in url]
    assert sorted(asked[2:]) == ["living.js", "toy-gru-vi.js", "write-on.js"]
    assert page.faults == []


def test_a_page_without_widgets_loads_nothing_of_them(show, everything):
    assert not [url for url in show(everything).asked if "/living/" in url]


def test_the_same_seed_gives_the_same_text_and_another_one_another(show, living):
    page, box = opened(show, living, WRITE)
    first, again = written(box), written(box)
    assert first == again and len(first) == 60
    assert written(box, seed="2") != first
    assert written(box, temperature="1.5") != first
    greedy = written(box, temperature="0", seed="1")
    assert greedy == written(box, temperature="0", seed="2"), "no draw, no seed"
    assert page.faults == []


def test_no_character_is_the_unknown_one(show, living):
    _, box = opened(show, living, WRITE)
    assert set(written(box, temperature="2", length="400")) <= set("the old man looked at it. ")


def test_the_text_goes_on_from_what_is_typed(show, living):
    _, box = opened(show, living, WRITE)
    box.get_by_label("Beginning").fill("THE  man\nat")
    assert box.locator(".living-given").inner_text() == "the man at"
    written(box)
    assert box.locator(".living-written").inner_text().startswith("the man at")
    before = box.locator(".living-chances li").all_inner_texts()
    box.get_by_label("Beginning").fill("the man a")
    assert box.locator(".living-added").inner_text() == ""
    assert box.locator(".living-chances li").all_inner_texts() != before


def test_what_is_typed_is_never_markup(show, living):
    page, box = opened(show, living, WRITE)
    box.get_by_label("Beginning").fill("<img src=x onerror='document.title=1'><b>the</b>")
    assert box.locator(".living-given").inner_text().startswith("<img src=x onerror=")
    assert box.locator(".living-written img, .living-written b").count() == 0
    assert "The model has never seen: < g s r c = x" in box.inner_text()
    assert page.title().startswith("Models in the Page") and page.faults == []


def test_an_empty_beginning_leaves_nothing_to_continue(show, living):
    page, box = opened(show, living, WRITE)
    box.get_by_label("Beginning").fill("")
    assert box.get_by_role("button", name="Write on").is_disabled()
    assert box.locator(".living-chances li").count() == 0
    box.get_by_label("Beginning").fill("t")
    assert box.get_by_role("button", name="Write on").is_enabled() and page.faults == []


def test_a_syllable_under_composition_waits_until_it_is_whole(show, living):
    """As with Telex: "bees" is composed to "bế", and only then is it read."""
    page, box = opened(show, living, WRITE, "?lang=vi")
    field, given = box.get_by_label("Đoạn mở đầu"), box.locator(".living-given")
    field.fill("ông ")
    assert given.text_content() == "ông "
    field.focus()
    page.keyboard.press("End")
    client = page.context.new_cdp_session(page)
    for state in ("b", "be", "bê", "bế"):
        caret = {"selectionStart": len(state), "selectionEnd": len(state)}
        client.send("Input.imeSetComposition", {"text": state, **caret})
        assert given.text_content() == "ông ", "still under composition"
    client.send("Input.insertText", {"text": "bế"})
    assert given.text_content() == "ông bế" and field.input_value() == "ông bế"
    field.fill("be\u0302\u0301")
    assert given.text_content() == "bế", "the letter and its marks become one character"


def test_the_probabilities_follow_the_temperature(show, living):
    _, box = opened(show, living, WRITE)
    first = box.locator(".living-chances li").first

    def percent():
        return int(re.search(r"(\d+)%", first.inner_text())[1])

    found = []
    for temperature in ("0", "0.5", "2"):
        box.get_by_label("Temperature").fill(temperature)
        found.append(percent())
    assert found[0] == 100 > found[1] > found[2]
    assert box.locator("output").inner_text() == "2.0"


def test_a_character_can_be_chosen_instead_of_drawn(show, living):
    _, box = opened(show, living, WRITE)
    button = box.locator(".living-chances button").nth(1)
    character = button.get_attribute("data-en").partition(",")[0].replace("space", " ")
    button.press("Enter")
    assert box.locator(".living-added").text_content() == character
    box.get_by_role("button", name="One character").click()
    assert len(box.locator(".living-added").text_content()) == 2


def test_writing_can_be_stopped(show, living):
    _, box = opened(show, living, WRITE)
    box.get_by_label("Characters").fill("5000")
    box.get_by_role("button", name="Write on").click()
    box.get_by_role("button", name="Stop").click()
    box.locator(".living-status", has_text="characters written").wait_for()
    length = len(box.locator(".living-added").text_content())
    assert 0 < length < 5000
    box.page.wait_for_timeout(100)
    assert len(box.locator(".living-added").text_content()) == length


def test_without_motion_the_text_comes_at_once_and_is_the_same(show, living):
    _, moving = opened(show, living, WRITE)
    text = written(moving)
    _, still = opened(show, living, WRITE, reduced_motion="reduce")
    assert written(still) == text


def test_all_of_it_works_by_keyboard(show, living):
    page = show(living, "?lang=en")
    page.locator(WRITE).locator(".living-start").focus()
    page.keyboard.press("Enter")
    box = page.locator(WRITE)
    box.locator(".living-main").wait_for()
    box.locator("select").focus()
    reached = []
    for _ in range(7):
        reached.append(page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
        page.keyboard.press("Tab")
    kinds = ["select", "radio", "textarea", "range", "number", "number", "living-main"]
    assert all(kind in html for kind, html in zip(kinds, reached)), reached


@pytest.mark.parametrize("mode", MODES)
def test_a_widget_speaks_the_languages_of_the_mode(show, living, mode):
    for widget in (WRITE, INSIDE):
        page, box = opened(show, living, widget, f"?lang={mode}")
        text = box.inner_text()
        for vietnamese, english in (
            ("Mô hình", "Model"),
            ("Perplexity trên chương kiểm định", "Held-out perplexity"),
        ):
            assert (vietnamese in text) == (mode != "en") and (english in text) == (mode != "vi")
        name = box.locator(".living-choice [role=radiogroup]").first.get_attribute("aria-label")
        expected = {"vi": "Ngôn ngữ của văn bản", "en": "Language of the text"}
        assert name == expected.get(mode, " · ".join(expected.values()))
        assert page.faults == []


def test_the_model_follows_the_mode_until_the_reader_has_chosen(show, living):
    page, box = opened(show, living, WRITE, "?lang=vi")
    given = box.locator(".living-given")
    assert given.inner_text().startswith("ông")
    page.locator("label", has_text="English").first.click()
    given.get_by_text("the old man").wait_for()
    box.get_by_label("Tiếng Việt").check()
    given.get_by_text("ông lão").wait_for()
    page.locator(".reading label", has_text="Song ngữ").click()
    page.locator(".reading label", has_text="English").click()
    assert given.inner_text().startswith("ông") and page.faults == []


def test_the_map_shows_every_unit_and_a_click_chooses_one(show, living):
    page, box = opened(show, living, INSIDE)
    length = len(box.locator(".living-written").text_content())
    name = box.locator("canvas").get_attribute("aria-label")
    assert name == f"hidden state: 24 units × {length} characters"
    area = box.locator("canvas").bounding_box()
    box.locator("canvas").click(position={"x": 50, "y": 0.77 * area["height"]})
    heading = box.locator(".living-heading")
    assert heading.inner_text() == "Unit 19, hidden state: where it is strongest"
    box.get_by_role("slider", name="Unit").focus()
    page.keyboard.press("ArrowRight")
    assert heading.inner_text().startswith("Unit 20,")
    assert box.locator(".living-places li").count() == 5
    assert len(box.locator(".living-written span").all()) == length
    assert page.faults == []


def test_the_parts_are_those_of_the_cell(show, living):
    page, box = opened(show, living, INSIDE)
    kinds = box.get_by_role("radiogroup", name="Quantity")
    assert kinds.inner_text().split("\n") == [
        "hidden state", "reset gate", "update gate", "candidate"
    ]  # fmt: skip
    before = box.locator(".living-places").inner_text()
    kinds.get_by_label("update gate").check()
    assert "0, closed" in box.inner_text() and box.locator(".living-places").inner_text() != before
    values = re.findall(r"−?\d\.\d\d", box.locator(".living-places").inner_text())
    assert len(values) == 5 and all(0 <= float(value) <= 1 for value in values)
    box.locator("select").select_option("toy-lstm")
    box.get_by_label("memory cell").wait_for()
    box.get_by_role("radiogroup", name="Layer").get_by_label("layer 2").check()
    box.get_by_label("memory cell").check()
    assert "memory cell" in box.locator(".living-heading").inner_text() and page.faults == []


def test_the_map_has_the_colours_of_the_page(show, living):
    found = {}
    for scheme in ("light", "dark"):
        _, box = opened(show, living, INSIDE, color_scheme=scheme)
        found[scheme] = box.locator("canvas").evaluate(
            """(map) => { const { data } = map.getContext("2d").getImageData(
                 0, 0, map.width, map.height);
                 let sum = 0; for (let i = 0; i < data.length; i += 4) sum += data[i];
                 return sum / (data.length / 4); }"""
        )
    assert found["light"] > 150 > 90 > found["dark"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("widget", [WRITE, INSIDE])
def test_an_open_widget_can_be_read(show, living, widget, scheme):
    page, _ = opened(show, living, widget, "?lang=both", color_scheme=scheme)
    assert [found for found in page.evaluate(CONTRASTS) if found[0] < 4.5] == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_an_open_widget_fits_the_screen(show, living, mode, size):
    page, box = opened(show, living, WRITE, f"?lang={mode}", size=size)
    box = page.locator(INSIDE)
    box.locator(".living-start").click()
    box.locator("canvas").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    over = page.evaluate(
        """() => [...document.querySelectorAll(".living *")].filter((part) => {
          const box = part.closest(".living").getBoundingClientRect();
          const own = part.getBoundingClientRect();
          return own.width && (own.right > box.right + 1 || own.left < box.left - 1);
        }).map((part) => part.outerHTML.slice(0, 80))"""
    )
    assert over == []


def test_nothing_has_a_style_or_a_handler_of_its_own(show, living):
    page, _ = opened(show, living, WRITE)
    page.locator(INSIDE).locator(".living-start").click()
    page.locator(INSIDE).locator("canvas").wait_for()
    assert page.evaluate(
        """() => [...document.querySelectorAll(".living, .living *")].filter((part) =>
          [...part.attributes].some((a) => a.name === "style" || a.name.startsWith("on"))).length"""
    ) == 0  # fmt: skip


def test_every_control_has_a_name(show, living):
    page, _ = opened(show, living, WRITE)
    page.locator(INSIDE).locator(".living-start").click()
    page.locator(INSIDE).locator("canvas").wait_for()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll(
            ".living :is(input, select, textarea, button, canvas)")].filter((part) =>
          !part.getAttribute("aria-label") && !part.textContent.trim() &&
          ![...part.labels ?? []].some((label) => label.textContent.trim()))
          .map((part) => part.outerHTML)"""
    )
    assert nameless == []


@pytest.fixture
def preview(sample):
    """Return the page that has not run: a widget without its models, and one that needs none."""
    return sample / "chapter_sample" / "preview.html"


def norms(box):
    """Return the norms that a table shows, by the steps back."""
    rows = box.locator(".living-places li").all_inner_texts()
    found = {}
    for row in rows:
        back, value = re.fullmatch(r"(\d+) steps? back\s+(.*)", row.replace("\n", " ")).groups()
        found[int(back)] = float(re.sub(r" · 10\s*", "e", value.replace("−", "-").replace(",", "")))
    return found


def test_a_linear_gradient_is_a_power_of_the_spectral_radius(show, preview):
    page, box = opened(show, preview, BACK)
    box.get_by_label("linear").check()
    for radius, words in (("0.8", "it vanishes"), ("1", "it keeps its size"), ("1.1", "explodes")):
        box.get_by_label("Spectral radius").fill(radius)
        for back, norm in norms(box).items():
            assert norm == pytest.approx(float(radius) ** back, rel=0.06), (radius, back)
        assert words in box.locator(".living-status").inner_text()
    assert page.faults == []


def test_tanh_makes_a_gradient_smaller(show, preview):
    _, box = opened(show, preview, BACK)
    for radius in (1, 1.1):
        box.get_by_label("Spectral radius").fill(str(radius))
        found = norms(box)
        assert all(found[back] < 1.01 * radius**back for back in found)
        assert found[100] < 0.5 * radius**100


def test_a_cut_leaves_nothing_beyond_it(show, preview):
    _, box = opened(show, preview, BACK)
    box.get_by_label("Steps", exact=False).first.fill("200")
    whole = norms(box)
    assert list(whole) == [1, 2, 5, 10, 20, 50, 100, 200]
    box.get_by_label("Cut after").fill("20")
    cut = norms(box)
    assert {back: norm for back, norm in cut.items() if norm} == {
        back: norm for back, norm in whole.items() if back <= 20
    }
    assert "it is cut off" in box.locator(".living-status").inner_text()
    assert box.locator(".living-cut").count() == 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_the_curve_fits_and_can_be_read(show, preview, mode, size, scheme):
    page, box = opened(show, preview, BACK, f"?lang={mode}", size=size, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert [found for found in page.evaluate(CONTRASTS) if found[0] < 4.5] == []
    names = {"vi": "Chuẩn của gradient", "en": "Norm of the gradient"}
    name = box.locator("svg").get_attribute("aria-label")
    assert all((names[lang] in name) == (mode in (lang, "both")) for lang in names)
    assert page.faults == []


def damaged(sample, folder, change):
    """Return a copy of the page whose model has been changed."""
    shutil.copytree(sample, folder / "html")
    model = folder / "html" / "_static" / "living" / "toy-gru-en.js"
    change(model)
    return folder / "html" / "chapter_sample" / "living.html"


def flip(model):
    data = bytearray(model.read_bytes())
    data[-2000] ^= 5
    model.write_bytes(data)


def cut(model):
    model.write_bytes(model.read_bytes()[:3001])


def older(model):
    text = model.read_bytes().decode("utf-16").replace('"format":1', '"format":0')
    model.write_bytes(text.encode("utf-16"))


@pytest.mark.parametrize("change", [flip, cut, older, lambda model: model.unlink()])
def test_a_damaged_or_missing_model_gives_a_message(show, sample, tmp_path, change):
    page = show(damaged(sample, tmp_path, change), "?lang=en")
    box = page.locator(WRITE)
    box.locator(".living-start").click()
    trouble = box.get_by_role("alert")
    trouble.wait_for()
    assert "missing or damaged. Build the book again with make html." in trouble.inner_text()
    assert "toy-gru-en.js" in trouble.inner_text()
    assert box.locator(".living-start").is_enabled(), "to try again"


def test_another_model_can_be_taken_where_one_is_damaged(show, sample, tmp_path):
    page, box = opened(show, damaged(sample, tmp_path, flip), WRITE, "?lang=vi")
    box.get_by_label("English").check()
    box.get_by_role("alert").get_by_text("toy-gru-en.js").wait_for()
    box.locator("select").select_option("toy-lstm")
    box.locator(".living-given").get_by_text("the old man").wait_for()
    assert not box.get_by_role("alert").is_visible()


def test_in_a_preview_a_widget_says_what_it_needs(show, preview):
    for mode, words in (("vi", "make html huấn luyện"), ("en", "that make html trains")):
        page = show(preview, f"?lang={mode}")
        box = page.locator(".living:not([data-widget])")
        assert words in box.locator(".living-lack").inner_text()
        assert box.locator("button").count() == 0 and page.faults == []


def test_without_javascript_a_widget_says_so(show, living):
    page = show(living, java_script_enabled=False)
    lack = page.locator(WRITE).locator(".living-lack")
    assert "cần JavaScript" in lack.inner_text() and "needs JavaScript" in lack.inner_text()
    assert not page.locator(".living-start").first.is_visible()


def test_without_javascript_a_widget_leads_to_the_figure_that_shows_the_same(show, living):
    page = show(living, "?lang=both", java_script_enabled=False)
    links = page.locator(INSIDE).locator(".living-lack a")
    assert {link.inner_text() for link in links.all()} == {"hình ở trên", "the figure above"}
    figure = page.locator("figure", has=page.locator("svg.drawing"))
    for link in links.all():
        link.click()
        assert page.url.endswith(f"#{figure.get_attribute('id')}")
        assert figure.is_visible()


def test_a_model_is_no_part_of_the_page_or_its_notebook(sample):
    for name in ("chapter_sample/living.html", "_sources/chapter_sample/living.ipynb"):
        assert "vnd.living" not in (sample / name).read_text("utf-8")


#: Says that nothing will change: tanh of little is nearly a straight line.
LAST = Forecaster(
    W_1=numpy.array([[1e-3]]),
    b_1=numpy.zeros(1),
    W_2=numpy.array([[1e3]]),
    b_2=numpy.zeros(1),
    series=numpy.resize([0.0, 1.0, 0.0, -1.0], 44),
    start=100,
    most=4,
)


@pytest.fixture(scope="module")
def far(sample, tmp_path_factory):
    """Return a copy of a page with one more widget, and with what it predicts."""
    folder = tmp_path_factory.mktemp("far") / "html"
    shutil.copytree(sample, folder)
    (folder / "_static" / "living" / "last.js").write_bytes(script(*packed(LAST, "last")))
    path = folder / "chapter_sample" / "living.html"
    before, first, after = path.read_text("utf-8").partition('<div class="living"')
    path.write_text(before + closed("far-ahead", [{"name": "last"}]) + first + after, "utf-8")
    return path


def test_the_error_is_that_of_the_number_of_steps(show, far):
    page, widget = opened(show, far, FAR)
    words = widget.locator(".living-status")
    assert words.inner_text() == "1 step ahead the MLP errs by 1.000 (RMSE) on 40 targets."
    curve = widget.locator(".living-curve").get_attribute("d")
    slider = widget.get_by_role("slider", name="Steps ahead k")
    slider.focus()
    for k, error in ((2, "1.414"), (3, "1.000"), (4, "0.000"), (4, "0.000")):
        page.keyboard.press("ArrowRight")
        assert words.inner_text().startswith(f"{k} steps ahead the MLP errs by {error} ")
    data = widget.locator(".living-data").get_attribute("d")
    assert widget.locator(".living-curve").get_attribute("d") == data != curve
    rows = [row.split() for row in widget.locator(".living-places li").all_inner_texts()]
    assert [(row[0], row[-1]) for row in rows] == [("1", "1.000"), ("2", "1.414"), ("4", "0.000")]
    name = widget.locator("svg").get_attribute("aria-label")
    assert name == "The series from time step 104 on, and its prediction 4 steps ahead"
    assert page.faults == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_the_prediction_fits_and_can_be_read(show, far, mode, size, scheme):
    page, widget = opened(show, far, FAR, f"?lang={mode}", size=size, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert [found for found in page.evaluate(CONTRASTS) if found[0] < 4.5] == []
    words = {"vi": "MLP có sai số (RMSE) 1,000 trên 40", "en": "MLP errs by 1.000 (RMSE) on 40"}
    text = widget.locator(".living-status").inner_text()
    assert all((words[lang] in text) == (mode in (lang, "both")) for lang in words)
    assert page.faults == []
    assert violations(page) == []  # last: axe asks for style sheets, which is a fault here


def test_a_damaged_series_gives_a_message(show, far, tmp_path):
    copy = tmp_path / "html"
    shutil.copytree(far.parents[1], copy)
    model = copy / "_static" / "living" / "last.js"
    data = bytearray(model.read_bytes())
    data[-30] ^= 5
    model.write_bytes(data)
    page = show(copy / "chapter_sample" / "living.html", "?lang=en")
    widget = page.locator(FAR)
    widget.locator(".living-start").click()
    widget.get_by_role("alert").wait_for()
    assert "last.js" in widget.get_by_role("alert").inner_text()
    assert widget.locator(".living-start").is_enabled(), "to try again"
