"""The rules in a real browser: tried, imagined, set differently, fought over, restored."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, sign_in
from tests.browser.live import Live
from tests.browser.test_keyboard import tab_to
from tests.browser.test_looks import SCREENS, problems
from tests.web.company import Company

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def rules(live: Live, visit: Open, **options: object) -> Page:
    """The rules as an admin sees them."""
    page = visit(**options)
    sign_in(page, live.url, "admin")
    page.goto(f"{live.url}/rules/")
    return page


def test_a_rule_is_tried_with_the_keyboard_alone_and_imagined(
    live: Live, company: Company, visit: Open
) -> None:
    page = rules(live, visit)
    tab_to(page, "#due_date\\.weight")
    page.keyboard.press("Control+a")
    page.keyboard.type("40")
    tab_to(page, "button[value=try]", most=300)
    page.keyboard.press("Enter")
    expect(page.locator("#trial")).to_be_visible()
    expect(page.locator(".trial")).to_contain_text("On time")
    expect(page.locator("#due_date\\.weight")).to_have_value("40")
    tab_to(page, "button[value=imagine]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/**")
    expect(page.locator("main")).to_contain_text("(what if)", timeout=30_000)
    expect(page.get_by_role("link", name="Look at the plan")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Look at the plan").click()
    page.get_by_role("link", name="Changes").click()
    expect(page.locator("main")).to_contain_text("rules that are saved nowhere")
    expect(page.get_by_role("table").first).to_contain_text("points for soft rules")


def test_a_department_is_set_differently_and_a_bad_value_is_told(
    live: Live, company: Company, visit: Open
) -> None:
    page = rules(live, visit)
    choice = page.locator("#spacing\\.place")
    choice.select_option(index=1)
    page.get_by_role("button", name="Set Time between two services differently").click()
    theirs = page.locator("#spacing\\+0\\.days")
    expect(theirs).to_be_visible()
    theirs.fill("0")
    theirs.blur()
    expect(page.locator("#spacing\\+0 .sentence")).to_contain_text("Must be at least 1.")
    page.get_by_role("button", name="Save as version").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved yet")
    expect(theirs).to_have_value("0")
    theirs.fill("77")
    theirs.blur()
    expect(page.locator("#spacing\\+0 .sentence")).to_contain_text("at least 77 days")
    page.get_by_role("button", name="Save as version").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved as version")
    expect(page.locator("#spacing\\+0\\.days")).to_have_value("77")
    page.locator("[name='spacing+0.gone']").check()
    page.get_by_role("button", name="Save as version").click()
    expect(page.locator("#spacing\\+0")).to_have_count(0)


def test_of_two_admins_the_second_is_told_and_loses_nothing(
    live: Live, company: Company, visit: Open
) -> None:
    one, other = rules(live, visit), rules(live, visit)
    one.locator("#spacing\\.days").fill("50")
    one.get_by_role("button", name="Save as version").click()
    expect(one.get_by_role("status").first).to_contain_text("Saved as version")
    other.locator("#executive_cover\\.most").fill("7")
    other.locator("#note").fill("mine")
    other.get_by_role("button", name="Save as version").click()
    expect(other.get_by_role("alert")).to_contain_text("while you were editing")
    expect(other.get_by_role("alert")).to_contain_text("Time between two services")
    expect(other.locator("#executive_cover\\.most")).to_have_value("7")
    expect(other.locator("#note")).to_have_value("mine")
    other.get_by_role("button", name="Save as version").click()
    expect(other.get_by_role("status").first).to_contain_text("Saved as version")


def test_an_old_version_is_restored(live: Live, company: Company, visit: Open) -> None:
    page = rules(live, visit)
    page.locator("#spacing\\.days").fill("33")
    page.get_by_role("button", name="Save as version").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved as version")
    page.goto(f"{live.url}/rules/history")
    page.get_by_role("button", name="Restore the defaults").click()
    expect(page.get_by_role("status").first).to_contain_text("holds again")
    expect(page.locator("#spacing\\.days")).to_have_value("28")


@pytest.mark.parametrize("screen", SCREENS)
def test_trying_has_no_barriers(live: Live, company: Company, visit: Open, screen: str) -> None:
    page = rules(live, visit, **SCREENS[screen])
    page.locator("#spacing\\.place").select_option(index=1)
    page.get_by_role("button", name="Set Time between two services differently").click()
    page.locator("#spacing\\+0\\.days").fill("400")
    page.locator("button[value=try]").click()
    expect(page.locator("#trial")).to_be_visible()
    assert not problems(page)
