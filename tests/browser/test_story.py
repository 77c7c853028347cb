"""The whole story in the browser alone: an empty company, a roster, a plan, all calendars."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from scheduler.sample import make_company, write_company
from scheduler.store import Store
from tests.browser.conftest import Open, sign_in
from tests.browser.live import Live
from tests.web.company import HASH

pytestmark = [pytest.mark.browser, pytest.mark.slow]

START = date(2026, 12, 1)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The files of a company of forty, as its HR system writes them."""
    write_company(make_company(40, 1, seed=11, start=START), tmp_path)
    return tmp_path


def test_from_a_roster_file_to_everybody_s_calendar(live: Live, visit: Open, files: Path) -> None:
    open_admin(live.store)
    page = visit()
    sign_in(page, live.url, "admin")
    set_up(page, files / "centres.csv")
    import_roster(page, files / "roster.csv")
    compute(page)
    publish(page)
    name, number = somebody(page)
    open_account(page, number)

    mine = visit()
    sign_in(mine, live.url, "employee@frontline.example", "a password for Ann")
    expect(mine.get_by_role("heading", level=1)).to_contain_text("Your next service")
    expect(mine.locator("body")).to_contain_text(name)
    expect(mine.locator("body")).to_contain_text("Why me, why then?")
    address = subscribe(mine)
    shown = days_on_the_page(live.store, number)
    assert events(address) == shown
    assert events_of_download(mine) == shown


def open_admin(store: Store) -> None:
    """The one account that the command line opens."""
    with store.write() as unit:
        unit.accounts.create_account("admin@frontline.example", HASH, ["admin"])


def set_up(page: Page, centres: Path) -> None:
    """A preset and a centre."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")
    page.get_by_role("link", name="Centres and programmes").click()
    page.get_by_label("Two customer days, or the Customer Experience Week").check()
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("status").first).to_contain_text("is set up")
    page.get_by_role("link", name="Import centres").click()
    look_at(page, centres)
    page.get_by_role("button", name="Import everything").click()
    expect(page.get_by_role("status").first).to_contain_text("is imported")


def look_at(page: Page, file: Path) -> None:
    """Upload a file, and see that all of it is good."""
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("Everything in this file can be imported.")).to_be_visible()


def import_roster(page: Page, roster: Path) -> None:
    """Upload, look, correct a column and put it back, take everything."""
    page.get_by_role("link", name="People").click()
    page.get_by_role("link", name="Import a roster").click()
    look_at(page, roster)
    hired = page.locator("select[name='map.hire_date']")
    guessed = hired.input_value()
    hired.select_option("")
    expect(page.get_by_role("alert")).to_be_visible()
    hired.select_option(guessed)
    page.get_by_role("button", name="Import everything").click()
    expect(page.get_by_role("status").first).to_contain_text("is imported")
    expect(page.get_by_role("navigation", name="Pages of people")).to_contain_text("40 found")


def compute(page: Page) -> None:
    """Ask for a plan, and watch it until it is there."""
    page.get_by_role("link", name="Plans", exact=True).click()
    page.get_by_role("link", name="Make a plan").click()
    page.get_by_label("Name").fill("The first plan")
    page.get_by_label("First day").fill("2027-01-01")
    page.get_by_label("Last day").fill("2028-12-31")
    page.get_by_label("Compute for at most (seconds)").fill("10")
    page.get_by_role("button", name="Compute the plan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The first plan")
    expect(page.locator("#chart canvas")).to_be_visible()
    expect(page.get_by_role("link", name="Look at the plan")).to_be_visible(timeout=60_000)
    expect(page.locator("#progress")).to_contain_text("Finished")
    page.get_by_role("link", name="Look at the plan").click()
    expect(page.get_by_text("everybody has a date")).to_be_visible()
    expect(page.get_by_text("checked independently")).to_be_visible()
    for tab in ("List", "Load", "Quality", "Open questions", "History", "Board"):
        page.get_by_role("navigation", name="Views of the plan").get_by_role(
            "link", name=tab
        ).click()
        expect(page.locator(".tabs [aria-current]")).to_contain_text(tab)


def publish(page: Page) -> None:
    """Read what it will do, and do it."""
    page.get_by_role("link", name="Publish as revision 1").click()
    expect(page.get_by_text("It is the first revision.")).to_be_visible()
    page.get_by_role("button", name="Publish as revision 1").click()
    expect(page.get_by_role("status").first).to_contain_text("Published as revision 1")


def somebody(page: Page) -> tuple[str, str]:
    """Find somebody with a date by typing a part of their name."""
    page.get_by_role("link", name="List").click()
    row = page.locator("#found tbody tr").nth(3)
    name = row.locator("th a").inner_text()
    page.get_by_label("Name or number").fill(name.split()[-1])
    expect(page.locator("#found tbody tr").first).to_contain_text(name.split()[-1])
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    return name, page.url.rstrip("/").rpartition("/")[2]


def open_account(page: Page, number: str) -> None:
    """Let that person sign in."""
    page.get_by_role("link", name="Users").click()
    form = page.get_by_role("form", name="New account")
    form.get_by_label("E-mail").fill("employee@frontline.example")
    form.get_by_label("First password").fill("a password for Ann")
    form.get_by_label("Number on the roster").fill(number)
    form.get_by_role("button", name="Create").click()
    expect(page.get_by_role("status").first).to_contain_text("may sign in now")


def subscribe(page: Page) -> str:
    """Ask for the secret address."""
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_text("It is shown this once.")).to_be_visible()
    webcal = page.get_by_role("link", name="Apple and others").get_attribute("href") or ""
    address = page.get_by_label("For any other program").input_value()
    assert re.sub("^webcal", "http", webcal) == address
    page.get_by_role("button", name="Copy").click()
    expect(page.locator(".toast")).to_have_text("Copied")
    return address


def events(address: str) -> list[datetime]:
    """When the events of a calendar at an address begin."""
    with urlopen(address, timeout=10) as answer:
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        return _starts(answer.read())


def events_of_download(page: Page) -> list[datetime]:
    """When the events of the downloaded file begin."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download .ics").click()
    return _starts(download.value.path().read_bytes())


def _starts(body: bytes) -> list[datetime]:
    assert body.startswith(b"BEGIN:VCALENDAR")
    found: list[Any] = Calendar.from_ical(body).walk("VEVENT")
    return sorted(event["DTSTART"].dt for event in found)


def days_on_the_page(store: Store, employee_id: str) -> list[datetime]:
    """When the person's days of service begin, from the database itself."""
    with store.read() as unit:
        return sorted(day.starts for day in unit.calendar.days(employee_id))
