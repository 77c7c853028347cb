"""A crew of one: this thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from scheduler.solving.executors.base import (
    Answer,
    Answers,
    Executor,
    Hear,
    Line,
    Stop,
    Task,
    Work,
    deaf,
    never,
)
from scheduler.solving.executors.memory import give_back


class SerialExecutor(Executor):
    """One task after another, here: nothing is pickled, and every word of news is heard."""

    size = 1

    def __init__(self, memory: int | None = None) -> None:
        self._memory = memory

    def run(
        self,
        work: Work[Task, Answer],
        tasks: Sequence[Callable[[], Task]],
        *,
        hear: Hear = deaf,
        stop: Stop = never,
    ) -> Answers[Answer]:
        """The answers, in the order of the tasks."""
        for number, make in enumerate(tasks):
            if stop():
                return
            if number:
                give_back()
            yield number, work(make(), Line(partial(hear, number), stop, self._memory))

    def close(self) -> None:
        """Nobody to let go."""
