"""The life of a worker process: orders in, messages out, over one pipe.

What the coordinator starts imports this module first, so it imports no numbers' libraries.
"""

from __future__ import annotations

import os
import pickle
import signal
from contextlib import suppress
from enum import Enum, auto
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Event, Lock, Thread
from time import sleep

from scheduler.solving.executors.base import TaskSignals
from scheduler.solving.executors.memory import be_lean, give_back
from scheduler.solving.executors.messages import do

REPORT_EVERY = 0.1
"""Seconds between two reports at least."""
_LOOK_EVERY = 1.0
"""Seconds between two looks whether the coordinator lives, should the pipe not show it."""


class Order(Enum):
    """What the coordinator says."""

    TASK = auto()
    """A number; a packed task follows as bytes."""
    STOP = auto()


class WorkerMessage(Enum):
    """What the worker says."""

    READY = auto()
    REPORT = auto()
    """The task's number and a pickled report."""
    DONE = auto()
    """The task's number, what came of it, and whether the memory was short."""


class Outbox:
    """Sends messages; reports from a thread of its own, the latest only and not too often."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = Lock()
        self._report: tuple[int, bytes] | None = None
        self._some = Event()

    def report(self, number: int, report: object) -> None:
        """Pickled at once: whoever reports may change it afterwards."""
        self._report = (number, pickle.dumps(report, pickle.HIGHEST_PROTOCOL))
        self._some.set()

    def send(self, *message: object) -> None:
        """Send a message, after the last report."""
        with self._sending:
            self._send_report()
            self._connection.send(message)

    def deliver(self) -> None:
        """Send reports for as long as the process lives."""
        with suppress(OSError):  # who takes the orders ends the process
            while self._some.wait():
                with self._sending:
                    self._send_report()
                sleep(REPORT_EVERY)

    def _send_report(self) -> None:
        self._some.clear()
        report, self._report = self._report, None
        if report is not None:
            self._connection.send((WorkerMessage.REPORT, *report))


class WorkerLoop:
    """Takes orders from a thread of its own, so that one to stop arrives amid the work."""

    def __init__(self, connection: Connection, share: int | None) -> None:
        self.outbox = Outbox(connection)
        self._connection = connection
        self._share = share
        self._tasks: SimpleQueue[tuple[int, Event]] = SimpleQueue()
        self._packed_tasks: SimpleQueue[bytes] = SimpleQueue()
        self._halted = Event()

    def listen(self) -> None:
        """Take orders until nobody is left to give them; then the process ends."""
        coordinator = os.getppid()
        try:
            with suppress(EOFError, OSError):
                while os.getppid() == coordinator:
                    if self._connection.poll(_LOOK_EVERY):
                        self._take(*self._connection.recv())
        finally:
            os._exit(0)  # the work would go on

    def _take(self, order: Order, number: int = 0) -> None:
        if order is Order.STOP:
            self._halted.set()
            return
        self._halted = Event()
        self._packed_tasks.put(self._connection.recv_bytes())
        self._tasks.put((number, self._halted))

    def work(self) -> None:
        """Do the next task."""
        number, halted = self._tasks.get()
        signals = TaskSignals(partial(self.outbox.report, number), halted.is_set, self._share)
        done = do(self._packed_tasks.get, signals)
        self.outbox.send(WorkerMessage.DONE, number, done, signals.short_of_memory)
        del done
        give_back()


def serve(connection: Connection, share: int | None, modules: tuple[str, ...]) -> None:
    """Work until the coordinator is gone; `share` is the memory to keep to, in bytes."""
    _leave_interrupts_alone()
    be_lean()
    loop = WorkerLoop(connection, share)
    for name, live in (("orders", loop.listen), ("reports", loop.outbox.deliver)):
        Thread(target=live, name=name, daemon=True).start()
    with suppress(OSError):  # a broken pipe: the coordinator is gone
        loop.outbox.send(WorkerMessage.READY)
        for module in modules:
            with suppress(ImportError):  # the work will say so, if it needs it
                import_module(module)
        while True:
            loop.work()


def _leave_interrupts_alone() -> None:
    """Control-C reaches every process of a terminal; what follows is the coordinator's matter."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # it was born with this signal held back
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
