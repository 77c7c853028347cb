"""Problems of a sample company, of any size, straight from its files' values: no store."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

from scheduler.domain.calendar import DAY, DateRange, Period
from scheduler.domain.duties import owed
from scheduler.domain.people import Absence, Employee, StandIns
from scheduler.domain.problem import Mode, Problem, RuleSetting
from scheduler.domain.programme import ServiceCentre, generate_sessions
from scheduler.model.blocks import Cutting
from scheduler.presets import preset
from scheduler.sample import make_company
from tests.worlds import BERLIN, a_duty, a_person, a_random_world, a_session, a_world, days, only

APART = Cutting(largest_joined=0)
"""No two blocks are small enough to be made one."""

CENTRES = ("berlin", "regensburg", "hamburg")

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
    enough for all, and then no session needs more than one person."""
    company = make_company(people, centres, seed, START)
    chosen = preset("amazon")
    horizon = DateRange(first=START, last=Period(months=months).after(START) - DAY)
    programmes = company.seated(chosen.programmes)
    if seats is not None:
        programmes = tuple(p.model_copy(update={"seats": seats, "least": 1}) for p in programmes)
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


def two_centres(rules: Sequence[RuleSetting], **changes: Any) -> Problem:
    """Three people at each of two centres, a team of their own each, two seats a session."""
    return a_world(
        [
            a_person(name, centre=centre, team=centre, executive=True)
            for centre, names in PEOPLE.items()
            for name in names
        ],
        [a_session(first, seats=2, centre=centre) for centre in PEOPLE for first in (0, 7)],
        rules=rules,
        centres=centres(2),
        **changes,
    )


PEOPLE = {"berlin": ("ann", "bob", "cem"), "regensburg": ("dan", "eva", "fay")}
"""Those of `two_centres`."""


def centres(count: int) -> tuple[ServiceCentre, ...]:
    """So many centres, all alike."""
    return tuple(
        BERLIN.model_copy(update={"key": key, "name": key.title()}) for key in CENTRES[:count]
    )


def a_random_company(seed: int, *, count: int = 2, people: int = 2, sessions: int = 3) -> Problem:
    """`count` centres that share nobody but are tied: by executives, pairs that stand in for each
    other, a listed set, teams; rules set at random, and mostly too narrow for everybody."""
    chance = random.Random(seed)
    home = [key for key in CENTRES[:count] for _ in range(people)]
    names = [f"p{n}" for n in range(len(home))]
    pairs = [chance.sample(names, 2) for _ in range(chance.choice([0, 2, 3]))]
    base = a_random_world(seed, people=3)
    narrow: dict[str, dict[str, Any]] = {
        "executive_cover": {"most": chance.choice([1, 1, 2]), "sets": [chance.sample(names, 3)]},
        "team_floor": {"share": chance.choice([0.5, 1.0]), "department_share": 1.0},
        "spacing": {"days": 3},
    }
    return a_world(
        [
            a_person(
                name,
                centre=centre,
                executive=chance.random() < 0.6,
                team=chance.choice(["red", "blue", None]),
            )
            for name, centre in zip(names, home, strict=True)
        ],
        [
            a_session(first, seats=chance.choice([1, 2]), centre=centre)
            for centre in CENTRES[:count]
            for first in sorted(chance.sample([0, 1, 2, 7, 8], sessions))
        ],
        [a_duty(name, due=chance.randrange(-20, 20)) for name in names],
        rules=[
            rule.model_copy(
                update={
                    "params": rule.params | narrow.get(rule.key, {}),
                    "mode": chance.choice([Mode.HARD, Mode.HARD, Mode.SOFT])
                    if rule.key in (*narrow, "deputies")
                    else rule.mode,
                }
            )
            for rule in base.rules
        ],
        centres=centres(count),
        absences=tuple(
            Absence(employee_id=chance.choice(names), days=days(first, first + 1))
            for first in chance.sample(range(9), 2)
        ),
        stand_ins=tuple(dict.fromkeys(StandIns(one=min(p), other=max(p)) for p in pairs)),
        seed=seed,
    )


def random_pairs(people: Sequence[Employee], count: int, seed: int) -> tuple[StandIns, ...]:
    """People who stand in for each other, drawn by chance."""
    chance = random.Random(seed)
    ids = [person.id for person in people]
    drawn = (chance.sample(ids, 2) for _ in range(count))
    return tuple(dict.fromkeys(StandIns(one=min(pair), other=max(pair)) for pair in drawn))
