"""Processes on this machine.

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
    PRELOAD,
    RETRIES,
    Answer,
    ReportListener,
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
from scheduler.solving.executors.process_worker import Order, WorkerMessage, serve

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
"""A short time of grace: what a worker found was reported."""


class ProcessExecutor(DispatchingExecutor):
    """`processes` workers, started now and kept from then on; each has its share of `memory`."""

    def __init__(
        self,
        processes: int,
        memory: int | None = None,
        *,
        preload: tuple[str, ...] = PRELOAD,
        grace: float = _GRACE,
    ) -> None:
        self._size = processes
        self._share = None if memory is None else memory // processes
        self._preload = preload
        self.grace = grace
        """Seconds that a worker has for its answer once it was asked to stop."""
        self.workers: list[Worker] = []
        for _ in range(processes):
            self.start_worker()

    @property
    def size(self) -> int:
        """The number of processes."""
        return self._size

    def start_worker(self) -> None:
        """Start one more worker."""
        self.workers.append(Worker(self._share, self._preload, one_thread=self._size > 1))

    def end_worker(self, worker: Worker) -> None:
        """End this worker, whatever it does."""
        self.workers.remove(worker)
        worker.kill()

    def _begin(
        self,
        work: Work[Task, Answer],
        tasks: Sequence[Callable[[], Task]],
        listener: ReportListener,
        stop: Stop,
    ) -> Dispatch[Task, Answer]:
        return ProcessDispatch(self, work, tasks, listener, stop, self.grace)

    def close(self) -> None:
        """End every process."""
        super().close()
        for worker in self.workers:
            worker.leave()
        deadline = monotonic() + self.grace
        while self.workers:
            worker = self.workers.pop()
            # Who never began takes no order yet, and has nothing to put away.
            worker.kill(after=deadline if worker.ready else 0.0)


class Worker:
    """One process, seen from the coordinator."""

    def __init__(self, share: int | None, preload: tuple[str, ...], *, one_thread: bool) -> None:
        self.connection, theirs = _SPAWN.Pipe()
        self.ready = False
        self.number: int | None = None
        """The task it works on."""
        self._asked = False
        self._sending = Lock()
        self._process = _SPAWN.Process(
            target=serve, args=(theirs, share, preload), name="frontline-worker", daemon=True
        )
        variables = dict.fromkeys(_ONE_THREAD if one_thread else (), "1")
        with _STARTING, _held_back(), _environment(variables):
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
    def waitables(self) -> tuple[Connection, int]:
        """What becomes readable when it says something, or dies."""
        return self.connection, self._process.sentinel

    def take(self, number: int, packed_task: bytes) -> None:
        """Give it a task; an OSError if it died."""
        with self._sending:
            self.number, self._asked = number, False
            self.connection.send((Order.TASK, number))
            self.connection.send_bytes(packed_task)

    def halt(self) -> None:
        """Ask it, once, to end its task."""
        with self._sending, suppress(OSError):  # who listens notices who died
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


class ProcessDispatch(Dispatch[Task, Answer]):
    """One run over the processes."""

    def __init__(
        self,
        executor: ProcessExecutor,
        work: Work[Task, Answer],
        tasks: Sequence[Callable[[], Task]],
        listener: ReportListener,
        stop: Stop,
        grace: float,
    ) -> None:
        super().__init__(work, tasks, listener, stop, grace)
        self._executor = executor
        self._died_starting = 0
        self._wake_reader, self._wake_writer = _SPAWN.Pipe(duplex=False)
        self._waking = Lock()

    @property
    def size(self) -> int:
        return self._executor.size

    @property
    def busy(self) -> bool:
        return any(worker.number is not None for worker in self._executor.workers)

    def wake(self) -> None:
        with self._waking:
            if not self._wake_reader.poll():
                self._wake_writer.send_bytes(b"!")

    def halt(self) -> None:
        for worker in list(self._executor.workers):
            worker.halt()

    def abandon(self, deadline: float) -> None:
        for worker in [each for each in self._executor.workers if each.number is not None]:
            self._executor.end_worker(worker)

    def step(self) -> None:
        self._assign()
        waitables = {each: worker for worker in self._executor.workers for each in worker.waitables}
        ready = wait([self._wake_reader, *waitables], EVERY)
        if self._wake_reader in ready:
            self._wake_reader.recv_bytes()
        speaking = [waitables[each] for each in ready if each in waitables]
        for worker in {id(each): each for each in speaking}.values():
            self._listen_to(worker)

    def _assign(self) -> None:
        """Give what waits to the idle, and start workers for what still waits."""
        while self.waiting and not self.stopping.is_set():
            idle = next((worker for worker in self._executor.workers if worker.idle), None)
            if idle is None:
                break
            self._give(idle, *self.waiting.popleft())
        starting = sum(not worker.ready for worker in self._executor.workers)
        missing = self._executor.size - len(self._executor.workers)
        for _ in range(min(missing, len(self.waiting) - starting)):
            self._executor.start_worker()

    def _give(self, worker: Worker, number: int, packed_task: bytes) -> None:
        try:
            worker.take(number, packed_task)
        except OSError:
            self._lose(worker)

    def _listen_to(self, worker: Worker) -> None:
        try:
            if not worker.connection.poll():
                raise EOFError
            self._take(worker, *worker.connection.recv())
        except (EOFError, OSError):
            self._lose(worker)

    def _take(self, worker: Worker, message: WorkerMessage, *what: object) -> None:
        match message, what:
            case WorkerMessage.READY, _:
                worker.ready, self._died_starting = True, 0
            case WorkerMessage.REPORT, (int(number), bytes(report)):
                self.listener(number, pickle.loads(report))
            case WorkerMessage.DONE, (int(number), Done() as done, bool(short)):
                worker.number = None
                if short:  # what it holds on to would end the next task early
                    self._executor.end_worker(worker)
                self.events.put(Answered(number, done.open))

    def _lose(self, worker: Worker) -> None:
        self._executor.end_worker(worker)
        if worker.number is not None:
            self.events.put(Lost(worker.number))
        elif not worker.ready:
            self._died_starting += 1
            if self._died_starting > RETRIES:
                raise WorkerLost(
                    "The workers die before they begin.",
                    hint="What they said is in the log; FRONTLINE_PROCESSES=1 does without them.",
                )


@contextmanager
def _held_back() -> Iterator[None]:
    """Processes started here do not get Control-C before they are ready for it."""
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
