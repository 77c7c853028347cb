"""Interrupting a solver that does not ask."""

from __future__ import annotations

from threading import Event

from scheduler.solving.solvers.interrupting import watching


def test_a_stop_interrupts() -> None:
    interrupted = Event()
    with watching(lambda: True, interrupted.set):
        assert interrupted.wait(5)


def test_without_a_stop_nothing_is_interrupted() -> None:
    interrupted, asked = Event(), Event()

    def stop() -> bool:
        asked.set()
        return False

    with watching(stop, interrupted.set):
        assert asked.wait(5)
    assert not interrupted.is_set()
