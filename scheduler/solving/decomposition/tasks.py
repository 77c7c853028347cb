"""What a worker does for one block: five tasks that travel and know how to do themselves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from math import inf
from time import monotonic
from typing import Generic, TypeVar

import numpy as np

from scheduler.domain.gc_pause import gc_paused
from scheduler.model.compiled import NOWHERE, STRUCTURE, CompiledModel
from scheduler.model.compiling import compile_world
from scheduler.model.language import IntArray
from scheduler.model.linking import GroupInBlock, groups_in
from scheduler.model.packed import Packed
from scheduler.model.slack import legal_part
from scheduler.model.world import World
from scheduler.solving.block import BlockSolver
from scheduler.solving.decomposition.allocation import Allocation, company_rules
from scheduler.solving.decomposition.block_state import BlockState, Choice, Source, state_of
from scheduler.solving.decomposition.joint_program import Residual
from scheduler.solving.decomposition.linking_master import LinkedPrices
from scheduler.solving.executors.base import Signals
from scheduler.solving.heuristics.greedy import greedy
from scheduler.solving.pricing.column_generation import generate_columns
from scheduler.solving.pricing.pricing import MasterSolution, PricedOptions
from scheduler.solving.pricing.warm_start import WarmStart, warm_start_of
from scheduler.solving.search import NEAR

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class BlockTask(ABC, Generic[Answer]):
    """Work on a block: compiled, packed, or as its source; and the plan to start from, a session
    for every duty, or none at all."""

    block: CompiledModel | Packed | Source
    warm: Choice | None

    @abstractmethod
    def do(self, signals: Signals) -> Answer:
        """Do it; every better plan is reported meanwhile."""

    @property
    def source(self) -> bool:
        """Whether the block is made here for the first time, so far as anybody knows."""
        return not isinstance(self.block, CompiledModel | Packed)

    def model(self) -> CompiledModel:
        """The block's model."""
        if isinstance(self.block, CompiledModel):
            return self.block
        if isinstance(self.block, Packed):
            return self.block.open()
        with gc_paused():
            return compile_world(World(self.block()))

    def warm_choice(self, model: CompiledModel) -> IntArray:
        """The plan to start from; without any, nobody has a place."""
        if self.warm is None:
            return np.full(model.duties, NOWHERE)
        return self.warm.astype(np.int64)

    def groups(self, model: CompiledModel) -> tuple[GroupInBlock, ...]:
        """A source knows only its own people: of its named groups only those of rules that concern
        the whole company go on in other sources."""
        if not self.source:
            return ()
        company = company_rules()
        return tuple(groups_in(0, model, lambda key: key[0] in company))


def work_on(task: BlockTask[Answer], signals: Signals) -> Answer:
    """Do a task; by this name it travels to the workers."""
    return task.do(signals)


@dataclass(frozen=True)
class FirstPlan(BlockTask[BlockState]):
    """A first plan at once. It keeps to the block's `allocation` of what several share, or has the
    `fixed` duties in these sessions."""

    fixed: Mapping[int, int] = field(default_factory=dict)
    allocation: Allocation | None = None

    def do(self, signals: Signals) -> BlockState:
        """The first plan; of a source with its model and groups."""
        model = self.model()
        state = _state("first plan", self._solver(model, signals), self.fixed)
        packed = Packed.of(model) if self.source else None
        return replace(state, groups=self.groups(model), packed=packed)

    def _solver(self, model: CompiledModel, signals: Signals) -> BlockSolver:
        warm = self.warm_choice(model)
        if self.allocation is None:
            solver = _block_solver(model, warm, self.fixed)
            solver.first(signals.stop, anew=not self.fixed)
            return solver
        allocated = self.allocation.of(model)
        solver = BlockSolver(allocated, legal_part(allocated, warm))
        solver.first(signals.stop)
        # What its allocation leaves impossible others may leave to it.
        return BlockSolver(model, solver.choice)


@dataclass(frozen=True)
class _PricingTask(BlockTask[BlockState], ABC):
    """Work that prices options, for so many seconds and to so small a gap. `linked` are the duties
    whose prices are wanted, too (a source finds them itself); `start` is what is known of the
    master problem; `threads` are for what can be split."""

    seconds: float
    gap: float = 0.0
    threads: int = 1
    seed: int = 0
    linked: IntArray | None = None
    start: WarmStart | None = None

    def known(self, model: CompiledModel) -> MasterSolution | None:
        """The master problem's solution to start from."""
        return None if self.start is None else self.start.opened(model)

    def with_prices(
        self, state: BlockState, model: CompiledModel, priced: PricedOptions
    ) -> BlockState:
        """The state with what may link the block to others, and the prices of its linked duties."""
        groups = self.groups(model)
        linked = self._linked(groups)
        if not len(linked):
            return replace(state, groups=groups)
        prices = LinkedPrices.of(model, linked, priced)
        bound = max(state.bound, prices.bound)
        return replace(state, groups=groups, prices=prices, bound=bound)

    def _linked(self, groups: tuple[GroupInBlock, ...]) -> IntArray:
        if self.linked is not None:
            return self.linked
        members = (group.members.duties for group in groups)
        return np.unique(np.concatenate([np.zeros(0, np.int64), *members]))


