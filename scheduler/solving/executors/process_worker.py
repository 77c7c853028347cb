"""The life of a worker process: orders in, reports out, over one pipe.

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

from scheduler.solving.executors.base import Line
from scheduler.solving.executors.memory import be_lean, give_back
from scheduler.solving.executors.messages import do

NEWS_EVERY = 0.1
"""Seconds between two news at least."""
_LOOK_EVERY = 1.0
"""Seconds between two looks whether the coordinator lives, should the pipe not tell."""


class Order(Enum):
    """What the coordinator says."""

    TASK = auto()
    """A number; a packed task follows as bytes."""
    STOP = auto()


class Report(Enum):
    """What the worker says."""

    READY = auto()
    NEWS = auto()
    """The task's number and pickled news."""
    DONE = auto()
    """The task's number, what came of it, and whether the memory was short."""


class Outbox:
    """Sends reports; news from a thread of its own, the latest only and not too often."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = Lock()
        self._news: tuple[int, bytes] | None = None
        self._some = Event()

    def tell(self, number: int, news: object) -> None:
        """Pickled at once: whoever tells may change it afterwards."""
        self._news = (number, pickle.dumps(news, pickle.HIGHEST_PROTOCOL))
        self._some.set()

    def report(self, *report: object) -> None:
        """Send a report, after the last news."""
        with self._sending:
            self._send_news()
            self._connection.send(report)

    def deliver(self) -> None:
        """Send news for as long as the process lives."""
        with suppress(OSError):  # who takes the orders ends the process
            while self._some.wait():
                with self._sending:
                    self._send_news()
                sleep(NEWS_EVERY)

    def _send_news(self) -> None:
        self._some.clear()
        news, self._news = self._news, None
        if news is not None:
            self._connection.send((Report.NEWS, *news))


class Desk:
    """Takes orders from a thread of its own, so that one to stop is heard amid the work."""

    def __init__(self, connection: Connection, share: int | None) -> None:
        self.outbox = Outbox(connection)
        self._connection = connection
        self._share = share
        self._tasks: SimpleQueue[tuple[int, Event]] = SimpleQueue()
        self._parcels: SimpleQueue[bytes] = SimpleQueue()
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
        self._parcels.put(self._connection.recv_bytes())
        self._tasks.put((number, self._halted))

    def work(self) -> None:
        """Do the next task."""
        number, halted = self._tasks.get()
        line = Line(partial(self.outbox.tell, number), halted.is_set, self._share)
        done = do(self._parcels.get, line)
        self.outbox.report(Report.DONE, number, done, line.short_of_memory)
        del done
        give_back()


def serve(connection: Connection, share: int | None, modules: tuple[str, ...]) -> None:
    """Work until the coordinator is gone; `share` is the memory to keep to, in bytes."""
    _leave_interrupts_alone()
    be_lean()
    desk = Desk(connection, share)
    for name, live in (("orders", desk.listen), ("news", desk.outbox.deliver)):
        Thread(target=live, name=name, daemon=True).start()
    with suppress(OSError):  # a broken pipe: the coordinator is gone
        desk.outbox.report(Report.READY)
        for module in modules:
            with suppress(ImportError):  # the work will say so, if it needs it
                import_module(module)
        while True:
            desk.work()


def _leave_interrupts_alone() -> None:
    """Control-C reaches every process of a terminal; what follows is the coordinator's matter."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # it was born with this signal held back
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
