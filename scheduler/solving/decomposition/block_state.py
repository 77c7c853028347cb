"""A block as its company sees it, and how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

import numpy as np
from numpy.typing import NDArray

from scheduler.domain.problem import Problem
from scheduler.model.compiled import CompiledModel, Judgement
from scheduler.model.language import IntArray
from scheduler.model.linking import GroupInBlock
from scheduler.model.packed import Packed
from scheduler.solving.block import BlockSolver
from scheduler.solving.decomposition.linking_master import LinkedPrices
from scheduler.solving.pricing.warm_start import WarmStart

Source = Callable[[], Problem]
"""A block of a company, described so shortly that it can travel, and made where it is solved."""
Choice = NDArray[np.int32]
"""A plan as it travels: a session for every duty, or `NOWHERE`."""


@dataclass(frozen=True)
class BlockSpec:
    """How to get a block's model or source, how many duties it has (an estimate of the work, for a
    source), the plan to start from, if it is a source, and what it is should nobody come to it, as
    far as known."""

    get: Callable[[], CompiledModel | Packed | Source]
    size: int
    warm: IntArray | None = None
    source: bool = False
    before: BlockState | None = None


@dataclass(frozen=True)
class BlockState:
    """How far a block is. `cost` is infinite while no plan keeps its hard rules. `prices` are of
    its linked duties, `start` is what is known of its master problem. `groups` are reported by a
    source only: what may link it to others; so is `packed`, its model."""

    phase: str
    choice: Choice
    cost: float
    bound: float
    by_rule: dict[str, int] = field(default_factory=dict)
    infeasible: bool = False
    proven: bool = False
    groups: tuple[GroupInBlock, ...] = ()
    prices: LinkedPrices | None = None
    start: WarmStart | None = None
    packed: Packed | None = None


def state_of(phase: str, solver: BlockSolver) -> BlockState:
    """How far a block's solver is."""
    return BlockState(
        phase=phase,
        choice=solver.choice.astype(np.int32),
        cost=solver.cost,
        bound=solver.bound,
        by_rule=solver.model.judge(solver.choice).by_rule,
        infeasible=solver.infeasible,
        proven=solver.proven,
    )


def untouched(choice: IntArray, verdict: Judgement) -> BlockState:
    """A block that nobody came to, with the plan it had before, or none."""
    return BlockState(
        phase="first plan",
        choice=choice.astype(np.int32),
        cost=verdict.cost if verdict.legal else inf,
        bound=-inf,
        by_rule=verdict.by_rule,
    )
