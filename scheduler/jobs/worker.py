"""A worker: claims one row after another, does it, and writes once; what a killed worker began
goes on elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event

from scheduler.domain.errors import Busy, Conflict, FrontlineError
from scheduler.jobs.heart import Heart
from scheduler.jobs.job import Hold, Job, JobKind, JobSignals
from scheduler.store.store import Store

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
MOST_ATTEMPTS = 5
"""A job that took so many workers with it (memory, say) is given up, not tried for ever."""
_OVER_AT_ONCE = timedelta(seconds=-1)
"""The lease of a row that is let go of: any worker may have it."""


@dataclass(frozen=True)
class JobWorker:
    """Somebody who does jobs, under a name that no other worker has. Signs of life are `beat`
    seconds apart, looks for another job `idle` seconds."""

    store: Store
    name: str
    clock: Callable[[], datetime]
    lease: timedelta = LEASE
    beat: float = 0.5
    idle: float = 0.5

    def work(self, kinds: Sequence[JobKind], leave: Event) -> None:
        """Claim and do jobs of these kinds by turns until `leave` is set; a job that is under way
        is then cut short and left for another worker, with what it has."""
        while not leave.is_set():
            done = [self._next(kind, leave) for kind in kinds if not leave.is_set()]
            if not any(done):
                leave.wait(self.idle)

    def claim(self, kind: JobKind, only: int | None = None) -> Job | None:
        """The next job of a kind, or `only` the one of that number; None if there is none."""
        with self.store.write() as unit:
            return kind.claim(unit, self._hold(), only)

    def perform(self, kind: JobKind, job: Job, signals: JobSignals | None = None) -> bool:
        """Do a claimed job and write it once; False if it was lost to another worker meanwhile,
        or left to one."""
        signals, called = signals or JobSignals(), f"{kind.name} {job.number}"
        if job.cancel:
            signals.asked.set()
        with Heart(self.store, job, called, signals, self._hold, self.beat) as heart:
            save = job.do(self.store, signals)
        lease = _OVER_AT_ONCE if save is None else self.lease
        if signals.lost.is_set() or not heart.beat(partial(self._hold, lease)) or save is None:
            return False
        with self.store.write() as unit:
            save(unit)
            job.end(unit, self.name, self.clock())
        return True

    def _next(self, kind: JobKind, leave: Event) -> bool:
        """Do the next job of a kind; whether there was one."""
        try:
            job = self.claim(kind)
        except Busy as busy:
            log.warning("the store is busy: %s", busy)
            return False
        if job is None:
            return False
        log.info("worker %s takes %s %s, attempt %s", self.name, kind.name, job.number, job.attempt)
        self._attempt(kind, job, JobSignals(leave=leave))
        return True

    def _attempt(self, kind: JobKind, job: Job, signals: JobSignals) -> None:
        if job.attempt > MOST_ATTEMPTS:
            ended = f"{MOST_ATTEMPTS} workers ended without a word while {kind.work}."
            self._fail(kind, job, f"Given up: {ended}")
            return
        try:
            self.perform(kind, job, signals)
        except (Busy, Conflict) as error:
            # Once its lease has run out it is taken up again, from what it had.
            log.warning("%s %s was dropped: %s", kind.name, job.number, error)
        except FrontlineError as error:
            self._fail(kind, job, str(error))
        except Exception:
            # One job that breaks must not take the worker, and all later jobs, with it.
            log.exception("%s %s failed", kind.name, job.number)
            self._fail(kind, job, kind.broken)

    def _fail(self, kind: JobKind, job: Job, error: str) -> None:
        try:
            with self.store.write() as unit:
                job.end(unit, self.name, self.clock(), error)
        except (Busy, Conflict) as busy:
            log.warning("%s %s could not be marked as failed: %s", kind.name, job.number, busy)

    def _hold(self, lease: timedelta | None = None) -> Hold:
        return Hold(self.name, self.clock(), self.lease if lease is None else lease)
