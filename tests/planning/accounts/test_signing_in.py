"""Signing in: how often somebody may guess, and when sessions end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler import planning
from scheduler.domain.errors import NotFound
from scheduler.planning.accounts.signing_in import (
    TRIES_FOR_AN_ACCOUNT,
    TRIES_FROM_AN_ADDRESS,
    WINDOW,
)
from scheduler.store import Store
from scheduler.store.flask_security_models import User, login_session
from tests.planning.office import AT, ON_SQLITE, an_account

pytestmark = ON_SQLITE

HOME = "192.0.2.1"


def test_an_account_can_be_guessed_at_so_often_whatever_the_address(store: Store) -> None:
    for number in range(TRIES_FOR_AN_ACCOUNT):
        assert planning.admit_try(store, "Anna@Example.org ", f"192.0.2.{number}", AT)
    assert not planning.admit_try(store, "anna@example.org", "192.0.2.99", AT)
    assert planning.admit_try(store, "bo@example.org", "192.0.2.99", AT)
    assert planning.admit_try(store, "anna@example.org", HOME, AT + WINDOW)


def test_an_address_can_guess_so_often_whatever_the_account(store: Store) -> None:
    for number in range(TRIES_FROM_AN_ADDRESS):
        assert planning.admit_try(store, f"{number}@example.org", HOME, AT)
    assert not planning.admit_try(store, "another@example.org", HOME, AT)


def test_a_right_password_forgives_the_account_and_takes_one_try_off_the_address(
    store: Store,
) -> None:
    for number in range(TRIES_FROM_AN_ADDRESS - 1):
        planning.admit_try(store, f"{number}@example.org", HOME, AT)
    for _ in range(3):
        assert planning.admit_try(store, "anna@example.org", HOME, AT)
        planning.forgive_tries(store, "anna@example.org", HOME, AT)
    assert planning.admit_try(store, "bo@example.org", HOME, AT)
    assert not planning.admit_try(store, "cy@example.org", HOME, AT)
    assert not planning.admit_try(store, "0@example.org", HOME, AT + WINDOW - timedelta(seconds=1))


def test_a_sign_in_is_written_down(store: Store) -> None:
    planning.record_sign_in(store, "anna@example.org", at=AT)
    with store.read() as unit:
        (entry,) = unit.audit.entries()
    assert (entry.actor, entry.action, entry.subject, entry.at) == (
        "anna@example.org",
        "signed in",
        "anna@example.org",
        AT,
    )


def test_ending_sessions_makes_every_cookie_worthless(store: Store) -> None:
    account_id = an_account(store, "hr")
    session = login_session(store)
    known_by = session.get_one(User, account_id).fs_uniquifier
    session.remove()
    planning.end_sessions(store, account_id)
    assert session.get_one(User, account_id).fs_uniquifier != known_by
    session.remove()
    with pytest.raises(NotFound):
        planning.end_sessions(store, account_id + 1)
