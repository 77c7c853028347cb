"""What every view needs at hand: the store, the settings and the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import current_app
from flask_security import current_user

from scheduler.settings import Settings
from scheduler.store.store import Store


@dataclass(frozen=True)
class Frontline:
    """The parts the application was made from; kept in `app.extensions["frontline"]`."""

    store: Store
    settings: Settings
    clock: Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment: the one place where the web application asks the machine for it."""
    return datetime.now(UTC)


def frontline() -> Frontline:
    """The parts of the application that answers this request."""
    extension: Frontline = current_app.extensions["frontline"]
    return extension


def store() -> Store:
    """The store of this application."""
    return frontline().store


def now() -> datetime:
    """The present moment by the application's clock, in UTC."""
    return frontline().clock()


def today() -> date:
    """The present day by the application's clock, in UTC."""
    return now().date()


def actor() -> str:
    """Who is signed in, as the audit log and the plans name them."""
    return str(current_user.email)
