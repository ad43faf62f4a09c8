"""What the script adds: filters, sorting, and the panel that says where a number comes from."""

import re

import pytest


def shown(page):
    return page.locator("table.ledger tbody tr").count()


def says(page, table="ledger"):
    return page.locator(f"#{table} .toolbar output").inner_text()


def test_counts_filter_the_ledger_and_the_address_follows(visit):
    page = visit()
    total = shown(page)
    refuted = page.locator("button.count.refuted")
    number = int(refuted.locator("b").inner_text())
    assert 0 < number < total
    refuted.click()
    assert refuted.get_attribute("aria-pressed") == "true"
    assert shown(page) == number
    assert says(page) == f"{number} of {total} claims shown"
    assert set(page.locator("table.ledger tbody .verdict").all_inner_texts()) == {"refuted"}
    assert page.evaluate("location.hash") == "#ledger?verdict=refuted"
    page.locator("button.count.inconclusive").click()
    assert shown(page) == number + int(page.locator("button.count.inconclusive b").inner_text())
    page.get_by_role("button", name="Show all").click()
    assert shown(page) == total and page.evaluate("location.hash") == "#ledger"


def test_search_shows_the_rows_with_all_words(visit):
    page = visit()
    total = shown(page)
    page.get_by_role("searchbox", name="Search claims").fill("Kernel SPLINE control")
    texts = page.locator("table.ledger tbody tr").all_inner_texts()
    assert 0 < len(texts) < total and all("control" in text.lower() and "kernel" in text.lower() for text in texts)
    page.get_by_role("searchbox", name="Search claims").fill("no such words")
    assert shown(page) == 0 and says(page).startswith("0 of ")
    assert page.locator("#ledger output").evaluate("(one) => one.tagName") == "OUTPUT", "an output is announced"


def test_a_view_is_linked_by_its_address(visit):
    first = visit()
    first.locator("button.count.refuted").click()
    first.get_by_role("searchbox", name="Search claims").fill("wide & 0.5?")
    address = first.evaluate("location.hash")
    page = visit(address=address)
    assert page.get_by_role("searchbox", name="Search claims").input_value() == "wide & 0.5?"
    assert page.locator("button.count.refuted").get_attribute("aria-pressed") == "true"
    page.evaluate("location.hash = '#ledger?study=nonsmooth&verdict=reproduced'")
    page.wait_for_function("document.querySelector('.count.reproduced').ariaPressed === 'true'")
    assert set(page.locator("table.ledger tbody .verdict").all_inner_texts()) == {"reproduced"}


def test_a_link_opens_what_it_leads_to(visit):
    page = visit()
    link = page.locator("table.ledger tbody a[href*='/claims/']").last
    claim = page.locator(f"[id='{link.get_attribute('href')[1:]}']")
    assert not claim.evaluate("(one) => one.open")
    link.click()
    page.wait_for_function("(id) => document.getElementById(id).open", arg=link.get_attribute("href")[1:])
    assert claim.locator("table.evidence").is_visible()
    box = claim.bounding_box()
    assert 0 <= box["y"] < 450, "below the navigation, within sight"
    assert visit(address=link.get_attribute("href")).locator("details.claim[open]").count() == 1


def test_a_head_sorts_up_down_and_back(visit):
    page = visit(address="#nonsmooth/tables/risk")
    table = page.locator("[id='nonsmooth/tables/risk'] table")
    head = table.locator("thead th").nth(5)
    values = lambda: [float(text.split()[0]) for text in table.locator("tbody tr td:nth-child(6)").all_inner_texts()]
    as_it_was = values()
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert values() == sorted(values()) != as_it_was
    page.keyboard.press("Space")
    assert head.get_attribute("aria-sort") == "descending"
    assert values() == sorted(values(), reverse=True)
    assert table.locator("[aria-sort]:not([aria-sort=none])").count() == 1
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "none" and values() == as_it_was


def test_words_and_numbers_sort_by_what_they_are(visit):
    page = visit()
    page.locator("[id='nonsmooth/tables/training']").evaluate("(one) => { one.open = true }")
    table = page.locator("[id='nonsmooth/tables/training'] table")
    table.get_by_role("button", name="n", exact=True).click()
    numbers = [int(text) for text in table.locator("tbody tr td:nth-child(5)").all_inner_texts()]
    assert numbers == sorted(numbers) and numbers[0] == 100
    page.locator("table.ledger").get_by_role("button", name="verdict").click()
    verdicts = page.locator("table.ledger tbody .verdict").all_inner_texts()
    assert verdicts == sorted(verdicts)


def panel(page):
    return page.locator("dialog")


