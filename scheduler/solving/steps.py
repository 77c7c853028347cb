"""Single steps of a solve, for those who go on from a plan of their own."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import IntArray
from scheduler.solving.block import BlockSolver
from scheduler.solving.heuristics.greedy import greedy, settle
from scheduler.solving.heuristics.reassign import Objectives, Reassigned, Reassignment, reassign
from scheduler.solving.mentor_rota import assign_mentors
from scheduler.solving.result import Limits
from scheduler.solving.search import whole_bound

__all__ = [
    "BlockPlan",
    "Objectives",
    "Reassigned",
    "Reassignment",
    "assign_mentors",
    "greedy",
    "reassign",
    "settle",
    "solve_block",
]


@dataclass(frozen=True)
class BlockPlan:
    """The best choice known, a session for every duty, and the points no choice undercuts; without
    a bound no choice keeps the hard rules."""

    choice: IntArray
    bound: int | None


def solve_block(
    model: CompiledModel, start: IntArray, limits: Limits, *, seed: int = 0, complete: bool = False
) -> BlockPlan:
    """The best choice for a compiled model, and its bound, in this thread. It goes on from the
    choice `start`, or with `complete` from what greedy makes of it where that is better."""
    solver = BlockSolver(model, start)
    if complete:
        solver.first()
    solver.improve(
        seconds=limits.seconds,
        gap=limits.gap,
        workers=limits.workers,
        seed=seed,
        stop=limits.stop,
        listener=lambda phase, choice, bound: None,
    )
    bound = None if solver.infeasible else whole_bound(solver.bound)
    return BlockPlan(solver.choice, bound)
