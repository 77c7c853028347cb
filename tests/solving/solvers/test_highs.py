"""HiGHS in a process of its own: right, ended at once when told, nothing left behind."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scheduler.model.compiling import compile_problem
from scheduler.model.language import FloatArray, GroupBound, IntArray
from scheduler.solving.solvers.cp_sat import solve_exactly
from scheduler.solving.solvers.highs import solve_mixed
from scheduler.solving.solvers.highs_process import solve
from scheduler.solving.solvers.mixed_program import Improved, MixedProgram
from tests.processes import AMPLE
from tests.solving.companies import a_puzzle
from tests.solving.models import (
    a_model,
    a_random_model,
    all_options,
    cheapest,
    each_session,
    everybody,
    nowhere,
)


@pytest.mark.parametrize("seed", [s for s in range(60) if cheapest(a_random_model(s))][:4])
def test_its_optimum_is_what_trying_everything_finds(seed: int) -> None:
    program = all_options(a_random_model(seed))
    mixed = solve_mixed(program, seconds=AMPLE)
    assert mixed.optimal
    assert mixed.values is not None
    assert program.cost @ mixed.values == pytest.approx(cheapest(a_random_model(seed)))
    assert mixed.bound == pytest.approx(cheapest(a_random_model(seed)), abs=0.9)


def test_it_tells_when_there_is_nothing_to_find() -> None:
    model = a_model(1, 1)
    must = np.array([[2]], np.int64)
    model.bound(
        GroupBound("peak", **everybody(model), **each_session(model), upper=must, lower=must)
    )
    mixed = solve_mixed(all_options(model), seconds=AMPLE)
    assert (mixed.values, mixed.infeasible) == (None, True)


def test_a_stop_ends_it() -> None:
    """Hardly asked again once it was told."""
    program = all_options(compile_problem(a_puzzle()))
    asked = list[bool]()

    def stop() -> bool:
        asked.append(len(asked) > 20)
        return asked[-1]

    mixed = solve_mixed(program, seconds=AMPLE, stop=stop)
    assert 1 <= sum(asked) < 5
    assert (mixed.optimal, mixed.infeasible) == (False, False)


def test_what_it_found_until_it_was_stopped_is_told_and_kept() -> None:
    """Stopped when it has reported the first solution: what comes back is the last one."""
    model = compile_problem(a_puzzle())
    program, reported = all_options(model), list[FloatArray]()
    mixed = solve_mixed(program, seconds=AMPLE, stop=lambda: bool(reported), report=reported.append)
    assert mixed.values is not None
    assert not mixed.optimal
    assert mixed.values.tolist() == reported[-1].tolist()
    costs = [float(program.cost @ values) for values in reported]
    assert costs == sorted(costs, reverse=True)
    chosen = np.flatnonzero(mixed.values[: program.options] > 0.5)
    choice = np.full(model.duties, -1)
    choice[program.duty[chosen]] = program.session[chosen]
    verdict = model.judge(choice)
    assert verdict.legal
    assert verdict.cost == pytest.approx(costs[-1])


NOT_BELIEVABLE = """
import pickle, sys
import numpy as np
from scheduler.solving.solvers.mixed_program import Improved
pickle.load(sys.stdin.buffer)
nothing = Improved(np.zeros(0, np.int64), np.zeros(0))
nobody = Improved(np.arange({options}, {options} + {duties}), np.ones({duties}))
for each in (nobody, nothing, nobody):
    pickle.dump(each, sys.stdout.buffer)
"""
"""A solution, one that breaks limits, and the first again; then it is gone."""


def test_a_solution_that_breaks_a_limit_is_not_believed() -> None:
    """Whatever was written down on the way."""
    program, reported = all_options(compile_problem(a_puzzle())), list[FloatArray]()
    source = NOT_BELIEVABLE.format(options=program.options, duties=program.duties)
    command = sys.executable, "-c", source
    mixed = solve_mixed(program, seconds=AMPLE, report=reported.append, command=command)
    assert len(reported) == 1
    assert mixed.values is not None
    assert program.cost @ mixed.values == program.cost[program.options :].sum()


@pytest.mark.parametrize("large", [False, True])
def test_a_process_that_fails_is_missed_but_not_needed(
    large: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Also one that is gone before it has read everything."""
    failing = "import sys; sys.exit('no such solver')"
    program = all_options(compile_problem(a_puzzle(200 if large else 20)))
    mixed = solve_mixed(program, seconds=AMPLE, command=(sys.executable, "-c", failing))
    assert (mixed.values, mixed.optimal, mixed.infeasible) == (None, False, False)
    assert "no such solver" in caplog.text


def test_a_process_that_was_ended_did_not_fail(caplog: pytest.LogCaptureFixture) -> None:
    program = all_options(compile_problem(a_puzzle()))
    solve_mixed(program, seconds=AMPLE, stop=lambda: True)
    assert caplog.text == ""


def test_a_program_with_switches_tells_when_it_begins_and_what_it_finds() -> None:
    """CP-SAT's glance has found nothing here."""
    model = a_model(3, 2, unplaced=100)
    least: dict[str, Any] = {"upper": np.full((1, 2), 3), "lower": np.full((1, 2), 2)}
    model.bound(
        GroupBound("group_size", **everybody(model), **each_session(model), **least, switch=True)
    )
    switching, reported = list[str](), list[IntArray]()
    exact = solve_exactly(
        all_options(model),
        nowhere(model),
        seconds=AMPLE,
        report=reported.append,
        switching=lambda: switching.append("begun"),
        glance=0.0,
    )
    assert switching == ["begun"]
    assert exact.optimal
    assert exact.choice is not None
    assert reported[-1].tolist() == exact.choice.tolist()


def test_at_its_limit_it_has_a_bound_and_does_not_call_that_proven() -> None:
    program = all_options(compile_problem(a_puzzle()))
    mixed = solve_mixed(program, seconds=1)
    assert not mixed.optimal
    assert not mixed.infeasible


def test_the_process_counts_no_gap_of_a_whole_point(tmp_path: Path) -> None:
    """Minimise 3x + 2y with x + y ≥ 1 in whole numbers."""
    program = MixedProgram(
        cost=np.array([3.0, 2.0]),
        largest=np.ones(2),
        whole=np.ones(2, np.bool_),
        lower=np.ones(1),
        upper=np.array([np.inf]),
        row=np.zeros(2, np.int64),
        column=np.arange(2),
        value=np.ones(2),
        seconds=AMPLE,
        seed=1,
        diary=str(tmp_path / "solutions"),
    )
    reported = list[Improved]()
    said = solve(program, reported.append)
    assert (said.values, said.optimal, said.infeasible) == ([0.0, 1.0], True, False)
    assert said.bound == pytest.approx(2.0, abs=0.9)
    assert all(each.columns.max(initial=0) < 2 for each in reported)
