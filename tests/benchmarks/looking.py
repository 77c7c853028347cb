"""A published plan is looked at: how long until it is said why somebody serves when they do, and
what other rules would mean? Everything but drawing the page."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic

from scheduler import planning
from scheduler.domain.problem import Mode, Problem, RuleSetting
from scheduler.jobs.plan_runs import PlanRuns
from scheduler.jobs.worker import JobWorker
from scheduler.rules import every_setting, registry
from scheduler.solving.result import Limits
from scheduler.store.store import Store
from tests.benchmarks.talk import TRIED, Request, SessionIndices, SideAnswer, SideTrial

BEFORE = timedelta(days=60)
"""So long before its first day a plan is published."""
BENCH = "bench"
"""Who does everything here."""
_LEASE = timedelta(days=1)

Look = Callable[[Store, int], int]
"""Looks at a plan; how many things are said of it."""


def why(request: Request, problem: Problem) -> tuple[SideAnswer, list[SessionIndices]]:
    """As many duties, drawn by chance, as there are moments are explained in words, date by date.
    A trial's `overrun` is how long that took."""
    chance = Random(request.seed)
    asked = chance.sample(problem.duties, min(len(request.moments), len(problem.duties)))
    return _looked(request, problem, [_explained(duty.id) for duty in asked])


def try_rules(request: Request, problem: Problem) -> tuple[SideAnswer, list[SessionIndices]]:
    """As many rules, drawn by chance, as there are moments are tried: hard where they are soft or
    off, soft where they are hard. A trial's `overrun` is how long that took."""
    changeable = [key for key, rule in registry().items() if not rule.always_on]
    asked = Random(request.seed).sample(changeable, min(len(request.moments), len(changeable)))
    today = _at(problem).date()
    return _looked(request, problem, [_tried(_turned(problem, key), today) for key in asked])


def _explained(duty_id: str) -> Look:
    def look(store: Store, plan_id: int) -> int:
        explained = planning.explain_duty(store, plan_id, duty_id)
        words = explained.for_planner
        return sum(
            len(str(said)) > 0 for each in explained.account.dates for said in words.of(each)
        )

    return look


def _tried(settings: Sequence[RuleSetting], today: date) -> Look:
    def look(store: Store, plan_id: int) -> int:
        return sum(
            len(rule.broken) for rule in planning.try_rules(store, settings, today=today).rules
        )

    return look


def _turned(problem: Problem, key: str) -> tuple[RuleSetting, ...]:
    """The rules of a problem with one of them the other way round."""
    settings = every_setting(problem.rules)
    mode = Mode.SOFT if settings[key].mode is Mode.HARD else Mode.HARD
    settings[key] = settings[key].model_copy(update={"mode": mode})
    return tuple(settings.values())


def _looked(
    request: Request, problem: Problem, looks: Sequence[Look]
) -> tuple[SideAnswer, list[SessionIndices]]:
    with _published(request, problem) as (store, plan_id):
        planning.be_ready(store)  # as a server does when it starts
        began = monotonic()
        trials = tuple(
            _trial(moment, look, store, plan_id)
            for moment, look in zip(request.moments, looks, strict=False)
        )
    return SideAnswer(status=TRIED, seconds=monotonic() - began, trials=trials), []


def _trial(moment: float, look: Look, store: Store, plan_id: int) -> SideTrial:
    began = monotonic()
    said = look(store, plan_id)
    return SideTrial(moment=moment, overrun=monotonic() - began, placed=said)


@contextmanager
def _published(request: Request, problem: Problem) -> Iterator[tuple[Store, int]]:
    """A store with the plan of a problem published, and the plan's number."""
    with TemporaryDirectory(prefix="frontline-bench-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'plan.sqlite3'}")
        try:
            yield store, _publish(store, request, problem)
        finally:
            store.close()


def _publish(store: Store, request: Request, problem: Problem) -> int:
    at = _at(problem)
    store.upgrade()
    with store.write() as unit:
        unit.catalogue.save_programmes(problem.programmes)
        unit.catalogue.save_centres(problem.centres)
        unit.people.save_employees(problem.employees)
        version = unit.catalogue.save_rules(
            tuple(every_setting(problem.rules).values()),
            expected_version=unit.catalogue.rules().version,
            author=BENCH,
            at=at,
            note="",
        )
        rules = unit.catalogue.rules().settings
        plan_id, run_id = unit.plans.create(
            BENCH,
            problem.changed(rules=rules),
            author=BENCH,
            at=at,
            programmes=tuple(problem.programme),
            rules_version=version,
            time_limit=request.seconds,
        )
    worker, kind = (
        JobWorker(store, BENCH, lambda: at, _LEASE),
        PlanRuns(Limits(workers=request.threads)),
    )
    job = worker.claim(kind, only=run_id)
    assert job is not None
    worker.perform(kind, job)
    planning.publish(store, plan_id, actor=BENCH, at=at)
    # Whoever only looks at a plan has not just computed it: what is left of that is no longer
    # looked through for garbage.
    gc.collect()
    gc.freeze()
    return plan_id


def _at(problem: Problem) -> datetime:
    return datetime.combine(problem.horizon.first - BEFORE, time(9), UTC)
