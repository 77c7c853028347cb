"""Soft limits beside switches: plans cost the same, and the linear program knows more."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import GroupBound, IntArray
from scheduler.model.presolve.tightening import tighten_coefficients
from scheduler.solving.pricing.column_generation import generate_columns
from tests.processes import AMPLE
from tests.solving.models import a_model, choice, each_session, everybody, nowhere

PEOPLE, WEEKS = 6, 3


def _model(least: tuple[int, ...], most: tuple[int, ...], points: int = 4) -> CompiledModel:
    """Six people and three weeks that run with so many or not at all, and take so many for
    nothing. The first week is dearer for the first person."""
    model = a_model(PEOPLE, len(least))
    dear = np.zeros(model.cost.shape, np.int64)
    dear[0, 0] = 7
    model.price("preferences", dear)
    model.bound(
        GroupBound(
            "group_size",
            **everybody(model),
            **each_session(model),
            upper=np.full((1, len(least)), PEOPLE),
            lower=np.array([least]),
            switch=True,
        )
    )
    model.bound(
        GroupBound(
            "level_load",
            **everybody(model),
            **each_session(model),
            upper=np.array([most]),
            points=points,
        )
    )
    return model


def _cost(model: CompiledModel, places: IntArray) -> float:
    """What the tightened model asks for a plan."""
    placed = np.flatnonzero(places != NOWHERE)
    points = float(model.cost[placed, places[placed]].sum())
    points += float(model.unplaced[places == NOWHERE].sum())
    for bound in model.group_bounds:
        if bound.points is not None:
            points += bound.excess(model.use(bound, places)) * bound.points
    return points


@pytest.mark.parametrize("least", [(3, 4, 2), (6, 6, 6), (2, 1, 0)])
@pytest.mark.parametrize("most", [(1, 2, 0), (3, 4, 1), (0, 0, 0)])
def test_every_legal_plan_costs_what_it_did(least: tuple[int, ...], most: tuple[int, ...]) -> None:
    model = _model(least, most)
    tight, legal = tighten_coefficients(model), 0
    for places in combinations_with_replacement((NOWHERE, *range(WEEKS)), PEOPLE):
        verdict = model.judge(choice(*places))
        if verdict.legal:
            legal += 1
            assert _cost(tight, choice(*places)) == pytest.approx(verdict.cost)
    assert legal > 1


def test_a_linear_program_knows_that_few_people_cost_what_many_do() -> None:
    """Four weeks for one each, with three at least: six people fill two of them and pay for four,
    at four points; one by one the first four would be free."""
    model = _model((3, 3, 3, 3), (1, 1, 1, 1))
    assert generate_columns(model, nowhere(model), seconds=AMPLE).bound == pytest.approx(16)


def test_without_a_switch_on_the_same_people_and_weeks_it_stays_the_same() -> None:
    model = _model((1, 1, 0), (1, 2, 0))
    assert tighten_coefficients(model) is model
    some = _model((3, 3, 3), (1, 1, 1))
    some.group_bounds[0].duties[-1] = 0  # the last one is not asked for
    assert tighten_coefficients(some) is some
    soft = _model((3, 3, 3), (5, 5, 5))
    assert tighten_coefficients(soft) is soft


def test_a_group_that_may_have_members_elsewhere_is_left_alone() -> None:
    model = _model((3, 3, 3), (3, 3, 3))
    model.bound(
        GroupBound(
            "elsewhere",
            **everybody(model),
            **each_session(model),
            upper=np.array([[1, 1, 1]]),
            points=4,
            names=("all",),
        )
    )
    assert tighten_coefficients(model) is model
