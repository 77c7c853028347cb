"""Runs: computed and written once, stopped, left, taken up again from the best plan so far."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest

from scheduler import planning
from scheduler.domain.plan import SolveStatus
from scheduler.domain.run import RunState
from scheduler.jobs.job import JobSignals
from scheduler.jobs.kinds import every_kind
from scheduler.jobs.plan_runs import PlanRuns
from scheduler.jobs.worker import MOST_ATTEMPTS, JobWorker
from scheduler.model.compiling import compile_problem
from scheduler.planning.plans import running
from scheduler.solving.engine import solve
from scheduler.solving.result import Limits, Progress, Result
from scheduler.store import RunRow, Store
from scheduler.verify import verify
from tests.planning.office import AT, HR, MINUTE, Clock, claim, compute, draft, open_office, puzzled
from tests.processes import AMPLE, PATIENCE, until

HOUR = timedelta(hours=1)


def _run(store: Store, run_id: int) -> RunRow:
    with store.read() as unit:
        return unit.runs.run(run_id)


def _cost(store: Store, run_id: int) -> int | None:
    """The points of the best plan so far; None while there is none."""
    with store.read() as unit:
        plan, problem = (
            unit.runs.incumbent(run_id),
            unit.plans.problem(_run(store, run_id).plan_id),
        )
    if not plan:
        return None
    points: list[int] = compile_problem(problem).unplaced.tolist()
    unplaced = dict(zip(problem.duty, points, strict=True))
    left = unplaced.keys() - {assignment.duty_id for assignment in plan}
    return sum(unplaced[duty] for duty in left) + sum(verify(problem, plan).score.values())


def test_a_run_writes_its_plan_with_everything_about_it(store: Store) -> None:
    open_office(store)
    plan_id, run_id = draft(store)
    reported: list[Progress] = []
    assert compute(store, kind=PlanRuns(listener=reported.append))
    with store.read() as unit:
        plan, run = unit.plans.plan(plan_id), unit.runs.run(run_id)
        assignments, problem = unit.plans.assignments(plan_id), unit.plans.problem(plan_id)
        assert len(assignments) == 8
        assert unit.plans.violations(plan_id) == verify(problem, assignments).violations
        assert all(row.why for row in unit.plans.search(plan_id).rows)
        assert unit.runs.incumbent(run_id) == (), "what nobody needs any more is gone"
    assert (plan.solve_status, plan.placed, plan.unassigned) == (SolveStatus.OPTIMAL, 8, 0)
    best = solve(problem, Limits(seconds=20))
    assert (plan.cost, plan.bound, plan.gap) == (best.cost, best.bound, 0)
    assert plan.hard_violations == 0
    assert sum(plan.score.values()) == plan.cost
    assert (run.state, run.placed, run.total, run.phase) == (RunState.DONE, 8, 8, "done")
    assert run.finished_at is not None
    assert run.trail
    assert reported[-1].phase == "done"


def test_what_cannot_be_placed_is_written_with_its_reasons(store: Store) -> None:
    plan_id, _ = puzzled(store, time_limit=0.5)
    compute(store)
    with store.read() as unit:
        plan, missing = unit.plans.plan(plan_id), unit.plans.unassigned(plan_id)
    assert plan.solve_status is SolveStatus.TIME_LIMIT
    assert plan.unassigned == len(missing) > 0
    assert all(block.rule == "deputies" for duty in missing for block in duty.blocks)


def test_a_run_that_was_taken_up_starts_from_the_best_plan_so_far(store: Store) -> None:
    plan_id, run_id = puzzled(store, time_limit=0.2)
    with store.read() as unit:
        problem = unit.plans.problem(plan_id)
    good = solve(problem, Limits(seconds=1))
    first = claim(store, "killed")
    with store.write() as unit:
        unit.runs.save_progress(
            run_id, "killed", at=AT, lease=MINUTE, phase="", placed=0, total=0, best=None,
            bound=None, gap=None, elapsed=0.0, incumbent=good.assignments,
        )  # fmt: skip
    reported: list[Progress] = []
    assert compute(store, clock=Clock(AT + HOUR), kind=PlanRuns(listener=reported.append))
    assert (first.attempt, _run(store, run_id).attempt) == (1, 2)
    assert max(now.best for now in reported if now.best is not None) <= good.cost
    with store.read() as unit:
        cost = unit.plans.plan(plan_id).cost
    assert cost is not None
    assert cost <= good.cost


def test_stopping_keeps_the_best_plan(store: Store, other_store: Store) -> None:
    """The button on another machine; nothing else would end the run for an hour."""
    plan_id, run_id = puzzled(store, time_limit=AMPLE)
    with _working(store):
        until(lambda: _cost(other_store, run_id) is not None)
        best = _cost(other_store, run_id)
        planning.stop_run(other_store, run_id, actor=HR, at=AT)
        until(lambda: _run(other_store, run_id).state is RunState.DONE)
    with store.read() as unit:
        plan, latest = unit.plans.plan(plan_id), unit.audit.entries(limit=1)[0]
    assert plan.solve_status is SolveStatus.STOPPED
    assert plan.hard_violations == 0
    assert plan.cost is not None
    assert best is not None
    assert plan.cost <= best
    assert (latest.actor, latest.action) == (HR, "stopped run")


def test_a_run_stopped_while_it_waits_still_gives_a_plan(store: Store) -> None:
    plan_id, run_id = puzzled(store)
    planning.stop_run(store, run_id, actor=HR, at=AT)
    compute(store)
    with store.read() as unit:
        plan = unit.plans.plan(plan_id)
    assert plan.solve_status is SolveStatus.STOPPED
    assert plan.placed


def test_control_c_keeps_the_best_plan(store: Store) -> None:
    plan_id, _ = puzzled(store)
    stop = Event()
    stop.set()
    compute(store, signals=JobSignals(stop=stop))
    with store.read() as unit:
        assert unit.plans.plan(plan_id).solve_status is SolveStatus.STOPPED


def test_a_worker_that_is_told_to_end_leaves_its_run_to_another(
    store: Store, other_store: Store
) -> None:
    plan_id, run_id = puzzled(store, time_limit=AMPLE)
    with _working(store, "first"):
        until(lambda: _cost(other_store, run_id) is not None)
    left = _run(store, run_id)
    assert (left.state, left.worker) == (RunState.RUNNING, "first")
    with store.read() as unit:
        assert unit.plans.plan(plan_id).solve_status is None
    again = claim(store, "second", AT + timedelta(seconds=10))
    assert (again.id, again.attempt) == (run_id, 2), "at once, not only when a lease has run out"
    assert _cost(store, run_id) is not None


def test_a_run_lost_on_the_way_is_cut_short_and_not_written(
    store: Store, other_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found out in the middle, from a solver that is still at work."""
    plan_id, run_id = puzzled(store, time_limit=AMPLE)
    taken, results = Event(), list[Result]()

    def take_over(progress: Progress) -> None:
        if progress.phase == "first plan" and not taken.is_set():
            assert claim(other_store, "quick", AT + HOUR).id == run_id
            taken.set()

    def solved(*given: Any, **options: Any) -> Result:
        results.append(solve(*given, **options))
        return results[-1]

    monkeypatch.setattr(running, "solve", solved)
    assert not compute(store, kind=PlanRuns(listener=take_over))
    assert [result.status for result in results] == [SolveStatus.STOPPED]
    with store.read() as unit:
        assert unit.plans.plan(plan_id).solve_status is None
    assert _run(store, run_id).worker == "quick"


