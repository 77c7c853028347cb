"""Days: ranges, periods, places with their public holidays, working weekdays, opening hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Self
from zoneinfo import ZoneInfo

import holidays
from pydantic import AfterValidator, Field, model_validator

from scheduler.domain.base import Value

DAY = timedelta(days=1)
WEEKDAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class DateRange(Value):
    """All days from `first` to `last`, both included."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"the last day {self.last} is before the first day {self.first}")
        return self

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:  # type: ignore[override]  # pydantic iterates fields
        return (self.first + timedelta(days=n) for n in range(len(self)))

    def overlaps(self, other: DateRange) -> bool:
        """Whether the two ranges share a day."""
        return self.first <= other.last and other.first <= self.last


class Period(Value):
    """Calendar time: first `months`, then `days`. A month after 31 January is 28 February."""

    months: int = Field(0, ge=0)
    days: int = Field(0, ge=0)

    def after(self, day: date) -> date:
        """`day` moved forward by this period."""
        return _shift_months(day, self.months) + timedelta(days=self.days)

    def before(self, day: date) -> date:
        """`day` moved back by this period."""
        return _shift_months(day, -self.months) - timedelta(days=self.days)

    def __bool__(self) -> bool:
        return bool(self.months or self.days)

    def stretched(self, factor: float) -> Period:
        """This period `factor` times as long, months as 30.4375 days where they do not divide."""
        months = self.months * factor
        whole = int(months)
        return Period(months=whole, days=round(self.days * factor + (months - whole) * 30.4375))


def _shift_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")  # pragma: no cover


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"“{name}” is no IANA time zone; write one like Europe/Berlin") from error
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]


class Place(Value):
    """Where somebody works or serves. `country` is ISO 3166-1 alpha-2, `subdivision` ISO 3166-2's
    second part (BY for Bavaria); both may be unknown, and then no public holiday is assumed."""

    city: str = ""
    country: str | None = Field(None, pattern=r"^[A-Z]{2}$")
    subdivision: str | None = None
    timezone: TimeZone = "UTC"

    def is_public_holiday(self, day: date) -> bool:
        """Whether `day` is a public holiday here (source: the `holidays` package)."""
        return day in public_holidays(self.country, self.subdivision, day.year)


@lru_cache(maxsize=4096)
def public_holidays(country: str | None, subdivision: str | None, year: int) -> frozenset[date]:
    """The public holidays of one year; empty for a country the `holidays` package does not know.
    An unknown subdivision falls back to the whole country's."""
    if country is None:
        return frozenset()
    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
    except NotImplementedError:
        if subdivision is not None:
            return public_holidays(country, None, year)
        return frozenset()


class WorkPattern(Value):
    """The weekdays somebody works, Monday = 0."""

    weekdays: frozenset[Annotated[int, Field(ge=0, le=6)]] = frozenset(range(5))

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.weekdays:
            raise ValueError("a work pattern needs at least one weekday")
        return self

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day.weekday() in self.weekdays

    @property
    def share(self) -> float:
        """Days worked per week as a share of five, at most 1."""
        return min(1.0, len(self.weekdays) / 5)

    def __str__(self) -> str:
        return " ".join(WEEKDAY_NAMES[n] for n in sorted(self.weekdays))


FULL_TIME = WorkPattern()


def instant(day: date, at: time, timezone: str) -> datetime:
    """The moment of the wall-clock time `at` on `day` in `timezone`, in UTC.

    A time that the spring change skips is read with the offset before the change (PEP 495,
    fold=0); one that the autumn change repeats is its first occurrence.
    """
    return datetime.combine(day, at, ZoneInfo(timezone)).astimezone(UTC)
