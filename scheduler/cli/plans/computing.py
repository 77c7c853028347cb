"""Runs that are computed by the command itself, their progress shown."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from time import sleep
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from scheduler.cli.console import ACTOR, aside, counted, err, limits, now, settings, worker_here
from scheduler.cli.lazy_imports import LazyModule
from scheduler.domain.plan import gap_told

if TYPE_CHECKING:
    from scheduler import planning
    from scheduler.jobs import job as jobs
    from scheduler.jobs import plan_runs
    from scheduler.solving import result as solving
    from scheduler.store.read_models import RunRow
    from scheduler.store.store import Store
else:
    planning, jobs = LazyModule("scheduler.planning"), LazyModule("scheduler.jobs.job")
    plan_runs = LazyModule("scheduler.jobs.plan_runs")

_POLL_SECONDS = 0.3


def run_here(store: Store, run_id: int, time_limit: float) -> None:
    """Compute a run with its progress shown; Control-C stops it and keeps the best plan."""
    with _shown_progress(time_limit) as bar, _stop_on_interrupt() as stop:
        aside(lambda: _run(store, run_id, bar, stop))


def _run(store: Store, run_id: int, bar: _Bar, stop: Event) -> None:
    """Compute the run here, or watch whoever was quicker to claim it."""
    worker = worker_here(store, f"cli-{os.getpid()}")
    kind = plan_runs.PlanRuns(limits(settings()), bar.progress)
    while True:
        job = worker.claim(kind, only=run_id)
        if job is not None and worker.perform(kind, job, jobs.JobSignals(stop=stop)):
            return
        with store.read() as unit:
            row = unit.runs.run(run_id)
        if row.state.final:
            return
        bar.row(row)
        if stop.is_set() and not row.cancel:
            planning.stop_run(store, run_id, actor=ACTOR, at=now())
        sleep(_POLL_SECONDS)


class _Bar:
    """Progress on standard error: phase, placed, points, bound, gap."""

    def __init__(self, bar: Progress, seconds: float) -> None:
        self._bar = bar
        self._task = bar.add_task("starting", total=seconds, figures="")

    def progress(self, now: solving.Progress) -> None:
        self._update(now.phase, now.seconds, now.placed, now.total, now.best, now.bound, now.gap)

    def row(self, run: RunRow) -> None:
        self._update(run.phase, run.elapsed, run.placed, run.total, run.best, run.bound, run.gap)

    def _update(
        self,
        phase: str,
        seconds: float,
        placed: int,
        total: int,
        best: float | None,
        bound: float | None,
        gap: float | None,
    ) -> None:
        figures = f"{placed:,}/{total:,} placed"
        if best is not None and bound is not None and gap is not None:
            points = counted(best, "point", "points")
            figures += f", {points}, bound {bound:,.0f}, gap {gap_told(gap):.2%}"
        self._bar.update(self._task, description=phase, completed=seconds, figures=figures)


@contextmanager
def _shown_progress(seconds: float) -> Iterator[_Bar]:
    columns = (
        TextColumn("{task.description:<20}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("{task.fields[figures]}"),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        yield _Bar(bar, seconds)


@contextmanager
def _stop_on_interrupt() -> Iterator[Event]:
    """Control-C asks to stop; a second one ends the program."""
    stop = Event()

    def ask(_signal: int, _frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
