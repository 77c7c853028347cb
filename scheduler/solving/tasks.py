"""What one worker does for one block: a first plan, the best one, or what is left to some."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from scheduler.domain.problem import Problem
from scheduler.rules import registry
from scheduler.rules.base import Ties
from scheduler.rules.world import World
from scheduler.solving.compiled import NOWHERE, STRUCTURE, CompiledModel, IntArray, compile_world
from scheduler.solving.crew import Signals
from scheduler.solving.linking import Share, shares_of
from scheduler.solving.part import PartSolver
from scheduler.solving.room import legal_part

UNIT = 100
"""TiedPrices are no whole points: they are kept in hundredths."""
_OTHERS_MOVE = 1_500
"""Others who may move for those that had to give way."""
_GIVING_WAY, _NEAR = 20.0, 1e-3
"""Seconds for that, and how near to the best it needs to come."""
Source = Callable[[], Problem]
"""A part of a company, described so shortly that it can travel, and made where it is solved."""
_Choice = NDArray[np.int32]


@dataclass(frozen=True)
class Task:
    """A block, compiled or as its source, the plan to start from (a session for every duty, or
    none at all), and how long and how well to work. With `loose` only the model is wanted that is
    left to these duties, and to so many (`wider`) who stand where those without a place could be,
    while all others keep their place.

    `tied` are the duties of groups with members in other blocks, whose prices are wanted, too (a
    source finds them itself); `fixed` are sessions that were found for them.
    """

    block: CompiledModel | Source
    warm: _Choice | None
    seconds: float
    gap: float = 0.0
    workers: int = 1
    seed: int = 0
    only_first: bool = False
    loose: IntArray | None = None
    wider: int = 0
    tied: IntArray | None = None
    fixed: Mapping[int, int] = field(default_factory=dict)

    def model(self) -> CompiledModel:
        """The block's model."""
        if isinstance(self.block, CompiledModel):
            return self.block
        return compile_world(World(self.block()))


@dataclass(frozen=True)
class TiedPrices:
    """What is known of a block with all its duties free: its bound, and for tied duties a model
    whose costs are what their options add to it, in `UNIT`ths of a point, rounded down."""

    bound: float
    duties: IntArray
    model: CompiledModel


@dataclass(frozen=True)
class State:
    """How far a block is. `cost` is infinite while no plan keeps its hard rules; `shares` are told
    by a source only: its part of what may tie it to others. `rest` answers a loose task."""

    phase: str
    choice: _Choice
    cost: float
    bound: float
    by_rule: dict[str, int] = field(default_factory=dict)
    infeasible: bool = False
    proven: bool = False
    shares: tuple[Share, ...] = ()
    rest: tuple[IntArray, CompiledModel] | None = None
    tied: TiedPrices | None = None


def work_on(task: Task, signals: Signals) -> State:
    """Do a task; every better plan is told meanwhile."""
    began = monotonic()
    model = task.model()
    warm = np.full(model.duties, NOWHERE) if task.warm is None else task.warm.astype(np.int64)
    if task.loose is not None:
        rows = _widened(model, warm, task)
        rest = rows, model.remainder(rows, warm)
        return State("giving way", warm.astype(np.int32), inf, -inf, rest=rest)
    if task.fixed:
        return _keep(task, model, warm, signals)
    part = PartSolver(model, legal_part(model, warm))
    part.first()
    if not task.only_first:
        _tell(signals, "first plan", part)
        part.improve(
            seconds=task.seconds - (monotonic() - began),
            gap=task.gap,
            workers=task.workers,
            seed=task.seed,
            stop=signals.stop,
            tell=lambda phase, choice, bound: _tell(signals, phase, part),
        )
    return _state(task, model, part)


def _tell(signals: Signals, phase: str, part: PartSolver) -> None:
    # All of it: of a worker that does not stop in time this is the last that is heard.
    signals.tell(state_of(part.model, part, phase))


