"""From an open question of a plan to a new draft that answers it, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, sign_in
from tests.browser.live import Live
from tests.browser.test_keyboard import tab_to
from tests.browser.test_looks import SCREENS, problems
from tests.web.company import Company
from tests.web.test_repairs import a_plan

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = "one more seat in Berlin on 11 Jan 2027"


def open_questions(live: Live, company: Company, visit: Open, **options: object) -> Page:
    """The open questions of a plan in which two want one seat, as HR comes to them."""
    plan_id = a_plan(company, 2)
    page = visit(**options)
    sign_in(page, live.url, "hr")
    page.goto(f"{live.url}/plans/{plan_id}/")
    expect(page.locator(".figures").first).to_contain_text("1 open question")
    page.get_by_role("link", name="Open questions").click()
    return page


def placed_by_the_draft(page: Page) -> None:
    """The run ends, its plan places everybody, and says what it was made with."""
    page.wait_for_url("**/runs/**")
    expect(page.get_by_role("status").first).to_contain_text("This draft alone has the change")
    page.get_by_role("link", name="Look at the plan").click(timeout=60_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text("(repaired)")
    expect(page.locator(".figures").first).to_contain_text("everybody has a date")
    page.get_by_role("link", name="Open questions").click()
    expect(page.locator(".notice")).to_contain_text(
        "Drafted with a repair: one more seat in Berlin"
    )
    expect(page.locator("main")).to_contain_text("Every duty of this plan has a date.")


def test_one_click_leads_to_a_draft_that_places_the_duty(
    live: Live, company: Company, visit: Open
) -> None:
    page = open_questions(live, company, visit)
    row = page.get_by_role("row").filter(has_text="No more people than seats")
    expect(row).to_contain_text(WORDS)
    name = re.compile(f"New draft with this.*{WORDS}")
    row.get_by_role("button", name=name).click()
    placed_by_the_draft(page)


def test_the_keyboard_alone_is_enough(live: Live, company: Company, visit: Open) -> None:
    page = open_questions(live, company, visit)
    tab_to(page, "form[action$='/open/repair'] button")
    page.keyboard.press("Enter")
    placed_by_the_draft(page)


@pytest.mark.parametrize("screen", SCREENS)
def test_open_questions_have_no_barriers(
    live: Live, company: Company, visit: Open, screen: str
) -> None:
    page = open_questions(live, company, visit, **SCREENS[screen])
    expect(page.locator("main")).to_contain_text(WORDS)
    assert not problems(page)
