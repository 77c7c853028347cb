"""Rows as if they had been measured."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.benchmarks.names import BenchTask, InstanceKind, Side
from tests.benchmarks.results import BenchRun, Machine, Measurement, Results
from tests.benchmarks.talk import Request, SideAnswer

MACHINE = Machine(
    processor="Abacus", cores=2, memory=8_000_000_000, system="Linux", python="3.11", ortools="9"
)


def a_run(name: str = "first") -> BenchRun:
    """One call of the bench."""
    return BenchRun(
        id=name,
        at=datetime(2027, 1, 1, tzinfo=UTC),
        command="python -m tests.benchmarks",
        machine=MACHINE,
    )


def a_row(
    side: Side = Side.FRONTLINE,
    seconds: float = 2.0,
    cost: int | None = 100,
    *,
    people: int = 10_000,
    centres: int = 1,
    split: bool = False,
    task: BenchTask = BenchTask.SOLVE,
    kind: InstanceKind = InstanceKind.STEADY,
    run: str = "first",
    wrong: tuple[str, ...] = (),
    **answer: Any,
) -> Measurement:
    """A side that proved its plan optimal, unless it says otherwise."""
    figures = {"status": "optimal", "bound": cost, "memory": 300_000_000} | answer
    request = Request(
        side=side, task=task, kind=kind, people=people, centres=centres, split=split, seconds=60
    )
    return Measurement(
        run=run,
        request=request,
        answer=SideAnswer(seconds=seconds, cost=cost, **figures),
        duties=people,
        sessions=200,
        placed=people,
        soft=cost or 0,
        wrong=wrong,
    )


def results(*rows: Measurement) -> Results:
    """All rows, each in its run."""
    collected = Results()
    for row in rows:
        collected = collected.with_row(a_run(row.run), row)
    return collected