def _state(task: Task, model: CompiledModel, part: PartSolver) -> State:
    shares = _company_shares(task, model)
    tied = _tied(task, shares)
    return replace(
        state_of(model, part, "first plan" if task.only_first else "part done"),
        shares=shares,
        tied=_prices(model, tied, part) if len(tied) and not task.only_first else None,
    )


def state_of(model: CompiledModel, part: PartSolver, phase: str) -> State:
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


def _keep(task: Task, model: CompiledModel, choice: IntArray, signals: Signals) -> State:
    """Move duties to the sessions found for them; those who are in their way find other places,
    for which again others may move."""
    fixed = np.array([*task.fixed], np.int64)
    choice = choice.copy()
    choice[fixed] = [*task.fixed.values()]
    choice = legal_part(model, choice, first=fixed)
    others = np.setdiff1d(np.arange(model.duties), fixed)
    waiting = others[choice[others] == NOWHERE]
    if len(waiting):
        random = np.random.default_rng(task.seed)
        some = random.choice(others, min(len(others), _OTHERS_MOVE), replace=False)
        rows = np.union1d(waiting, some)
        choice[rows] = _placed_anew(task, model, choice, rows, signals)
    verdict = model.judge(choice)
    return State(
        phase="giving way",
        choice=choice.astype(np.int32),
        cost=float(verdict.cost) if verdict.legal else inf,
        bound=-inf,
        by_rule=verdict.by_rule,
    )


def _placed_anew(
    task: Task, model: CompiledModel, choice: IntArray, rows: IntArray, signals: Signals
) -> IntArray:
    part = PartSolver(model.remainder(rows, choice), choice[rows])
    part.first()
    part.improve(
        seconds=min(_GIVING_WAY, task.seconds),
        gap=max(task.gap, _NEAR),
        workers=task.workers,
        seed=task.seed,
        stop=signals.stop,
        tell=lambda phase, choice, bound: None,
    )
    return part.choice


def _tied(task: Task, shares: Iterable[Share]) -> IntArray:
    if task.tied is not None:
        return task.tied
    return np.unique(np.concatenate([np.zeros(0, np.int64), *(s.members.duties for s in shares)]))


def _prices(model: CompiledModel, duties: IntArray, part: PartSolver) -> TiedPrices:
    proven = part.priced.proves(model)
    mine = model.part(duties)
    dear = np.where(mine.open, proven.reduced[duties], 0.0)
    priced = CompiledModel(
        len(duties), mine.sessions, np.floor(UNIT * proven.left[duties]).astype(np.int64)
    )
    priced.forbid(STRUCTURE, ~mine.open)
    priced.price(STRUCTURE, np.floor(UNIT * dear).astype(np.int64))
    # A soft bound's price is in the costs already; a hard bound may be asked for twice.
    priced.families = [f for f in mine.families if f.points is None and f.lower is None]
    return TiedPrices(proven.bound, duties, priced)


def _company_shares(task: Task, model: CompiledModel) -> tuple[Share, ...]:
    """A source knows only its own people: of its named groups only those of rules that concern
    the whole company go on in other sources."""
    if isinstance(task.block, CompiledModel):
        return ()
    company = {key for key, rule in registry().items() if rule.ties is Ties.COMPANY}
    return tuple(shares_of(0, model, lambda key: key[0] in company))


def _widened(model: CompiledModel, choice: IntArray, task: Task) -> IntArray:
    loose = np.zeros(0, np.int64) if task.loose is None else task.loose
    waiting = loose[choice[loose] == NOWHERE]
    if not task.wider or not len(waiting):
        return loose
    wanted = model.open[waiting].any(axis=0)
    holding = np.flatnonzero((choice != NOWHERE) & wanted[np.maximum(choice, 0)])
    random = np.random.default_rng([task.seed, task.wider])
    some = random.choice(holding, min(len(holding), task.wider), replace=False)
    return np.union1d(loose, some)
