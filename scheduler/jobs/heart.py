"""Signs of life of a worker while it does a job."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from scheduler.domain.errors import Busy, Conflict
from scheduler.jobs.job import Hold, Job, JobSignals
from scheduler.store.store import Store

log = logging.getLogger(__name__)


class Heart:
    """Says several times a second how far a job is, renews its lease, and hears the stop button.

    Beats from a thread of its own, because a job can be silent for long. `hold` says who holds
    the row from now on.
    """

    def __init__(
        self,
        store: Store,
        job: Job,
        called: str,
        signals: JobSignals,
        hold: Callable[[], Hold],
        pause: float,
    ) -> None:
        self._store, self._job, self._called = store, job, called
        self._signals, self._hold, self._pause = signals, hold, pause
        self._over = Event()
        self._thread = Thread(target=self._live, name=called.replace(" ", "-"), daemon=True)

    def __enter__(self) -> Heart:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def beat(self, hold: Callable[[], Hold]) -> bool:
        """Beat once more; False, and the job is lost, if it belongs to another worker now. The
        lease counts from when the database could be written, not from when it was asked."""
        try:
            with self._store.write() as unit:
                asked = self._job.beat(unit, hold())
        except Conflict:
            log.warning("%s belongs to another worker now", self._called)
            self._signals.lost.set()
            return False
        if asked:
            self._signals.asked.set()
        return True

    def _live(self) -> None:
        while not self._over.wait(self._pause):
            try:
                if not self.beat(self._hold):
                    return
            except Busy as busy:
                log.warning("%s could not tell its progress: %s", self._called, busy)
