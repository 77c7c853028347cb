"""One task after another in this thread: nothing travels."""

from __future__ import annotations

import gc
from pathlib import Path

from scheduler.solving.executors import memory
from scheduler.solving.executors.serial import SerialExecutor
from tests.solving.executors.work import MEBIBYTE, check_it_obeys, eat, given


def test_a_serial_executor_pickles_nothing() -> None:
    task = object()
    assert list(SerialExecutor().run(lambda task, signals: task, [lambda: task])) == [(0, task)]


def test_a_serial_executor_obeys(tmp_path: Path) -> None:
    check_it_obeys(SerialExecutor(), tmp_path)


def test_short_of_memory_in_this_process() -> None:
    gc.collect()  # what other tests left would make room meanwhile
    executor = SerialExecutor(memory.resident_bytes() + 50 * MEBIBYTE)
    assert list(executor.run(eat, given(100 * MEBIBYTE))) == [(0, (True, 100 * MEBIBYTE))]
