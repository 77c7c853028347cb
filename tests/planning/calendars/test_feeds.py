"""Feeds: who is served, what is kept, and what is written down about it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from scheduler import planning
from scheduler.domain.errors import NotFound
from scheduler.store import Store
from tests.planning.office import AT, MINUTE, ON_SQLITE, open_office

pytestmark = ON_SQLITE

PAGE = "https://frontline.example/me"


@pytest.fixture
def token(store: Store) -> str:
    """What Dee's calendar is known by."""
    open_office(store)
    address = planning.feed_url(store, "s1", "https://frontline.example", at=AT)
    return address.rpartition("/")[2].removesuffix(".ics")


def _last_fetched(store: Store) -> datetime | None:
    with store.read() as unit:
        state = unit.calendar.feed_state("s1")
    assert state is not None
    return state.last_fetched_at


def test_a_token_stands_for_its_person_and_a_fetch_is_written_down(
    store: Store, token: str
) -> None:
    assert _last_fetched(store) is None
    feed = planning.subscribed_feed(store, token, page_url=PAGE, at=AT)
    assert feed is not None
    assert "Dee Seller" in feed.body.decode()
    assert _last_fetched(store) == AT
    planning.subscribed_feed(store, token, page_url=PAGE, at=AT + MINUTE - timedelta(seconds=1))
    assert _last_fetched(store) == AT, "at most once a minute"
    planning.subscribed_feed(store, token, page_url=PAGE, at=AT + MINUTE)
    assert _last_fetched(store) == AT + MINUTE


def test_an_unknown_token_stands_for_nobody(store: Store, token: str) -> None:
    assert planning.subscribed_feed(store, token[:-1], page_url=PAGE, at=AT) is None


def test_a_feed_is_kept_for_the_next_who_asks(store: Store, token: str) -> None:
    own = planning.own_feed(store, "s1", page_url=PAGE, at=AT)
    with store.read() as unit:
        assert unit.calendar.cached_feed("s1") == own
    assert planning.subscribed_feed(store, token, page_url=PAGE, at=AT) == own


def test_looking_at_ones_own_calendar_is_no_fetch(store: Store, token: str) -> None:
    planning.own_feed(store, "s1", page_url=PAGE, at=AT)
    assert _last_fetched(store) is None


def test_nobody_unknown_has_a_calendar(store: Store) -> None:
    with pytest.raises(NotFound):
        planning.own_feed(store, "nobody", page_url=PAGE, at=AT)
