"""What is said of duties left out of random worlds is true: each word is tried."""

from __future__ import annotations

from itertools import combinations

import pytest

from scheduler.domain.problem import Problem
from scheduler.repairs import Repairs
from scheduler.repairs.changes import SESSION
from scheduler.solving.engine import solve
from scheduler.verify import verify
from tests.repairs.cases import broken, can_be_placed, offered, short_of_places, ways

WORLDS = range(50)
"""Each is a world whose best plan leaves somebody out."""


@pytest.mark.parametrize("number", WORLDS)
def test_the_blocking_set_is_the_smallest(number: int) -> None:
    """Without its rules there is a place, and every other place breaks as many or more."""
    problem, plan = short_of_places(number)
    repairs = Repairs(problem, plan)
    for duty_id in repairs.unassigned:
        blocking = repairs.blocking(duty_id)
        sets = [broken(problem, plan, duty_id, each.key) for each in offered(problem, duty_id)]
        if not sets:
            assert (blocking.rules, blocking.sessions) == (("structure",), 0)
            continue
        assert len(blocking.rules) == min(map(len, sets))
        assert blocking.sessions == sum(each == set(blocking.rules) for each in sets) > 0


@pytest.mark.parametrize("number", WORLDS)
def test_every_repair_places_its_duty(number: int) -> None:
    """The plan with the duty placed keeps every hard rule of the changed problem."""
    problem, plan = short_of_places(number)
    repairs = Repairs(problem, plan)
    for duty_id in repairs.unassigned:
        for repair in repairs.of(duty_id):
            assert [place.duty_id for place in repair.places] == [duty_id]
            assert not verify(repair.apply(problem), [*plan, *repair.places]).hard
    for repair in repairs.together(repairs.unassigned):
        assert not verify(repair.apply(problem), [*plan, *repair.places]).hard


@pytest.mark.parametrize("number", WORLDS)
def test_a_new_plan_places_more(number: int) -> None:
    """The cheapest repair of all, solved anew."""
    problem, plan = short_of_places(number)
    repairs = Repairs(problem, plan)
    for repair in repairs.together(repairs.unassigned, most=1):
        placed = len(solve(repair.apply(problem)).assignments)
        assert placed >= len(plan) + len(repair.places)


def _applied(problem: Problem, *fields: dict[str, object]) -> Problem | None:
    """Several changes at once; None if they are about the same."""
    update: dict[str, object] = {}
    for each in fields:
        if update.keys() & each.keys():
            return None
        update |= each
    return Problem.model_validate(
        {name: update.get(name, getattr(problem, name)) for name in Problem.model_fields}
    )


@pytest.mark.parametrize("number", WORLDS[:12])
def test_no_change_is_cheaper(number: int) -> None:
    """Neither one change that costs less than the cheapest repair, nor two together."""
    problem, plan = short_of_places(number)
    repairs = Repairs(problem, plan)
    for duty_id in repairs.unassigned:
        best = min((repair.cost for repair in repairs.of(duty_id)), default=SESSION)
        cheaper = [way for way in ways(problem, duty_id) if way[0] < best]
        for _, fields in cheaper:
            tried = _applied(problem, fields)
            assert tried is not None
            assert not can_be_placed(tried, plan, duty_id), (duty_id, fields.keys())
        if best > 3:
            continue  # every two of so many would take too long
        for (one, first), (two, second) in combinations(cheaper, 2):
            tried = _applied(problem, first, second) if one + two < best else None
            assert tried is None or not can_be_placed(tried, plan, duty_id)
