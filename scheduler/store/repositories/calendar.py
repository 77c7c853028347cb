"""Calendars: published days of service, and the feeds that carry them."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, or_, select
from sqlalchemy import update as change

from scheduler.domain.revision import DayStatus, ServiceDay
from scheduler.domain.rota import ServiceState
from scheduler.domain.words import Message
from scheduler.store import tables
from scheduler.store.mapping.service_days import day_of
from scheduler.store.read_models import CachedFeed, FeedRow
from scheduler.store.repositories.base import Repository, table_of

CACHE = table_of(tables.FeedCache)
DAY = table_of(tables.ServiceDay)
EMPLOYEE = table_of(tables.Employee)
FEED = table_of(tables.Feed)
PLAN = table_of(tables.Plan)
PREFERENCE = table_of(tables.Preference)
SERVICE = table_of(tables.Service)

TOKEN_BYTES = 32
FETCH_NOTED_EVERY = timedelta(minutes=1)


class Calendar(Repository):
    """What has been published to everybody's calendar."""

    def days(
        self,
        employee_id: str | None = None,
        *,
        since: datetime | None = None,
        confirmed_only: bool = False,
    ) -> tuple[ServiceDay, ...]:
        """Days of service of one person, or of all, by start; with `since` those that end at or
        after it."""
        query = select(DAY).order_by(DAY.c.starts, DAY.c.uid)
        if employee_id is not None:
            query = query.where(DAY.c.employee_id == employee_id)
        if since is not None:
            query = query.where(DAY.c.ends >= since)
        if confirmed_only:
            query = query.where(DAY.c.status == DayStatus.CONFIRMED.value)
        return tuple(day_of(row) for row in self.session.execute(query).mappings())

    def why(self, employee_id: str) -> dict[str, Message]:
        """Why the person serves when they do, by duty, as they were told with the date."""
        query = select(SERVICE.c.duty_id, SERVICE.c.why).where(
            SERVICE.c.employee_id == employee_id,
            SERVICE.c.state == ServiceState.CONFIRMED.value,
            SERVICE.c.why.is_not(None),
        )
        rows = self.session.execute(query)
        return {duty_id: Message.model_validate(why) for duty_id, why in rows}

    # Feeds

    def new_feed(self, employee_id: str, *, at: datetime) -> str:
        """A new secret address of the person's feed. It is told here once, and the old one is
        dead."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        row = {
            "employee_id": employee_id,
            "token_hash": _hash(token),
            "created_at": at,
            "last_fetched_at": None,
        }
        self.upsert(tables.Feed, [row])
        return token

    def revoke_feed(self, employee_id: str) -> None:
        """Kill the person's feed; harmless if there is none."""
        self.delete(tables.Feed, FEED.c.employee_id == employee_id)
        self.delete(tables.FeedCache, CACHE.c.employee_id == employee_id)

    def feed_owner(self, token: str, today: date) -> str | None:
        """Whose feed this is; None for an unknown or revoked token, and for who has left."""
        query = (
            select(FEED.c.employee_id)
            .join_from(FEED, EMPLOYEE, EMPLOYEE.c.id == FEED.c.employee_id)
            .where(
                FEED.c.token_hash == _hash(token),
                or_(EMPLOYEE.c.leave_date.is_(None), EMPLOYEE.c.leave_date >= today),
            )
        )
        return self.session.scalar(query)

    def feed_state(self, employee_id: str) -> FeedRow | None:
        """Since when the person has a feed, and when it was last fetched."""
        query = select(FEED.c.created_at, FEED.c.last_fetched_at)
        row = self.session.execute(query.where(FEED.c.employee_id == employee_id)).one_or_none()
        return None if row is None else FeedRow(*row)

    def touch_feed(self, token: str, at: datetime) -> None:
        """Note that the feed was fetched, at most once a minute."""
        stale = or_(
            FEED.c.last_fetched_at.is_(None),
            FEED.c.last_fetched_at <= at - FETCH_NOTED_EVERY,
        )
        mine = change(FEED).where(FEED.c.token_hash == _hash(token), stale)
        self.session.execute(mine.values(last_fetched_at=at))

    def feed_stamp(self, employee_id: str) -> str:
        """Changes whenever the person's days, the published plan or their wishes for the feed do.
        The clock is not in it: what leaves the window by age is for the caller to see."""
        days = select(
            func.count(), func.coalesce(func.sum(DAY.c.sequence), 0), func.max(DAY.c.changed_at)
        )
        count, changes, latest = self.session.execute(
            days.where(DAY.c.employee_id == employee_id)
        ).one()
        revision = self.session.scalar(select(func.max(PLAN.c.revision))) or 0
        moment = "" if latest is None else latest.isoformat()
        hidden = int(self.hide_cancelled(employee_id))
        return f"{revision}.{count}.{changes}.{hidden}.{moment}"

    def cached_feed(self, employee_id: str) -> CachedFeed | None:
        """The feed as last written, if it still carries the person's stamp."""
        query = select(CACHE.c.stamp, CACHE.c.body, CACHE.c.etag, CACHE.c.modified)
        row = self.session.execute(query.where(CACHE.c.employee_id == employee_id)).one_or_none()
        return None if row is None else CachedFeed(*row)

    def save_cached_feed(self, employee_id: str, feed: CachedFeed) -> None:
        """Keep a feed as it was written."""
        row = {
            "employee_id": employee_id,
            "stamp": feed.revision_stamp,
            "body": feed.body,
            "etag": feed.etag,
            "modified": feed.modified,
        }
        self.upsert(tables.FeedCache, [row])

    # Preferences

    def hide_cancelled(self, employee_id: str) -> bool:
        """Whether the person asked not to see cancelled days."""
        query = select(PREFERENCE.c.hide_cancelled)
        return bool(self.session.scalar(query.where(PREFERENCE.c.employee_id == employee_id)))

    def set_hide_cancelled(self, employee_id: str, hide: bool) -> None:
        """Note whether the person wants to see cancelled days."""
        self.upsert(tables.Preference, [{"employee_id": employee_id, "hide_cancelled": hide}])


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
