"""Who owes service when: the windows of duties, and which of them a plan is to place.

A person's duties are numbered. The first open one follows the last that was discharged; its window
hangs on the service before it, as attended, or as confirmed while that is still ahead, and only
where there is none on the due date before. So a due date may move (a corrected hire date, a long
leave, a late attendance) and the duty, its service and its calendar entry stay what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from math import ceil
from typing import NamedTuple, TypeVar

from scheduler.domain.calendar import DAY, DateRange, Period
from scheduler.domain.ledger import Duty, ServiceRecord, last_service
from scheduler.domain.people import Absence, Employee, Exemption
from scheduler.domain.programme import Policy, Programme
from scheduler.domain.rota import Service, ServiceState, duty_id, duty_number

_Personal = TypeVar("_Personal", Absence, Exemption)


@dataclass(frozen=True)
class History:
    """What is known of somebody's services: the number of the last duty discharged, the last day
    attended, on record or in the rota, and by number the confirmed services of duties that are
    still open."""

    discharged: int = 0
    served: date | None = None
    standing: Mapping[int, tuple[Service, ...]] = field(default_factory=dict)


class Window(NamedTuple):
    """When somebody's duty of this number may be served, both days included; `first` for the first
    service ever."""

    number: int
    opens: date
    due: date
    first: bool


def everything(_service: Service) -> bool:
    """A plan that may move every service ahead."""
    return True


def owed(
    employees: Iterable[Employee],
    records: Iterable[ServiceRecord],
    policy: Policy,
    programmes: Sequence[Programme],
    horizon: DateRange,
    *,
    rota: Iterable[Service] = (),
    movable: Callable[[Service], bool] = everything,
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
    - A duty with a confirmed service in the `rota` is to be placed if that is `movable`, whenever
      it is due, and may stay where it is; otherwise it is taken care of.
    """
    keys = tuple(programme.key for programme in _discharging(programmes, policy))
    parts = parts_of(programmes, policy)
    known = histories(records, rota, parts)
    leave = _long_leave(absences, policy)
    releases = _by_employee(exemption for exemption in exemptions if exemption.release)
    owing: list[Duty] = []
    waiting: list[_Waiting] = []
    for person in employees:
        history = known.get(person.id, History())
        mine = releases.get(person.id, ())
        windows = _windows(
            person, history, policy, leave.get(person.id, ()), horizon.first, mine, parts
        )
        for window in _within(windows, person, history, horizon):
            if _released(mine, window.due, horizon):
                continue
            services = history.standing.get(window.number, ())
            if len(services) >= parts and not any(map(movable, services)):
                continue
            duty = _duty(person, window, keys, services)
            due = [*_parts(duty, parts, services, movable)]
            if window.first and window.due > horizon.last:
                waiting.append(_Waiting(person, due, bool(services)))
            else:
                owing += due
    owing += _share_of_first_cycle(waiting, horizon)
    return tuple(sorted(owing, key=lambda duty: (duty.due, duty.employee_id, duty.part)))


def histories(
    records: Iterable[ServiceRecord], rota: Iterable[Service], parts: int = 1
) -> dict[str, History]:
    """What is known of everybody with a service on record or in the rota. A duty of several
    `parts` is discharged when all of them were attended; a later duty discharged takes those
    before it along, for its service starts the next cycle."""
    served = last_service(records)
    attended: dict[str, dict[int, list[Service]]] = {}
    confirmed: dict[str, dict[int, list[Service]]] = {}
    for service in rota:
        kind = {ServiceState.ATTENDED: attended, ServiceState.CONFIRMED: confirmed}.get(
            service.state
        )
        if kind is not None:
            numbers = kind.setdefault(service.employee_id, {})
            numbers.setdefault(duty_number(service.duty_id), []).append(service)
    return {
        person: _history(
            served.get(person), attended.get(person, {}), confirmed.get(person, {}), parts
        )
        for person in {*served, *attended, *confirmed}
    }


def _history(
    served: date | None,
    attended: Mapping[int, Sequence[Service]],
    confirmed: Mapping[int, Sequence[Service]],
    parts: int,
) -> History:
    whole = [
        number for number, services in attended.items() if len(services) >= _needed(services, parts)
    ]
    discharged = max(whole, default=0)
    days = [service.last_day for number in whole for service in attended[number]]
    latest = max([*days, *([served] if served else [])], default=None)
    standing: dict[int, tuple[Service, ...]] = {}
    for number in {*attended, *confirmed}:
        if number > discharged:
            standing[number] = (*attended.get(number, ()), *confirmed.get(number, ()))
    return History(discharged, latest, standing)


def _needed(services: Sequence[Service], parts: int) -> int:
    """How many services discharge this duty: one of days in a row does by itself."""
    return parts if all("#" in service.duty_id for service in services) else 1


def next_window(
    person: Employee,
    history: History,
    policy: Policy,
    absences: Iterable[Absence] = (),
) -> Window:
    """The window of the person's open duty."""
    windows = _windows(person, history, policy, _long(absences, policy), policy.start)
    return next(iter(windows))


# Windows


