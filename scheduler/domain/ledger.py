"""Duties and the ledger: who owes service when, and what has been served.

The window rules stand in `owed`: due date, early allowance, first cycle, leavers, long leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from math import ceil
from typing import NamedTuple, TypeVar

from pydantic import Field

from scheduler.domain.base import Value
from scheduler.domain.calendar import DAY, DateRange, Period
from scheduler.domain.people import Absence, Employee, Exemption
from scheduler.domain.programme import Policy, Programme

_Personal = TypeVar("_Personal", Absence, Exemption)


class ServiceStatus(StrEnum):
    """What became of a service. Only attendance discharges a duty."""

    ATTENDED = "attended"
    MISSED = "missed"
    EXCUSED = "excused"


class ServiceRecord(Value):
    """One line of the ledger: a person, the days, the programme, and what became of it."""

    employee_id: str
    programme: str
    centre: str = ""
    days: tuple[date, ...] = Field(min_length=1)
    status: ServiceStatus = ServiceStatus.ATTENDED


class Duty(Value):
    """What one employee owes in one cycle: a window [opens, due], both included, and the
    programmes that discharge it.

    `first` marks the first service ever, which is spread over its window and never "too early".
    A programme of separate days makes `parts` duties of one day each, numbered from 1.
    """

    id: str
    employee_id: str
    opens: date
    due: date
    programmes: tuple[str, ...]
    first: bool = False
    part: int = 1
    parts: int = 1

    @property
    def whole(self) -> str:
        """The id shared by all parts of the same duty."""
        return self.id.partition("#")[0]


class Window(NamedTuple):
    """When one service of somebody may be served, both days included; `first` marks the first
    service ever."""

    opens: date
    due: date
    first: bool


UNPLACED_POINTS = 100_000
"""Points for a duty left unassigned: more than any date can cost, so placing comes first."""
OVERDUE_POINTS = 100
"""Further points for every week the unassigned duty is overdue at the end of the horizon."""


def unplaced_points(duty: Duty, horizon: DateRange) -> int:
    """Points charged for leaving `duty` unassigned: the longest overdue is the worst to leave."""
    weeks = max(0, (horizon.last - duty.due).days // 7)
    return UNPLACED_POINTS + OVERDUE_POINTS * min(weeks, 520)


def owed(
    employees: Iterable[Employee],
    records: Iterable[ServiceRecord],
    policy: Policy,
    programmes: Sequence[Programme],
    horizon: DateRange,
    *,
    absences: Iterable[Absence] = (),
    exemptions: Iterable[Exemption] = (),
) -> tuple[Duty, ...]:
    """The duties to be placed in `horizon`, ordered by due date and employee.

    - Somebody with a history is due one cycle after the last attended service, and may serve
      from `early` before that.
    - Somebody who never served is due at the later of hire + onboarding and start + cycle, and
      may serve from the first day. Where the horizon covers only part of that first cycle, it
      takes its share of these people: those hired first, team by team.
    - A leave longer than the policy's limit moves the due date by its length. A leaver whose
      last day comes before the window opens owes nothing; nor does somebody exempt on the due
      date and throughout the horizon.
    - Cycles shorter than the horizon make several duties.
    """
    keys = tuple(p.key for p in programmes if not policy.programmes or p.key in policy.programmes)
    last_served = last_service(records)
    leave = _long_leave(absences, policy)
    exempt = _by_employee(exemption for exemption in exemptions if exemption.release)
    due_within: list[Duty] = []
    first_cycle: list[tuple[Employee, Duty]] = []
    for person in employees:
        served, released = last_served.get(person.id), exempt.get(person.id, ())
        windows = _windows(
            person, served, policy, leave.get(person.id, ()), horizon.first, released
        )
        for window in _concerning(horizon, windows, person.leave_date):
            if _released(released, window.due, horizon):
                continue
            if window.due > horizon.last:
                first_cycle.append((person, _duty(person, window, keys)))
            else:
                due_within.append(_duty(person, window, keys))
    duties = due_within + _share_of_first_cycle(first_cycle, horizon)
    duties.sort(key=lambda duty: (duty.due, duty.employee_id))
    return tuple(part for duty in duties for part in _parts(duty, programmes))


def _concerning(
    horizon: DateRange, windows: Iterable[Window], leave_date: date | None
) -> Iterator[Window]:
    """The windows that end in the horizon, and of a first service ever the one that opens in it;
    none that opens only after the person has left."""
    for window in windows:
        waiting = window.first and window.opens <= horizon.last
        if window.due > horizon.last and not waiting:
            return
        if leave_date is not None and leave_date < max(window.opens, horizon.first):
            return
        yield window
        if window.due > horizon.last:
            return


def _duty(person: Employee, window: Window, programmes: tuple[str, ...]) -> Duty:
    return Duty(
        id=f"{person.id}@{window.due:%Y%m%d}",
        employee_id=person.id,
        opens=window.opens,
        due=window.due,
        programmes=programmes,
        first=window.first,
    )


def last_service(records: Iterable[ServiceRecord]) -> dict[str, date]:
    """The last day of the latest attended service of everybody who ever served."""
    latest: dict[str, date] = {}
    for record in records:
        if record.status is ServiceStatus.ATTENDED:
            day = max(record.days)
            latest[record.employee_id] = max(day, latest.get(record.employee_id, day))
    return latest


def next_window(
    person: Employee,
    last_served: date | None,
    policy: Policy,
    absences: Iterable[Absence] = (),
) -> tuple[date, date]:
    """When the person's next duty opens and is due."""
    windows = _windows(person, last_served, policy, _long(absences, policy), policy.start)
    window = next(windows)
    return window.opens, window.due


