"""Load over the years as a map of days, and the sessions of two weeks by centre."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduler.domain.programme import ServiceCentre
from scheduler.store.read_models import CalendarRow, LoadRow

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
WEEKEND = (5, 6)
EARLIEST, LATEST = date(1, 2, 1), date(9999, 11, 30)
SHOWN_DAYS = 14
WEEKS_IN_A_ROW = 53


@dataclass(frozen=True)
class DayLoad:
    """One day of the map: seats used and offered, and how dark it is (none, 0 … 4)."""

    day: date
    used: int
    seats: int

    @property
    def shade(self) -> str:
        """`none` where nothing is offered, 0 for empty, then quarters."""
        if not self.seats:
            return "-none"
        return str(-(-4 * min(self.used, self.seats) // self.seats))


@dataclass(frozen=True)
class HeatYear:
    """A year of the map, beginning where the plan does: weeks are columns, weekdays rows."""

    weeks: tuple[date, ...]
    """The Monday of each column."""
    rows: tuple[tuple[int, tuple[DayLoad, ...]], ...]
    """Weekday (Monday = 0) and its cells."""

    @property
    def first(self) -> date:
        """The first day shown."""
        return self.weeks[0]

    @property
    def last(self) -> date:
        """The last day shown."""
        return self.weeks[-1] + 6 * DAY

    def months(self) -> tuple[date | None, ...]:
        """For each week the first of the month that begins in it: its label stands above. The
        last two columns have no room for one."""
        first = (next((d for d in _days(week) if d.day == 1), None) for week in self.weeks[:-2])
        return (*first, None, None)


def within_centres(load: Iterable[LoadRow], centres: Iterable[ServiceCentre]) -> list[LoadRow]:
    """The load with no more seats on a day than its centre takes: sessions may share them."""
    most = {centre.key: centre.seats for centre in centres}
    return [
        row
        if (seats := most.get(row.centre)) is None
        else replace(row, seats=min(row.seats, seats))
        for row in load
    ]


def heat(load: Iterable[LoadRow]) -> tuple[HeatYear, ...]:
    """The map from the first week of the load to the last, a year to a row of weeks."""
    cells = by_day(load)
    if not cells:
        return ()
    weekdays = [n for n in range(7) if n not in WEEKEND or any(d.weekday() == n for d in cells)]
    first, end = shown_from(min(cells)), max(cells)
    years = []
    while first <= end:
        years.append(_year(first, cells, weekdays))
        first += WEEKS_IN_A_ROW * WEEK
    return tuple(years)


def by_day(load: Iterable[LoadRow]) -> dict[date, DayLoad]:
    """Seats used and offered on each day, over all centres."""
    used: defaultdict[date, int] = defaultdict(int)
    seats: defaultdict[date, int] = defaultdict(int)
    for row in load:
        used[row.day] += row.used
        seats[row.day] += row.seats
    return {day: DayLoad(day, used[day], seats[day]) for day in sorted(seats)}


def _year(first: date, cells: dict[date, DayLoad], weekdays: Sequence[int]) -> HeatYear:
    weeks = tuple(first + n * WEEK for n in range(WEEKS_IN_A_ROW))
    rows = tuple(
        (weekday, tuple(_cell(week + weekday * DAY, cells) for week in weeks))
        for weekday in weekdays
    )
    return HeatYear(weeks, rows)


def _cell(day: date, cells: dict[date, DayLoad]) -> DayLoad:
    return cells.get(day, DayLoad(day, 0, 0))


def _days(monday: date) -> tuple[date, ...]:
    return tuple(monday + n * DAY for n in range(7))


@dataclass(frozen=True)
class BoardRow:
    """A centre of the board: its sessions on each of the days shown."""

    centre: ServiceCentre
    days: tuple[tuple[CalendarRow, ...], ...]
    used: int
    seats: int


@dataclass(frozen=True)
class Board:
    """Two weeks by centre."""

    first: date
    days: tuple[date, ...]
    rows: tuple[BoardRow, ...]

    @property
    def before(self) -> date:
        """The first day of the two weeks before."""
        return self.first - 2 * WEEK

    @property
    def after(self) -> date:
        """The first day of the two weeks after."""
        return self.first + 2 * WEEK


def shown_from(day: date) -> date:
    """The Monday of the week of `day`: where a board begins that shows it. At the edges of the
    calendar, where nothing takes place, the nearest that has weeks before and after it."""
    day = min(max(day, EARLIEST), LATEST)
    return day - day.weekday() * DAY


def board(first: date, sessions: Sequence[CalendarRow], centres: Sequence[ServiceCentre]) -> Board:
    """The sessions of the two weeks from `first`, a Monday. Weekends are shown only if used."""
    all_days = [first + n * DAY for n in range(SHOWN_DAYS)]
    busy = {day for session in sessions for day in session.days}
    days = tuple(day for day in all_days if day.weekday() not in WEEKEND or day in busy)
    return Board(
        first, days, tuple(row for each in centres if (row := _board_row(each, sessions, days)))
    )


def _board_row(
    centre: ServiceCentre, sessions: Sequence[CalendarRow], days: Sequence[date]
) -> BoardRow | None:
    mine = [session for session in sessions if session.centre == centre.key]
    columns = tuple(tuple(each for each in mine if day in each.days) for day in days)
    return BoardRow(
        centre,
        columns,
        used=sum(session.count for session in mine),
        seats=sum(session.seats for session in mine),
    )


@dataclass(frozen=True)
class CentreLoad:
    """How a centre is used over the whole plan."""

    centre: str
    used: int
    seats: int
    days: int
    busiest: DayLoad | None

    @property
    def share(self) -> float:
        """Seats used as a share of those offered."""
        return self.used / self.seats if self.seats else 0.0


def centre_loads(load: Sequence[LoadRow]) -> tuple[CentreLoad, ...]:
    """One line per centre, in order of its key."""
    by_centre: defaultdict[str, list[LoadRow]] = defaultdict(list)
    for row in load:
        by_centre[row.centre].append(row)
    return tuple(_centre_load(key, rows) for key, rows in sorted(by_centre.items()))


def _centre_load(key: str, rows: Sequence[LoadRow]) -> CentreLoad:
    busiest = max(rows, key=lambda row: (row.used, -row.day.toordinal()))
    return CentreLoad(
        centre=key,
        used=sum(row.used for row in rows),
        seats=sum(row.seats for row in rows),
        days=sum(1 for row in rows if row.used),
        busiest=DayLoad(busiest.day, busiest.used, busiest.seats) if busiest.used else None,
    )


@dataclass(frozen=True)
class WeekLoad:
    """Seats used and offered in one week."""

    monday: date
    used: int
    seats: int


def weeks(load: Iterable[LoadRow]) -> tuple[WeekLoad, ...]:
    """The load by week, without gaps, from the first week to the last."""
    cells = by_day(load)
    if not cells:
        return ()
    monday, end = shown_from(min(cells)), max(cells)
    loads = []
    while monday <= end:
        days = [cells[day] for day in _days(monday) if day in cells]
        loads.append(WeekLoad(monday, sum(d.used for d in days), sum(d.seats for d in days)))
        monday += WEEK
    return tuple(loads)
