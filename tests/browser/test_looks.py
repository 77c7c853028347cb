"""Every page in the light, in the dark and on a telephone: no barrier, nothing out of its frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, sign_in
from tests.browser.live import Live
from tests.web.company import Company
from tests.web.test_pages import PAGES, filled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCREENS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "telephone": {"color_scheme": "light", "viewport": {"width": 360, "height": 740}},
}
BARE = ("/sign-in", "/there-is-nothing")
LOOKED_AT = {
    name: [page for page in pages if "?" not in page or name == "lead"]
    for name, pages in PAGES.items()
}
"""Every page once; what a search finds looks like what it does not find."""
COLOURS: dict[str, Any] = {"runOnly": ["color-contrast", "link-in-text-block"]}
OPTIONS: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
}


@pytest.mark.parametrize("name", ["nobody", *PAGES])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    live: Live, company: Company, visit: Open, name: str
) -> None:
    """Every page is loaded once and looked at on every screen; what is dark differs in colour."""
    page = visit(**SCREENS["light"])
    if name != "nobody":
        sign_in(page, live.url, name)
    found = []
    for path in LOOKED_AT.get(name, BARE):
        page.goto(live.url + filled(path, company))
        for screen, look in SCREENS.items():
            page.set_viewport_size(look["viewport"])
            page.emulate_media(color_scheme=look["color_scheme"])
            options = COLOURS if screen == "dark" else OPTIONS
            found += [f"{path}, {screen}: {each}" for each in problems(page, options)]
    assert found == []


def problems(page: Page, options: dict[str, Any] = OPTIONS) -> list[str]:
    """What is wrong with a page as it stands."""
    page.wait_for_load_state("load")
    results = Axe().run(page, options=options).response
    found = [
        f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for violation in results["violations"]
        for node in violation["nodes"][:3]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*found, *([f"{wide} pixels too wide"] if wide > 0 else [])]


def test_the_run_page_draws_its_chart(live: Live, company: Company, visit: Open) -> None:
    page = visit(**SCREENS["light"])
    sign_in(page, live.url, "hr")
    page.goto(f"{live.url}/runs/2/")
    box = page.locator("#chart canvas").bounding_box()
    assert box is not None
    assert box["width"] > 600


@pytest.mark.parametrize("screen", SCREENS)
def test_pages_that_tell_of_mistakes_are_without_barriers_too(
    live: Live, company: Company, visit: Open, screen: str, tmp_path: Path
) -> None:
    page = visit(**SCREENS[screen])
    sign_in(page, live.url, "admin")
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name,hire date\n1,Ann,never\n2,Bob,2020-01-01\n", "utf-8")
    page.goto(f"{live.url}/import/")
    page.get_by_label("File", exact=True).set_input_files(roster)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("this is not a date")).to_be_visible()
    assert problems(page) == []
    page.goto(f"{live.url}/rules/")
    page.locator("#spacing\\.days").fill("none")
    page.get_by_role("button", name="Save as version").click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    assert problems(page) == []
    page.goto(f"{live.url}/plans/new")
    page.get_by_label("Name").fill("")
    page.get_by_role("button", name="Compute the plan").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert problems(page) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_a_shown_address_is_without_barriers_too(
    live: Live, company: Company, visit: Open, screen: str
) -> None:
    page = visit(**SCREENS[screen])
    sign_in(page, live.url, "employee")
    page.locator("#subscription button").first.click()
    expect(page.get_by_text("It is shown this once.")).to_be_visible()
    assert problems(page) == []
    page.get_by_role("button", name=company.employee.name).click()
    expect(page.get_by_role("link", name="Change password")).to_be_visible()
    assert problems(page) == []
