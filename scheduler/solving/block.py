"""One block: a first plan at once, a bound for all options, then the optimum between them.

1. Greedy: something useful straight away.
2. Column generation, until no option is missing: the bound. Mostly it comes out integral, and then
   it is the optimum.
3. Rounding: duties it decided keep their date, CP-SAT places the few others.
4. Switches are set as it leans, a few at a time, and the rest is solved without any; fractional
   duties are held the same way, and all others make room.
5. Neighbourhoods: a few people who stand in each other's way are placed anew by CP-SAT.
6. The core: with the gap g left, an option whose reduced cost exceeds g is in no better plan.
   CP-SAT solves what remains; that proves the optimum for all options.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import IntArray
from scheduler.model.slack import legal_part
from scheduler.solving.heuristics.core import Core
from scheduler.solving.heuristics.fractional import Dive, PlaceFractional
from scheduler.solving.heuristics.greedy import greedy
from scheduler.solving.heuristics.neighbourhoods import Neighbourhoods
from scheduler.solving.heuristics.rounding import offer_settled, round_to_plan
from scheduler.solving.heuristics.switches import NoneOrSome, decided, is_hard
from scheduler.solving.pricing.column_generation import generate_columns
from scheduler.solving.pricing.pricing import MasterSolution
from scheduler.solving.pricing.tuning import COLUMNS, ColumnTuning
from scheduler.solving.search import NEAR, Report, Search, Strategy


@dataclass(frozen=True)
class GenerateColumns:
    """Strategy: the bound for all options, and plans rounded from every linear program on the
    way."""

    share: float = 0.8
    """Of the time that is left: the rest must suffice to make a plan of what comes out."""
    rounding: bool = True

    def improve(self, search: Search) -> None:
        """Generate columns until none is missing."""

        def report(master: MasterSolution) -> None:
            search.raise_bound(master.bound)
            if self.rounding and not search.done():
                round_to_plan(search, master)

        search.learn(
            generate_columns(
                search.model,
                lambda: search.choice,
                seconds=self.share * search.left(),
                near=NEAR * search.gap,
                seed=search.seed,
                threads=search.threads,
                stop=search.done,
                report=report,
                start=search.start,
                tuning=search.columns,
            )
        )


@dataclass(frozen=True)
class DecideSwitches:
    """Strategy: switches are set as the linear program leans, and the best plan of that is looked
    for: without switches this is quick, and often as good as the bound."""

    share: float = 0.4
    """Of the time that is left."""

    def improve(self, search: Search) -> None:
        """Solve the block with its switches set."""
        switched = any(map(is_hard, search.model.group_bounds))
        if search.done() or not (len(search.master.weight) and switched):
            return
        deadline = monotonic() + self.share * search.left()

        def over() -> bool:
            return search.done() or monotonic() > deadline

        def again(model: CompiledModel, known: MasterSolution) -> MasterSolution:
            return generate_columns(
                model,
                search.choice,
                seconds=deadline - monotonic(),
                near=NEAR * search.gap,
                stop=over,
                start=known,
                tuning=search.columns,
            )

        _solve_beside(search, decided(search.model, search.master, again), deadline)


def _solve_beside(search: Search, model: CompiledModel, deadline: float) -> None:
    """Take the plans of a model that has some of the search's."""
    block = BlockSolver(model, legal_part(model, search.choice), columns=search.columns)

    def report(phase: str, choice: IntArray, _bound: float) -> None:
        search.offer(choice)
        search.report(phase)

    block.first()
    block.improve(
        seconds=max(0.0, deadline - monotonic()),
        gap=search.gap,
        workers=search.workers,
        seed=search.seed,
        stop=search.done,
        listener=report,
        start=search.master,
    )
    search.offer(block.choice)


STRATEGIES: Sequence[Strategy] = (
    GenerateColumns(),
    PlaceFractional(),
    DecideSwitches(),
    Dive(),
    NoneOrSome(),
    Neighbourhoods(),
    Core(),
)


class BlockSolver(Search):
    """Solves the duties of one block, by one strategy after the other."""

    def __init__(
        self,
        model: CompiledModel,
        warm: IntArray,
        *,
        strategies: Sequence[Strategy] = STRATEGIES,
        columns: ColumnTuning = COLUMNS,
    ) -> None:
        super().__init__(model, warm, columns)
        self.strategies = strategies

    def first(self, stop: Callable[[], bool] = lambda: False, *, anew: bool = True) -> IntArray:
        """A useful plan at once: greedy, unless a better one was given to start from. That one is
        completed first, so that nobody moves where nobody has to, and unless `anew` that is all.
        When `stop` says so, nobody else is placed."""
        self.stop = stop
        given = (self.choice != NOWHERE).any()
        if given:
            self.offer(greedy(self.model, start=self.choice, stop=stop))
        if not self.proven and (anew or not given):
            offer_settled(self, greedy(self.model, stop=stop))
        return self.choice

    def improve(
        self,
        *,
        seconds: float,
        gap: float,
        workers: int,
        seed: int,
        stop: Callable[[], bool],
        listener: Report,
        threads: int = 1,
        start: MasterSolution | None = None,
    ) -> None:
        """Search until proven, within `gap`, out of time, or stopped. `start`, `threads`: see
        `generate_columns`."""
        self.stop, self.start = stop, start
        self.limit(
            seconds=seconds, gap=gap, workers=workers, seed=seed, threads=threads, listener=listener
        )
        if self.done():
            return
        for strategy in self.strategies:
            strategy.improve(self)
