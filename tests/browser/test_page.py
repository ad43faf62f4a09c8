"""What every reader gets: the whole page, by itself, in light and dark, on paper and on a telephone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

NAMES = ["record", "smoke", "large"]
OPEN = "document.querySelectorAll('details').forEach((details) => { details.open = true })"


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], node["html"][:200], node["failureSummary"]) for one in found for node in one["nodes"]]


@pytest.mark.parametrize("name", NAMES)
def test_it_opens_from_a_file_without_a_request_or_a_complaint(visit, name):
    page = visit(name)
    assert page.locator("h1").inner_text() == "Which published claims hold"


@pytest.mark.parametrize("name", ["record", "smoke"])
def test_every_inner_link_leads_somewhere_and_ids_are_unique(visit, name):
    page = visit(name)
    assert page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].filter((a) => !document.getElementById(decodeURIComponent(a.hash.slice(1)))).map(String)") == []
    assert page.evaluate("document.querySelectorAll('[id]').length - new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["record", "smoke"])
def test_axe_finds_nothing(visit, name, scheme):
    page = visit(name, color_scheme=scheme)
    page.evaluate(OPEN)
    page.locator("table.numbers td:not(.key)").first.click()
    assert violations(page) == []


def test_axe_finds_nothing_on_a_narrow_screen(visit):
    page = visit(viewport={"width": 320, "height": 640})
    page.evaluate(OPEN)
    assert violations(page) == []


@pytest.mark.parametrize("name", ["record", "large"])
def test_a_narrow_screen_scrolls_in_one_direction(visit, name):
    page = visit(name, viewport={"width": 320, "height": 640})
    page.evaluate(OPEN)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.locator("table.numbers td:not(.key)").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    box = page.locator("dialog").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 320


def visible(page, selector):
    """How many elements match, and how many of them can be seen."""
    return page.evaluate(
        """(selector) => {
            const all = [...document.querySelectorAll(selector)];
            return [all.length, all.filter((one) => one.checkVisibility({ contentVisibilityAuto: false }) && one.getClientRects().length > 0).length];
        }""",
        selector,
    )


CONTENT = "tbody tr, figure svg, section p, section li, dl dt"


def test_without_a_script_all_of_it_is_there_and_no_control(visit):
    with_script, page = visit(), visit(java_script_enabled=False)
    texts = "main h1, main h2, main h3, main p, main td, main th, main li"
    assert page.locator("main td").count() > 1000
    assert [page.locator(one).count() for one in ("button", "input", "select", "dialog")] == [0, 0, 0, 0]
    # What is closed is shown as well.
    count, seen = visible(page, "details:not([open]) :is(td, p)")
    assert count > 1000 and seen == count
    # The script took nothing away that it does not give back on demand.
    with_script.emulate_media(media="print")
    assert with_script.locator(texts).count() == page.locator(texts).count()


@pytest.mark.parametrize("name", NAMES)
def test_paper_shows_everything_and_no_control(visit, name):
    page = visit(name, color_scheme="dark")
    page.emulate_media(media="print")
    for selector in ("nav", "button.close", "input[type=search]", ".toolbar"):
        assert visible(page, selector)[1] == 0, selector
    count, seen = visible(page, CONTENT)
    assert count > (5000 if name == "large" else 200)
    assert seen == count
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")
    assert visible(page, ".toolbar input")[1] > 0


def test_forced_colours_keep_words_signs_and_outlines(visit):
    page = visit(forced_colors="active")
    badge = page.locator(".ledger .verdict").first
    colours = "(one) => [getComputedStyle(one).color, getComputedStyle(document.body).backgroundColor]"
    ink, paper = badge.evaluate(colours)
    assert ink != paper
    signs = {page.evaluate(f"getComputedStyle(document.querySelector('.count.{v}').lastElementChild, '::before').content") for v in ("reproduced", "refuted", "inconclusive", "not-run")}
    assert len(signs) == 4
    button = page.locator("button.count").first
    before = button.evaluate("(one) => getComputedStyle(one).borderBottomColor")
    button.click()
    assert button.evaluate("(one) => getComputedStyle(one).borderBottomColor") != before
