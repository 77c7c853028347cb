"""Checking passwords."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore
from typing import Any

from flask import current_app
from flask_security.utils import verify_password

from scheduler import planning
from scheduler.planning.accounts.passwords import SHORTEST_PASSWORD

__all__ = [
    "LONGEST_PASSWORD",
    "SHORTEST_PASSWORD",
    "account",
    "check",
    "datastore",
]

HASHES_AT_ONCE = 2
"""A hash takes 64 MiB: many at once would take the machine's memory, not only its time."""

LONGEST_PASSWORD = 128

_room = BoundedSemaphore(HASHES_AT_ONCE)


def datastore() -> Any:
    """Flask-Security's accounts."""
    return current_app.extensions["security"].datastore


def check(name: str, password: str) -> Any | None:
    """The account of that name, if the password is right and the account open. An unknown name
    costs as much time as a known one."""
    account = datastore().find_user(email=name.strip().casefold())
    known = account is not None and account.password
    with _room:
        right = verify_password(password, account.password if known else _nobodys())
    return account if known and right and account.active else None


def account(account_id: int) -> Any:
    """An account as it is now, not as this request saw it before."""
    return datastore().as_it_is_now(account_id)


@cache
def _nobodys() -> str:
    return planning.hash_password("the password of nobody")
