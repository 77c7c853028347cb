"""What goes into a solver and comes out of it, besides the problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from scheduler.domain.plan import Assignment, SolveStatus
from scheduler.model.blocks import Blocks
from scheduler.model.language import IntArray


@dataclass(frozen=True)
class Limits:
    """When to stop: after so many seconds, at so small a gap (a share of the points; 0 asks for
    the optimum, or what is as good as that), or when `stop` says so. `workers` threads may be
    used by what cannot be split, `processes` for the blocks of a company, or the workers of a Dask
    `cluster` by its address; together they keep to `memory` bytes."""

    seconds: float = 60.0
    gap: float = 0.0
    workers: int = 1
    processes: int = 1
    cluster: str = ""
    memory: int | None = None
    stop: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Progress:
    """How far a solve has come. Points and bound are of the whole problem; None until known.
    `plan` makes the best plan so far; it is the same one while the plan is."""

    phase: str
    placed: int
    total: int
    best: int | None
    bound: int | None
    seconds: float
    block: int = 1
    blocks: int = 1
    plan: Callable[[], tuple[Assignment, ...]] | None = None

    @property
    def incumbent(self) -> tuple[Assignment, ...] | None:
        """The best plan so far."""
        return None if self.plan is None else self.plan()

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

    `score` says whose points the cost is; `choice` is the same plan as an array, a session for
    every duty, and `blocks` are what it was computed from, for explanations. Without a plan (see
    `SolveStatus.has_plan`) the cost is that of leaving everybody out.
    """

    status: SolveStatus
    assignments: tuple[Assignment, ...]
    unassigned: tuple[str, ...]
    cost: int
    bound: int
    seconds: float
    blocks: Blocks = field(repr=False)
    choice: IntArray = field(repr=False)
    score: dict[str, int] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """The relative distance from the plan to the bound."""
        return relative_gap(self.cost, self.bound)


@dataclass(frozen=True)
class BlocksResult:
    """The answer for a company given block by block: `choices` has a session, or −1, for every duty
    of every block."""

    status: SolveStatus
    cost: int
    bound: int
    placed: int
    unassigned: int
    seconds: float
    choices: tuple[IntArray, ...] = field(repr=False)

    @property
    def gap(self) -> float:
        """The relative distance from the plan to the bound."""
        return relative_gap(self.cost, self.bound)


Listener = Callable[[Progress], None]
Warm = Sequence[Assignment]
