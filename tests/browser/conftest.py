"""A real Chromium, and pages that people look at in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import HOW_TO_GET_ONE, launch
from tests.browser.live import Live, serve
from tests.databases import sqlite_template  # noqa: F401  # a fixture is found by its name
from tests.web.company import PASSWORD, Company, found

Open = Callable[..., Page]

expect.set_options(timeout=600_000)  # a loaded machine is slow, not wrong


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of this test run. Without one the tests are skipped, but not in CI."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if browser is None:
            if os.environ.get("CI") == "true":
                pytest.fail(HOW_TO_GET_ONE)
            pytest.skip(HOW_TO_GET_ONE)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Open a page at an address; what goes wrong in it fails the test."""
    with ExitStack() as stack:

        def open_page(url: str = "about:blank", **options: Any) -> Page:
            context = browser.new_context(locale="en-GB", **options)
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(600_000)
            page.on("pageerror", lambda error: pytest.fail(f"{page.url}: {error}"))
            page.on("console", _complain)
            page.goto(url)
            return page

        yield open_page


def _complain(message: Any) -> None:
    refused = message.type == "error" and "Content Security Policy" in message.text
    assert not refused, message.text


@pytest.fixture(scope="module")
def live(
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_template: Path,  # noqa: F811
) -> Iterator[Live]:
    """A server over an empty store."""
    folder = tmp_path_factory.mktemp("live")
    shutil.copyfile(sqlite_template, folder / "frontline.sqlite3")
    with serve(folder) as live:
        yield live


@pytest.fixture(scope="module")
def company(live: Live) -> Company:
    """The same server with a company in it."""
    return found(live.store)


def sign_in(page: Page, url: str, name: str, password: str = PASSWORD) -> None:
    """Sign in as a person would."""
    page.goto(f"{url}/sign-in")
    page.get_by_label("E-mail").fill(name if "@" in name else f"{name}@frontline.example")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def folder_of(name: str) -> Path:
    """A folder of the repository."""
    return Path(__file__).parents[2] / name
