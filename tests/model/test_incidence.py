"""The rows of a bound that choices count in are those in which a plan of them is counted."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE
from scheduler.model.incidence import touched_rows
from scheduler.model.language import GroupBound
from tests.solving.models import a_model, a_random_model, every_choice


@pytest.mark.parametrize("seed", range(40))
def test_what_the_rows_of_a_plan_add_up_to_is_its_use(seed: int) -> None:
    model = a_random_model(seed)
    plan = np.random.default_rng(seed).permutation(every_choice(model))[0]
    placed = np.flatnonzero(plan != NOWHERE)
    for bound in model.group_bounds:
        rows, choice = touched_rows(model, bound, placed, plan[placed])
        assert len(rows) == len(choice)
        groups, slots = bound.shape
        counted = np.bincount(rows, minlength=groups * slots).reshape(groups, slots)
        assert (counted == model.use(bound, plan)).all()


def test_two_options_of_one_duty_are_told_apart() -> None:
    model = a_model(2, 3)
    bound = GroupBound(
        "days",
        duties=np.array([1]),
        groups=np.array([0]),
        sessions=np.array([0, 0, 2]),
        slots=np.array([0, 1, 1]),
        upper=np.array([[0, 0]]),
    )
    rows, choice = touched_rows(model, bound, np.array([0, 1, 1, 1]), np.array([0, 0, 1, 2]))
    assert list(zip(rows.tolist(), choice.tolist(), strict=True)) == [(0, 1), (1, 1), (1, 3)]
