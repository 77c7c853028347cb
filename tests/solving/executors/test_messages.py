"""Tasks and answers as bytes."""

from __future__ import annotations

from scheduler.solving.executors.base import Signals, TaskSignals
from scheduler.solving.executors.messages import do, pack

packed_tasks: list[bytes] = []


def undone(_: object, signals: Signals) -> int:
    """How many packed tasks there still are in this process."""
    return len(packed_tasks)


def test_a_task_is_not_held_packed_while_it_is_done() -> None:
    packed_tasks.append(pack(undone, None))
    assert do(packed_tasks.pop, TaskSignals(lambda report: None, lambda: False, None)).open() == 0
