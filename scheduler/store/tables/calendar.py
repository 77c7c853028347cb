"""Published days of service, and the feeds that carry them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from scheduler.domain.revision import DayStatus
from scheduler.store.tables.base import TEXT, Base, id_of, one_of


class ServiceDay(Base, table=True):
    """A day of a service, one event of a calendar; `day` is its date where the centre is."""

    __tablename__ = "service_day"
    __table_args__ = (
        Index(None, "service_id"),
        Index(None, "employee_id", "status", "day"),
        Index(None, "starts"),
        one_of("status", DayStatus),
    )

    uid: str = Field(primary_key=True, sa_type=TEXT)
    service_id: str = id_of("service.id", sa_type=TEXT)
    employee_id: str = id_of("employee.id", sa_type=TEXT)
    duty_id: str = Field(sa_type=TEXT)
    number: int
    of: int
    session: str = Field(sa_type=TEXT)
    programme: str = Field(sa_type=TEXT)
    centre: str = Field(sa_type=TEXT)
    starts: datetime
    ends: datetime
    day: date
    status: str = Field(sa_type=TEXT)
    sequence: int
    changed_at: datetime
    revision: int


class Feed(Base, table=True):
    """Somebody's subscription; the token is kept as its SHA-256 only."""

    __tablename__ = "feed"
    __table_args__ = (UniqueConstraint("token_hash"),)

    employee_id: str = id_of("employee.id", primary_key=True, sa_type=TEXT)
    token_hash: str = Field(sa_type=TEXT)
    created_at: datetime
    last_fetched_at: datetime | None = None


class FeedCache(Base, table=True):
    """The bytes of a feed as last written."""

    __tablename__ = "feed_cache"

    employee_id: str = id_of("employee.id", primary_key=True, sa_type=TEXT)
    stamp: str = Field(sa_type=TEXT)
    body: bytes = Field(sa_type=LargeBinary)
    etag: str = Field(sa_type=TEXT)
    modified: datetime


class Preference(Base, table=True):
    """How somebody wants their calendar."""

    __tablename__ = "preference"

    employee_id: str = id_of("employee.id", primary_key=True, sa_type=TEXT)
    hide_cancelled: bool
