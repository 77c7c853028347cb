"""A person's feed: written when something in it has changed, and otherwise taken from the store."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from scheduler.domain.errors import Busy
from scheduler.domain.revision import ServiceDay
from scheduler.domain.words import say
from scheduler.exchange.calendar import etag, in_window, write_feed
from scheduler.store.read_models import CachedFeed
from scheduler.store.repositories.calendar import FETCH_NOTED_EVERY
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

FORMAT = 1
"""Goes up when the same days are to be written otherwise, so that kept feeds are written anew."""


def subscribed_feed(store: Store, token: str, *, page_url: str, at: datetime) -> CachedFeed | None:
    """The calendar of the person whom a token stands for; None for an unknown or revoked one and
    after the person has left. That it was fetched is written down, at most once a minute."""
    with store.read() as unit:
        owner = unit.calendar.feed_owner(token, at.date())
        if owner is None:
            return None
        state = unit.calendar.feed_state(owner)
        feed, is_new = _feed_of(unit, owner, page_url, at)
    if state is None or _is_long_ago(state.last_fetched_at, at):
        _note_fetch(store, token, at)
    return _kept(store, owner, feed) if is_new else feed


def own_feed(store: Store, employee_id: str, *, page_url: str, at: datetime) -> CachedFeed:
    """Somebody's calendar for their own eyes. Raises `NotFound` for an unknown employee."""
    with store.read() as unit:
        feed, is_new = _feed_of(unit, employee_id, page_url, at)
    return _kept(store, employee_id, feed) if is_new else feed


def _is_long_ago(last_fetched_at: datetime | None, at: datetime) -> bool:
    return last_fetched_at is None or at - last_fetched_at >= FETCH_NOTED_EVERY


def _note_fetch(store: Store, token: str, at: datetime) -> None:
    """Write down when the calendar was last fetched; one that cannot be now still is served."""
    try:
        with store.write() as unit:
            unit.calendar.touch_feed(token, at)
    except Busy as busy:
        log.warning("A calendar was fetched, which could not be written down: %s", busy)


def _feed_of(
    unit: UnitOfWork, employee_id: str, page_url: str, at: datetime
) -> tuple[CachedFeed, bool]:
    """The feed of one person at the moment `at`, and whether it was written just now.

    It is written once for each revision and day: at midnight days may leave its window, and it
    takes up what changed in the names of programmes and centres.
    """
    stamp = f"{FORMAT} {at:%Y-%m-%d} {page_url} {unit.calendar.feed_stamp(employee_id)}"
    kept = unit.calendar.cached_feed(employee_id)
    if kept is not None and kept.revision_stamp == stamp:
        return kept, False
    days = in_window(unit.calendar.days(employee_id), at)
    body = _write(unit, employee_id, days, page_url)
    return CachedFeed(stamp, body, etag(body), _modified(days, body, kept, at)), True


def _kept(store: Store, employee_id: str, feed: CachedFeed) -> CachedFeed:
    """Keep a new feed for the next one who asks; if that cannot be now, it is written again
    then."""
    try:
        with store.write() as unit:
            unit.calendar.save_cached_feed(employee_id, feed)
    except Busy as busy:
        log.warning("A calendar was written, which could not be kept: %s", busy)
    return feed


def _write(unit: UnitOfWork, employee_id: str, days: list[ServiceDay], page_url: str) -> bytes:
    person = unit.people.employee(employee_id)
    return write_feed(
        days,
        name=str(say("Customer service: {name}", name=person.name)),
        programmes={programme.key: programme for programme in unit.catalogue.programmes()},
        centres={centre.key: centre for centre in unit.catalogue.centres()},
        why={duty: str(reason) for duty, reason in unit.calendar.why(employee_id).items()},
        page_url=page_url,
        hide_cancelled=unit.calendar.hide_cancelled(employee_id),
    )


def _modified(
    days: Iterable[ServiceDay], body: bytes, kept: CachedFeed | None, at: datetime
) -> datetime:
    """When the feed last changed: with its days, or now if anything else in it did."""
    newest = max((day.changed_at for day in days), default=None)
    if kept is None:
        return newest or at
    if newest is not None and newest > kept.modified:
        return newest
    return kept.modified if kept.body == body else max(kept.modified, at)
