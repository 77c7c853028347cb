"""Interrupting a solver that only asks when it feels like it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

_EVERY = 0.05


@contextmanager
def watching(stop: Callable[[], bool], interrupt: Callable[[], object]) -> Iterator[None]:
    """Call `interrupt` once `stop()` says so, from a thread that lives as long as the block."""
    over = Event()

    def watch() -> None:
        while not over.wait(_EVERY):
            if stop():
                interrupt()

    thread = Thread(target=watch, name="solver-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
