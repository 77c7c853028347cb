"""Programmes, service centres, the policy, and the sessions a pattern makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from scheduler.domain.base import Value
from scheduler.domain.calendar import (
    DAY,
    FULL_TIME,
    DateRange,
    Period,
    Place,
    WorkPattern,
    instant,
)

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class Channel(StrEnum):
    """How customers are met on a day of service."""

    INTRODUCTION = "introduction"
    MAIL = "mail"
    PHONE = "phone"


class AgendaDay(Value):
    """One day of a programme: what happens, on which channels, and its local hours."""

    title: str
    channels: tuple[Channel, ...] = ()
    starts: time | None = None
    ends: time | None = None


class WeeklyPattern(Value):
    """A session begins on each of `weekdays` (Monday = 0), every `every` weeks."""

    kind: Literal["weekly"] = "weekly"
    weekdays: tuple[Annotated[int, Field(ge=0, le=6)], ...] = (0, 2)
    every: int = Field(1, ge=1, le=53)


class MonthlyPattern(Value):
    """One session a month, beginning on the `nth` `weekday`; where holidays are in the way it
    moves to the next such weekday of the month, then to the ones before."""

    kind: Literal["monthly"] = "monthly"
    weekday: int = Field(2, ge=0, le=6)
    nth: int = Field(2, ge=1, le=5)
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = tuple(range(1, 13))


Pattern = Annotated[WeeklyPattern | MonthlyPattern, Field(discriminator="kind")]


class Programme(Value):
    """A form of service: how many working days, offered when, with how many seats, and what
    happens on each day. `separate` asks for single days at least `gap_days` apart instead of
    days in a row; `across_weekend` lets Friday and Monday count as days in a row. A mentor
    accompanies at most `guests_per_mentor` people (None: no mentors are needed); the mentors of
    a session come from at least `mentor_centres` centres. A session takes place with at least
    `least` people, or not at all."""

    key: Key
    title: str
    days: int = Field(2, ge=1, le=10)
    pattern: Pattern = WeeklyPattern()
    seats: int = Field(10, ge=1)
    agenda: tuple[AgendaDay, ...] = ()
    across_weekend: bool = False
    separate: bool = False
    gap_days: int = Field(7, ge=1)
    season: tuple[str, str] | None = None
    """First and last day of the yearly season as MM-DD, where the programme has one."""
    guests_per_mentor: int | None = Field(None, ge=1, le=1000)
    mentor_centres: int = Field(1, ge=1, le=10)
    least: int = Field(1, ge=1, le=1000)

    def agenda_of(self, day_number: int) -> AgendaDay:
        """What happens on the `day_number`-th day (from 0); the last entry repeats."""
        if not self.agenda:
            return AgendaDay(title=self.title)
        return self.agenda[min(day_number, len(self.agenda) - 1)]

    def in_season(self, day: date) -> bool:
        """Whether the programme takes place at this time of the year."""
        if self.season is None:
            return True
        first, last = self.season
        today = f"{day:%m-%d}"
        return first <= today <= last if first <= last else today >= first or today <= last


class ServiceCentre(Value):
    """Where service happens. `seats` is how many guests it takes on one day over all sessions
    (None: no limit but the sessions'); `channel_seats` the same for each channel."""

    key: Key
    name: str
    place: Place = Place()
    address: str = ""
    pattern: WorkPattern = FULL_TIME
    opens: time = time(9)
    closes: time = time(17)
    seats: int | None = Field(None, ge=0)
    channel_seats: dict[Channel, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    languages: tuple[str, ...] = ()
    closed: tuple[DateRange, ...] = ()
    programmes: tuple[str, ...] = ()
    """Keys of the programmes offered here; empty means all."""

    def open_on(self, day: date) -> bool:
        """Whether the centre works on `day`: weekday, public holiday, closed days."""
        return (
            day in self.pattern
            and not self.place.is_public_holiday(day)
            and not any(day in closed for closed in self.closed)
        )


class Policy(Value):
    """How often service is owed, and how the clock runs.

    `cycle`: from one service to the next. `early`: how long before its due date a duty may be
    served. `onboarding`: how soon after being hired the first service is due. `start`: when the
    programme began; nobody owes anything before. A leave longer than `long_leave_months` stops
    the clock. With `pro_rata`, part-time staff owe service less often: half the days, twice the
    cycle. `programmes` are the keys that discharge a duty; empty means every programme. A service
    that is over waits `silence` long for its attendance; then it counts as attended, or as missed
    where `silence_is_attendance` is not so.
    """

    start: date
    cycle: Period = Period(months=24)
    early: Period = Period(months=6)
    onboarding: Period = Period(months=12)
    long_leave_months: int = Field(3, ge=1)
    pro_rata: bool = False
    executive_level: int = Field(2, ge=1)
    programmes: tuple[str, ...] = ()
    silence: Period = Period(days=14)
    silence_is_attendance: bool = True

    @model_validator(mode="after")
    def _cycle_is_longer_than_early(self) -> Self:
        if not self.cycle:
            raise ValueError("the cycle must be longer than nothing")
        if self.early.after(self.start) > self.cycle.after(self.start):
            raise ValueError("the early allowance must not be longer than the cycle")
        return self


class Session(Value):
    """One concrete offer: programme × centre × first day. `days` are its dates in order, at the
    centre; `starts`/`ends` the local wall-clock hours of each day."""

    key: str
    programme: str
    centre: str
    days: tuple[date, ...] = Field(min_length=1)
    starts: tuple[time, ...]
    ends: tuple[time, ...]
    channels: tuple[tuple[Channel, ...], ...] = ()
    """Channels used on each day, in the order of `days`; empty means none are counted."""
    seats: int = Field(ge=0)
    timezone: str = "UTC"
    mentors: tuple[str, ...] = ()
    """Ids of the mentors on the rota for this session."""

    @property
    def first_day(self) -> date:
        """The day the session begins."""
        return self.days[0]

    @property
    def last_day(self) -> date:
        """The day the session ends."""
        return self.days[-1]

    def hours(self) -> Iterator[tuple[datetime, datetime]]:
        """Start and end of every day, as instants in UTC."""
        for day, starts, ends in zip(self.days, self.starts, self.ends, strict=True):
            yield instant(day, starts, self.timezone), instant(day, ends, self.timezone)


def session_key(programme: str, centre: str, first_day: date) -> str:
    """The name of a session, stable over every generation."""
    return f"{programme}.{centre}.{first_day:%Y%m%d}"


def generate_sessions(
    programmes: Sequence[Programme], centres: Sequence[ServiceCentre], horizon: DateRange
) -> tuple[Session, ...]:
    """Every session of the horizon, ordered by first day, centre, programme.

    A session lies wholly inside the horizon, on days its centre is open.
    """
    sessions = [
        _session(programme, centre, days)
        for programme in programmes
        for centre in centres
        if not centre.programmes or programme.key in centre.programmes
        for days in _runs(programme, centre, horizon)
    ]
    return tuple(sorted(sessions, key=lambda s: (s.first_day, s.centre, s.programme)))


def _session(programme: Programme, centre: ServiceCentre, days: tuple[date, ...]) -> Session:
    agenda = [programme.agenda_of(number) for number in range(len(days))]
    return Session(
        key=session_key(programme.key, centre.key, days[0]),
        programme=programme.key,
        centre=centre.key,
        days=days,
        starts=tuple(day.starts or centre.opens for day in agenda),
        ends=tuple(day.ends or centre.closes for day in agenda),
        channels=tuple(day.channels for day in agenda),
        seats=programme.seats,
        timezone=centre.place.timezone,
    )


def _runs(
    programme: Programme, centre: ServiceCentre, horizon: DateRange
) -> Iterator[tuple[date, ...]]:
    for candidates in _candidate_starts(programme.pattern, horizon):
        for first in candidates:
            days = _days_from(first, programme, centre)
            if days:
                # Only what is closed moves a session: the edge of a horizon must not, or the
                # same month would have another one in the next plan.
                if days[0] >= horizon.first and days[-1] <= horizon.last:
                    yield days
                break


def _candidate_starts(pattern: Pattern, horizon: DateRange) -> Iterator[list[date]]:
    """For each session of the pattern the days it may begin on, best first."""
    if isinstance(pattern, WeeklyPattern):
        # Weeks are counted from a fixed Monday, so that two horizons agree on the odd ones.
        for day in horizon:
            week = (day.toordinal() - 1) // 7  # 1 January of the year 1 is a Monday
            if day.weekday() in pattern.weekdays and week % pattern.every == 0:
                yield [day]
        return
    year, month = horizon.first.year, horizon.first.month
    while date(year, month, 1) <= horizon.last:
        if month in pattern.months:
            yield _monthly_candidates(year, month, pattern)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _monthly_candidates(year: int, month: int, pattern: MonthlyPattern) -> list[date]:
    first = date(year, month, 1)
    first += timedelta(days=(pattern.weekday - first.weekday()) % 7)
    days = [first + timedelta(weeks=n) for n in range(5)]
    days = [day for day in days if day.month == month]
    wanted = min(pattern.nth, len(days)) - 1
    return days[wanted:] + days[:wanted][::-1]


def _days_from(first: date, programme: Programme, centre: ServiceCentre) -> tuple[date, ...] | None:
    """The days of a session beginning on `first`, or None if it cannot take place."""
    wanted = 1 if programme.separate else programme.days
    days: list[date] = []
    day = first
    while len(days) < wanted:
        if centre.open_on(day) and programme.in_season(day):
            days.append(day)
        elif not (days and programme.across_weekend and day.weekday() >= 5):
            return None
        day += DAY
    return tuple(days)