def _windows(
    person: Employee,
    last_served: date | None,
    policy: Policy,
    leave: Sequence[DateRange],
    earliest: date,
    exemptions: Sequence[Exemption] = (),
) -> Iterator[Window]:
    """This and all later cycles. Each is counted from the due date of
    the one before, because nobody knows yet when that will be served, but not from a day before
    `earliest`: somebody overdue owes one service, not two. A cycle that an exemption released is
    over on its due date."""
    cycle = policy.cycle.stretched(1 / person.pattern.share) if policy.pro_rata else policy.cycle
    if last_served is None:
        opens = max(person.hire_date, policy.start)
        due = max(policy.onboarding.after(person.hire_date), cycle.after(policy.start) - DAY)
        anchor = opens
    else:
        due = cycle.after(last_served)
        opens = policy.early.before(due)
        anchor = last_served
    due, opens = _stop_the_clock(due, opens, anchor, leave, moves_opening=last_served is not None)
    yield Window(opens, due, last_served is None)
    while True:
        anchor = due if _covers(exemptions, due) else max(due, earliest)
        due = cycle.after(anchor)
        opens = policy.early.before(due)
        due, opens = _stop_the_clock(due, opens, anchor, leave, moves_opening=True)
        yield Window(opens, due, False)


def _stop_the_clock(
    due: date, opens: date, anchor: date, leave: Sequence[DateRange], *, moves_opening: bool
) -> tuple[date, date]:
    for days in leave:
        first = max(days.first, anchor)
        if first <= due and days.last >= first:
            pause = days.last - first + DAY
            due = _later(due, pause)
            opens = _later(opens, pause) if moves_opening else opens
    return due, opens


def _later(day: date, pause: timedelta) -> date:
    """`day` moved by `pause`; a leave without an end (9999-12-31) moves it to the end of time."""
    return date.max if pause > date.max - day else day + pause


def _long(absences: Iterable[Absence], policy: Policy) -> tuple[DateRange, ...]:
    limit = Period(months=policy.long_leave_months)
    return tuple(
        days
        for days in _joined(absence.days for absence in absences)
        if limit.after(days.first) - DAY <= days.last
    )


def _joined(ranges: Iterable[DateRange]) -> list[DateRange]:
    """The same days in order; what overlaps or adjoins is one leave, so no day counts twice."""
    joined: list[DateRange] = []
    for days in sorted(ranges, key=lambda days: days.first):
        if joined and days.first - DAY <= joined[-1].last:
            last = max(joined[-1].last, days.last)
            joined[-1] = DateRange(first=joined[-1].first, last=last)
        else:
            joined.append(days)
    return joined


def _long_leave(absences: Iterable[Absence], policy: Policy) -> Mapping[str, tuple[DateRange, ...]]:
    return {
        employee_id: long
        for employee_id, mine in _by_employee(absences).items()
        if (long := _long(mine, policy))
    }


def _by_employee(things: Iterable[_Personal]) -> dict[str, list[_Personal]]:
    by_employee: dict[str, list[_Personal]] = {}
    for thing in things:
        by_employee.setdefault(thing.employee_id, []).append(thing)
    return by_employee


def _released(exemptions: Iterable[Exemption], due: date, horizon: DateRange) -> bool:
    throughout = any(
        exemption.days.first <= horizon.first and exemption.days.last >= horizon.last
        for exemption in exemptions
    )
    return throughout or _covers(exemptions, due)


def _covers(exemptions: Iterable[Exemption], day: date) -> bool:
    return any(day in exemption.days for exemption in exemptions)


def _share_of_first_cycle(
    waiting: Sequence[tuple[Employee, Duty]], horizon: DateRange
) -> list[Duty]:
    """Those of the first-cycle duties due after the horizon that it takes on: as large a share
    of each team as the horizon is of what is left of the cycle, the longest employed first."""
    chosen: list[Duty] = []
    by_team = sorted(waiting, key=lambda pair: (pair[0].team or "", pair[0].hire_date, pair[0].id))
    surplus = 0.0  # fractions of a person are carried to the next team, so the total is right
    for _, team in groupby(by_team, key=lambda pair: pair[0].team or ""):
        members = list(team)
        share = sum(len(horizon) / ((duty.due - horizon.first).days + 1) for _, duty in members)
        wanted = min(len(members), ceil(share + surplus - 1e-9))
        surplus += share - wanted
        chosen += [duty for _, duty in members[:wanted]]
    return chosen


def _parts(duty: Duty, programmes: Sequence[Programme]) -> Iterable[Duty]:
    separate = [p for p in programmes if p.key in duty.programmes and p.separate]
    if not separate:
        return (duty,)
    days = separate[0].days
    return (
        duty.model_copy(update={"id": f"{duty.id}#{n}", "part": n, "parts": days})
        for n in range(1, days + 1)
    )
