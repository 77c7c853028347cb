"""Switches set as a linear program leans, and what it proves of none and of some."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import GroupBound
from scheduler.solving.block import BlockSolver
from scheduler.solving.heuristics.switches import decided, none_or_some
from scheduler.solving.pricing.column_generation import generate_columns
from scheduler.solving.pricing.pricing import MasterSolution
from tests.processes import AMPLE
from tests.solving.models import a_model, choice, everybody, nowhere

PEOPLE = 6


def _model(room: int, weeks: int, least: int, free: int = 1) -> CompiledModel:
    """Six people; one date with so much room, each more at two points; weeks that run with so many
    or not at all, in each of which so many are free."""
    model = a_model(PEOPLE, 1 + weeks)
    slots = np.arange(weeks)
    model.bound(
        GroupBound(
            "group_size",
            **everybody(model),
            sessions=1 + slots,
            slots=slots,
            upper=np.full((1, weeks), PEOPLE),
            lower=np.full((1, weeks), least),
            switch=True,
        )
    )
    model.bound(
        GroupBound(
            "level_load",
            **everybody(model),
            sessions=np.arange(1 + weeks),
            slots=np.arange(1 + weeks),
            upper=np.array([[room, *[free] * weeks]]),
            points=2,
        )
    )
    return model


def _master(model: CompiledModel, start: MasterSolution | None = None) -> MasterSolution:
    return generate_columns(model, nowhere(model), seconds=AMPLE, start=start)


def _optimum(model: CompiledModel) -> int:
    # They are all alike: it matters how many go where, not who.
    places = combinations_with_replacement((NOWHERE, *range(model.sessions)), PEOPLE)
    verdicts = (model.judge(choice(*each)) for each in places)
    return min(verdict.cost for verdict in verdicts if verdict.legal)


@pytest.mark.parametrize(("room", "least", "free"), [(2, 2, 2), (0, 3, 3), (3, 3, 2), (4, 2, 1)])
def test_every_switch_is_set_and_the_best_plan_stays(room: int, least: int, free: int) -> None:
    model = _model(room, 3, least, free)
    model = decided(model, _master(model), _master)
    switch, asked = model.group_bounds[0], model.group_bounds[-1]
    off = (~model.open).min(axis=0)[1:]
    assert not np.asarray(switch.lower).any()
    assert ((np.asarray(asked.lower)[0] == least) ^ off).all()
    assert _optimum(model) == _optimum(_model(room, 3, least, free))


def test_too_few_for_one_week_are_all_there_or_none_is() -> None:
    """Two have no room: at two points each, or in a week of six in which five are too many."""
    model = _model(4, 3, 6)
    master = _master(model)
    assert master.bound < 3.5
    none, some = (_master(each, master).bound for each in none_or_some(model, master))
    assert (none, some) == pytest.approx((4, 10))
    assert min(none, some) == _optimum(model)


def test_enough_for_a_week_are_not_told_apart() -> None:
    model = _model(3, 3, 3)
    assert none_or_some(model, _master(model)) == []
    assert none_or_some(_model(6, 3, 3), _master(_model(6, 3, 3))) == []


@pytest.mark.parametrize("room", range(PEOPLE))
@pytest.mark.parametrize("least", [2, 4, 6])
@pytest.mark.slow
def test_it_ends_in_the_optimum(room: int, least: int) -> None:
    model = _model(room, 3, least)
    solver = BlockSolver(model, nowhere(model))
    solver.first()
    solver.improve(
        seconds=AMPLE, gap=0, workers=1, seed=1, stop=lambda: False, listener=lambda *_: None
    )
    assert solver.proven
    assert solver.cost == _optimum(model)
