"""A page over a report, in the system's own Chromium, watched for requests and for complaints.

The reports lie in the folder that `--reports` names: `record.html` (the committed record's cells),
`smoke.html` (another tier) and `large.html` (5,000 rows and 1,000 claims).
"""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright


def pytest_addoption(parser):
    parser.addoption("--reports", type=Path, required=True, help="the folder with the reports")


@pytest.fixture(scope="session")
def reports(request):
    return request.config.getoption("--reports").resolve()


@pytest.fixture(scope="session")
def browser():
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert program, "there is no chromium: install it, or name it by CHROMIUM"
    with sync_playwright() as playwright:
        # A container's root has no sandbox; the page is ours and loads nothing.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, reports):
    """Opens a report by its name, with options of the browser's context; no request, no complaint."""
    contexts, requests, said = [], [], []

    def visit(name="record", address="", **options):
        context = browser.new_context(**({"viewport": {"width": 1200, "height": 900}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"file://{reports}/{name}.html{address}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert [url for url in requests if not url.startswith(f"file://{reports}/")] == []
    assert len(requests) == len(contexts), "the page itself, and nothing else"
    assert said == []
