"""Writes the pictures of the README: `python -m tests.browser.screenshots [FOLDER]`.

They show the sample company of 300 people with a plan that was really computed, so they take
about a minute.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from scheduler import planning
from scheduler.domain.calendar import DAY, DateRange, Period
from scheduler.sample import make_company
from scheduler.store import Store
from tests.browser.chromium import HOW_TO_GET_ONE, launch
from tests.browser.live import Live, serve
from tests.web.company import PASSWORD
from web.context import utc_now
from web.planner.plans import default_horizon

PEOPLE = 300
SECONDS = 30
POINTS = "JSON.parse(document.getElementById('trail').dataset.trail).filter(p => p[1]).length"
SIZE = ViewportSize(width=1280, height=900)
TELEPHONE = ViewportSize(width=390, height=844)


def main(folder: Path) -> None:
    """Make the company, and take the pictures of it."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if browser is None:
            sys.exit(HOW_TO_GET_ONE)
        with tempfile.TemporaryDirectory() as place, serve(Path(place)) as live:
            plan, employee = found(live.store)
            for picture in pictures(plan, employee):
                take(browser, live, folder, picture)
            take_run(browser, live, folder)
        browser.close()


def found(store: Store) -> tuple[int, str]:
    """The sample company with a published plan; the plan, and somebody who has dates in it."""
    plan, run = ask(store, make(store))
    wait_for(store, run)
    planning.publish(store, plan, actor="mara@sample.example", at=utc_now())
    with store.read() as unit:
        row = unit.plans.search(plan, first=utc_now().date() + timedelta(days=30)).rows[0]
    open_account(store, "mara", "hr")
    open_account(store, "alex", "admin")
    open_account(store, "me", "employee", row.employee_id)
    return plan, row.employee_id


def make(store: Store) -> DateRange:
    """Put a sample company into an empty store; the horizon for its first plan."""
    at = utc_now()
    first, last = default_horizon(at.date())
    planning.initialise(store, "amazon", at=at)
    company = make_company(PEOPLE, 2, seed=7, start=first)
    planning.load_company(store, company, at=at)
    return DateRange(first=first, last=last)


def ask(store: Store, horizon: DateRange) -> tuple[int, int]:
    """Ask for a plan: its number and its run's."""
    name = f"Plan {horizon.first:%Y}–{horizon.last:%Y}"
    request = planning.PlanRequest(name, horizon, time_limit=SECONDS)
    return planning.draft_plan(store, request, actor="mara@sample.example", at=utc_now())


def open_account(store: Store, name: str, role: str, employee_id: str | None = None) -> None:
    """Let somebody sign in."""
    email = f"{name}@sample.example"
    at = utc_now()
    planning.create_account(store, email, PASSWORD, [role], at=at, employee_id=employee_id)


def wait_for(store: Store, run_id: int) -> None:
    """Until the worker is done."""
    for _ in range(SECONDS * 10):
        with store.read() as unit:
            if unit.runs.run(run_id).state.final:
                return
        time.sleep(0.5)


@dataclass(frozen=True)
class Picture:
    """A page as one account sees it."""

    name: str
    account: str
    path: str
    dark: bool = False
    phone: bool = False


def pictures(plan: int, employee: str) -> list[Picture]:
    """The pictures that need a published plan and nothing else."""
    return [
        Picture("overview", "mara", "/overview/"),
        Picture("people", "mara", "/people/"),
        Picture("person", "mara", f"/people/{employee}"),
        Picture("plan", "mara", f"/plans/{plan}/"),
        Picture("plan-dark", "mara", f"/plans/{plan}/", dark=True),
        Picture("plan-phone", "mara", f"/plans/{plan}/", phone=True),
        Picture("load", "mara", f"/plans/{plan}/load"),
        Picture("quality", "mara", f"/plans/{plan}/quality"),
        Picture("rules", "alex", "/rules/"),
        Picture("me", "me", "/me/"),
        Picture("me-dark", "me", "/me/", dark=True),
        Picture("me-phone", "me", "/me/", phone=True),
    ]


def take(browser: Browser, live: Live, folder: Path, picture: Picture) -> None:
    """Take one picture."""
    page = open_page(browser, picture.dark, picture.phone)
    sign_in(page, live.url, f"{picture.account}@sample.example")
    page.goto(live.url + picture.path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / f"{picture.name}.png")
    page.close()


def take_run(browser: Browser, live: Live, folder: Path) -> None:
    """Three cycles at once keep the solver busy: a run while it computes."""
    first = default_horizon(utc_now().date())[0]
    _, run = ask(live.store, DateRange(first=first, last=Period(months=72).after(first) - DAY))
    page = open_page(browser)
    sign_in(page, live.url, "mara@sample.example")
    page.goto(f"{live.url}/runs/{run}/")
    for _ in range(SECONDS * 4):
        if page.evaluate(POINTS) > 2:
            break
        page.wait_for_timeout(250)
    page.screenshot(path=folder / "run.png")
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)
    page.screenshot(path=folder / "run-dark.png")
    page.close()


def open_page(browser: Browser, dark: bool = False, phone: bool = False) -> Page:
    """An empty page."""
    size = TELEPHONE if phone else SIZE
    return browser.new_page(color_scheme="dark" if dark else "light", viewport=size, locale="en-GB")


def sign_in(page: Page, url: str, email: str) -> None:
    """Sign in as a person would."""
    page.goto(f"{url}/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures"))
