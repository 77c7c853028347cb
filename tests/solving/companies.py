"""Problems of a sample company, of any size, straight from its files' values: no store."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from scheduler.domain.calendar import DAY, DateRange, Period
from scheduler.domain.ledger import owed
from scheduler.domain.people import Employee, StandIns
from scheduler.domain.problem import Problem, RuleSetting
from scheduler.domain.programme import generate_sessions
from scheduler.presets import preset
from scheduler.sample import make_company
from tests.worlds import a_person, a_session, a_world, only

START = date(2027, 1, 1)


def a_company(
    people: int,
    centres: int = 1,
    *,
    seed: int = 1,
    months: int = 24,
    seats: int | None = None,
    rules: tuple[RuleSetting, ...] = (),
) -> Problem:
    """A sample company that serves for the first time; `seats` per session instead of just
    enough for all."""
    company = make_company(people, centres, seed, START)
    chosen = preset("amazon")
    horizon = DateRange(first=START, last=Period(months=months).after(START) - DAY)
    programmes = company.seated(chosen.programmes)
    if seats is not None:
        programmes = tuple(p.model_copy(update={"seats": seats}) for p in programmes)
    return Problem(
        horizon=horizon,
        employees=company.employees,
        centres=company.centres,
        programmes=programmes,
        sessions=generate_sessions(programmes, company.centres, horizon),
        duties=owed(
            company.employees,
            (),
            chosen.policy(START),
            programmes,
            horizon,
            absences=company.absences,
        ),
        absences=company.absences,
        blackouts=company.blackouts,
        wishes=company.wishes,
        stand_ins=company.stand_ins,
        rules=rules,
        seed=seed,
    )


def a_crowd(people: int, *, pairs: int, seats: int, seed: int = 1) -> Problem:
    """More people than five months have seats for, and many of them stand in for each other: the
    linear relaxation comes out fractional."""
    company = a_company(people, seed=seed, seats=seats)
    last = date(START.year, 5, 31)
    return company.model_copy(
        update={
            "sessions": tuple(s for s in company.sessions if s.last_day <= last),
            "stand_ins": random_pairs(company.employees, pairs, seed),
        }
    )


def a_puzzle(people: int = 60, dates: int = 8, *, seed: int = 1) -> Problem:
    """Half of all pairs stand in for each other: a random graph to be coloured with `dates`
    colours. A plan is found at once, better ones keep coming, and a proof never does."""
    names = [a_person(f"p{n:03}") for n in range(people)]
    weekdays = [7 * week + n for week in range(dates // 5 + 1) for n in range(5)]
    return a_world(
        names,
        [a_session(n, length=1, seats=people) for n in weekdays[:dates]],
        rules=only("deputies", "seats"),
        stand_ins=random_pairs(names, people * people // 4, seed),
    )


def random_pairs(people: Sequence[Employee], count: int, seed: int) -> tuple[StandIns, ...]:
    """People who stand in for each other, drawn by chance."""
    chance = random.Random(seed)
    ids = [person.id for person in people]
    drawn = (chance.sample(ids, 2) for _ in range(count))
    return tuple(dict.fromkeys(StandIns(one=min(pair), other=max(pair)) for pair in drawn))
