"""A mode is remembered, can be asked for, and does without storage."""

import pytest

SOON = 500  # milliseconds until what a page stores can be read by the next one
NO_STORAGE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("denied", "SecurityError"); }
});"""


def mode(page):
    shown = page.evaluate("document.documentElement.dataset.reading")
    assert page.locator("input[name=reading]:checked").get_attribute("value") == shown
    return shown


def paper(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def settles(page, look, wanted):
    """Whether a page comes to show something; what one process stores, the next may read late."""
    for _ in range(20):
        if look(page) == wanted:
            return True
        page.wait_for_timeout(SOON)
        page.reload()
    return False


def test_both_languages_show_at_first(show, everything):
    assert mode(show(everything)) == "both"


def test_a_choice_is_remembered_on_other_pages_and_later(show, everything):
    page = show(everything)
    page.locator(".reading label:has([value=en])").click()
    page.wait_for_timeout(SOON)
    page.locator(".right-next").click()
    page.wait_for_url("**/long.html*")
    assert settles(page, mode, "en")
    page.reload()
    assert mode(page) == "en"
    page.locator(".reading label:has([value=vi])").click()
    page.wait_for_timeout(SOON)
    page.goto(everything.as_uri())  # by hand, not by a link
    assert settles(page, mode, "vi")


def test_an_address_can_ask_for_a_mode(show, everything):
    page = show(everything, "?lang=vi")
    assert mode(page) == "vi"
    page.goto(f"{everything.as_uri()}?lang=xx")
    assert settles(page, mode, "vi"), "what is no mode changes nothing"


def test_a_choice_counts_more_than_the_address_it_came_by(show, everything):
    page = show(everything, "?lang=vi")
    page.locator(".reading label:has([value=en])").click()
    page.wait_for_timeout(SOON)
    page.locator(".right-next").click()
    page.wait_for_url("**/long.html*")
    assert settles(page, mode, "en")


def test_without_storage_the_links_carry_the_mode(browser, everything):
    context = browser.new_context()
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.add_init_script(NO_STORAGE)
    page.goto(everything.as_uri())
    page.locator(".reading label:has([value=vi])").click()
    assert mode(page) == "vi"
    page.locator(".right-next").click()
    page.wait_for_url("**/long.html*")
    assert mode(page) == "vi"
    assert faults == []
    context.close()


@pytest.mark.parametrize("system", ["light", "dark"])
def test_colours_follow_the_system_until_one_is_chosen(show, everything, system):
    page = show(everything, color_scheme=system)
    first = paper(page)
    page.locator(".tools .theme-switch").click()
    second = paper(page)
    assert first != second
    page.wait_for_timeout(SOON)
    page.reload()
    assert settles(page, paper, second)


#: Names that every object has from its prototype, which no list of modes holds.
INHERITED = ("constructor", "toString", "__proto__", "hasOwnProperty", "valueOf")


@pytest.mark.parametrize("name", INHERITED)
def test_what_every_object_inherits_is_no_mode(show, everything, name):
    page = show(everything, f"?lang={name}")
    assert mode(page) == "both" and page.faults == []
    assert page.evaluate("localStorage.getItem('reading')") != name
    page.evaluate(f"localStorage.setItem('reading', '{name}')")  # damaged, or of another page
    page.goto(everything.as_uri())
    assert mode(page) == "both" and page.faults == []
    page.evaluate(
        f"dispatchEvent(new StorageEvent('storage', {{key: 'reading', newValue: '{name}'}}))"
    )
    assert mode(page) == "both" and page.faults == []
    page.locator(".reading label:has([value=en])").click()
    assert mode(page) == "en" and page.faults == []


@pytest.mark.parametrize("address", ["#%", "#%E0%A4%A", "#100%", "#constructor", "#__proto__"])
def test_an_address_that_names_no_place_breaks_nothing(show, everything, address):
    page = show(everything, f"?lang=vi{address}")
    page.evaluate("location.hash = '#%zz'")
    page.locator(".reading label:has([value=en])").click()
    assert mode(page) == "en" and page.faults == []
    page.keyboard.press("/")
    assert page.locator("#search").is_visible()


def test_an_address_with_letters_of_its_own_is_still_found(show, everything):
    page = show(everything, "?lang=vi")
    page.evaluate("document.querySelector('.pair:last-of-type').id = 'đích-%'")
    assert page.evaluate("named('#%C4%91%C3%ADch-%25')?.id") == "đích-%"
