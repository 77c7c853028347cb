"""When the people of the company are away, and when they would like to serve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from scheduler.domain.calendar import DateRange
from scheduler.domain.people import (
    Absence,
    Blackout,
    Employee,
    Scope,
    StandIns,
    Wish,
    WishKind,
)
from scheduler.sample.structure import BOARD, Structure

KNOWN_AHEAD = 395
"""Days for which holidays are asked for: a little more than a year."""
TWO_YEARS = 730
WISHES = 0.2
"""Share of people who have asked for dates."""


@dataclass(frozen=True)
class Break:
    """School holidays: when holidays begin, how many weeks they last, and how many people go."""

    first: tuple[int, int]
    last: tuple[int, int]
    weeks: tuple[int, ...]
    share: float


BREAKS = (
    Break((4, 1), (4, 12), (1,), 0.25),
    Break((6, 20), (8, 25), (2, 2, 3), 0.8),
    Break((10, 5), (10, 26), (1,), 0.25),
    Break((12, 20), (12, 24), (1, 2), 0.4),
)


@lru_cache(maxsize=65_536)
def _days(first: int, length: int) -> DateRange:
    """`length` days from the ordinal `first`; one object for all who are away then."""
    return DateRange(first=date.fromordinal(first), last=date.fromordinal(first + length - 1))


def make_absences(employees: Iterable[Employee], start: date, random: Random) -> Iterator[Absence]:
    """Holidays in school breaks, some long parental leave, some people ill at the start. Nobody
    is away twice on the same day."""
    breaks = [
        (
            max(date(year, *season.first), start).toordinal(),
            date(year, *season.last).toordinal(),
            season,
        )
        for year in (start.year, start.year + 1)
        for season in BREAKS
        if start <= date(year, *season.last) <= start + timedelta(days=KNOWN_AHEAD)
    ]
    for person in employees:
        mine = _parental_leave(start, random) + _illness(start, random)
        for first, last, season in breaks:
            if random.random() < season.share:
                begins = random.randint(first, last)
                begins -= (begins - 1) % 7  # on a Monday: day 1 of the calendar was one
                mine.append(_days(begins, random.choice(season.weeks) * 7))
        yield from (Absence(employee_id=person.id, days=days) for days in _apart(mine))


def _parental_leave(start: date, random: Random) -> list[DateRange]:
    if random.random() >= 0.012:
        return []
    return [_days(start.toordinal() + random.randint(-60, 500), random.randint(4, 14) * 30)]


def _illness(start: date, random: Random) -> list[DateRange]:
    if random.random() >= 0.03:
        return []
    return [_days(start.toordinal() + random.randint(-5, 10), random.randint(3, 20))]


def _apart(ranges: list[DateRange]) -> list[DateRange]:
    """In order, without those that overlap an earlier one."""
    kept: list[DateRange] = []
    for days in sorted(ranges, key=lambda days: days.first):
        if not kept or kept[-1].last < days.first:
            kept.append(days)
    return kept


def make_wishes(employees: Iterable[Employee], start: date, random: Random) -> Iterator[Wish]:
    """One or two working weeks that a person would like, or would rather not."""
    monday = start.toordinal() - (start.toordinal() - 1) % 7
    for person in employees:
        if random.random() >= WISHES:
            continue
        weeks = sorted(random.sample(range(1, TWO_YEARS // 7), random.choice((1, 1, 2))))
        for week in weeks:
            kind = random.choice((WishKind.WISHED, WishKind.UNWISHED))
            yield Wish(employee_id=person.id, kind=kind, days=_days(monday + 7 * week, 5))


def make_stand_ins(
    structure: Structure, employees: Sequence[Employee], random: Random
) -> tuple[StandIns, ...]:
    """Pairs inside teams, and all of the board in pairs."""
    pairs: list[tuple[str, str]] = []
    for team, members in structure.teams.items():
        if team == BOARD:
            below = members[1:]
            pairs += [
                (employees[one].id, employees[other].id)
                for one, other in zip(below[::2], below[1::2], strict=False)
            ]
        elif len(members) >= 4 and random.random() < 0.4:
            one, other = sorted(random.sample(members, 2))
            pairs.append((employees[one].id, employees[other].id))
    return tuple(StandIns(one=one, other=other) for one, other in sorted(pairs))


def make_blackouts(structure: Structure, start: date) -> tuple[Blackout, ...]:
    """The closing days at Christmas for all, the books for Finance, the peak for Logistics, and
    a release for one team; over two years."""
    departments = {position.department for position in structure.positions}
    end = start + timedelta(days=TWO_YEARS)
    blackouts = []
    for year in range(start.year - 1, end.year + 1):
        blackouts.append(_blackout(Scope.COMPANY, "", date(year, 12, 24), date(year + 1, 1, 1)))
        if "Finance" in departments:
            blackouts.append(
                _blackout(Scope.DEPARTMENT, "Finance", date(year, 1, 2), date(year, 1, 9))
            )
        if "Logistics" in departments:
            peak = date(year, 11, 22), date(year, 12, 20)
            blackouts.append(_blackout(Scope.DEPARTMENT, "Logistics", *peak))
    team = min((team for team in structure.teams if team.startswith("Engineering")), default=None)
    if team is not None:
        release = start + timedelta(days=100)
        blackouts.append(_blackout(Scope.TEAM, team, release, release + timedelta(days=13)))
    return tuple(b for b in blackouts if b.days.overlaps(DateRange(first=start, last=end)))


def _blackout(scope: Scope, name: str, first: date, last: date) -> Blackout:
    return Blackout(scope=scope, name=name, days=DateRange(first=first, last=last))
