"""Exceptions in a real browser: by the keyboard alone, with suggestions, and without barriers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from scheduler import planning
from scheduler.domain.calendar import DateRange
from scheduler.domain.people import Exemption
from scheduler.exchange.exceptions.reading import RecordKind
from tests.browser.conftest import Open, sign_in
from tests.browser.live import Live
from tests.browser.test_keyboard import tab_to
from tests.browser.test_looks import SCREENS, problems
from tests.web.company import HORIZON, Company
from web.context import utc_now

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_exemption_is_added_changed_and_removed_with_the_keyboard_alone(
    live: Live, company: Company, visit: Open
) -> None:
    page = visit()
    sign_in(page, live.url, "hr")
    page.goto(f"{live.url}/exceptions/")
    tab_to(page, "a.button.first")
    page.keyboard.press("Enter")
    page.wait_for_url("**/exceptions/exemptions/new")
    fill(page, "#employee_id", company.employee.name)
    expect(page.locator("#employee_id-offered option")).to_contain_text(company.employee.name)
    fill(page, "#category", "care leave")
    fill(page, "#approver", "Mara")
    fill(page, "#first", "06062027")  # the same whichever of day and month comes first
    fill(page, "#last", "05052027")
    press(page, "button.first")
    expect(page.get_by_role("alert")).to_contain_text("Not saved yet")
    expect(page.locator("#problem-last")).to_contain_text("before the first day")
    expect(page.locator("#category")).to_have_value("care leave")
    fill(page, "#last", "07072027")
    press(page, "button.first")
    expect(page.get_by_role("status").first).to_contain_text("It is on record.")

    row = page.locator("tbody tr", has_text=company.employee.name)
    expect(row).to_contain_text("6 Jun – Wed 7 Jul 2027")
    row.get_by_role("link", name="Change").focus()
    page.keyboard.press("Enter")
    fill(page, "#approver", "Somebody Else")
    press(page, "button.first")
    expect(row).to_contain_text("Somebody Else")
    row.get_by_role("link", name="Remove").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove this exemption?")
    press(page, "form button.first")
    expect(page.get_by_role("status").first).to_contain_text("It is removed.")
    expect(row).to_have_count(0)


def fill(page: Page, selector: str, text: str) -> None:
    """Go to a field with the Tab key and type over what it holds."""
    page.locator("#main").focus()
    tab_to(page, selector)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def press(page: Page, selector: str) -> None:
    """Go to a button with the Tab key and press it."""
    page.locator("#main").focus()
    tab_to(page, f"main {selector}")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("screen", SCREENS)
def test_mistakes_and_conflicts_are_told_without_barriers(
    live: Live, company: Company, visit: Open, screen: str
) -> None:
    record = Exemption(employee_id=company.other.id, category=screen, approver="Mara", days=HORIZON)
    number = planning.add_exception(live.store, record, actor="mara", at=utc_now())
    page = visit(**SCREENS[screen])
    sign_in(page, live.url, "hr")
    for kind in RecordKind:
        page.goto(f"{live.url}/exceptions/{kind}/new")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("Not saved yet")
        assert problems(page) == [], kind

    page.goto(f"{live.url}/exceptions/exemptions/{number}")
    days = DateRange(first=HORIZON.first, last=HORIZON.first)
    theirs = record.model_copy(update={"days": days})
    planning.replace_exception(live.store, number, theirs, actor="other", at=utc_now())
    page.get_by_label("Approved by").fill("my own words")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else changed this entry meanwhile")
    expect(page.get_by_label("Approved by")).to_have_value("my own words")
    assert problems(page) == []
