"""One run of an executor: hands tasks out, listens, and watches for the stop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import Any, Generic

from scheduler.solving.executors.base import (
    RETRIES,
    Answer,
    Answers,
    Executor,
    ReportListener,
    Stop,
    Task,
    Work,
    lost,
    never_stop,
    no_listener,
)
from scheduler.solving.executors.messages import pack

EVERY = 0.05
"""Seconds between two questions whether to stop."""


@dataclass(frozen=True)
class Answered:
    """A task is finished; `read` gives its answer, or raises what the work raised."""

    number: int
    read: Callable[[], Any]


@dataclass(frozen=True)
class Lost:
    """A worker died, and with it the task."""

    number: int


@dataclass(frozen=True)
class Failed:
    """The run cannot go on."""

    error: BaseException


@dataclass(frozen=True)
class Over:
    """Nobody works any more: everybody was asked to stop."""


class Dispatch(ABC, Generic[Task, Answer]):
    """Three threads: the caller's makes the tasks and yields the answers, one listens to the
    workers and keeps them busy, one asks whether to stop.

    `waiting` holds packed tasks until there is a worker for them.
    """

    def __init__(
        self,
        work: Work[Task, Answer],
        tasks: Sequence[Callable[[], Task]],
        listener: ReportListener,
        stop: Stop,
        grace: float,
    ) -> None:
        self.listener = listener
        self.waiting: deque[tuple[int, bytes]] = deque()
        self.events: SimpleQueue[Answered | Lost | Failed | Over] = SimpleQueue()
        self.stopping = Event()
        self._work, self._tasks, self._stop, self._grace = work, tasks, stop, grace
        self._deadline = float("inf")
        self.over = Event()
        self._threads = [
            Thread(target=self.guarded, args=(each,), name=f"executor-{name}", daemon=True)
            for name, each in (("listen", self._listen), ("watch", self._watch))
        ]

    @property
    @abstractmethod
    def size(self) -> int:
        """How many tasks can be done side by side."""

    @property
    @abstractmethod
    def busy(self) -> bool:
        """Whether anybody works."""

    @abstractmethod
    def step(self) -> None:
        """Give what waits to who is free, wait a moment for something to happen, take it in."""

    @abstractmethod
    def wake(self) -> None:
        """End that waiting; from any thread."""

    @abstractmethod
    def halt(self) -> None:
        """Ask whoever works to stop; again and again, from any thread."""

    @abstractmethod
    def abandon(self, deadline: float) -> None:
        """End what is still being done, for nobody wants its answer; where only force would help
        and others suffer from it, after `deadline` (monotonic)."""

    def answers(self) -> Answers[Answer]:
        """(number, answer) as they come. However it is left, nobody works afterwards."""
        try:
            for thread in self._threads:
                thread.start()
            yield from self._hand_out()
        finally:
            self.end()

    def end(self) -> None:
        """Come to an end at once; from the caller's threads, as often as one likes."""
        self.over.set()
        self.wake()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self.abandon(min(self._deadline, monotonic() + self._grace))
        self.events.put(Over())

    def _hand_out(self) -> Answers[Answer]:
        todo, losses, unfinished = deque(range(len(self._tasks))), Counter[int](), 0
        while todo or unfinished:
            # One more than there are workers, so that nobody waits for it to be made.
            while todo and unfinished <= self.size and not self.stopping.is_set():
                self._make(todo.popleft())
                unfinished += 1
            event = self.events.get()
            if isinstance(event, Over):
                return
            if isinstance(event, Failed):
                raise event.error
            unfinished -= 1
            if isinstance(event, Answered):
                yield event.number, event.read()
                continue
            losses[event.number] += 1
            if losses[event.number] > RETRIES:
                raise lost(event.number)
            todo.appendleft(event.number)

    def _make(self, number: int) -> None:
        self.waiting.append((number, pack(self._work, self._tasks[number]())))
        self.wake()

    def _listen(self) -> None:
        while not self.over.is_set():
            self.step()
            if self.stopping.is_set() and self._stopped():
                self.events.put(Over())
                return

    def _stopped(self) -> bool:
        """Whether everybody has come to an end; after the time of grace they have."""
        self.halt()
        if self.busy and monotonic() >= self._deadline:
            self.abandon(self._deadline)
        return not self.busy

    def _watch(self) -> None:
        while not self._stop():
            if self.over.wait(EVERY):
                return
        self._deadline = monotonic() + self._grace
        self.stopping.set()
        self.halt()
        self.wake()

    def guarded(self, live: Callable[[], None]) -> None:
        """Live a thread's life; what that raises is raised where the answers are asked for."""
        try:
            live()
        except BaseException as error:
            self.events.put(Failed(error))


class DispatchingExecutor(Executor):
    """An executor with a dispatch of its own for each run, one after another."""

    _dispatch: Dispatch[Any, Any] | None = None
    _closed = False

    @abstractmethod
    def _begin(
        self,
        work: Work[Task, Answer],
        tasks: Sequence[Callable[[], Task]],
        listener: ReportListener,
        stop: Stop,
    ) -> Dispatch[Task, Answer]:
        """A dispatch over these workers."""

    def run(
        self,
        work: Work[Task, Answer],
        tasks: Sequence[Callable[[], Task]],
        *,
        listener: ReportListener = no_listener,
        stop: Stop = never_stop,
    ) -> Answers[Answer]:
        """The answers, as the workers find them."""
        if self._dispatch is not None or self._closed:
            raise RuntimeError("This executor is at work, or was closed.")
        self._dispatch = dispatch = self._begin(work, tasks, listener, stop)
        try:
            yield from dispatch.answers()
        finally:
            self._dispatch = None

    def close(self) -> None:
        """End the run that is left open, if any."""
        self._closed = True
        if self._dispatch is not None:
            self._dispatch.end()
