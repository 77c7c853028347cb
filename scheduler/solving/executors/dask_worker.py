"""A task's place in a process of a Dask cluster."""

from __future__ import annotations

import os
import pickle
from collections import deque
from importlib import import_module
from typing import Any
from uuid import uuid4

from scheduler.solving.executors.base import TaskSignals
from scheduler.solving.executors.memory import be_lean, give_back
from scheduler.solving.executors.messages import Done, do

Report = tuple[str, int, bytes]
"""A name of this try at the task, how many reports it made, and the latest, pickled."""

_slots: dict[tuple[str, int], TaskSlot] = {}
"""Who works in this process, by run and number of the task."""
_halted: deque[str] = deque(maxlen=256)
"""The last runs that were asked to stop."""


class TaskSlot:
    """One try at a task, in a thread of this process."""

    def __init__(self, run: str, number: int) -> None:
        self.latest: Report | None = None
        self._run, self._number = run, number
        self._name, self._reported, self._fetched = uuid4().hex, 0, 0
        worker = import_module("distributed").get_worker()
        self._tasks: Any = worker.state.tasks
        self._key = worker.get_current_task()

    def __enter__(self) -> TaskSlot:
        _slots[self._run, self._number] = self
        return self

    def __exit__(self, *what: object) -> None:
        _slots.pop((self._run, self._number), None)

    def report(self, report: object) -> None:
        """Keep the report until the coordinator asks."""
        self._reported += 1
        self.latest = (self._name, self._reported, pickle.dumps(report, pickle.HIGHEST_PROTOCOL))

    def fetch(self) -> Report | None:
        """The latest report, unless it was fetched already."""
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


def perform(
    packed_task: bytes, run: str, number: int, share: int | None
) -> tuple[Done, Report | None]:
    """Do a packed task in this process; `share` is its memory in bytes."""
    be_lean()
    with TaskSlot(run, number) as slot:
        done = do(lambda: packed_task, TaskSignals(slot.report, slot.asked, share))
    give_back()
    return done, slot.latest


def prepare(modules: tuple[str, ...]) -> None:
    """Import what the tasks will need."""
    for module in modules:
        import_module(module)


def fetch(run: str) -> dict[int, Report]:
    """What is new of a run's tasks in this process, by their number."""
    mine = {number: slot for (owner, number), slot in list(_slots.items()) if owner == run}
    reports = {number: slot.fetch() for number, slot in mine.items()}
    return {number: report for number, report in reports.items() if report is not None}


def halt(run: str) -> None:
    """Ask a run's tasks in this process to stop, those too that begin later."""
    if run not in _halted:
        _halted.append(run)


def leave_if_occupied(run: str) -> None:
    """End this process, should a task of the run still be at it; its nanny starts another."""
    if any(owner == run for owner, _ in list(_slots)):
        os._exit(1)