@contextmanager
def _working(store: Store, name: str = "worker") -> Iterator[None]:
    """A worker that ends with the block."""
    leave = Event()
    worker = JobWorker(store, name, Clock(), HOUR)
    thread = Thread(target=worker.work, args=(every_kind(Limits()), leave))
    thread.start()
    try:
        yield
    finally:
        leave.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_worker_computes_whatever_is_queued(store: Store, other_store: Store) -> None:
    open_office(store)
    runs = [draft(store)[1] for _ in range(2)]
    with _working(store):
        until(lambda: all(_run(other_store, run).state is RunState.DONE for run in runs))


def test_a_computation_that_breaks_says_where_to_look(
    store: Store, other_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_office(store)
    run_id = draft(store)[1]

    def broken_solve(*_given: object) -> object:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(running, "solve", broken_solve)
    with _working(store):
        until(lambda: _run(other_store, run_id).state.final)
    run = _run(store, run_id)
    assert (run.state, run.error) == (
        RunState.FAILED,
        "The computation broke; the log says where.",
    )


def test_a_plan_that_takes_every_worker_with_it_is_given_up(
    store: Store, other_store: Store
) -> None:
    open_office(store)
    run_id = draft(store)[1]
    for attempt in range(MOST_ATTEMPTS):
        claim(store, f"dead-{attempt}", AT - (MOST_ATTEMPTS - attempt) * 2 * MINUTE)
    with _working(store):
        until(lambda: _run(other_store, run_id).state.final)
    run = _run(store, run_id)
    assert run.state is RunState.FAILED
    assert run.error.endswith("workers ended without a word while computing this plan.")
