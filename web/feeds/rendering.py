"""A person's feed: written when something in it has changed, and otherwise taken from the store."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from scheduler.domain.errors import Busy
from scheduler.domain.revision import ServiceDay
from scheduler.domain.words import say
from scheduler.exchange.calendar import etag, in_window, write_feed
from scheduler.store.read_models import CachedFeed
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

FORMAT = 1
"""Goes up when the same days are to be written otherwise, so that kept feeds are written anew."""


@dataclass(frozen=True)
class PersonalFeed:
    """The feed of one person, and whether it was written just now and is still to be kept."""

    employee_id: str
    feed: CachedFeed
    new: bool


def personal_feed(
    unit: UnitOfWork, employee_id: str, *, page_url: str, at: datetime
) -> PersonalFeed:
    """The feed of one person at the moment `at`.

    It is written once for each revision and day: at midnight days may leave its window, and it
    takes up what changed in the names of programmes and centres.
    """
    stamp = f"{FORMAT} {at:%Y-%m-%d} {page_url} {unit.calendar.feed_stamp(employee_id)}"
    kept = unit.calendar.cached_feed(employee_id)
    if kept is not None and kept.revision_stamp == stamp:
        return PersonalFeed(employee_id, kept, new=False)
    days = in_window(unit.calendar.days(employee_id), at)
    body = _write(unit, employee_id, days, page_url)
    fresh = CachedFeed(stamp, body, etag(body), _modified(days, body, kept, at))
    return PersonalFeed(employee_id, fresh, new=True)


def keep(store: Store, personal: PersonalFeed) -> CachedFeed:
    """Keep a new feed for the next one who asks; if that cannot be now, it is written again
    then."""
    if personal.new:
        try:
            with store.write() as unit:
                unit.calendar.save_cached_feed(personal.employee_id, personal.feed)
        except Busy as busy:
            log.warning("A calendar was written, which could not be kept: %s", busy)
    return personal.feed


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
