"""What one worker does for one block: a first plan, the best one, or what is left to some."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from scheduler.domain.gc_pause import without_collection
from scheduler.domain.problem import Problem
from scheduler.model.compiled import (
    NOWHERE,
    STRUCTURE,
    CompiledModel,
    Judgement,
)
from scheduler.model.compiling import compile_world
from scheduler.model.language import IntArray
from scheduler.model.linking import GroupInBlock, groups_in
from scheduler.model.packed import Packed
from scheduler.model.slack import legal_part
from scheduler.model.world import World
from scheduler.solving.block import BlockSolver
from scheduler.solving.decomposition.allocation import Allocation, company_rules
from scheduler.solving.decomposition.linking_master import UNIT, LinkedPrices
from scheduler.solving.executors.base import Signals
from scheduler.solving.heuristics.greedy import greedy
from scheduler.solving.pricing.column_generation import generate_columns
from scheduler.solving.pricing.pricing import PricedOptions
from scheduler.solving.pricing.warm_start import WarmStart, warm_start_of
from scheduler.solving.search import NEAR

Source = Callable[[], Problem]
"""A part of a company, described so shortly that it can travel, and made where it is solved."""
_Choice = NDArray[np.int32]


@dataclass(frozen=True)
class Task:
    """A block, compiled, packed, or as its source, the plan to start from (a session for every
    duty, or none at all), and how long and how well to work. With `free` only the model is wanted
    that is left to these duties, and to so many (`wider`) who stand where those without a place
    could be, while all others keep their place.

    `linked` are the duties of groups with members in other blocks, whose prices are wanted, too (a
    source finds them itself); `fixed` are sessions that were found for them, to which they keep;
    `start` is what is known of the block's relaxation, and with `only_relaxed` that alone is
    wanted. A first plan keeps to the block's `group` of what ties it to others. With `only_kept`
    nothing is wanted but what the rules leave of the plan. `workers` are threads for what cannot
    be split, `threads` for what can.
    """

    block: CompiledModel | Packed | Source
    warm: _Choice | None
    seconds: float
    gap: float = 0.0
    workers: int = 1
    threads: int = 1
    seed: int = 0
    only_first: bool = False
    only_relaxed: bool = False
    only_kept: bool = False
    allocation: Allocation | None = None
    free: IntArray | None = None
    wider: int = 0
    linked: IntArray | None = None
    fixed: Mapping[int, int] = field(default_factory=dict)
    start: WarmStart | None = None

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
        with without_collection():
            return compile_world(World(self.block()))


@dataclass(frozen=True)
class State:
    """How far a block is. `cost` is infinite while no plan keeps its hard rules; `groups` are told
    by a source only: its part of what may tie it to others; so is `made`, its model.
    `residual` answers a loose task."""

    phase: str
    choice: _Choice
    cost: float
    bound: float
    by_rule: dict[str, int] = field(default_factory=dict)
    infeasible: bool = False
    proven: bool = False
    groups: tuple[GroupInBlock, ...] = ()
    residual: tuple[IntArray, CompiledModel] | None = None
    linked: LinkedPrices | None = None
    kept: WarmStart | None = None
    made: Packed | None = None


def work_on(task: Task, signals: Signals) -> State:
    """Do a task; every better plan is told meanwhile."""
    began = monotonic()
    model = task.model()
    warm = np.full(model.duties, NOWHERE) if task.warm is None else task.warm.astype(np.int64)
    if task.free is not None:
        rows = _widened(model, warm, task)
        residual = rows, model.remainder(rows, warm)
        return State("giving way", warm.astype(np.int32), inf, -inf, residual=residual)
    block = _Block(task, model, signals, began)
    if task.only_kept:
        return state_of(model, block.part(warm), "giving way")
    if task.only_first:
        return replace(block.first(warm), made=Packed.of(model) if task.source else None)
    return block.relaxed(warm) if task.only_relaxed else block.best(warm)


@dataclass(frozen=True)
class _Block:
    """A task at work on its model."""

    task: Task
    model: CompiledModel
    signals: Signals
    began: float

    def first(self, warm: IntArray) -> State:
        """A first plan."""
        if self.task.allocation is None:
            part = self.part(warm)
            part.first(self.signals.stop, anew=not self.task.fixed)
            return self.state("first plan", part)
        model = self.task.allocation.of(self.model)
        part = BlockSolver(model, legal_part(model, warm))
        part.first(self.signals.stop)
        # What its share leaves impossible others may leave to it.
        return self.state("first plan", BlockSolver(self.model, part.choice))

    def relaxed(self, warm: IntArray) -> State:
        """What a linear program over all its options proves, and the prices that come of it."""
        task = self.task
        relaxed = generate_columns(
            self.model,
            lambda: greedy(
                self.model, start=warm, stop=self.signals.stop
            ),  # who waits for others' room need not here
            seconds=self._left(),
            near=NEAR * task.gap,
            seed=task.seed,
            threads=task.threads,
            stop=self.signals.stop,
            start=None if task.start is None else task.start.opened(self.model),
        )
        part = BlockSolver(self.model, warm)
        part.bound = max(part.bound, relaxed.bound)
        state = self.state("pricing options", part, relaxed.priced)
        return replace(state, kept=warm_start_of(self.model, relaxed))

    def best(self, warm: IntArray) -> State:
        """The best plan there is time for."""
        task, part = self.task, self.part(warm)
        # What is known of the relaxation makes better plans than those that know nothing.
        part.first(self.signals.stop, anew=task.start is None)
        self.tell("first plan", part)
        part.improve(
            seconds=self._left(),
            gap=task.gap,
            workers=task.workers,
            seed=task.seed,
            threads=task.threads,
            stop=self.signals.stop,
            tell=lambda phase, choice, bound: self.tell(phase, part),
            start=None if task.start is None else task.start.opened(self.model),
        )
        return self.state("part done", part, part.priced)

    def _left(self) -> float:
        return self.task.seconds - (monotonic() - self.began)

    def part(self, warm: IntArray) -> BlockSolver:
        """The solver for its duties, of which the fixed ones have no other option."""
        if not self.task.fixed:
            return BlockSolver(self.model, legal_part(self.model, warm))
        rows = np.array([*self.task.fixed], np.int64)
        warm = warm.copy()
        warm[rows] = [*self.task.fixed.values()]
        model = _only_at(self.model, rows, warm[rows])
        return BlockSolver(model, legal_part(model, warm, first=rows))

    def tell(self, phase: str, part: BlockSolver) -> None:
        """All of it: of a worker that does not stop in time this is the last that is heard."""
        self.signals.report(self._how_far(phase, part))

    def _how_far(self, phase: str, part: BlockSolver) -> State:
        """What is proven of fixed duties is not proven of the block."""
        state = state_of(part.model, part, phase)
        if not self.task.fixed:
            return state
        return replace(state, bound=-inf, infeasible=False, proven=False)

    def state(self, phase: str, part: BlockSolver, priced: PricedOptions | None = None) -> State:
        """How far it is in the end, and its part in what ties it to others."""
        state = self._how_far(phase, part)
        groups = _company_shares(self.task, self.model)
        linked = _linked(self.task, groups)
        if not len(linked) or priced is None:
            return replace(state, groups=groups)
        prices = _prices(self.model, linked, priced)
        return replace(state, groups=groups, linked=prices, bound=max(state.bound, prices.bound))


def _only_at(model: CompiledModel, rows: IntArray, sessions: IntArray) -> CompiledModel:
    """The model in which some duties have no option but one, or none at all."""
    kept = np.zeros((len(rows), model.sessions), np.bool_)
    placed = np.flatnonzero(sessions != NOWHERE)
    kept[placed, sessions[placed]] = True
    mask = np.zeros((model.duties, model.sessions), np.bool_)
    mask[rows] = ~kept
    return model.without(mask)


def state_of(model: CompiledModel, part: BlockSolver, phase: str) -> State:
    """How far a part is."""
    return State(
        phase=phase,
        choice=part.choice.astype(np.int32),
        cost=part.cost,
        bound=part.bound,
        by_rule=model.judge(part.choice).by_rule,
        infeasible=part.infeasible,
        proven=part.proven,
    )


def untouched(choice: IntArray, verdict: Judgement) -> State:
    """A block that nobody came to, with the plan it had before, or none."""
    return State(
        phase="first plan",
        choice=choice.astype(np.int32),
        cost=verdict.cost if verdict.legal else inf,
        bound=-inf,
        by_rule=verdict.by_rule,
    )


def _linked(task: Task, groups: Iterable[GroupInBlock]) -> IntArray:
    if task.linked is not None:
        return task.linked
    return np.unique(np.concatenate([np.zeros(0, np.int64), *(s.members.duties for s in groups)]))


def _prices(model: CompiledModel, duties: IntArray, priced: PricedOptions) -> LinkedPrices:
    proven = priced.lagrangian_bound(model)
    mine = model.part(duties)
    dear = np.where(mine.open, proven.reduced[duties], 0.0)
    residual = CompiledModel(
        len(duties), mine.sessions, np.floor(UNIT * proven.left[duties]).astype(np.int64)
    )
    residual.forbid(STRUCTURE, ~mine.open)
    residual.price(STRUCTURE, np.floor(UNIT * dear).astype(np.int64))
    # A soft bound's price is in the costs already; a hard bound may be asked for twice.
    residual.group_bounds = [f for f in mine.group_bounds if f.points is None and f.lower is None]
    return LinkedPrices(proven.bound, duties, residual)


def _company_shares(task: Task, model: CompiledModel) -> tuple[GroupInBlock, ...]:
    """A source knows only its own people: of its named groups only those of rules that concern
    the whole company go on in other sources."""
    if not task.source:
        return ()
    company = company_rules()
    return tuple(groups_in(0, model, lambda key: key[0] in company))


def _widened(model: CompiledModel, choice: IntArray, task: Task) -> IntArray:
    free = np.zeros(0, np.int64) if task.free is None else task.free
    waiting = free[choice[free] == NOWHERE]
    if not task.wider or not len(waiting):
        return free
    wanted = model.open[waiting].any(axis=0)
    holding = np.flatnonzero((choice != NOWHERE) & wanted[np.maximum(choice, 0)])
    random = np.random.default_rng([task.seed, task.wider])
    some = random.choice(holding, min(len(holding), task.wider), replace=False)
    return np.union1d(free, some)
