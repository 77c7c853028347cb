"""One block solved, by any strategies."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import IntArray
from scheduler.solving.block import STRATEGIES, BlockSolver
from scheduler.solving.pricing.tuning import COLUMNS, ColumnTuning
from scheduler.solving.search import Strategy
from tests.solving.models import (
    nowhere,
)

Reports = list[tuple[str, int, float]]


def improved(
    model: CompiledModel,
    warm: IntArray | None = None,
    *,
    seconds: float = 30,
    gap: float = 0,
    strategies: Sequence[Strategy] = STRATEGIES,
    columns: ColumnTuning = COLUMNS,
) -> tuple[BlockSolver, Reports]:
    """The solver when it has come to its end, and what it reported on the way."""
    start = nowhere(model) if warm is None else warm
    solver = BlockSolver(model, start, strategies=strategies, columns=columns)
    solver.first()
    reports: Reports = []

    def report(phase: str, chosen: IntArray, bound: float) -> None:
        verdict = model.judge(chosen)
        assert verdict.legal == (solver.cost < inf), "reported while there is none yet, or legal"
        reports.append((phase, verdict.cost, bound))

    solver.improve(seconds=seconds, gap=gap, workers=1, seed=1, stop=lambda: False, listener=report)
    return solver, reports
