"""Which Chromium the browser tests drive, and how it is started."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright

VARIABLE = "FRONTLINE_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOW_TO_GET_ONE = (
    "No Chromium was found. Install one (on Debian and Ubuntu: apt-get install chromium; "
    f"elsewhere: playwright install chromium), or name it in {VARIABLE}."
)


def executable(playwright: Playwright) -> str | None:
    """The path of the Chromium to drive; None if there is none on this machine."""
    if named := os.environ.get(VARIABLE):
        return named
    for name in NAMES:
        if found := shutil.which(name):
            return found
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def launch(playwright: Playwright) -> Browser | None:
    """A running Chromium without a window; None if there is none on this machine."""
    path = executable(playwright)
    if path is None:
        return None
    return playwright.chromium.launch(executable_path=path, args=list(OPTIONS))