def test_a_number_says_where_it_comes_from_by_keyboard_alone(visit):
    page = visit(address="#nonsmooth/tables/risk")
    table = page.locator("[id='nonsmooth/tables/risk'] table")
    # One stop for the whole table; arrows move within it.
    assert table.locator("tbody [tabindex='0']").count() == 1
    table.locator("thead button").last.focus()
    page.keyboard.press("Tab")
    for press in ("ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(press)
    cell = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    assert panel(page).is_visible()
    assert page.evaluate("document.activeElement.id") == "number-title"
    value = panel(page).locator(".value").inner_text()
    assert abs(float(value) - float(cell.split()[0])) < 1e-3 and len(value) > len(cell.split()[0])
    command = panel(page).locator(".run code").inner_text()
    assert command == "saigen trace 'nonsmooth/risk:target=smooth,sigma=0.1,n=400,experiment=kernel:mean' --remake"
    text = panel(page).inner_text()
    for word in ("mean of 'risk-cv' over 30 cells, seeds 0–29", "Gaussian kernel ridge", "kernel-ridge", "files of code"):
        assert word in text, word
    assert re.search(r"\b[0-9a-f]{12}\b", text)
    page.keyboard.press("Escape")
    assert not panel(page).is_visible()
    assert page.evaluate("document.activeElement.textContent") == cell
    # Another number while the panel is open: it tells of that one, and leads back to it.
    page.keyboard.press("Enter")
    other = table.locator("td[data-row]").first
    other.click()
    assert panel(page).locator(".value").inner_text() != value
    assert page.evaluate("document.activeElement.id") == "number-title"
    page.keyboard.press("Escape")
    assert other.evaluate("(one) => document.activeElement === one")
    assert table.locator("tbody [tabindex='0']").count() == 1


def test_a_long_table_counts_its_rows_as_trace_does(visit):
    page = visit("smoke")
    page.locator("[id='nonsmooth/tables/phase']").evaluate("(one) => { one.open = true }")
    row = page.locator("[id='nonsmooth/tables/phase'] tbody tr").nth(4)
    row.locator("td:not(.key)").nth(1).click()
    assert panel(page).locator("dd", has_text=re.compile("^5: ")).count() == 1
    keys = dict(zip(("dimension", "beta", "alpha"), row.locator("td.key").all_inner_texts()))
    command = panel(page).locator(".run code").inner_text()
    assert command.startswith("saigen trace 'nonsmooth/phase:dimension=") and ":linear' --remake --tier smoke --backend flex" in command
    assert all(f"{name}={value}" in command for name, value in keys.items())


def test_the_command_is_copied(visit):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.locator("[id='nonsmooth/tables/risk']").evaluate("(one) => { one.open = true }")
    page.locator("[id='nonsmooth/tables/risk'] td[data-row]").first.click()
    panel(page).get_by_role("button", name="Copy").click()
    page.wait_for_function("document.querySelector('dialog output').textContent !== ''")
    assert panel(page).locator("output").inner_text() == "copied"
    assert page.evaluate("navigator.clipboard.readText()") == panel(page).locator(".run code").inner_text()


def test_a_large_table_shows_rows_as_they_are_needed(visit):
    page = visit("large")
    table = page.locator("[id='nonsmooth/tables/phase']")
    table.evaluate("(one) => { one.open = true }")
    rows = table.locator("tbody tr")
    assert rows.count() == 100 and table.locator("table").get_attribute("aria-rowcount") == "5001"
    # To its end, until what that brings is there: parts of the page get their size as they are seen.
    scrolled = "const box = document.querySelector('.long'); box.scrollIntoView({ block: 'center' }); box.scrollTop = box.scrollHeight"
    page.wait_for_function(f"() => {{ {scrolled}; return box.querySelector('tbody').rows.length > 100 }}")
    table.get_by_role("searchbox").fill("4999")
    assert rows.count() == 1 and rows.locator("th").inner_text() == "4999"
    table.get_by_role("searchbox").fill("")
    table.get_by_role("button", name="row").click(click_count=2)
    assert rows.first.locator("th").inner_text() == "5000"
    # Arrows go on where the rows that are there end.
    rows.nth(99).locator("td:not(.key)").first.focus()
    rows.nth(99).locator("td:not(.key)").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.parentElement.cells[0].textContent") == "4900"


@pytest.mark.parametrize("what", ["5,000 rows, 1,000 claims"])
def test_times_are_printed(visit, what, capsys):
    """No limit here: a busy machine is no mistake. The figures are for tests/README.md."""
    page = visit("large")
    times = page.evaluate(
        """async () => {
            const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            await frame();
            const [load] = performance.getEntriesByType("navigation");
            const times = { "DOMContentLoaded": load.domContentLoadedEventEnd, "first contentful paint": performance.getEntriesByName("first-contentful-paint")[0].startTime };
            const time = async (name, work) => {
                const start = performance.now();
                work();
                document.body.getBoundingClientRect();
                times[name] = performance.now() - start;
                await frame();
            };
            const type = (input, text) => { input.value = text; input.dispatchEvent(new Event("input")); };
            const table = document.getElementById("nonsmooth/tables/phase");
            await time("open the table", () => { table.open = true; });
            const input = table.querySelector("input");
            type(input, "1");
            await time("a keystroke in the table's search", () => type(input, "1."));
            await time("sort 5,000 rows", () => table.querySelector("thead th:last-child button").click());
            const words = document.querySelector("#ledger input");
            type(words, "l");
            await time("a keystroke in the ledger's search", () => type(words, "li"));
            return times;
        }"""
    )
    with capsys.disabled():
        print(f"\n{what}: " + ", ".join(f"{name} {value:.0f} ms" for name, value in times.items()))
    assert all(value >= 0 for value in times.values())
