"""One task after another, in this thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from scheduler.solving.executors.base import (
    Answer,
    Answers,
    Executor,
    ReportListener,
    Stop,
    Task,
    TaskSignals,
    Work,
    never_stop,
    no_listener,
)
from scheduler.solving.executors.memory import give_back


class SerialExecutor(Executor):
    """One task after another, here: nothing is pickled, and every report arrives."""

    size = 1

    def __init__(self, memory: int | None = None) -> None:
        self._memory = memory

    def run(
        self,
        work: Work[Task, Answer],
        tasks: Sequence[Callable[[], Task]],
        *,
        listener: ReportListener = no_listener,
        stop: Stop = never_stop,
    ) -> Answers[Answer]:
        """The answers, in the order of the tasks."""
        for number, make in enumerate(tasks):
            if stop():
                return
            if number:
                give_back()
            yield number, work(make(), TaskSignals(partial(listener, number), stop, self._memory))

    def close(self) -> None:
        """Nobody to let go."""
