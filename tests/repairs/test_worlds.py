"""What is said of duties left out of random worlds is true: each word is tried."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial

import pytest

from scheduler.domain.problem import Problem
from scheduler.domain.programme import Session, WeeklyPattern, generate_sessions
from scheduler.repairs.another_session import AnotherSession
from scheduler.rules.base.costs import SESSION
from scheduler.solving.engine import solve
from scheduler.verify import verify
from tests.repairs.brute import Brute
from tests.repairs.cases import broken, offered, repairs_of, short_of_places

WORLDS = range(50)
"""Each is a world whose best plan leaves somebody out."""
BRUTE = [
    *WORLDS[:18],
    *(pytest.param(number, marks=pytest.mark.deep) for number in WORLDS[18:36]),
]
"""Those in which everything is tried, half of them by `make soak`."""
DEAREST = 100
"""More than any repair costs."""
SESSIONS = 3
"""So many sessions that there are not are looked at in each world, drawn by chance."""

for_each = partial(pytest.mark.parametrize, "seed", scope="module")
"""One world after another: what is found of each is kept for all tests of it."""


@for_each(WORLDS)
def test_the_blocking_set_is_the_smallest(seed: int) -> None:
    """Without its rules there is a place, and every other place breaks as many or more."""
    problem, plan = short_of_places(seed)
    repairs = repairs_of(seed)
    for duty_id in repairs.unassigned:
        blocking = repairs.blocking(duty_id)
        sets = [broken(problem, plan, duty_id, each.key) for each in offered(problem, duty_id)]
        if not sets:
            assert (blocking.rules, blocking.sessions) == (("structure",), 0)
            continue
        assert len(blocking.rules) == min(map(len, sets))
        assert blocking.sessions == sum(each == set(blocking.rules) for each in sets) > 0


@for_each(WORLDS)
def test_every_repair_places_its_duty(seed: int) -> None:
    """The plan with the duty placed keeps every hard rule of the changed problem."""
    problem, plan = short_of_places(seed)
    repairs = repairs_of(seed)
    for duty_id in repairs.unassigned:
        for repair in repairs.of(duty_id):
            assert duty_id in [place.duty_id for place in repair.places]
            assert not verify(repair.apply(problem), repair.arranged(plan)).hard
            assert {each.duty_id for each in repair.arranged(plan)} == {
                each.duty_id for each in (*plan, *repair.places)
            }
    for repair in repairs.together(repairs.unassigned):
        assert not verify(repair.apply(problem), repair.arranged(plan)).hard


@for_each(WORLDS)
def test_a_new_plan_places_more(seed: int) -> None:
    """The cheapest repair of all, solved anew."""
    problem, plan = short_of_places(seed)
    repairs = repairs_of(seed)
    for repair in repairs.together(repairs.unassigned, most=1):
        placed = len(solve(repair.apply(problem)).assignments)
        assert placed >= len(plan) + len(repair.places)


def costs(seed: int) -> dict[str, int]:
    """What the first repair of each duty costs, by duty."""
    repairs = repairs_of(seed)
    offered = {duty_id: repairs.of(duty_id) for duty_id in repairs.unassigned}
    return {duty_id: each[0].cost if each else DEAREST for duty_id, each in offered.items()}


@pytest.mark.slow
@for_each(BRUTE)
def test_nothing_is_cheaper_whoever_moves(seed: int) -> None:
    """No change and no two changes let the duty be placed for less, however everybody who has a
    place is arranged anew; and one that costs as much is found, where no more than two are made."""
    problem, plan = short_of_places(seed)
    repairs, offered = repairs_of(seed), costs(seed)
    brute = Brute(problem, plan)
    assert brute.cheapest(offered) == {}
    cheapest = brute.cheapest({duty_id: cost + 1 for duty_id, cost in offered.items()})
    for duty_id in repairs.unassigned:
        assert repairs.remedy(duty_id).proven
        for repair in repairs.of(duty_id)[:1]:
            added = any(isinstance(change, AnotherSession) for change in repair.changes)
            if len(repair.changes) < 3 and not added:
                assert cheapest[duty_id] == repair.cost


@pytest.mark.slow
@for_each(BRUTE)
def test_nothing_with_another_session_is_cheaper(seed: int) -> None:
    """Nor does a session more, alone or with one change beside it."""
    problem, plan = short_of_places(seed)
    dear = {duty_id: cost for duty_id, cost in costs(seed).items() if cost > SESSION}
    for session in more_sessions(problem, seed) if dear else ():
        larger = problem.changed(sessions=(*problem.sessions, session))
        assert Brute(larger, plan, extra=SESSION).cheapest(dear, session.key) == {}


def more_sessions(problem: Problem, seed: int) -> Iterator[Session]:
    """Some of the sessions that there could be on any day."""
    daily = (
        each.model_copy(update={"pattern": WeeklyPattern(weekdays=tuple(range(7)))})
        for each in problem.programmes
    )
    every = generate_sessions(list(daily), problem.centres, problem.horizon)
    new = [session for session in every if session.key not in problem.session]
    yield from random.Random(seed).sample(new, SESSIONS)
