"""A task's place in a process of a Dask cluster."""

from __future__ import annotations

import os
import pickle
from collections import deque
from importlib import import_module
from typing import Any
from uuid import uuid4

from scheduler.solving.executors.base import Line
from scheduler.solving.executors.memory import be_lean, give_back
from scheduler.solving.executors.messages import Done, do

News = tuple[str, int, bytes]
"""A name of this try at the task, how many news it told, and the latest, pickled."""

_seats: dict[tuple[str, int], TaskSlot] = {}
"""Who works in this process, by run and number of the task."""
_halted: deque[str] = deque(maxlen=256)
"""The last runs that were asked to stop."""


class TaskSlot:
    """One try at a task, in a thread of this process."""

    def __init__(self, run: str, number: int) -> None:
        self.latest: News | None = None
        self._run, self._number = run, number
        self._name, self._told, self._fetched = uuid4().hex, 0, 0
        worker = import_module("distributed").get_worker()
        self._tasks: Any = worker.state.tasks
        self._key = worker.get_current_task()

    def __enter__(self) -> TaskSlot:
        _seats[self._run, self._number] = self
        return self

    def __exit__(self, *what: object) -> None:
        _seats.pop((self._run, self._number), None)

    def tell(self, news: object) -> None:
        """Keep the news until the coordinator asks."""
        self._told += 1
        self.latest = (self._name, self._told, pickle.dumps(news, pickle.HIGHEST_PROTOCOL))

    def fetch(self) -> News | None:
        """The latest news, unless they were fetched already."""
        latest = self.latest
        if latest is None or latest[1] <= self._fetched:
            return None
        self._fetched = latest[1]
        return latest

    def asked(self) -> bool:
        """Whether the run was asked to stop, or nobody waits for the answer any more: Dask
        cancels the tasks of a coordinator that is gone."""
        task = self._tasks.get(self._key)
        return self._run in _halted or (task is not None and task.state == "cancelled")


def perform(parcel: bytes, run: str, number: int, share: int | None) -> tuple[Done, News | None]:
    """Do a packed task in this process; `share` is its memory in bytes."""
    be_lean()
    with TaskSlot(run, number) as seat:
        done = do(lambda: parcel, Line(seat.tell, seat.asked, share))
    give_back()
    return done, seat.latest


def prepare(modules: tuple[str, ...]) -> None:
    """Import what the tasks will need."""
    for module in modules:
        import_module(module)


def fetch(run: str) -> dict[int, News]:
    """What is new of a run's tasks in this process, by their number."""
    found = {number: seat.fetch() for (owner, number), seat in list(_seats.items()) if owner == run}
    return {number: news for number, news in found.items() if news is not None}


def halt(run: str) -> None:
    """Ask a run's tasks in this process to stop, those too that begin later."""
    if run not in _halted:
        _halted.append(run)


def leave_if_occupied(run: str) -> None:
    """End this process, should a task of the run still be at it; its nanny starts another."""
    if any(owner == run for owner, _ in list(_seats)):
        os._exit(1)
