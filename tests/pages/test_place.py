"""A switch of the mode leaves the reader where they are, to the pixel."""

import itertools

import pytest

from tests.pages.conftest import MODES, NARROW, WIDE

#: The first landmark below the header: its number, and how far below it stands.
FIRST = """() => {
  const header = document.querySelector(".bd-header-article").getBoundingClientRect().bottom;
  const all = [...document.querySelectorAll(
    ".bd-article :is(h1, h2, h3, .pair, .cell_input, .cell_output, figure, div.math)")];
  const at = all.findIndex((element) => {
    const box = element.getBoundingClientRect();
    return box.height && box.top >= header - 1 && box.top < innerHeight;
  });
  return at < 0 ? null : { at, top: all[at].getBoundingClientRect().top };
}"""
TOP = """(at) => [...document.querySelectorAll(
  ".bd-article :is(h1, h2, h3, .pair, .cell_input, .cell_output, figure, div.math)")][at]
  .getBoundingClientRect().top"""

SWITCHES = list(itertools.permutations(MODES, 2))


def switch(page, mode):
    page.locator(f".reading label:has([value={mode}])").click()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def settle(page):
    """Wait until all blocks that a switch has put off are there."""
    wait = "async () => { while (waiting.size) await new Promise((on) => setTimeout(on, 20)); }"
    page.evaluate(wait)  # the page's policy lets nothing else wait for an expression


@pytest.mark.parametrize("size", [WIDE, (800, 700), NARROW])
@pytest.mark.parametrize(("before", "after"), SWITCHES)
def test_the_place_is_kept(show, long, size, before, after):
    page = show(long, f"?lang={before}", size=size)
    height = page.evaluate("document.documentElement.scrollHeight - innerHeight")
    tried = 0
    for share in (0.11, 0.3, 0.47, 0.68, 0.83, 1.0):
        page.evaluate(f"scrollTo(0, {share * height})")
        if first := page.evaluate(FIRST):
            switch(page, after)
            assert page.evaluate(TOP, first["at"]) == pytest.approx(first["top"], abs=2), share
            settle(page)
            assert page.evaluate(TOP, first["at"]) == pytest.approx(first["top"], abs=2), share
            switch(page, before)
            assert page.evaluate(TOP, first["at"]) == pytest.approx(first["top"], abs=2), share
            tried += 1
    assert tried >= 4


def test_a_pair_longer_than_the_screen_keeps_the_share_that_was_read(show, long):
    page = show(long, "?lang=vi", size=(360, 200))
    longest = page.evaluate(
        """() => {
          const pairs = [...document.querySelectorAll(".pair")];
          const tall = pairs.reduce((a, b) => (a.offsetHeight > b.offsetHeight ? a : b));
          const header = document.querySelector(".bd-header-article").offsetHeight;
          scrollBy(0, tall.getBoundingClientRect().top + tall.offsetHeight / 2 - header);
          return tall.id;
        }"""
    )
    share = f"""() => {{
      const box = document.getElementById("{longest}").getBoundingClientRect();
      const header = document.querySelector(".bd-header-article").getBoundingClientRect().bottom;
      return (header - box.top) / box.height;
    }}"""
    if page.evaluate(FIRST) is None:
        switch(page, "both")
        assert page.evaluate(share) == pytest.approx(0.5, abs=0.02)
    else:
        pytest.fail("the pair was to fill the screen")


@pytest.mark.parametrize("size", [WIDE, (360, 200)])
def test_going_round_ends_where_it_began(show, long, size):
    page = show(long, "?lang=both", size=size)
    for start in (1600, 2500, 3333):
        page.evaluate(f"scrollTo(0, {start})")
        for mode in ("vi", "en", "vi", "both"):
            switch(page, mode)
        settle(page)
        assert page.evaluate("scrollY") == pytest.approx(start, abs=2)


