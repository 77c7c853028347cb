"""What goes into a solver and comes out of it, besides the problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from scheduler.domain.plan import Assignment, SolveStatus
from scheduler.solving.compiled import CompiledModel, IntArray


@dataclass(frozen=True)
class Limits:
    """When to stop: after so many seconds, at so small a gap (a share of the points; 0 asks for
    the optimum), or when `stop` says so. `workers` threads may be used."""

    seconds: float = 60.0
    gap: float = 0.0
    workers: int = 1
    stop: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Progress:
    """How far a solve has come. Points and bound are of the whole problem; None until known.
    `incumbent` is the best plan so far."""

    phase: str
    placed: int
    total: int
    best: int | None
    bound: int | None
    seconds: float
    part: int = 1
    parts: int = 1
    incumbent: tuple[Assignment, ...] | None = None

    @property
    def gap(self) -> float | None:
        """The relative distance from the best plan to the bound, or None while unknown."""
        if self.best is None or self.bound is None:
            return None
        return relative_gap(self.best, self.bound)


def relative_gap(best: int, bound: int) -> float:
    """(best − bound) / best, 0 where nothing can be better."""
    return max(0.0, (best - bound) / best) if best > 0 else 0.0


@dataclass(frozen=True)
class Result:
    """The answer: status, the plan, its points, and the bound no plan can undercut.

    `score` says whose points the cost is; `choice` and `model` are the same plan as arrays, for
    explanations.
    """

    status: SolveStatus
    assignments: tuple[Assignment, ...]
    unassigned: tuple[str, ...]
    cost: int
    bound: int
    seconds: float
    model: CompiledModel = field(repr=False)
    choice: IntArray = field(repr=False)
    score: dict[str, int] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """The relative distance from the plan to the bound."""
        return relative_gap(self.cost, self.bound)


Told = Callable[[Progress], None]
Warm = Sequence[Assignment]
