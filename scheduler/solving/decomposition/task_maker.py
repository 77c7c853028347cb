"""The tasks of one run, made as they are wanted of what is known by then."""

from __future__ import annotations

from typing import TypedDict

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import IntArray
from scheduler.model.packed import Packed
from scheduler.solving.decomposition.block_state import BlockState, Choice, Source
from scheduler.solving.decomposition.budget import Budget
from scheduler.solving.decomposition.incumbents import Incumbents
from scheduler.solving.decomposition.linking import Linking
from scheduler.solving.decomposition.tasks import (
    BestPlan,
    BlockTask,
    FirstPlan,
    LegalPart,
    MasterProblem,
    ResidualProblem,
)
from scheduler.solving.executors.base import Executor
from scheduler.solving.pricing.warm_start import WarmStart
from scheduler.solving.result import Limits

_BLOCKS_GAP = 0.5
"""Share of the gap asked for that is left to linked blocks; the rest is for what links them."""
_PRICING = 0.6
"""Share of the time for the prices of linked blocks while their linked duties are free."""
_PLANNING = 0.8
"""Share of the time for linked blocks' plans; the rest is for bringing them into line."""


class _Pricing(TypedDict):
    threads: int
    seed: int
    linked: IntArray | None
    start: WarmStart | None


class TaskMaker:
    """Makes the tasks for a block, by its number, as an executor asks for them."""

    def __init__(
        self, incumbents: Incumbents, linking: Linking, budget: Budget, limits: Limits, seed: int
    ) -> None:
        self._incumbents, self._linking, self._budget = incumbents, linking, budget
        self._limits, self._seed = limits, seed

    def first(self, executor: Executor, number: int) -> BlockTask[BlockState]:
        """A first plan that breaks no linking constraint, unless there is one to start from: then
        that decides, or what was found for the linked duties."""
        fixed = self._linking.fixed
        return FirstPlan(
            *self._block(number),
            fixed=fixed.get(number, {}),
            allocation=None if fixed else self._linking.allocation(number),
        )

    def master(self, executor: Executor, number: int) -> BlockTask[BlockState]:
        """The prices of a block that nothing links."""
        seconds = self._budget.seconds_for(number, executor.size, _PRICING)
        return MasterProblem(
            *self._block(number),
            seconds=seconds,
            gap=self._limits.gap,
            **self._pricing(number),
        )

    def best(self, executor: Executor, number: int) -> BlockTask[BlockState]:
        """The best plan of a block."""
        linked, alone = self._linking.expected, len(self._incumbents.specs) == 1
        fraction = _PLANNING if linked else 1.0
        seconds = self._budget.seconds_for(number, executor.size, fraction)
        return BestPlan(
            *self._block(number),
            seconds=seconds,
            gap=self._limits.gap * (_BLOCKS_GAP if linked else 1.0),
            **self._pricing(number),
            workers=self._limits.workers if alone else 1,
            fixed=self._linking.fixed.get(number, {}),
        )

    def residual(self, number: int, free: IntArray, wider: int) -> ResidualProblem:
        """What is left to some duties of a block, and to so many more who are in their way."""
        return ResidualProblem(*self._block(number), free=free, wider=wider, seed=self._seed)

    def legal_part(self, number: int, choice: Choice) -> LegalPart:
        """What the rules leave of a block's plan."""
        return LegalPart(self._incumbents.model(number), choice)

    def _block(self, number: int) -> tuple[CompiledModel | Packed | Source, Choice | None]:
        return self._incumbents.model(number), self._incumbents.warm(number)

    def _pricing(self, number: int) -> _Pricing:
        state = self._incumbents.states[number]
        return {
            "threads": self._limits.processes if len(self._incumbents.specs) == 1 else 1,
            "seed": self._seed,
            "linked": self._linking.linked_duties(number),
            "start": None if state is None else state.start,
        }