#: What a switch puts off and has not brought back, or has left otherwise than it was.
LEFT = """() => [...document.querySelectorAll(".bd-article *")].filter((element) =>
  getComputedStyle(element).contentVisibility === "hidden" || element.style.contentVisibility
  || element.style.containIntrinsicBlockSize || "waiting" in element.dataset).length"""


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_switch_lays_out_what_is_on_the_screen_first(show, long, size):
    page = show(long, "?lang=vi", size=size)
    page.evaluate("scrollTo(0, 1500)")
    put_off = page.evaluate("read('en'), waiting.size")
    assert put_off > 10
    near = page.evaluate(
        """() => [...waiting].filter((block) => {
          const box = block.getBoundingClientRect();
          return box.bottom > 0 && box.top < innerHeight;
        }).length"""
    )
    assert near == 0
    settle(page)
    assert page.evaluate(LEFT) == 0 and page.faults == []
    height = page.evaluate("document.documentElement.scrollHeight")
    fresh = show(long, "?lang=en", size=size)
    assert height == pytest.approx(fresh.evaluate("document.documentElement.scrollHeight"), abs=1)


def test_whoever_moves_on_during_a_switch_keeps_the_new_place(show, long):
    page = show(long, "?lang=vi")
    page.evaluate("read('both'), scrollBy(0, 900)")
    first = page.evaluate(FIRST)
    settle(page)
    assert page.evaluate(TOP, first["at"]) == pytest.approx(first["top"], abs=2)
    page.evaluate("read('en'), location.hash = '#pair-20', null")
    settle(page)
    page.wait_for_timeout(200)
    header = page.evaluate("document.querySelector('.bd-header-article').offsetHeight")
    top = page.evaluate("document.getElementById('pair-20').getBoundingClientRect().top")
    assert header <= top <= header + 40


def test_what_is_printed_is_whole(show, long):
    page = show(long, "?lang=vi")
    assert page.evaluate("read('en'), waiting.size") > 10
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(LEFT) == 0


def test_a_sidebar_keeps_its_place(show, everything):
    page = show(everything, "?lang=vi", size=(1440, 260))
    tops = """() => [...document.querySelectorAll(".bd-sidebar-primary a")]
      .map((link) => link.getBoundingClientRect().top)"""
    page.evaluate(  # without what some browsers do by themselves
        """() => {
          const sidebar = document.querySelector(".bd-sidebar-primary");
          sidebar.style.overflowAnchor = "none";
          sidebar.scrollTop = 120;
        }"""
    )
    before = page.evaluate(tops)
    first = next(number for number, top in enumerate(before) if top >= 0)
    assert first > 0, "something is to be above, which changes its height"
    switch(page, "both")
    assert page.evaluate(tops)[first] == pytest.approx(before[first], abs=2)


@pytest.mark.parametrize("mode", MODES)
def test_a_link_to_a_place_lands_there(show, long, mode):
    page = show(long, f"?lang={mode}#pair-20")
    header = page.evaluate("document.querySelector('.bd-header-article').offsetHeight")
    top = page.evaluate("document.getElementById('pair-20').getBoundingClientRect().top")
    assert header <= top <= header + 40


def test_a_link_to_what_a_mode_hides_lands_at_its_pair(show, everything):
    """References link back to each citation, of which one is in the other language."""
    hidden = show(everything, "?lang=en").evaluate(
        "document.querySelector('.block[lang=vi] .bibtex-citation').id"
    )
    page = show(everything, f"?lang=en#{hidden}")
    page.wait_for_function("scrollY > 0")
    pair = f"document.getElementById('{hidden}').closest('.pair').getBoundingClientRect()"
    assert 0 < page.evaluate(f"{pair}.top") < 200


def test_nothing_moves_while_the_page_loads(show, long):
    page = show(
        long,
        "?lang=en",
    )
    moved = page.evaluate(
        """() => new Promise((done) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += entry.value;
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done(sum), 500);
        })"""
    )
    assert moved < 0.02


def test_the_mode_is_set_before_the_first_paint(show, everything, browser):
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(
        """new MutationObserver(() => {
          const root = document.documentElement;
          if (document.body) window.early ??= [root.dataset.reading, root.lang];
        }).observe(document, { childList: true, subtree: true });"""
    )
    page.goto(f"{everything.as_uri()}?lang=en")
    assert page.evaluate("window.early") == ["en", "en"]
    context.close()
