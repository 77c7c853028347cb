"""Without a mouse: signing in, changing a rule, searching; and what a telephone folds away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, sign_in
from tests.browser.live import Live
from tests.web.company import PASSWORD, Company

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def tab_to(page: Page, selector: str, most: int = 120) -> None:
    """Press Tab until the element has the focus, which must be visible."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"the focus on {selector} is not visible"
            return
    raise AssertionError(f"Tab never reached {selector}")


def test_signing_in_and_changing_a_rule_with_the_keyboard_alone(
    live: Live, company: Company, visit: Open
) -> None:
    page = visit(f"{live.url}/sign-in")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type("admin@frontline.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/overview/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    tab_to(page, "a[href='/rules/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rules/")

    tab_to(page, "#spacing\\.days")
    page.keyboard.press("Control+a")
    page.keyboard.type("0")
    page.keyboard.press("Tab")
    expect(page.locator("#spacing .sentence")).to_contain_text("Must be at least 1.")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("45")
    page.keyboard.press("Tab")
    expect(page.locator("#spacing .sentence")).to_contain_text("at least 45 days")
    tab_to(page, "#note")
    page.keyboard.type("more rest")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Saved as version")
    page.goto(f"{live.url}/rules/history")
    expect(page.locator("main")).to_contain_text("more rest")


def test_skipping_the_bar_leads_to_the_content(live: Live, company: Company, visit: Open) -> None:
    page = visit()
    sign_in(page, live.url, "hr")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_people_are_found_while_one_types(live: Live, company: Company, visit: Open) -> None:
    page = visit()
    sign_in(page, live.url, "hr")
    page.goto(f"{live.url}/people/")
    name = company.other.name
    page.get_by_label("Name, number or e-mail").press_sequentially(name)
    expect(page.locator("#found tbody tr")).to_have_count(1)
    expect(page.locator("#found")).to_contain_text(name)
    page.wait_for_url("**q=**")


def test_the_board_turns_to_the_week_of_a_clicked_day(
    live: Live, company: Company, visit: Open
) -> None:
    page = visit()
    sign_in(page, live.url, "hr")
    page.goto(f"{live.url}/plans/{company.published}/")
    page.locator("[data-day='2027-06-09']").click()
    expect(page.locator("#weeks-title")).to_contain_text("Mon 7 – Fri 18 Jun 2027")
    page.get_by_role("link", name="Later").click()
    expect(page.locator("#weeks-title")).to_contain_text("Mon 21 Jun – Fri 2 Jul 2027")


def test_on_a_telephone_the_bar_folds(live: Live, company: Company, visit: Open) -> None:
    page = visit(viewport={"width": 360, "height": 740})
    sign_in(page, live.url, "hr")
    link = page.get_by_role("link", name="Plans", exact=True)
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Pages").click()
    expect(link).to_be_visible()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plans")


def test_the_account_menu_signs_out(live: Live, company: Company, visit: Open) -> None:
    page = visit()
    sign_in(page, live.url, "hr")
    page.get_by_role("button", name="HR").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_contain_text("You are signed out.")


def test_without_javascript_the_pages_still_work(live: Live, company: Company, visit: Open) -> None:
    page = visit(java_script_enabled=False)
    sign_in(page, live.url, "hr")
    page.goto(f"{live.url}/people/")
    page.get_by_label("Name, number or e-mail").fill(company.other.name)
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#found tbody tr")).to_have_count(1)
    page.goto(f"{live.url}/plans/{company.published}/")
    page.get_by_role("link", name="Later").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Plan 2026")
