"""Subscriptions: addresses that nobody guesses, and what a calendar shows."""

from __future__ import annotations

import pytest

from scheduler import planning
from scheduler.domain.errors import NotFound
from scheduler.store import Store
from tests.planning.office import AT, MINUTE, ON_SQLITE, open_office

pytestmark = ON_SQLITE

BASE = "https://frontline.example"


def _token(address: str) -> str:
    return address.rpartition("/")[2].removesuffix(".ics")


def test_a_feed_address_is_new_each_time_and_the_old_one_stops(store: Store) -> None:
    open_office(store)
    one = planning.feed_url(store, "s1", "https://frontline.example/", at=AT)
    two = planning.feed_url(store, "s1", "https://frontline.example", at=AT + MINUTE)
    assert one.startswith("https://frontline.example/feeds/")
    assert one.endswith(".ics")
    tokens = [url.rpartition("/")[2].removesuffix(".ics") for url in (one, two)]
    with store.read() as unit:
        assert [unit.calendar.feed_owner(token, AT.date()) for token in tokens] == [None, "s1"]
        latest = unit.audit.entries(limit=1)[0]
    assert latest.action == "new calendar address"
    assert tokens[1] not in str(latest)


def test_nobody_unknown_gets_a_feed_address(store: Store) -> None:
    with pytest.raises(NotFound):
        planning.feed_url(store, "nobody", "https://frontline.example", at=AT)


def test_a_revoked_address_belongs_to_nobody(store: Store) -> None:
    open_office(store)
    token = _token(planning.feed_url(store, "s1", BASE, at=AT))
    planning.revoke_feed(store, "s1", actor="s1@example.org", at=AT)
    with store.read() as unit:
        assert unit.calendar.feed_owner(token, AT.date()) is None
        latest = unit.audit.entries(limit=1)[0]
    assert (latest.actor, latest.action, latest.subject) == (
        "s1@example.org",
        "revoked calendar address",
        "s1",
    )


def test_cancelled_days_are_hidden_and_shown_again(store: Store) -> None:
    open_office(store)
    for hide in (True, False):
        planning.hide_cancelled_days(store, "s1", hide)
        with store.read() as unit:
            assert unit.calendar.hide_cancelled("s1") is hide
