"""Pictures of a report for artifacts/README.md: `python3 pictures.py REPORT FOLDER` (`just pictures`).

Their bytes follow the browser and its fonts; no test compares them.
"""

import io
import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright


def ledger(page):
    page.locator("h1").scroll_into_view_if_needed()


def number(page):
    page.evaluate("location.hash = '#nonsmooth/tables/risk'")
    page.locator("[id='nonsmooth/tables/risk'] td[data-row]").nth(7).click()


def main(report, folder):
    folder.mkdir(parents=True, exist_ok=True)
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name, scheme, show in [("ledger", "light", ledger), ("number", "dark", number)]:
            page = browser.new_page(viewport={"width": 1100, "height": 760}, color_scheme=scheme)
            page.goto(f"file://{report.resolve()}")
            show(page)
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            picture.quantize(48).save(folder / f"report-{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
