"""How much memory a process holds, and giving back what nothing uses any more."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from scheduler.solving.executors import memory
from scheduler.solving.executors.base import Executor
from scheduler.solving.executors.processes import ProcessExecutor
from scheduler.solving.executors.serial import SerialExecutor
from tests.solving.executors.marks import needs_glibc
from tests.solving.executors.work import MEBIBYTE, given, mapped, scatter


@needs_glibc
@pytest.mark.parametrize("made", [SerialExecutor, partial(ProcessExecutor, 1, preload=())])
def test_what_a_task_leaves_is_given_back(made: Callable[[], Executor]) -> None:
    """Though a chunk above it is still in use."""
    with made() as executor:
        (_, after), (_, later) = executor.run(scatter, given(200 * MEBIBYTE, 0))
        assert after - later > 150 * MEBIBYTE


@needs_glibc
def test_large_chunks_are_given_back_at_once(executor: Executor) -> None:
    assert dict(executor.run(mapped, given(3 * MEBIBYTE))) == {0: 1}


@needs_glibc
def test_nobody_looks_for_what_is_not_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    memory.give_back()
    looks: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda: looks.append(1))
    memory.give_back()
    assert looks == []
    held = bytearray(os.urandom(1)) * 64 * MEBIBYTE
    memory.give_back()
    assert looks == [1]
    assert held


@pytest.mark.skipif(not hasattr(memory, "peak_bytes"), reason="Windows does not tell it")
def test_where_the_system_does_not_tell_the_peak_counts(
    tmp_path: Path,
) -> None:
    now = memory.resident_bytes()
    assert memory.resident_bytes(tmp_path / "none") >= now > MEBIBYTE
