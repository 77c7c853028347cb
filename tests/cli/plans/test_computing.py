"""Runs that a command computes itself or watches, and Control-C."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from threading import Event, Thread
from typing import Any

import pytest

from scheduler import planning
from scheduler.cli.console import now
from scheduler.domain.calendar import Period
from scheduler.domain.errors import Busy
from scheduler.domain.programme import Policy
from scheduler.domain.run import RunState
from scheduler.jobs.plan_runs import PlanRun, PlanRuns
from scheduler.jobs.worker import JobWorker
from scheduler.solving.result import Limits
from scheduler.store import Store
from scheduler.store.mapping.exceptions import STAND_INS
from scheduler.store.read_models import RunRow
from tests.cli.conftest import Cli
from tests.cli.plans.drafts import HORIZON, drafted
from tests.planning.office import START
from tests.processes import AMPLE, until
from tests.solving.companies import a_puzzle

Draft = Callable[..., tuple[int, int]]


def _claimed_by_another(
    monkeypatch: pytest.MonkeyPatch, office: Store, then: Callable[[RunRow], None]
) -> None:
    """Every new run is another worker's before this one looks."""
    real: Draft = planning.draft_plan

    def draft(store: Store, *given: Any, **named: Any) -> tuple[int, int]:
        plan_id, run_id = real(store, *given, **named)
        with office.write() as unit:
            run = unit.runs.claim("another", at=now(), lease=timedelta(hours=1))
        assert run is not None
        then(run)
        return plan_id, run_id

    monkeypatch.setattr(planning, "draft_plan", draft)


def test_a_run_that_another_worker_took_is_watched(
    cli: Cli, office: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[Thread] = []

    def compute(run: RunRow) -> None:
        worker, kind = JobWorker(office, "another", now), PlanRuns()
        job = PlanRun(run, Limits(), lambda progress: None)
        thread = Thread(target=worker.perform, args=(kind, job))
        thread.start()
        threads.append(thread)

    _claimed_by_another(monkeypatch, office, compute)
    figures = drafted(cli)
    for thread in threads:
        thread.join()
    assert (figures["exit"], figures["status"], figures["placed"]) == (0, "optimal", 8)


def test_a_run_that_broke_elsewhere_is_told(
    cli: Cli, office: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(run: RunRow) -> None:
        with office.write() as unit:
            unit.runs.finish(
                run.id, "another", at=now(), state=RunState.FAILED, error="It [/broke]."
            )

    _claimed_by_another(monkeypatch, office, fail)
    answer = cli("plan", "draft", *HORIZON)
    assert answer.status == 2
    assert "It [/broke]." in answer.err


def test_a_run_lost_on_the_way_is_watched_to_its_end(
    cli: Cli, office: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, kind = JobWorker.perform, PlanRuns()

    def lose(worker: JobWorker, *_given: object) -> bool:
        monkeypatch.setattr(JobWorker, "perform", real)
        hour = timedelta(hours=1)
        another = JobWorker(worker.store, "another", lambda: now() + hour, hour)
        taken = another.claim(kind)
        assert taken is not None
        assert another.perform(kind, taken)
        return False

    monkeypatch.setattr(JobWorker, "perform", lose)
    assert drafted(cli)["status"] == "optimal"


def test_an_error_on_the_way_is_told(
    cli: Cli, office: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: Any, **named: Any) -> None:
        raise Busy("The disk of the database is full.", hint="Make room.")

    monkeypatch.setattr(JobWorker, "perform", fail)
    answer = cli("plan", "draft", *HORIZON)
    assert (answer.status, answer.out) == (1, "")
    assert "The disk of the database is full. Make room." in answer.err


def _puzzling(store: Store) -> None:
    """Everybody owes service in the same weeks, and half of all pairs stand in for each other."""
    puzzle = a_puzzle()
    with store.write() as unit:
        unit.catalogue.save_policy(
            Policy(
                start=START,
                cycle=Period(days=28),
                early=Period(),
                onboarding=Period(),
                programmes=("two_days",),
            )
        )
        unit.people.save_employees(puzzle.employees)
        unit.exceptions.replace(STAND_INS, None, puzzle.stand_ins)


def _interrupting(true: Callable[[], object]) -> Thread:
    """Presses Control-C once something is true."""

    def press() -> None:
        until(true)
        os.kill(os.getpid(), signal.SIGINT)

    thread = Thread(target=press)
    thread.start()
    return thread


FOUR_WEEKS = ("--from", "2027-01-01", "--to", "2027-01-31", "--centre", "berlin", "--json")


def _has_a_plan(store: Store) -> bool:
    with store.read() as unit:
        return any(unit.runs.incumbent(run.id) for run in unit.runs.active())


def test_control_c_stops_and_keeps_the_best_plan(cli: Cli, office: Store) -> None:
    _puzzling(office)
    looks = count()

    def deep_in_a_search() -> bool:
        """Some while after the first plan: the solver says nothing for long."""
        return _has_a_plan(office) and next(looks) > 10

    thread = _interrupting(deep_in_a_search)
    answer = cli("plan", "draft", *FOUR_WEEKS, "--time-limit", AMPLE)
    thread.join()
    figures = json.loads(answer.out)
    assert (answer.status, figures["status"], figures["violations"]) == (0, "stopped", 0)
    assert figures["placed"] > 0


def test_control_c_stops_a_run_that_another_worker_took(
    cli: Cli, office: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _puzzling(office)
    end = Event()
    worker = JobWorker(office, "another", now)
    other = Thread(target=worker.work, args=([PlanRuns()], end))
    real: Draft = planning.draft_plan

    def draft(*given: Any, **named: Any) -> tuple[int, int]:
        found = real(*given, **named)
        other.start()
        until(lambda: _has_a_plan(office))
        return found

    monkeypatch.setattr(planning, "draft_plan", draft)
    before = signal.getsignal(signal.SIGINT)
    thread = _interrupting(lambda: signal.getsignal(signal.SIGINT) is not before)
    try:
        answer = cli("plan", "draft", *FOUR_WEEKS, "--time-limit", AMPLE)
    finally:
        end.set()
        other.join()
        thread.join()
    assert json.loads(answer.out)["status"] == "stopped"
    with office.read() as unit:
        assert unit.runs.run(1).worker == "another"
