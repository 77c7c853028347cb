"""Runs wait in a queue, belong to one worker at a time, and survive it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduler.domain.errors import Conflict, NotFound
from scheduler.domain.plan import Assignment
from scheduler.domain.run import RunState
from scheduler.store import RunRow, Store
from tests.store.examples import MINUTE, NOW, draft, on_record, person, problem

LEASE = timedelta(seconds=15)
SECOND = timedelta(seconds=1)
ANNA = person("anna")


@pytest.fixture
def queue(store: Store) -> list[int]:
    """The numbers of three runs that wait."""
    on_record(store, ANNA)
    given = problem([ANNA])
    with store.write() as unit:
        plans = [draft(unit, given) for _ in range(3)]
        runs = [unit.runs.of_plan(plan) for plan in plans]
    return [run.id for run in runs if run]


def claim(store: Store, worker: str = "one", at: datetime = NOW) -> RunRow | None:
    with store.write() as unit:
        return unit.runs.claim(worker, at=at, lease=LEASE)


def report(store: Store, run_id: int, worker: str = "one", **told: Any) -> bool:
    """A sign of life of a worker."""
    usual: dict[str, Any] = {
        "at": NOW,
        "lease": LEASE,
        "phase": "solving",
        "placed": 1,
        "total": 2,
        "best": 30.0,
        "bound": 20.5,
        "gap": 0.3,
        "elapsed": 2.0,
    }
    with store.write() as unit:
        return unit.runs.save_progress(run_id, worker, **{**usual, **told})


def look(store: Store, run_id: int) -> RunRow:
    with store.read() as unit:
        return unit.runs.run(run_id)


def test_a_new_run_waits(store: Store, queue: list[int]) -> None:
    run = look(store, queue[0])
    assert (run.state, run.attempt, run.worker, run.cancel) == (RunState.QUEUED, 0, None, False)
    assert (run.time_limit, run.created_at, run.trail) == (60, NOW, ())


def test_the_oldest_run_is_claimed_first(store: Store, queue: list[int]) -> None:
    run = claim(store)
    assert run is not None
    assert run.id == queue[0]
    assert (run.state, run.attempt, run.worker) == (RunState.RUNNING, 1, "one")
    assert (run.started_at, run.lease_until) == (NOW, NOW + LEASE)
    assert run == look(store, run.id)


def test_no_run_is_claimed_twice(store: Store, queue: list[int]) -> None:
    claimed = [claim(store, worker) for worker in ("one", "two", "three", "four")]
    assert [run.id for run in claimed if run] == queue
    assert claimed[-1] is None


def test_a_worker_may_ask_for_one_run_only(store: Store, queue: list[int]) -> None:
    with store.write() as unit:
        run = unit.runs.claim("one", at=NOW, lease=LEASE, only=queue[1])
        assert run is not None
        assert run.id == queue[1]
        assert unit.runs.claim("two", at=NOW, lease=LEASE, only=queue[1]) is None


def test_a_run_of_a_silent_worker_is_taken_up_by_another(store: Store, queue: list[int]) -> None:
    for worker in ("one", "two", "three"):
        claim(store, worker)
    assert claim(store, "four", NOW + LEASE) is None
    again = claim(store, "four", NOW + LEASE + SECOND)
    assert again is not None
    assert (again.id, again.attempt, again.worker) == (queue[0], 2, "four")
    assert again.started_at == NOW


def test_a_sign_of_life_renews_the_lease(store: Store, queue: list[int]) -> None:
    claim(store)
    report(store, queue[0], at=NOW + 10 * SECOND)
    later = claim(store, "two", NOW + LEASE + SECOND)
    assert later is not None
    assert later.id == queue[1]
    assert look(store, queue[0]).lease_until == NOW + 10 * SECOND + LEASE


def test_progress_is_there_for_everybody_to_see(store: Store, queue: list[int]) -> None:
    claim(store)
    assert report(store, queue[0], best=None, bound=None, gap=None, elapsed=1.0) is False
    assert report(store, queue[0], placed=2, elapsed=2.5) is False
    assert report(store, queue[0], placed=2, elapsed=2.5) is False
    run = look(store, queue[0])
    assert (run.phase, run.placed, run.total) == ("solving", 2, 2)
    assert (run.best, run.bound, run.gap, run.elapsed) == (30.0, 20.5, 0.3, 2.5)
    assert run.trail == ((1.0, None, None), (2.5, 30.0, 20.5))


def test_the_best_plan_so_far_is_there_for_the_next_worker(store: Store, queue: list[int]) -> None:
    claim(store)
    best = (Assignment(duty_id="d", employee_id="anna", session="s"),)
    report(store, queue[0])
    assert incumbent_of(store, queue[0]) == ()
    report(store, queue[0], incumbent=())
    report(store, queue[0], incumbent=best)
    report(store, queue[0])
    claim(store, "two", NOW + MINUTE)
    assert incumbent_of(store, queue[0]) == best


def incumbent_of(store: Store, run_id: int) -> tuple[Assignment, ...]:
    with store.read() as unit:
        return unit.runs.incumbent(run_id)


def test_a_worker_that_lost_its_run_is_told_so(store: Store, queue: list[int]) -> None:
    claim(store)
    claim(store, "two", NOW + MINUTE)
    with pytest.raises(Conflict, match="worker one"):
        report(store, queue[0])
    with pytest.raises(Conflict), store.write() as unit:
        unit.runs.finish(queue[0], "one", at=NOW, state=RunState.DONE)
    assert look(store, queue[0]).worker == "two"


def test_a_run_is_asked_to_stop(store: Store, queue: list[int]) -> None:
    claim(store)
    with store.write() as unit:
        unit.runs.ask_to_stop(queue[0])
    assert report(store, queue[0]) is True
    assert look(store, queue[0]).cancel


def test_a_run_that_waits_is_stopped_by_who_claims_it(store: Store, queue: list[int]) -> None:
    with store.write() as unit:
        unit.runs.ask_to_stop(queue[0])
    run = claim(store)
    assert run is not None
    assert run.cancel


def test_only_runs_that_exist_can_be_stopped_or_seen(store: Store) -> None:
    with pytest.raises(NotFound, match="99"), store.write() as unit:
        unit.runs.ask_to_stop(99)
    with pytest.raises(NotFound, match="99"):
        look(store, 99)
    with store.read() as unit:
        assert unit.runs.of_plan(99) is None


def test_a_finished_run_is_never_claimed_again(store: Store, queue: list[int]) -> None:
    claim(store)
    report(store, queue[0], incumbent=())
    with store.write() as unit:
        unit.runs.finish(queue[0], "one", at=NOW + MINUTE, state="failed", error="out of memory")
        assert [run.id for run in unit.runs.active()] == queue[1:]
        with pytest.raises(Conflict):
            unit.runs.finish(queue[0], "one", at=NOW, state=RunState.DONE)
    run = look(store, queue[0])
    assert (run.state, run.error, run.finished_at) == (
        RunState.FAILED,
        "out of memory",
        NOW + MINUTE,
    )
    assert run.state.final
    assert not RunState.RUNNING.final
    later = claim(store, "two", NOW + 100 * MINUTE)
    assert later is not None
    assert later.id == queue[1]


def test_a_long_trail_is_thinned_but_keeps_its_ends(
    store: Store, queue: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.store.repositories.runs.TRAIL_POINTS", 10)
    claim(store)
    with store.write() as unit:
        for n in range(23):
            unit.runs.save_progress(
                queue[0],
                "one",
                at=NOW,
                lease=LEASE,
                phase="",
                placed=0,
                total=0,
                best=None,
                bound=None,
                gap=None,
                elapsed=float(n),
            )
    trail = [point[0] for point in look(store, queue[0]).trail]
    assert len(trail) <= 10
    assert trail == sorted(trail)
    assert (trail[0], trail[-1]) == (0, 22)
