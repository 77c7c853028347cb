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

from scheduler.solving.executors import dask_worker as seat
from scheduler.solving.executors.base import GRACE, Answer, Hear, Stop, Task, Work, WorkerLost
from scheduler.solving.executors.dispatch import EVERY, Answered, Dispatch, Lost

NEWS_EVERY = 0.25
"""Seconds between two questions for news."""


@dataclass(frozen=True)
class Means:
    """What a run has from its crew: a connection to the scheduler, threads, bytes of memory for
    all workers together, and seconds that the cluster may be without any worker."""

    client: Any
    pool: ThreadPoolExecutor
    memory: int | None
    patience: float


@dataclass(eq=False)
class _Errand:
    """One try at a task: where, and Dask's future once the worker has the data."""

    number: int
    worker: str
    parcel: bytes
    future: Any = None


class DaskDispatch(Dispatch[Task, Answer]):
    """One run over the cluster.

    Whatever needs an answer of a worker is done in threads of the crew's pool: one that has just
    died may take half a minute to be missed, and nobody else should wait for it.
    """

    def __init__(
        self,
        means: Means,
        work: Work[Task, Answer],
        tasks: Sequence[Callable[[], Task]],
        hear: Hear,
        stop: Stop,
        grace: float,
    ) -> None:
        super().__init__(work, tasks, hear, stop, grace)
        self._means, self._client = means, means.client
        self._name = uuid4().hex
        self._bell, self._hearing, self._lock = Event(), Lock(), Lock()
        self._heard: dict[int, tuple[str, int]] = {}
        self._errands: set[_Errand] = set()
        self._asking: set[tuple[str, object]] = set()
        self._halted: set[str] = set()
        self._threads_of: dict[str, int] = self._client.nthreads()
        self._seen = monotonic()

    @property
    def size(self) -> int:
        return max(1, sum(self._threads_of.values()))

    @property
    def busy(self) -> bool:
        return bool(self._errands)

    def wake(self) -> None:
        self._bell.set()

    def turn(self) -> None:
        self._count()
        self._employ()
        for worker in self._busy_ones():
            self._ask(worker, seat.fetch, self._take_news)
        self._bell.wait(NEWS_EVERY)
        self._bell.clear()

    def halt(self) -> None:
        for worker in self._threads_of.keys() - self._halted:
            self._ask(worker, seat.halt, lambda worker, _: self._halted.add(worker))

    def abandon(self, deadline: float) -> None:
        if not self.busy:
            return
        self.halt()
        while self.busy and monotonic() < deadline:
            sleep(EVERY)
        left = [errand for errand in list(self._errands) if self._settle(errand)]
        if left:
            with _reaching():
                self._client.cancel([each.future for each in left if each.future is not None])
                self._restart({errand.worker for errand in left})

    def end(self) -> None:
        super().end()
        with self._hearing:  # nothing is heard from now on
            pass

    def _restart(self, stuck: Collection[str]) -> None:
        """End these processes, if they still work for us and a nanny starts them again."""
        known = self._client.scheduler_info(n_workers=-1)["workers"]
        watched = [worker for worker in stuck if known.get(worker, {}).get("nanny")]
        asked = [
            self._means.pool.submit(self._at, worker, seat.leave_if_occupied) for worker in watched
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
            self._means.pool.submit(self.guarded, ask)

    def _take_news(self, _: str, news: dict[int, seat.News]) -> None:
        for number, latest in news.items():
            self._tell(number, latest)

    def _busy_ones(self) -> set[str]:
        return {errand.worker for errand in list(self._errands) if errand.future is not None}

    def _count(self) -> None:
        """See who is there."""
        with _reaching():
            self._threads_of = self._client.nthreads()
        for errand in list(self._errands):
            if errand.future is None and errand.worker not in self._threads_of:
                self._put_back(errand)
        now = monotonic()
        if self._threads_of:
            self._seen = now
        elif now - self._seen > self._means.patience:
            raise WorkerLost(
                "The Dask cluster has no worker left.",
                hint="Start one: dask worker with the address of the scheduler.",
            )

    def _employ(self) -> None:
        """Give what waits to the workers with a free thread."""
        used = Counter(errand.worker for errand in list(self._errands))
        free = [name for name, n in self._threads_of.items() for _ in range(n - used[name])]
        for worker in free:
            if self.waiting and not self.stopping.is_set():
                number, parcel = self.waiting.popleft()
                errand = _Errand(number, worker, parcel)
                self._errands.add(errand)
                self._means.pool.submit(self.guarded, partial(self._send, errand))

    def _send(self, errand: _Errand) -> None:
        """Bring the data to the worker, and have it begin."""
        try:
            data = self._client.scatter(errand.parcel, workers=[errand.worker], hash=False)
        except (KeyError, OSError):  # gone since it was counted, or about to be missed
            self._put_back(errand)
            return
        if errand not in self._errands:
            return
        errand.parcel = b""
        future = errand.future = self._client.submit(
            seat.perform,
            data,
            self._name,
            errand.number,
            self._share(errand.worker),
            key=f"frontline-{uuid4().hex}",
            workers=[errand.worker],
            pure=False,
        )
        future.add_done_callback(lambda _: self._came(errand))
        if errand not in self._errands:
            self._client.cancel([future])

    def _share(self, worker: str) -> int | None:
        """Bytes for that whole process."""
        if self._means.memory is None:
            return None
        return self._means.memory * self._threads_of.get(worker, 1) // self.size

    def _came(self, errand: _Errand) -> None:
        if errand in self._errands:
            self._means.pool.submit(self.guarded, partial(self._collect, errand))

    def _collect(self, errand: _Errand) -> None:
        """Fetch what came of a task."""
        event: Answered | Lost
        try:
            done, latest = errand.future.result()
        except (CancelledError, import_module("distributed").KilledWorker):
            # The data died with the worker, so Dask cannot do it again by itself.
            event = Lost(errand.number)
        else:
            if latest is not None:
                self._tell(errand.number, latest)
            event = Answered(errand.number, done.open)
        if self._settle(errand):
            self.events.put(event)
            self.wake()

    def _put_back(self, errand: _Errand) -> None:
        """It never began: somebody else shall."""
        if self._settle(errand):
            self.waiting.appendleft((errand.number, errand.parcel))
            self.wake()

    def _settle(self, errand: _Errand) -> bool:
        """Whether the errand was still open; it is not any more."""
        with self._lock:
            was_open = errand in self._errands
            self._errands.discard(errand)
            return was_open

    def _tell(self, number: int, latest: seat.News) -> None:
        """Pass news on, unless they or later ones have been."""
        name, count, content = latest
        with self._hearing:
            last_name, last_count = self._heard.get(number, ("", 0))
            if not self.over.is_set() and (name != last_name or count > last_count):
                self._heard[number] = (name, count)
                self.hear(number, pickle.loads(content))


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
