"""What a worker knows of a job: enough for every kind of row that waits for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Protocol

from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork

Save = Callable[[UnitOfWork], None]
"""Writes what a job came to, in the transaction that ends the job."""


@dataclass(frozen=True)
class Hold:
    """Who holds a row from this moment on, and how long without another sign of life."""

    worker: str
    at: datetime
    lease: timedelta


class JobSignals:
    """What a job hears on its way: somebody asks it to stop and keep what it has, the worker has
    to leave, or the row was lost to another worker. `stop` and `leave` come from outside."""

    def __init__(self, stop: Event | None = None, leave: Event | None = None) -> None:
        self._stop, self._leave = stop or Event(), leave or Event()
        self.asked, self.lost = Event(), Event()

    @property
    def stopped(self) -> bool:
        """Whether to keep what there is and end the job."""
        return self.asked.is_set() or self._stop.is_set()

    @property
    def leaving(self) -> bool:
        """Whether another worker is to go on with the job."""
        return self._leave.is_set() and not self.stopped and not self.lost.is_set()

    def over(self) -> bool:
        """Whether to end as soon as can be, for whatever reason."""
        return self.stopped or self._leave.is_set() or self.lost.is_set()


class Job(Protocol):
    """A row that a worker has claimed, and what is to be done about it."""

    @property
    def number(self) -> int:
        """The row's number."""

    @property
    def attempt(self) -> int:
        """How many workers have claimed it, this one included."""

    @property
    def cancel(self) -> bool:
        """Whether somebody asked it to stop before it was claimed."""

    def do(self, store: Store, signals: JobSignals) -> Save | None:
        """Everything that is slow, outside of any transaction that writes. What it came to is
        written by what comes back; None leaves the job to another worker."""

    def beat(self, unit: UnitOfWork, hold: Hold) -> bool:
        """Hold the row again and write down how far the job is. Returns whether somebody asked it
        to stop; `Conflict` if it is another worker's by now."""

    def end(self, unit: UnitOfWork, worker: str, at: datetime, error: str | None = None) -> None:
        """The job is done, or failed with an error that people read; `Conflict` if it is another
        worker's by now."""


class JobKind(Protocol):
    """A kind of rows that wait for a worker."""

    @property
    def name(self) -> str:
        """What the log calls one of them."""

    @property
    def work(self) -> str:
        """What a worker does with one, as in “ended while computing this plan”."""

    @property
    def broken(self) -> str:
        """What people read where one broke for a reason that only the log knows."""

    def claim(self, unit: UnitOfWork, hold: Hold, only: int | None = None) -> Job | None:
        """The oldest that waits or whose worker fell silent, or `only` that one; None if there is
        none."""
