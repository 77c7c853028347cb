"""A crew of processes on this machine.

Its own pool, for the library's breaks wholesale when one process dies, and cannot end a task.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from threading import Lock
from time import monotonic

from scheduler.solving.executors.base import (
    RETRIES,
    WARM,
    Answer,
    Hear,
    Stop,
    Task,
    Work,
    WorkerLost,
)
from scheduler.solving.executors.dispatch import (
    EVERY,
    Answered,
    Dispatch,
    DispatchingExecutor,
    Lost,
)
from scheduler.solving.executors.messages import Done
from scheduler.solving.executors.process_worker import Order, Report, serve

_SPAWN = get_context("spawn")  # never a fork: the coordinator has threads
_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
_STARTING = Lock()
_GRACE = 0.5
"""A short time of grace: what a worker found was told."""


class ProcessExecutor(DispatchingExecutor):
    """`processes` workers, started now and warm from then on; each has its share of `memory`."""

    def __init__(
        self,
        processes: int,
        memory: int | None = None,
        *,
        warm: tuple[str, ...] = WARM,
        grace: float = _GRACE,
    ) -> None:
        self._size = processes
        self._share = None if memory is None else memory // processes
        self._warm = warm
        self.grace = grace
        """Seconds that a worker has for its answer once it was asked to stop."""
        self.workers: list[Worker] = []
        for _ in range(processes):
            self.hire()

    @property
    def size(self) -> int:
        """The number of processes."""
        return self._size

    def hire(self) -> None:
        """Start one more worker."""
        self.workers.append(Worker(self._share, self._warm, one_thread=self._size > 1))

    def dismiss(self, worker: Worker) -> None:
        """End this worker, whatever it does."""
        self.workers.remove(worker)
        worker.kill()

    def _begin(
        self,
        work: Work[Task, Answer],
        tasks: Sequence[Callable[[], Task]],
        hear: Hear,
        stop: Stop,
    ) -> Dispatch[Task, Answer]:
        return _LocalRound(self, work, tasks, hear, stop, self.grace)

    def close(self) -> None:
        """End every process."""
        super().close()
        for worker in self.workers:
            worker.leave()
        deadline = monotonic() + self.grace
        while self.workers:
            worker = self.workers.pop()
            # Who never began hears nothing yet, and has nothing to put away.
            worker.kill(after=deadline if worker.ready else 0.0)


class Worker:
    """One process, seen from the coordinator."""

    def __init__(self, share: int | None, warm: tuple[str, ...], *, one_thread: bool) -> None:
        self.connection, theirs = _SPAWN.Pipe()
        self.ready = False
        self.number: int | None = None
        """The task it works on."""
        self._asked = False
        self._sending = Lock()
        self._process = _SPAWN.Process(
            target=serve, args=(theirs, share, warm), name="frontline-crew", daemon=True
        )
        found = dict.fromkeys(_ONE_THREAD if one_thread else (), "1")
        with _STARTING, _held_back(), _environment(found):
            self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid or 0

    @property
    def idle(self) -> bool:
        """Whether it can take a task."""
        return self.ready and self.number is None

    @property
    def ears(self) -> tuple[Connection, int]:
        """What becomes readable when it says something, or dies."""
        return self.connection, self._process.sentinel

    def take(self, number: int, parcel: bytes) -> None:
        """Give it a task; an OSError if it died."""
        with self._sending:
            self.number, self._asked = number, False
            self.connection.send((Order.TASK, number))
            self.connection.send_bytes(parcel)

    def halt(self) -> None:
        """Ask it, once, to end its task."""
        with self._sending, suppress(OSError):  # who died is found by who listens
            if self.number is not None and not self._asked:
                self._asked = True
                self.connection.send((Order.STOP,))

    def leave(self) -> None:
        """Ask it to go: nobody will speak to it."""
        self.connection.close()

    def kill(self, after: float = 0.0) -> None:
        """End it, if it does not by itself until `after` (monotonic)."""
        with self._sending:
            self.connection.close()
        self._process.join(max(0.0, after - monotonic()))
        self._process.kill()
        self._process.join()


class _LocalRound(Dispatch[Task, Answer]):
    """One run over the processes."""

    def __init__(
        self,
        crew: ProcessExecutor,
        work: Work[Task, Answer],
        tasks: Sequence[Callable[[], Task]],
        hear: Hear,
        stop: Stop,
        grace: float,
    ) -> None:
        super().__init__(work, tasks, hear, stop, grace)
        self._crew = crew
        self._stillborn = 0
        self._ear, self._bell = _SPAWN.Pipe(duplex=False)
        self._ringing = Lock()

    @property
    def size(self) -> int:
        return self._crew.size

    @property
    def busy(self) -> bool:
        return any(worker.number is not None for worker in self._crew.workers)

    def wake(self) -> None:
        with self._ringing:
            if not self._ear.poll():
                self._bell.send_bytes(b"!")

    def halt(self) -> None:
        for worker in list(self._crew.workers):
            worker.halt()

    def abandon(self, deadline: float) -> None:
        for worker in [each for each in self._crew.workers if each.number is not None]:
            self._crew.dismiss(worker)

    def turn(self) -> None:
        self._employ()
        ears = {ear: worker for worker in self._crew.workers for ear in worker.ears}
        heard = wait([self._ear, *ears], EVERY)
        if self._ear in heard:
            self._ear.recv_bytes()
        for worker in {id(ears[ear]): ears[ear] for ear in heard if ear in ears}.values():
            self._listen_to(worker)

    def _employ(self) -> None:
        """Give what waits to the idle, and start workers for what still waits."""
        while self.waiting and not self.stopping.is_set():
            idle = next((worker for worker in self._crew.workers if worker.idle), None)
            if idle is None:
                break
            self._give(idle, *self.waiting.popleft())
        starting = sum(not worker.ready for worker in self._crew.workers)
        missing = self._crew.size - len(self._crew.workers)
        for _ in range(min(missing, len(self.waiting) - starting)):
            self._crew.hire()

    def _give(self, worker: Worker, number: int, parcel: bytes) -> None:
        try:
            worker.take(number, parcel)
        except OSError:
            self._lose(worker)

    def _listen_to(self, worker: Worker) -> None:
        try:
            if not worker.connection.poll():
                raise EOFError
            self._take(worker, *worker.connection.recv())
        except (EOFError, OSError):
            self._lose(worker)

    def _take(self, worker: Worker, report: Report, *what: object) -> None:
        match report, what:
            case Report.READY, _:
                worker.ready, self._stillborn = True, 0
            case Report.NEWS, (int(number), bytes(news)):
                self.hear(number, pickle.loads(news))
            case Report.DONE, (int(number), Done() as done, bool(short)):
                worker.number = None
                if short:  # what it holds on to would end the next task early
                    self._crew.dismiss(worker)
                self.events.put(Answered(number, done.open))

    def _lose(self, worker: Worker) -> None:
        self._crew.dismiss(worker)
        if worker.number is not None:
            self.events.put(Lost(worker.number))
        elif not worker.ready:
            self._stillborn += 1
            if self._stillborn > RETRIES:
                raise WorkerLost(
                    "The workers die before they begin.",
                    hint="What they said is in the log; FRONTLINE_PROCESSES=1 does without them.",
                )


@contextmanager
def _held_back() -> Iterator[None]:
    """Processes started here do not hear Control-C before they are ready for it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # would lift the mask, were it started below
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Processes started here find these variables set."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
