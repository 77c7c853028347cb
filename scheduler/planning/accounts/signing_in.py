"""Signing in and out: tries are counted in the database, over all processes, so that guessing
passwords is slow.

A try is counted before the password is looked at and given back when it was right, so that many
tries at once cannot slip through between looking and counting.

What a sign-in changes about the account itself (when, from where, how often) Flask-Security
writes, each statement by itself: its session is open while a hash is computed, and no transaction
may stay open for so long.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from scheduler.store.store import Store

WINDOW = timedelta(minutes=15)
TRIES_FOR_AN_ACCOUNT = 5
TRIES_FROM_AN_ADDRESS = 20


def admit_try(store: Store, name: str, address: str, at: datetime) -> bool:
    """Whether a try may be made; if so it is counted against the account and the address."""
    limits = {_address(address): TRIES_FROM_AN_ADDRESS, _account(name): TRIES_FOR_AN_ACCOUNT}
    with store.write() as unit:
        unit.accounts.forget_failures(at - WINDOW)
        return all(
            unit.accounts.admit(key, at=at, window=WINDOW, limit=limit)
            for key, limit in limits.items()
        )


def forgive_tries(store: Store, name: str, address: str, at: datetime) -> None:
    """The try was right: forget those for the account, and take the last one off the address,
    where colleagues behind the same proxy may have mistyped theirs."""
    key = _address(address)
    with store.write() as unit:
        unit.accounts.clear_failures(_account(name))
        others = unit.accounts.count_failures(key, at - WINDOW) - 1
        unit.accounts.clear_failures(key)
        for _ in range(others):
            unit.accounts.add_failure(key, at)


def record_sign_in(store: Store, email: str, *, at: datetime) -> None:
    """Write down that somebody signed in."""
    with store.write() as unit:
        unit.audit.record(email, "signed in", email, at, {})


def end_sessions(store: Store, account_id: int) -> None:
    """End every session of somebody, wherever it is open: a copied cookie opens nothing any more.
    Raises `NotFound` for an unknown account."""
    with store.write() as unit:
        unit.accounts.end_sessions(account_id)


def _account(name: str) -> str:
    # Hashed, so that a mistyped name (or a password typed as one) is not kept.
    return "account:" + sha256(name.strip().casefold().encode()).hexdigest()


def _address(address: str) -> str:
    return f"address:{address}"