@dataclass(frozen=True)
class MasterProblem(_PricingTask):
    """What column generation over all of a block's options proves, and the prices that come of
    it."""

    def do(self, signals: Signals) -> BlockState:
        """The bound and the prices, beside the plan to start from."""
        began, model = monotonic(), self.model()
        warm = self.warm_choice(model)
        master = generate_columns(
            model,
            # Who waits for others' room need not here.
            lambda: greedy(model, start=warm, stop=signals.stop),
            seconds=self.seconds - (monotonic() - began),
            near=NEAR * self.gap,
            seed=self.seed,
            threads=self.threads,
            stop=signals.stop,
            start=self.known(model),
        )
        solver = BlockSolver(model, warm)
        solver.bound = max(solver.bound, master.bound)
        state = self.with_prices(state_of("pricing options", solver), model, master.priced)
        return replace(state, start=warm_start_of(model, master))


@dataclass(frozen=True)
class BestPlan(_PricingTask):
    """The best plan there is time for, with the `fixed` duties in these sessions. `workers` are
    threads for what cannot be split."""

    workers: int = 1
    fixed: Mapping[int, int] = field(default_factory=dict)

    def do(self, signals: Signals) -> BlockState:
        """The best plan, and the prices of linked duties."""
        began, model = monotonic(), self.model()
        solver = _block_solver(model, self.warm_choice(model), self.fixed)

        def report(phase: str) -> None:
            # All of it: of a worker that does not stop in time this is the last that arrives.
            signals.report(_state(phase, solver, self.fixed))

        # What is known of the master problem makes better plans than those that know nothing.
        solver.first(signals.stop, anew=self.start is None)
        report("first plan")
        solver.improve(
            seconds=self.seconds - (monotonic() - began),
            gap=self.gap,
            workers=self.workers,
            seed=self.seed,
            threads=self.threads,
            stop=signals.stop,
            listener=lambda phase, choice, bound: report(phase),
            start=self.known(model),
        )
        return self.with_prices(_state("block done", solver, self.fixed), model, solver.priced)


@dataclass(frozen=True)
class ResidualProblem(BlockTask[Residual]):
    """What is left to the `free` duties, and to so many (`wider`) who stand where those without a
    place could be, while all others keep their place."""

    free: IntArray
    wider: int = 0
    seed: int = 0

    def do(self, signals: Signals) -> Residual:
        """The free duties, and the model of what is left to them."""
        model = self.model()
        choice = self.warm_choice(model)
        free = self._widened(model, choice)
        return free, model.remainder(free, choice)

    def _widened(self, model: CompiledModel, choice: IntArray) -> IntArray:
        waiting = self.free[choice[self.free] == NOWHERE]
        if not self.wider or not len(waiting):
            return self.free
        wanted = model.open[waiting].any(axis=0)
        holding = np.flatnonzero((choice != NOWHERE) & wanted[np.maximum(choice, 0)])
        random = np.random.default_rng([self.seed, self.wider])
        some = random.choice(holding, min(len(holding), self.wider), replace=False)
        return np.union1d(self.free, some)


@dataclass(frozen=True)
class LegalPart(BlockTask[BlockState]):
    """What the rules leave of a plan from which somebody was taken."""

    def do(self, signals: Signals) -> BlockState:
        """The legal part."""
        model = self.model()
        return state_of("giving way", _block_solver(model, self.warm_choice(model), {}))


def _block_solver(model: CompiledModel, warm: IntArray, fixed: Mapping[int, int]) -> BlockSolver:
    """The solver for a block's duties, of which the fixed ones have no other option."""
    if not fixed:
        return BlockSolver(model, legal_part(model, warm))
    duties = np.array([*fixed], np.int64)
    warm = warm.copy()
    warm[duties] = [*fixed.values()]
    model = _only_at(model, duties, warm[duties])
    return BlockSolver(model, legal_part(model, warm, first=duties))


def _only_at(model: CompiledModel, duties: IntArray, sessions: IntArray) -> CompiledModel:
    """The model in which some duties have no option but one, or none at all."""
    kept = np.zeros((len(duties), model.sessions), np.bool_)
    placed = np.flatnonzero(sessions != NOWHERE)
    kept[placed, sessions[placed]] = True
    mask = np.zeros((model.duties, model.sessions), np.bool_)
    mask[duties] = ~kept
    fixed = copy(model)
    fixed.rules, fixed.blocked = [*model.rules], model.blocked.copy()
    fixed.forbid(STRUCTURE, mask)
    return fixed


def _state(phase: str, solver: BlockSolver, fixed: Mapping[int, int]) -> BlockState:
    """What is proven of fixed duties is not proven of the block."""
    state = state_of(phase, solver)
    return replace(state, bound=-inf, infeasible=False, proven=False) if fixed else state