def _windows(
    person: Employee,
    history: History,
    policy: Policy,
    leave: Sequence[DateRange],
    earliest: date,
    releases: Sequence[Exemption] = (),
    parts: int = 1,
) -> Iterator[Window]:
    """This and all later windows. Each hangs on the service of the one before; where there is
    none yet, on its due date, but not on a day before `earliest`: somebody overdue owes one
    service, not two. A cycle that an exemption released is over on its due date."""
    cycle = policy.cycle.stretched(1 / person.pattern.share) if policy.pro_rata else policy.cycle
    number, served = history.discharged + 1, history.served
    if served is None:
        opens = max(person.hire_date, policy.start)
        due = max(policy.onboarding.after(person.hire_date), cycle.after(policy.start) - DAY)
        anchor = opens
    else:
        due = cycle.after(served)
        opens = policy.early.before(due)
        anchor = served
    due, opens = _stop_the_clock(due, opens, anchor, leave, moves_opening=served is not None)
    yield Window(number, opens, due, served is None)
    while due < date.max:
        services = history.standing.get(number, ())
        if services and len(services) >= _needed(services, parts):
            anchor = max(service.last_day for service in services)
        else:
            anchor = due if _covers(releases, due) else max(due, earliest)
        number += 1
        due = cycle.after(anchor)
        opens = policy.early.before(due)
        due, opens = _stop_the_clock(due, opens, anchor, leave, moves_opening=True)
        yield Window(number, opens, due, first=False)


def _within(
    windows: Iterator[Window], person: Employee, history: History, horizon: DateRange
) -> Iterator[Window]:
    """The windows that concern a horizon: those due by its end, the first cycle if it has opened
    by then, and those with a service already, however late they are due."""
    latest = max(history.standing, default=0)
    for window in windows:
        late = window.due > horizon.last
        if late and not (window.first and window.opens <= horizon.last):
            if window.number > latest:
                return
            if window.number not in history.standing:
                continue
        if person.leave_date is not None and person.leave_date < max(window.opens, horizon.first):
            return
        yield window
        if late and window.number >= latest:
            return


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
    grouped: dict[str, list[_Personal]] = {}
    for thing in things:
        grouped.setdefault(thing.employee_id, []).append(thing)
    return grouped


def _released(exemptions: Iterable[Exemption], due: date, horizon: DateRange) -> bool:
    throughout = any(
        exemption.days.first <= horizon.first and exemption.days.last >= horizon.last
        for exemption in exemptions
    )
    return throughout or _covers(exemptions, due)


def _covers(exemptions: Iterable[Exemption], day: date) -> bool:
    return any(day in exemption.days for exemption in exemptions)


# Duties


def _duty(
    person: Employee, window: Window, programmes: tuple[str, ...], services: Sequence[Service]
) -> Duty:
    """The duty of a window. Where it has a service, that may stay however early it now is."""
    return Duty(
        id=duty_id(person.id, window.number),
        employee_id=person.id,
        opens=min([window.opens, *(service.first_day for service in services)]),
        due=window.due,
        programmes=programmes,
        first=window.first,
    )


def parts_of(programmes: Iterable[Programme], policy: Policy) -> int:
    """How many separate days make a duty; 1 where its days are in a row."""
    separate = [p for p in _discharging(programmes, policy) if p.separate]
    return separate[0].days if separate else 1


def _discharging(programmes: Iterable[Programme], policy: Policy) -> list[Programme]:
    """The programmes that count: those that the policy names, or all."""
    return [p for p in programmes if not policy.programmes or p.key in policy.programmes]


def _parts(
    duty: Duty,
    parts: int,
    services: Sequence[Service],
    movable: Callable[[Service], bool],
) -> Iterator[Duty]:
    """A duty of its own for every separate day, without those taken care of elsewhere."""
    held = {service.duty_id for service in services if not movable(service)}
    if parts == 1:
        yield duty
        return
    for part in range(1, parts + 1):
        name = f"{duty.id}#{part}"
        if name not in held:
            yield duty.model_copy(update={"id": name, "part": part, "parts": parts})


class _Waiting(NamedTuple):
    """Somebody whose first service may be in this horizon, or later; `placed` if it has a date."""

    person: Employee
    duties: Sequence[Duty]
    placed: bool


def _share_of_first_cycle(waiting: Sequence[_Waiting], horizon: DateRange) -> list[Duty]:
    """Those of the first-cycle duties due after the horizon that it takes on: as large a share
    of each team as the horizon is of what is left of the cycle, those with a date already and
    then the longest employed first. Nobody loses a date to keep to the share."""
    chosen: list[Duty] = []
    by_team = sorted(
        waiting,
        key=lambda each: (
            each.person.team or "",
            not each.placed,
            each.person.hire_date,
            each.person.id,
        ),
    )
    surplus = 0.0  # fractions of a person are carried to the next team, so the total is right
    for _, team in groupby(by_team, key=lambda each: each.person.team or ""):
        members = list(team)
        share = sum(
            len(horizon) / ((each.duties[0].due - horizon.first).days + 1) for each in members
        )
        wanted = max(
            sum(each.placed for each in members),
            min(len(members), ceil(share + surplus - 1e-9)),
        )
        surplus += share - wanted
        chosen += [duty for each in members[:wanted] for duty in each.duties]
    return chosen
