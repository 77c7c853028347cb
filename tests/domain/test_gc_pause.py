"""Garbage is looked for again afterwards, whatever happened."""

from __future__ import annotations

import gc

import pytest

from scheduler.domain.gc_pause import gc_paused


def test_is_off_inside_and_on_again_even_after_an_error() -> None:
    seen = []

    @gc_paused()
    def fail() -> None:
        seen.append(gc.isenabled())
        raise ZeroDivisionError

    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        fail()
    assert seen == [False]
    assert gc.isenabled()


def test_stays_off_where_it_was_off() -> None:
    gc.disable()
    try:
        with gc_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
