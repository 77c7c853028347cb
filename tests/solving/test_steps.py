"""One block by itself, through the door."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.solving.engine import solve_block
from scheduler.solving.result import Limits
from tests.processes import AMPLE
from tests.solving.models import a_model, a_random_model, cheapest, choice, nowhere


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_a_block_ends_in_its_optimum(seed: int, complete: bool) -> None:
    model = a_random_model(seed)
    plan = solve_block(model, nowhere(model), Limits(seconds=AMPLE), complete=complete)
    best = cheapest(model)
    assert plan.bound == best
    assert best is None or model.judge(plan.choice).cost == best


def test_without_time_it_is_the_plan_it_was_or_completed_by_greedy() -> None:
    model = a_model(2, 2)
    model.price("due_date", np.array([[0, 3], [0, 3]]))
    start, none = choice(1, -1), Limits(seconds=0)
    assert solve_block(model, start, none).choice.tolist() == [1, -1]
    assert solve_block(model, start, none, complete=True).choice.tolist() == [0, 0]
    assert solve_block(model, start, none).bound == 0
