"""What only a switch that cannot be on would allow is forbidden, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scheduler.domain.people import Absence, Pairing
from scheduler.domain.problem import Problem
from scheduler.model.compiled import NOWHERE
from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound
from scheduler.model.presolve.fixing import fix_never_on
from scheduler.solving.engine import solve
from tests.solving.models import (
    a_model,
    a_random_model,
    each_session,
    every_choice,
    everybody,
    said_of,
)
from tests.worlds import TWO_DAYS, a_person, a_session, a_world, days, only


def a_class(least: int, *seats: int, people: int = 8) -> Problem:
    """Sessions of so many seats, of which each needs so many people."""
    return a_world(
        [a_person(f"p{n}") for n in range(people)],
        [a_session(7 * n, seats=each) for n, each in enumerate(seats)],
        rules=only("seats", "group_size"),
        programmes=(TWO_DAYS.model_copy(update={"least": least}),),
    )


def test_nobody_may_go_where_more_are_needed_than_there_are_seats() -> None:
    model = compile_problem(a_class(6, 4, 7, 6))
    assert model.open.tolist() == [[False, True, True]] * 8
    assert {rule: mask.tolist() for rule, mask in model.blocked_by(0).items()} == {
        "group_size": [True, False, False]
    }
    assert len(solve(a_class(6, 4, 7, 6)).assignments) == 7


def test_nobody_may_go_where_more_are_needed_than_there_are_people() -> None:
    assert not compile_problem(a_class(6, 8, people=5)).open.any()


@pytest.mark.parametrize("soft", [True, False])
def test_a_soft_limit_or_a_soft_switch_forbids_nothing(soft: bool) -> None:
    model = a_model(3, 1)
    one, two = np.array([[1]]), np.array([[2]])
    whose: dict[str, Any] = {**everybody(model), **each_session(model)}
    model.bound(GroupBound("seats", **whose, upper=one, points=5 if soft else None))
    limits: dict[str, Any] = {"upper": two, "lower": two, "switch": True}
    model.bound(GroupBound("group_size", **whose, **limits, points=None if soft else 5))
    fix_never_on(model)
    assert model.open.all()


def test_limits_of_other_people_or_other_days_say_nothing() -> None:
    model = a_model(3, 2)
    two: dict[str, Any] = {"lower": np.full((1, 2), 2), "upper": np.full((1, 2), 3)}
    model.bound(
        GroupBound("group_size", **everybody(model), **each_session(model), **two, switch=True)
    )
    none = np.array([[0]])
    some: dict[str, Any] = {"duties": np.array([0]), "groups": np.array([0])}
    model.bound(GroupBound("team", **some, **each_session(model), upper=np.zeros((1, 2), np.int64)))
    where: dict[str, Any] = {"sessions": np.array([1]), "slots": np.array([0])}
    model.bound(GroupBound("closed", **everybody(model), **where, upper=none))
    fix_never_on(model)
    assert model.open.tolist() == [[True, False]] * 3


def test_who_cannot_come_is_missed_by_those_who_would_come_only_together() -> None:
    """Ann and Bob serve together, and so do Bob and Cem: where Ann is away nobody is."""
    problem = a_world(
        [a_person(name) for name in ("ann", "bob", "cem")],
        [a_session(0), a_session(7)],
        rules=tuple(
            rule.model_copy(update={"mode": "hard"}) if rule.key == "together_apart" else rule
            for rule in only("absence", "together_apart")
        ),
        pairings=(
            Pairing(one="ann", other="bob", together=True),
            Pairing(one="bob", other="cem", together=True),
        ),
        absences=(Absence(employee_id="ann", days=days(0)),),
    )
    model = compile_problem(problem)
    assert model.open.tolist() == [[False, True]] * 3
    assert set(model.blocked_by(0)) == {"absence"}
    assert set(model.blocked_by(2)) == {"together_apart"}


@pytest.mark.parametrize("seed", range(150))
def test_no_legal_plan_is_lost(seed: int) -> None:
    model = a_random_model(seed, kinds=("switch", "upper"))
    plans = every_choice(model)
    legal, _ = said_of(model, plans)
    fix_never_on(model)
    placed = plans != NOWHERE
    shut = placed & ~model.open[np.arange(model.duties), plans]
    assert not (legal & shut.any(axis=1)).any()


def test_some_of_them_have_options_that_are_forbidden() -> None:
    fewer = 0
    for seed in range(150):
        model = a_random_model(seed, kinds=("switch", "upper"))
        before = model.open.sum()
        fix_never_on(model)
        fewer += bool(model.open.sum() < before)
    assert 20 < fewer < 150
