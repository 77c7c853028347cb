"""HiGHS in a process of its own: right, ended at once when told, nothing left behind."""

from __future__ import annotations

from threading import Event
from time import monotonic

import numpy as np
import pytest

from scheduler.solving.asked import Asked
from scheduler.solving.compiled import compile_problem
from scheduler.solving.highs import answer
from scheduler.solving.mixed import solve_mixed
from tests.solving.companies import a_puzzle
from tests.solving.models import (
    a_model,
    a_random_model,
    all_options,
    cheapest,
    each_session,
    everybody,
)


@pytest.mark.parametrize("seed", [s for s in range(60) if cheapest(a_random_model(s))][:4])
def test_its_optimum_is_what_trying_everything_finds(seed: int) -> None:
    program = all_options(a_random_model(seed))
    found = solve_mixed(program, seconds=30)
    assert found.optimal
    assert found.values is not None
    assert program.cost @ found.values == pytest.approx(cheapest(a_random_model(seed)))
    assert found.bound == pytest.approx(cheapest(a_random_model(seed)), abs=0.9)


def test_it_tells_when_there_is_nothing_to_find() -> None:
    model = a_model(1, 1)
    must = np.array([[2]], np.int64)
    model.bound("peak", **everybody(model), **each_session(model), upper=must, lower=must)
    found = solve_mixed(all_options(model), seconds=30)
    assert (found.values, found.infeasible) == (None, True)


def test_a_stop_ends_it_within_a_second() -> None:
    program = all_options(compile_problem(a_puzzle()))
    stopped, asked = Event(), []

    def stop() -> bool:
        asked.append(monotonic())
        if len(asked) > 20:
            stopped.set()
        return stopped.is_set()

    found = solve_mixed(program, seconds=60, stop=stop)
    assert stopped.is_set()
    assert monotonic() - asked[20] < 1
    assert (found.values, found.optimal, found.infeasible) == (None, False, False)


def test_at_its_limit_it_has_a_bound_and_does_not_call_that_proven() -> None:
    program = all_options(compile_problem(a_puzzle()))
    found = solve_mixed(program, seconds=1)
    assert not found.optimal
    assert not found.infeasible


def test_the_process_counts_no_gap_of_a_whole_point() -> None:
    """Minimise 3x + 2y with x + y ≥ 1 in whole numbers."""
    asked = Asked(
        cost=np.array([3.0, 2.0]),
        largest=np.ones(2),
        whole=np.ones(2, np.bool_),
        lower=np.ones(1),
        upper=np.array([np.inf]),
        row=np.zeros(2, np.int64),
        column=np.arange(2),
        value=np.ones(2),
        seconds=10.0,
        seed=1,
    )
    said = answer(asked)
    assert (said.values, said.optimal, said.infeasible) == ([0.0, 1.0], True, False)
    assert said.bound == pytest.approx(2.0, abs=0.9)
