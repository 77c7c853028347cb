"""Runs: computed once, written once, stopped, lost, left, taken up again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread, current_thread
from typing import Any

import pytest

from scheduler import planning
from scheduler.domain.errors import Busy, FrontlineError
from scheduler.domain.plan import SolveStatus
from scheduler.domain.run import RunState
from scheduler.model.compiling import compile_problem
from scheduler.planning.plans import running
from scheduler.solving.engine import solve
from scheduler.solving.result import Limits, Progress, Result
from scheduler.store import RunRow, Store, UnitOfWork
from scheduler.verify import verify
from tests.planning.office import AT, HR, MINUTE, Clock, claim, draft, open_office, puzzled
from tests.processes import until

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
    heard: list[Progress] = []
    result = planning.run_plan(store, claim(store), "worker", Clock(), tell=heard.append)
    assert result is not None
    with store.read() as unit:
        plan, run = unit.plans.plan(plan_id), unit.runs.run(run_id)
        assert unit.plans.assignments(plan_id) == tuple(
            sorted(result.assignments, key=lambda a: a.duty_id)
        )
        assert (
            unit.plans.violations(plan_id)
            == verify(unit.plans.problem(plan_id), result.assignments).violations
        )
        assert all(row.why for row in unit.plans.search(plan_id).rows)
        assert unit.runs.incumbent(run_id) == (), "what nobody needs any more is gone"
    assert (plan.solve_status, plan.placed, plan.unassigned) == (SolveStatus.OPTIMAL, 8, 0)
    assert (plan.cost, plan.bound, plan.gap) == (result.cost, result.bound, 0)
    assert plan.hard_violations == 0
    assert sum(plan.score.values()) == plan.cost
    assert (run.state, run.placed, run.total, run.phase) == (RunState.DONE, 8, 8, "done")
    assert run.finished_at is not None
    assert run.trail
    assert heard[-1].phase == "done"


def test_what_cannot_be_placed_is_written_with_its_reasons(store: Store) -> None:
    plan_id, _ = puzzled(store, time_limit=0.5)
    planning.run_plan(store, claim(store), "worker", Clock())
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
    again = claim(store, "second", AT + HOUR)
    assert (first.attempt, again.attempt) == (1, 2)
    heard: list[Progress] = []
    result = planning.run_plan(store, again, "second", Clock(AT + HOUR), tell=heard.append)
    assert result is not None
    assert max(now.best for now in heard if now.best is not None) <= good.cost
    assert result.cost <= good.cost


def test_stopping_keeps_the_best_plan(store: Store, other_store: Store) -> None:
    """The button on another machine."""
    plan_id, run_id = puzzled(store)
    with _working(store) as _:
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
    planning.run_plan(store, claim(store), "worker", Clock())
    with store.read() as unit:
        plan = unit.plans.plan(plan_id)
    assert plan.solve_status is SolveStatus.STOPPED
    assert plan.placed


def test_control_c_keeps_the_best_plan(store: Store) -> None:
    plan_id, _ = puzzled(store)
    stop = Event()
    stop.set()
    planning.run_plan(store, claim(store), "worker", Clock(), stop=stop)
    with store.read() as unit:
        assert unit.plans.plan(plan_id).solve_status is SolveStatus.STOPPED


def test_a_worker_that_is_told_to_end_leaves_its_run_to_another(
    store: Store, other_store: Store
) -> None:
    plan_id, run_id = puzzled(store)
    with _working(store, "first"):
        until(lambda: _cost(other_store, run_id) is not None)
    left = _run(store, run_id)
    assert (left.state, left.worker) == (RunState.RUNNING, "first")
    with store.read() as unit:
        assert unit.plans.plan(plan_id).solve_status is None
    again = claim(store, "second", AT + timedelta(seconds=10))
    assert (again.id, again.attempt) == (run_id, 2), "at once, not only when a lease has run out"
    assert _cost(store, run_id) is not None


def test_a_run_lost_to_another_worker_is_not_written(store: Store, other_store: Store) -> None:
    """Found out in the middle, from a solver that would be at work for an hour."""
    plan_id, run_id = puzzled(store)
    first = claim(store, "slow")
    taken = Event()

    def take_over(progress: Progress) -> None:
        if progress.phase == "first plan" and not taken.is_set():
            assert claim(other_store, "quick", AT + HOUR).id == run_id
            taken.set()

    assert planning.run_plan(store, first, "slow", Clock(), tell=take_over) is None
    with store.read() as unit:
        assert unit.plans.plan(plan_id).solve_status is None
    assert _run(store, run_id).worker == "quick"


def test_a_run_lost_at_the_very_end_is_not_written(store: Store) -> None:
    open_office(store)
    plan_id, run_id = draft(store)
    first = claim(store, "slow")

    def take_over(progress: Progress) -> None:
        if progress.phase == "done":
            claim(store, "quick", AT + HOUR)

    assert planning.run_plan(store, first, "slow", Clock(), tell=take_over) is None
    with store.read() as unit:
        assert unit.plans.plan(plan_id).solve_status is None
    assert _run(store, run_id).worker == "quick"


@contextmanager
def _working(store: Store, name: str = "worker") -> Iterator[Event]:
    """A worker that ends with the block."""
    stop = Event()
    thread = Thread(target=planning.work, args=(store, name, Clock(), stop), kwargs={"lease": HOUR})
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def test_a_worker_computes_whatever_is_queued(store: Store, other_store: Store) -> None:
    open_office(store)
    runs = [draft(store)[1] for _ in range(2)]
    with _working(store):
        until(lambda: all(_run(other_store, run).state is RunState.DONE for run in runs))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (FrontlineError("Nothing fits.", hint="Buy chairs."), "Nothing fits. Buy chairs."),
        (ZeroDivisionError("a bug"), "The computation broke; the log says where."),
    ],
)
def test_a_run_that_breaks_says_so_and_the_next_one_is_computed(
    store: Store,
    other_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    told: str,
) -> None:
    open_office(store)
    broken, fine = draft(store)[1], draft(store)[1]

    def broken_solve(*given: object) -> object:
        monkeypatch.setattr(running, "solve", solve)
        raise error

    monkeypatch.setattr(running, "solve", broken_solve)
    with _working(store):
        until(lambda: _run(other_store, fine).state is RunState.DONE)
    run = _run(store, broken)
    assert (run.state, run.error) == (RunState.FAILED, told)


def test_a_run_that_takes_every_worker_with_it_is_given_up(
    store: Store, other_store: Store
) -> None:
    open_office(store)
    run_id = draft(store)[1]
    for attempt in range(running.MOST_ATTEMPTS):
        claim(store, f"dead-{attempt}", AT - (running.MOST_ATTEMPTS - attempt) * 2 * MINUTE)
    with _working(store):
        until(lambda: _run(other_store, run_id).state.final)
    run = _run(store, run_id)
    assert run.state is RunState.FAILED
    assert "Given up" in run.error


class Moody(Store):
    """A store that is busy just when `busy` says so."""

    busy: Callable[[], bool] = staticmethod(lambda: False)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        if self.busy():
            raise Busy("The database is locked.", hint="Wait.")
        with super().write() as unit:
            yield unit


def test_a_busy_store_is_asked_again(
    database_url: str, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    _, run_id = puzzled(store, time_limit=1.2)
    moody = Moody(database_url)
    refusals = iter([True, False, True])
    moody.busy = lambda: next(refusals, False)
    with caplog.at_level(logging.WARNING), _working(moody):
        until(lambda: _run(store, run_id).state is RunState.DONE)
    moody.close()
    assert "the store is busy" in caplog.text
    assert "could not tell its progress" in caplog.text


def test_a_run_that_could_not_be_written_waits_for_another_try(
    database_url: str,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    open_office(store)
    plan_id, run_id = draft(store)
    moody = Moody(database_url)
    refusals = iter([True])

    def ending(*given: Any, **options: Any) -> Result:
        result = solve(*given, **options)
        worker = current_thread()  # another one gives signs of life meanwhile
        moody.busy = lambda: current_thread() is worker and next(refusals, False)
        return result

    monkeypatch.setattr(running, "solve", ending)
    with caplog.at_level(logging.WARNING), _working(moody):
        until(lambda: "was dropped" in caplog.text)
    moody.close()
    assert _run(store, run_id).state is RunState.RUNNING
    with store.read() as unit:
        assert unit.plans.plan(plan_id).solve_status is None


def test_a_failure_that_cannot_be_written_does_not_end_the_worker(
    database_url: str,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    open_office(store)
    draft(store)
    moody = Moody(database_url)

    def broken_solve(*given: object) -> object:
        moody.busy = lambda: True
        raise FrontlineError("Nothing fits.")

    monkeypatch.setattr(running, "solve", broken_solve)
    with caplog.at_level(logging.WARNING), _working(moody):
        until(lambda: "could not be marked as failed" in caplog.text)
    moody.close()
