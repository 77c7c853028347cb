"""Large neighbourhood search over several blocks: some duties placed anew together, under what
links the blocks, while all others stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from operator import itemgetter

import numpy as np

from scheduler.model.compiled import NOWHERE
from scheduler.model.language import IntArray
from scheduler.model.linking import AT_A_TIME, excess
from scheduler.solving.decomposition.budget import Budget
from scheduler.solving.decomposition.incumbents import Incumbents
from scheduler.solving.decomposition.joint_program import (
    Residual,
    Residuals,
    by_block,
    joint_choice,
    joint_program,
)
from scheduler.solving.decomposition.task_maker import TaskMaker
from scheduler.solving.decomposition.tasks import work_on
from scheduler.solving.executors.base import Executor
from scheduler.solving.result import Limits
from scheduler.solving.solvers.cp_sat import Exact, solve_exactly

_MOST, _LEAST = 30.0, 0.5
"""Seconds for one joint program, and when time is over."""


class JointSearch:
    """Moves duties of several blocks at once, in the incumbents."""

    def __init__(
        self, incumbents: Incumbents, tasks: TaskMaker, budget: Budget, limits: Limits, seed: int
    ) -> None:
        self._incumbents, self._tasks, self._budget = incumbents, tasks, budget
        self._limits, self._seed = limits, seed

    def place_anew(
        self,
        executor: Executor,
        free: Mapping[int, IntArray],
        wider: int,
        stop: Callable[[], bool],
    ) -> Exact | None:
        """Place some duties of several blocks together; None when that was stopped before it
        began."""
        residuals = self._residuals(executor, free, wider, stop)
        if len(residuals) < len(free):
            return None
        choices = self._incumbents.choices()
        solution = solve_exactly(
            joint_program(residuals, self._incumbents.linking, choices),
            joint_choice(residuals, choices),
            seconds=self._seconds(),
            workers=self._limits.workers,
            seed=self._seed,
            stop=stop,
        )
        if solution.choice is not None:
            for block, chosen in by_block(residuals, solution.choice).items():
                self._move(block, residuals[block], chosen)
        return solution

    def rearrange(self, executor: Executor, size: int) -> bool:
        """Place so many duties of some blocks anew. Where these are all there are, that may prove
        the optimum: whether it does."""
        incumbents = self._incumbents
        choices, states, before = incumbents.choices(), [*incumbents.states], incumbents.cost
        free = self._some(choices, size)
        solution = self.place_anew(executor, free, 0, self._budget.over)
        if incumbents.cost > before:
            incumbents.states = states
        everybody = sum(map(len, free.values())) == sum(map(len, choices))
        if not everybody or solution is None:
            return False
        incumbents.joint_bound = max(incumbents.joint_bound, solution.bound)
        return solution.optimal

    def leave_out(self, executor: Executor) -> None:
        """No time is left to find other places: who is too many goes, and who may not stay
        without them."""
        choices = self._incumbents.choices()
        hard = [each for each in self._incumbents.linking if each.points is None]
        gone = excess(hard, choices)
        for block, duties in gone.items():
            choices[block][duties] = NOWHERE
        numbers = sorted(gone)
        tasks = [
            partial(self._tasks.legal_part, number, choices[number].astype(np.int32))
            for number in numbers
        ]
        for place, legal in executor.run(work_on, tasks):
            known = self._incumbents.states[numbers[place]]
            assert known is not None
            self._incumbents.states[numbers[place]] = replace(
                known, choice=legal.choice, cost=legal.cost, by_rule=legal.by_rule, proven=False
            )

    def _some(self, choices: list[IntArray], size: int) -> dict[int, IntArray]:
        """So many duties of a few blocks, by chance."""
        random = np.random.default_rng([self._seed, size])
        blocks = np.sort(random.permutation(len(choices))[:AT_A_TIME])
        return {
            block: np.sort(random.permutation(len(choices[block]))[: size // len(blocks)])
            for block in blocks.tolist()
        }

    def _seconds(self) -> float:
        # Not for the clock: what is out of line cannot be used at all.
        if self._budget.over():
            return _LEAST
        return max(_LEAST, min(_MOST, self._budget.left()))

    def _residuals(
        self,
        executor: Executor,
        free: Mapping[int, IntArray],
        wider: int,
        stop: Callable[[], bool],
    ) -> Residuals:
        """What is left to the free duties of every block, in the order of the blocks."""
        numbers = sorted(free)
        tasks = [partial(self._tasks.residual, number, free[number], wider) for number in numbers]
        answers = sorted(executor.run(work_on, tasks, stop=stop), key=itemgetter(0))
        return {numbers[place]: residual for place, residual in answers}

    def _move(self, block: int, residual: Residual, chosen: IntArray) -> None:
        """Some duties of a block elsewhere: what that costs more, or less, the residual says."""
        state, (duties, model) = self._incumbents.states[block], residual
        assert state is not None
        choice = state.choice.copy()
        before = model.judge(choice[duties].astype(np.int64))
        after = model.judge(chosen)
        choice[duties] = chosen
        by_rule = Counter(state.by_rule)
        by_rule.update(after.by_rule)
        by_rule.subtract(before.by_rule)
        self._incumbents.states[block] = replace(
            state,
            choice=choice,
            cost=state.cost + after.cost - before.cost,
            by_rule=dict(by_rule),
            proven=False,
        )
