"""Fractional duties are held somewhere, and all others make room."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import BoolArray, FloatArray, GroupBound
from scheduler.solving.heuristics.diving import Again, dive, solve_until_dearer
from scheduler.solving.heuristics.fractional import HeldDuties
from scheduler.solving.pricing.column_generation import generate_columns
from scheduler.solving.pricing.pricing import MasterSolution
from tests.processes import AMPLE
from tests.solving.models import a_model, a_random_model, cheapest, each_session, nowhere


def _again(model: CompiledModel, known: MasterSolution) -> MasterSolution:
    return solve_until_dearer(model, nowhere(model), known, seconds=AMPLE, stop=lambda: False)


def _dived(
    model: CompiledModel, master: MasterSolution, again: Again, dearest: float
) -> MasterSolution:
    return dive(HeldDuties.none(model), master, again, dearest)[1]


def _master(model: CompiledModel) -> MasterSolution:
    return generate_columns(model, nowhere(model), seconds=AMPLE)


def _weight(master: MasterSolution) -> FloatArray:
    weight = np.zeros(master.solved.shape)
    weight[master.solved] = master.weight
    return weight


def _fractional(master: MasterSolution) -> BoolArray:
    most = _weight(master).max(axis=1)
    fractional: BoolArray = (most > 1e-6) & (most < 1 - 1e-6)
    return fractional


def _ring(people: int, sessions: int) -> CompiledModel:
    """People around a table, no two neighbours of whom may be in one session."""
    model = a_model(people, sessions, unplaced=10)
    seats = np.arange(people)
    model.bound(
        GroupBound(
            "deputies",
            duties=np.concatenate([seats, (seats + 1) % people]),
            groups=np.concatenate([seats, seats]),
            **each_session(model),
            upper=np.ones((1, sessions), np.int64),
        )
    )
    return model


def test_an_odd_ring_is_halved_by_a_linear_program_and_then_somebody_is_left_out() -> None:
    model = _ring(5, 2)
    master = _master(model)
    assert master.bound == pytest.approx(0)
    assert _fractional(master).all()
    end = _dived(model, master, _again, inf)
    assert end.bound == pytest.approx(10)
    assert not _fractional(end).any()


def test_it_ends_when_no_better_plan_can_come_of_it() -> None:
    """There is a plan of ten points: once one of them costs so much, the others stay fractional."""
    asked: list[float] = []

    def again(model: CompiledModel, known: MasterSolution) -> MasterSolution:
        master = _again(model, known)
        asked.append(master.bound)
        return master

    model = _ring(9, 2)
    _dived(model, _master(model), again, 10 - 1e-6)
    bounded = len(asked)
    asked.clear()
    _dived(model, _master(model), again, 1e-6)
    assert 0 < len(asked) <= bounded
    asked.clear()
    _dived(model, _master(model), again, 0.0)
    assert asked == []


def test_who_is_fractional_between_a_date_and_none_is_asked_about_once() -> None:
    """Three of whom only one can be there: half of each is, however they are held."""
    model = _ring(3, 1)
    master = _master(model)
    assert master.bound == pytest.approx(15)
    end = _dived(model, master, _again, inf)
    assert end.bound == pytest.approx(15)


def test_an_option_that_costs_something_by_itself_is_forbidden() -> None:
    """Held in the first session, which has three points for everybody beside them, somebody costs
    those; in the second they cost nothing."""
    model = _ring(2, 2)
    model.price("preferences", np.array([[0, 0], [0, 3]], np.int64))
    halved = np.full((2, 2), 0.5)
    known = _master(model)
    halves = MasterSolution(**{**known.__dict__, "weight": halved.ravel()})
    end = _dived(model, halves, _again, inf)
    assert end.bound == pytest.approx(0)
    assert np.argmax(_weight(end), axis=1).tolist() == [1, 0]


def test_out_of_time_it_is_what_it_was() -> None:
    model = _ring(5, 2)
    master = _master(model)

    def stopped(model: CompiledModel, known: MasterSolution) -> MasterSolution:
        return solve_until_dearer(model, nowhere(model), known, seconds=AMPLE, stop=lambda: True)

    assert _dived(model, master, stopped, inf) is master


@pytest.mark.parametrize("seed", range(60))
def test_it_never_proves_what_is_not_so(seed: int) -> None:
    """The bound of those held is no less than that of all; a model's own bound stays below its
    best plan, and nothing of the model is changed."""
    model = a_random_model(seed)
    blocked, master = model.blocked.copy(), _master(model)
    end = _dived(model, master, _again, inf)
    assert end.bound >= master.bound - 1e-6
    best = cheapest(model)
    assert best is None or master.bound <= best + 1e-6
    assert (model.blocked == blocked).all()
