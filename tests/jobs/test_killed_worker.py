"""A worker killed in the middle of a run: the run is taken up again and finishes."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from scheduler.domain.errors import Busy
from scheduler.domain.plan import Assignment, SolveStatus
from scheduler.domain.problem import Problem
from scheduler.domain.run import RunState
from scheduler.model.compiling import compile_problem
from scheduler.planning import stop_run, verify_plan
from scheduler.store import RunRow, Store
from scheduler.verify import verify
from tests.planning.office import AT, HR, puzzled
from tests.processes import AMPLE, PATIENCE, a_free_port, environment, running, until

LEASE_SECONDS = 2

pytestmark = pytest.mark.slow


def _run(store: Store, run_id: int) -> RunRow:
    with store.read() as unit:
        return unit.runs.run(run_id)


def _incumbent(store: Store, run_id: int) -> tuple[Assignment, ...]:
    try:
        with store.read() as unit:
            return unit.runs.incumbent(run_id)
    except Busy:
        return ()


def _cost(problem: Problem, plan: tuple[Assignment, ...]) -> int:
    """What a plan costs, by the rules' own words and the points of what it leaves out."""
    found = verify(problem, plan)
    assert not found.hard
    placed = {assignment.duty_id for assignment in plan}
    points: list[int] = compile_problem(problem).unplaced.tolist()
    unplaced = zip(problem.duty, points, strict=True)
    return sum(found.score.values()) + sum(n for duty, n in unplaced if duty not in placed)


def _process_of(run: RunRow) -> int:
    """A worker's name ends with the number of its process."""
    assert run.worker is not None
    return int(run.worker.rpartition("-")[2])


def test_a_killed_workers_run_goes_on_from_its_best_plan(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    plan_id, run_id = puzzled(store)
    variables = environment(
        tmp_path, database_url=database_url, lease_seconds=LEASE_SECONDS, workers=1
    )
    with running("worker", variables=variables) as first:
        until(lambda: _incumbent(store, run_id))
        first.send_signal(signal.SIGKILL)
        first.wait()
    left, best = _run(store, run_id), _incumbent(store, run_id)
    assert (left.state, left.attempt) == (RunState.RUNNING, 1)
    assert _process_of(left) == first.pid
    with running("worker", variables=variables) as second:
        until(lambda: len(_run(store, run_id).trail) > len(left.trail))
        stop_run(store, run_id, actor=HR, at=AT)
        until(lambda: _run(store, run_id).state.final)
        assert _process_of(_run(store, run_id)) == second.pid
    run = _run(store, run_id)
    assert (run.state, run.attempt) == (RunState.DONE, 2)
    with store.read() as unit:
        plan, problem = unit.plans.plan(plan_id), unit.plans.problem(plan_id)
    assert plan.solve_status is SolveStatus.STOPPED
    assert plan.hard_violations == 0
    assert verify_plan(store, plan_id).hard == ()
    assert plan.cost is not None
    assert plan.cost <= _cost(problem, best)
    later = [cost for _, cost, _ in run.trail[len(left.trail) :] if cost is not None]
    assert max(later) <= _cost(problem, best), "the second one begins where the first was killed"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_that_is_told_to_end_does_so_at_once_and_leaves_its_run(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    _, run_id = puzzled(store)
    variables = environment(tmp_path, database_url=database_url, lease_seconds=AMPLE, workers=1)
    with running("worker", variables=variables) as worker:
        until(lambda: _incumbent(store, run_id))
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0
    with running("worker", variables=variables) as other:
        # Long before the lease would have run out.
        until(lambda: _run(store, run_id).attempt == 2)
        assert _process_of(_run(store, run_id)) == other.pid


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_serve_starts_another_worker_for_one_that_was_killed(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    _, run_id = puzzled(store)
    variables = environment(
        tmp_path,
        database_url=database_url,
        lease_seconds=LEASE_SECONDS,
        workers=1,
        port=a_free_port(),
    )
    with running("serve", variables=variables) as server:
        until(lambda: _incumbent(store, run_id))
        killed = _process_of(_run(store, run_id))
        os.kill(killed, signal.SIGKILL)
        until(lambda: _run(store, run_id).attempt == 2)
        again = _process_of(_run(store, run_id))
        assert again not in (killed, server.pid)
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 0
    assert not Path(f"/proc/{again}").exists(), "its worker ends with it"
