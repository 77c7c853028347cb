"""What was measured, kept as JSON, so that figures of different days make one table."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from pydantic import Field

from scheduler.domain.base import Value
from scheduler.solving.result import relative_gap
from tests.benchmarks import memory
from tests.benchmarks.judging import OPTIMAL
from tests.benchmarks.names import BenchTask, InstanceKind, Side
from tests.benchmarks.talk import Request, SideAnswer

FILE = "benchmarks.json"


class Machine(Value):
    """Where it was measured, and with what."""

    processor: str
    cores: int
    memory: int
    system: str
    python: str
    ortools: str


class BenchRun(Value):
    """One call of the bench. Ratios are only taken between figures of the same one."""

    id: str
    at: datetime
    command: str
    machine: Machine


class Measurement(Value):
    """One side's answer to one instance, what the rules say of it, and whatever is `wrong`.
    `binding`: for each rule its used-up bounds, and those that hold somebody back."""

    run: str
    request: Request
    answer: SideAnswer
    duties: int = 0
    sessions: int = 0
    placed: int = 0
    soft: int = 0
    binding: dict[str, tuple[int, int]] = Field(default_factory=dict)
    wrong: tuple[str, ...] = ()

    @property
    def instance(self) -> str:
        """The key of the instance."""
        return self.request.spec.key

    @property
    def key(self) -> str:
        """What a later figure replaces."""
        asked = self.request
        how = f"{asked.threads} {asked.processes} {asked.gap:g}"
        return f"{self.instance} {asked.side} {asked.task} {how}"

    @property
    def gap(self) -> float | None:
        """How far above the bound the plan is. The points of duties that nobody could place are
        left out of the plan's, so that they do not make the gap look small."""
        cost, bound = self.answer.cost, self.answer.bound
        if cost is None or bound is None:
            return None
        if cost <= bound:
            return 0.0
        return min(1.0, (cost - bound) / self.soft) if self.soft else relative_gap(cost, bound)

    @property
    def proven(self) -> bool:
        """Whether the plan is proven to be the best."""
        return self.answer.status == OPTIMAL

    @property
    def is_plan(self) -> bool:
        """Whether this is our own search for a plan."""
        return self.request.side is Side.FRONTLINE and self.request.task is BenchTask.SOLVE


class Results(Value):
    """All figures, each with the run it comes from."""

    runs: tuple[BenchRun, ...] = ()
    rows: tuple[Measurement, ...] = ()

    def run(self, row: Measurement) -> BenchRun:
        """The run of a figure."""
        return next(run for run in self.runs if run.id == row.run)

    def with_row(self, run: BenchRun, row: Measurement) -> Results:
        """The figures with one more, or in place of the older one of the same key."""
        by_key = {old.key: old for old in self.rows} | {row.key: row}
        rows = tuple(sorted(by_key.values(), key=_order))
        used = {each.run for each in rows}
        runs = tuple(r for r in {r.id: r for r in (*self.runs, run)}.values() if r.id in used)
        return Results(runs=runs, rows=rows)

    def beside(self, row: Measurement, side: Side) -> Measurement | None:
        """What another side made of the same instance in the same run."""
        return next(
            (
                other
                for other in self.rows
                if other.run == row.run
                and other.instance == row.instance
                and (other.request.side, other.request.task) == (side, BenchTask.SOLVE)
            ),
            None,
        )

    def plans(self, keep: Callable[[Measurement], bool] = lambda row: True) -> list[Measurement]:
        """Our own plans, the small ones first."""
        return [row for row in self.rows if row.is_plan and keep(row)]


def _order(row: Measurement) -> tuple[object, ...]:
    asked = row.request
    tasks, sides, kinds = list(BenchTask), list(Side), list(InstanceKind)
    return (
        asked.name,
        kinds.index(asked.kind),
        asked.people,
        asked.centres,
        asked.seed,
        asked.split,
        tasks.index(asked.task),
        sides.index(asked.side),
        asked.threads,
        asked.processes,
        asked.gap,
    )


def load(folder: Path) -> Results:
    """The figures kept in `folder`; none if there are none."""
    path = folder / FILE
    return Results.model_validate_json(path.read_text("utf-8")) if path.exists() else Results()


def save(folder: Path, results: Results) -> Path:
    """Keep the figures in `folder`; an interruption leaves either the old or the new."""
    folder.mkdir(parents=True, exist_ok=True)
    path, fresh = folder / FILE, folder / f".{FILE}"
    fresh.write_text(results.model_dump_json(indent=1) + "\n", "utf-8", newline="\n")
    fresh.replace(path)
    return path


def this_machine() -> Machine:
    """The machine we are on."""
    return Machine(
        processor=_processor(),
        cores=_cores(),
        memory=memory.of_machine(),
        system=platform.system(),
        python=platform.python_version(),
        ortools=version("ortools"),
    )


def _cores() -> int:
    """Those this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def faults(rows: Iterable[Measurement]) -> list[str]:
    """Everything that is wrong, with whose answer it is."""
    return [
        f"{row.instance}, {row.request.side} ({row.request.task}): {each}"
        for row in rows
        for each in row.wrong
    ]
