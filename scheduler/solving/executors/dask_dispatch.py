"""One run over a Dask cluster: who does which task, and what comes of it."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from threading import Event, Lock
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

from scheduler.solving.executors import dask_worker
from scheduler.solving.executors.base import (
    GRACE,
    Answer,
    ReportListener,
    Stop,
    Task,
    Work,
    WorkerLost,
)
from scheduler.solving.executors.dispatch import EVERY, Answered, Dispatch, Lost

REPORT_EVERY = 0.25
"""Seconds between two questions for reports."""


@dataclass(frozen=True)
class Patience:
    """Seconds: within which a scheduler answers, within which it has a first worker, and that it
    may be without any later on."""

    scheduler: float = 10.0
    first_worker: float = 10.0
    any_worker: float = 30.0


@dataclass(frozen=True)
class ClusterConnection:
    """What a run has from its executor: a connection to the scheduler, threads, bytes of memory for
    all workers together, and how long to wait for a cluster without workers."""

    client: Any
    pool: ThreadPoolExecutor
    memory: int | None
    patience: Patience


@dataclass(eq=False)
class _Attempt:
    """One try at a task: where, and Dask's future once the worker has the data."""

    number: int
    worker: str
    packed_task: bytes
    future: Any = None


class DaskDispatch(Dispatch[Task, Answer]):
    """One run over the cluster.

    Whatever needs an answer of a worker is done in threads of the executor's pool: one that has
    just died may take half a minute to be missed, and nobody else should wait for it.
    """

    def __init__(
        self,
        cluster: ClusterConnection,
        work: Work[Task, Answer],
        tasks: Sequence[Callable[[], Task]],
        listener: ReportListener,
        stop: Stop,
        grace: float,
    ) -> None:
        super().__init__(work, tasks, listener, stop, grace)
        self._cluster, self._client = cluster, cluster.client
        self._name = uuid4().hex
        self._woken, self._receiving, self._lock = Event(), Lock(), Lock()
        self._received: dict[int, tuple[str, int]] = {}
        self._attempts: set[_Attempt] = set()
        self._asking: set[tuple[str, object]] = set()
        self._halted: set[str] = set()
        self._threads_of: dict[str, int] = self._client.nthreads()
        self._seen = monotonic()

    @property
    def size(self) -> int:
        return max(1, sum(self._threads_of.values()))

    @property
    def busy(self) -> bool:
        return bool(self._attempts)

    def wake(self) -> None:
        self._woken.set()

    def step(self) -> None:
        self._count()
        self._assign()
        for worker in self._busy_ones():
            self._ask(worker, dask_worker.fetch, self._take_reports)
        self._woken.wait(REPORT_EVERY)
        self._woken.clear()

    def halt(self) -> None:
        for worker in self._threads_of.keys() - self._halted:
            self._ask(worker, dask_worker.halt, lambda worker, _: self._halted.add(worker))

    def abandon(self, deadline: float) -> None:
        if not self.busy:
            return
        self.halt()
        while self.busy and monotonic() < deadline:
            sleep(EVERY)
        left = [attempt for attempt in list(self._attempts) if self._settle(attempt)]
        if left:
            with _reaching():
                self._client.cancel([each.future for each in left if each.future is not None])
                self._restart({attempt.worker for attempt in left})

    def end(self) -> None:
        super().end()
        with self._receiving:  # nothing is passed on from now on
            pass

    def _restart(self, stuck: Collection[str]) -> None:
        """End these processes, if they still work for us and a nanny starts them again."""
        known = self._client.scheduler_info(n_workers=-1)["workers"]
        watched = [worker for worker in stuck if known.get(worker, {}).get("nanny")]
        asked = [
            self._cluster.pool.submit(self._at, worker, dask_worker.leave_if_occupied)
            for worker in watched
        ]
        wait(asked, timeout=GRACE)

    def _at(self, worker: str, function: Callable[[str], Any]) -> dict[str, Any]:
        """Call this in the worker, past the tasks that keep it busy; nothing if it is gone."""
        with _reaching():
            answers: dict[str, Any] = self._client.run(
                function, self._name, workers=[worker], on_error="ignore"
            )
        return answers

    def _ask(
        self, worker: str, function: Callable[[str], Any], take: Callable[[str, Any], object]
    ) -> None:
        """The same in a thread of the pool, unless it is being asked already."""
        question = (worker, function)

        def ask() -> None:
            try:
                for answer in self._at(worker, function).values():
                    take(worker, answer)
            finally:
                self._asking.discard(question)

        if question not in self._asking:
            self._asking.add(question)
            self._cluster.pool.submit(self.guarded, ask)

    def _take_reports(self, _: str, reports: dict[int, dask_worker.Report]) -> None:
        for number, latest in reports.items():
            self._report(number, latest)

    def _busy_ones(self) -> set[str]:
        return {attempt.worker for attempt in list(self._attempts) if attempt.future is not None}

    def _count(self) -> None:
        """See who is there."""
        with _reaching():
            self._threads_of = self._client.nthreads()
        for attempt in list(self._attempts):
            if attempt.future is None and attempt.worker not in self._threads_of:
                self._put_back(attempt)
        now = monotonic()
        if self._threads_of:
            self._seen = now
        elif now - self._seen > self._cluster.patience.any_worker:
            raise WorkerLost(
                "The Dask cluster has no worker left.",
                hint="Start one: dask worker with the address of the scheduler.",
            )

    def _assign(self) -> None:
        """Give what waits to the workers with a free thread."""
        used = Counter(attempt.worker for attempt in list(self._attempts))
        free = [name for name, n in self._threads_of.items() for _ in range(n - used[name])]
        for worker in free:
            if self.waiting and not self.stopping.is_set():
                number, packed_task = self.waiting.popleft()
                attempt = _Attempt(number, worker, packed_task)
                self._attempts.add(attempt)
                self._cluster.pool.submit(self.guarded, partial(self._send, attempt))

    def _send(self, attempt: _Attempt) -> None:
        """Bring the data to the worker, and have it begin."""
        try:
            data = self._client.scatter(attempt.packed_task, workers=[attempt.worker], hash=False)
        except (KeyError, OSError):  # gone since it was counted, or about to be missed
            self._put_back(attempt)
            return
        if attempt not in self._attempts:
            return
        attempt.packed_task = b""
        future = attempt.future = self._client.submit(
            dask_worker.perform,
            data,
            self._name,
            attempt.number,
            self._share(attempt.worker),
            key=f"frontline-{uuid4().hex}",
            workers=[attempt.worker],
            pure=False,
        )
        future.add_done_callback(lambda _: self._came(attempt))
        if attempt not in self._attempts:
            self._client.cancel([future])

    def _share(self, worker: str) -> int | None:
        """Bytes for that whole process."""
        if self._cluster.memory is None:
            return None
        return self._cluster.memory * self._threads_of.get(worker, 1) // self.size

    def _came(self, attempt: _Attempt) -> None:
        if attempt in self._attempts:
            self._cluster.pool.submit(self.guarded, partial(self._collect, attempt))

    def _collect(self, attempt: _Attempt) -> None:
        """Fetch what came of a task."""
        event: Answered | Lost
        try:
            done, latest = attempt.future.result()
        except (CancelledError, import_module("distributed").KilledWorker):
            # The data died with the worker, so Dask cannot do it again by itself.
            event = Lost(attempt.number)
        else:
            if latest is not None:
                self._report(attempt.number, latest)
            event = Answered(attempt.number, done.open)
        if self._settle(attempt):
            self.events.put(event)
            self.wake()

    def _put_back(self, attempt: _Attempt) -> None:
        """It never began: somebody else shall."""
        if self._settle(attempt):
            self.waiting.appendleft((attempt.number, attempt.packed_task))
            self.wake()

    def _settle(self, attempt: _Attempt) -> bool:
        """Whether the attempt was still open; it is not any more."""
        with self._lock:
            was_open = attempt in self._attempts
            self._attempts.discard(attempt)
            return was_open

    def _report(self, number: int, latest: dask_worker.Report) -> None:
        """Pass a report on, unless it or a later one has been."""
        name, count, content = latest
        with self._receiving:
            last_name, last_count = self._received.get(number, ("", 0))
            if not self.over.is_set() and (name != last_name or count > last_count):
                self._received[number] = (name, count)
                self.listener(number, pickle.loads(content))


@contextmanager
def _reaching() -> Iterator[None]:
    """Say in plain words that the scheduler is gone."""
    try:
        yield
    except OSError as error:
        raise WorkerLost(
            "The Dask scheduler cannot be reached any more.",
            hint="Look at its log, start it again if need be, and then this run.",
        ) from error
