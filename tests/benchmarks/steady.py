"""A company in its third cycle: everybody but the newest people has served.

Teams joined one after another, their people within weeks of each other, so due dates lie evenly
over the horizon while a team's crowd together; a few per cent are overdue; of the seats that
anybody can take, 95 % are needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil
from random import Random

from scheduler.domain.calendar import DAY, DateRange, Period
from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.people import Employee, Scope
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Policy, Session
from scheduler.presets import Preset

START = date(2027, 1, 1)
CYCLE = Period(months=24)
HORIZON = DateRange(first=START, last=CYCLE.after(START) - DAY)
BEFORE = Period(months=48)
"""How long the programme has been running."""
FULL = 0.95
"""Share of the seats that are needed."""
OVERDUE = 0.03
"""Share of people who should have served before the horizon."""
LONGEST_OVERDUE = 182
TEAM_SPREAD = 30
"""People of a team are due within so many days before or after each other."""


def policy_of(chosen: Preset) -> Policy:
    """The preset's policy, two cycles old."""
    return chosen.policy(BEFORE.before(START))


def served_before(
    people: Sequence[Employee], seed: int
) -> tuple[tuple[Employee, ...], tuple[ServiceRecord, ...]]:
    """The people, employed two cycles longer, and their last services."""
    chance = Random(f"{seed}/ledger")
    older = tuple(_employed_longer(person) for person in people)
    serving = [person for person in older if person.hire_date <= BEFORE.before(START)]
    records = (
        ServiceRecord(
            employee_id=person.id,
            programme="two_days",
            centre=person.centre or "",
            days=(served - DAY, served),
        )
        for person, due in zip(serving, _due_dates(serving, chance), strict=True)
        for served in (CYCLE.before(due),)
    )
    return older, tuple(records)


def _employed_longer(person: Employee) -> Employee:
    if person.hire_date >= START:
        return person
    return person.model_copy(update={"hire_date": BEFORE.before(person.hire_date)})


def _due_dates(people: Sequence[Employee], chance: Random) -> list[date]:
    """A due date for everybody: teams one after another over the horizon, in random order."""
    teams = sorted({person.team or person.id for person in people})
    chance.shuffle(teams)
    place = {team: n for n, team in enumerate(teams)}
    order = sorted(range(len(people)), key=lambda n: place[people[n].team or people[n].id])
    due = [START] * len(people)
    for position, n in enumerate(order):
        days = position * len(HORIZON) // len(people)
        days += chance.randint(-TEAM_SPREAD, TEAM_SPREAD)
        due[n] = START + timedelta(days=days % len(HORIZON))
        if chance.random() < OVERDUE:
            due[n] = START - timedelta(days=chance.randint(1, LONGEST_OVERDUE))
    return due


def seated(problem: Problem) -> Problem:
    """The same problem with so many seats that its duties need `FULL` of them. Sessions keep
    their proportions; nobody can serve while the whole company is closed, so that counts not."""
    home = Counter(problem.employee[duty.employee_id].centre for duty in problem.duties)
    sessions: list[Session] = []
    for centre in problem.centres:
        mine = [session for session in problem.sessions if session.centre == centre.key]
        needed = home[centre.key] + home[None] / len(problem.centres)
        sessions += _with_seats(mine, needed / FULL, problem)
    taken = Counter[tuple[str, date]]()
    for session in sessions:
        taken.update(dict.fromkeys(((session.centre, day) for day in session.days), session.seats))
    centres = tuple(
        centre.model_copy(
            update={"seats": max((n for (key, _), n in taken.items() if key == centre.key))}
        )
        for centre in problem.centres
    )
    ordered = tuple(sorted(sessions, key=lambda s: (s.first_day, s.centre, s.programme)))
    return problem.changed(sessions=ordered, centres=centres)


def _with_seats(sessions: Sequence[Session], seats: float, problem: Problem) -> list[Session]:
    """`seats` in all, split by the seats the sessions had; fractions go to the next session."""
    closed = [b.days for b in problem.blackouts if b.scope is Scope.COMPANY]
    usable = [not any(day in days for days in closed for day in s.days) for s in sessions]
    weight = sum(s.seats for s, use in zip(sessions, usable, strict=True) if use)
    share, given, seated = 0.0, 0, []
    for session, use in zip(sessions, usable, strict=True):
        if use:
            share += session.seats * seats / weight
        now = max(0, ceil(share - 1e-9) - given) if use else 0
        given += now
        seated.append(session.model_copy(update={"seats": now}))
    return seated
