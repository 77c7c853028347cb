"""What an executor is, and what passes between it and the work that it does."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from typing import Protocol, Self, TypeVar

from scheduler.domain.errors import FrontlineError
from scheduler.solving.executors.memory import MemoryWatch

GRACE = 1.0
"""Seconds that a worker has for its answer once it was asked to stop."""
RETRIES = 3
"""How often a task is done again whose worker was lost."""
PRELOAD = ("scheduler.solving.engine",)
"""Modules that every worker imports before its first task: OR-Tools takes its time."""

Task = TypeVar("Task")
Answer = TypeVar("Answer")
Answers = Generator[tuple[int, Answer], None, None]
ReportListener = Callable[[int, object], None]
Stop = Callable[[], bool]


class Signals(Protocol):
    """What the work gets beside its task."""

    def report(self, report: object) -> None:
        """A picklable report for the coordinator. Cheap: of reports in quick succession only
        the latest travels, and the last of all always does."""

    def stop(self) -> bool:
        """Whether to come to an end now, with the best answer so far. Cheap: ask it often."""

    @property
    def short_of_memory(self) -> bool:
        """Whether the end is for want of memory."""


Work = Callable[[Task, Signals], Answer]
"""A function of a module (not of a function, not a lambda): it travels by its name."""


class WorkerLost(FrontlineError):
    """Workers died again and again, or none is left: the work cannot be done here."""


def lost(number: int) -> WorkerLost:
    """The error for a task that outlived `RETRIES` workers too many."""
    return WorkerLost(
        f"Task {number + 1} lost its worker {RETRIES + 1} times.",
        hint="The system ends processes that take too much memory: set FRONTLINE_MEMORY to what is"
        " there, choose fewer FRONTLINE_PROCESSES, or add memory.",
    )


class TaskSignals:
    """The signals of one task, made of what its executor offers."""

    def __init__(
        self, report: Callable[[object], None], asked: Callable[[], bool], memory: int | None
    ) -> None:
        self._report = report
        self._asked = asked
        self._memory = MemoryWatch(memory)

    def report(self, report: object) -> None:
        """Pass the report on."""
        self._report(report)

    def stop(self) -> bool:
        """Whether the executor asked for it, or the memory is short."""
        return self._asked() or self._memory.short

    @property
    def short_of_memory(self) -> bool:
        """Whether this process has more memory than its share."""
        return self._memory.short


def no_listener(number: int, report: object) -> None:
    """Nobody listens."""


def never_stop() -> bool:
    """Nobody asks to stop."""
    return False


class Executor(ABC):
    """Those who do tasks side by side; a context manager."""

    @property
    @abstractmethod
    def size(self) -> int:
        """How many tasks are done side by side."""

    @abstractmethod
    def run(
        self,
        work: Work[Task, Answer],
        tasks: Sequence[Callable[[], Task]],
        *,
        listener: ReportListener = no_listener,
        stop: Stop = never_stop,
    ) -> Answers[Answer]:
        """(number, answer) of every task as it is finished, in any order.

        A task is made when there is room for it: at most `size` + 1 are made and unfinished.
        They are made in the thread that asks for the answers. `listener(number, report)` is called
        from one thread at a time, which need not be that one, and so is `stop()`: hold no lock
        that they take while asking for an answer.

        Once `stop()` is true every worker is asked to stop; who does not answer in time is ended,
        and the answers end too. What the work raises comes out here. A task whose worker is lost
        is made and done again; after `RETRIES` times: `WorkerLost`. One run at a time.
        """

    @abstractmethod
    def close(self) -> None:
        """Let everybody go, whatever they are doing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *what: object) -> None:
        self.close()
