"""The one door: a problem in, the best plan and its proof out; and single steps of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from math import isfinite
from time import monotonic

import numpy as np

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.model.blocks import USUAL, Blocks, Cutting, within
from scheduler.model.choices import assignments_of, choice_of
from scheduler.model.compiled import NOWHERE
from scheduler.model.language import IntArray
from scheduler.solving.decomposition.block_state import BlockSpec, Source, untouched
from scheduler.solving.decomposition.coordinator import Coordinator
from scheduler.solving.result import BlocksResult, Limits, Listener, Progress, Result, Warm
from scheduler.solving.steps import (
    BlockPlan,
    Objectives,
    Reassigned,
    Reassignment,
    assign_mentors,
    greedy,
    reassign,
    settle,
    solve_block,
)

__all__ = [
    "BlockPlan",
    "Objectives",
    "Reassigned",
    "Reassignment",
    "assign_mentors",
    "greedy",
    "reassign",
    "settle",
    "solve",
    "solve_block",
    "solve_sources",
]


def solve(
    problem: Problem,
    limits: Limits | None = None,
    listener: Listener = lambda progress: None,
    warm: Warm = (),
    *,
    cutting: Cutting = USUAL,
) -> Result:
    """The best plan for `problem` within `limits`, with a bound that holds for every plan.

    `listener` gets reports of progress, from one thread at a time; `warm` is a plan to start from,
    of which only what is still legal is used; `cutting` says how it falls into blocks. Whatever
    ends the search, the best plan so far comes back.
    """
    return _Solve(problem, limits or Limits(), listener, warm, cutting).run()


def solve_sources(
    sources: Sequence[Source],
    limits: Limits | None = None,
    listener: Listener = lambda progress: None,
    *,
    sizes: Sequence[int] | None = None,
) -> BlocksResult:
    """The same for a company too large for one process: each source makes one block of it, and
    is called where that block is solved. `sizes` are their numbers of duties as far as known.

    Blocks share no person. Only rules of the whole company link them.
    """
    limits = limits or Limits()
    began = monotonic()
    total = sum(sizes or ())

    def report(phase: str) -> None:
        states = [state for state in company.incumbents.states if state is not None]
        placed = sum(int((state.choice != NOWHERE).sum()) for state in states)
        cost, _ = company.progress.shown()
        known = len(states) == len(sources) and isfinite(cost)
        listener(
            Progress(
                phase=phase,
                placed=placed,
                total=max(total, placed),
                best=int(cost) if known else None,
                bound=int(company.incumbents.bound) if known else None,
                seconds=monotonic() - began,
                block=company.incumbents.latest + 1,
                blocks=len(sources),
            )
        )

    specs = [
        BlockSpec(partial(_itself, source), 1 if sizes is None else sizes[n], source=True)
        for n, source in enumerate(sources)
    ]
    company = Coordinator.of(specs, (), limits, 0, report, began)
    company.run()
    incumbents = company.incumbents
    choices = tuple(incumbents.choices())
    placed = sum(int((choice != NOWHERE).sum()) for choice in choices)
    return BlocksResult(
        status=incumbents.status(),
        cost=int(incumbents.cost) if isfinite(incumbents.cost) else 0,
        bound=int(incumbents.bound) if isfinite(incumbents.bound) else 0,
        placed=placed,
        unassigned=sum(len(choice) for choice in choices) - placed,
        seconds=monotonic() - began,
        choices=choices,
    )


def _itself(source: Source) -> Source:
    return source


class _Solve:
    """One run over all blocks of a problem."""

    def __init__(
        self, problem: Problem, limits: Limits, listener: Listener, warm: Warm, cutting: Cutting
    ) -> None:
        self.problem, self.limits, self.listener = problem, limits, listener
        self.began = monotonic()
        self.choice = np.full(len(problem.duties), NOWHERE, np.int64)
        self._made: tuple[int, Callable[[], tuple[Assignment, ...]]] | None = None
        self._say("compiling", 0, None, None)
        start = choice_of(problem, warm)
        self.blocks = Blocks.of(problem, start, cutting)
        self.company = Coordinator.of(
            [self._spec(number, start) for number in range(len(self.blocks))],
            self.blocks.linking,
            limits,
            problem.seed,
            self._report,
            self.began,
        )

    def _spec(self, number: int, start: IntArray) -> BlockSpec:
        mine = within(start, self.blocks.worlds[number])
        before = self.blocks.before.get(number)
        return BlockSpec(
            get=partial(self.blocks.known, number),
            size=len(mine),
            warm=mine if (mine != NOWHERE).any() else None,
            before=None if before is None else untouched(before.choice, before.verdict),
        )

    def run(self) -> Result:
        self.company.run()
        self._gather(self.company.incumbents.choices())
        result = self._result()
        self._say("done", int((self.choice != NOWHERE).sum()), result.cost, result.bound)
        return result

    def _gather(self, choices: Sequence[IntArray]) -> None:
        """The blocks' plans as one. Taken apart for each: sessions have other numbers there."""
        for world, choice in zip(self.blocks.worlds, choices, strict=True):
            columns = np.append(world.columns, NOWHERE)
            self.choice[world.rows] = columns[choice]

    def _report(self, phase: str) -> None:
        cost, choices = self.company.progress.shown()
        self._gather(choices)
        best = int(cost) if isfinite(cost) else None
        bound = None if best is None else int(min(best, self.company.incumbents.bound))
        self._say(phase, int((self.choice != NOWHERE).sum()), best, bound)

    def _say(self, phase: str, placed: int, best: int | None, bound: int | None) -> None:
        self.listener(
            Progress(
                phase=phase,
                placed=placed,
                total=len(self.problem.duties),
                best=best,
                bound=bound,
                seconds=monotonic() - self.began,
                block=self.company.incumbents.latest + 1 if best is not None else 1,
                blocks=len(self.blocks) if best is not None else 1,
                plan=None if best is None else self._plan(best),
            )
        )

    def _plan(self, best: int) -> Callable[[], tuple[Assignment, ...]]:
        """Makes the plan when it is wanted: that takes longer than finding a better one."""
        if self._made is None or self._made[0] != best:
            self._made = best, cache(partial(assignments_of, self.problem, self.choice.copy()))
        return self._made[1]

    def _result(self) -> Result:
        incumbents = self.company.incumbents
        status = incumbents.status()
        if not status.has_plan:
            self.choice[:] = NOWHERE
        cost = int(incumbents.cost) if status.has_plan else self.blocks.left_out
        return Result(
            status=status,
            assignments=assignments_of(self.problem, self.choice),
            unassigned=tuple(
                self.problem.duties[row].id
                for row in np.flatnonzero(self.choice == NOWHERE).tolist()
            ),
            cost=cost,
            bound=int(min(cost, incumbents.bound)),
            seconds=monotonic() - self.began,
            blocks=self.blocks,
            choice=self.choice,
            score=incumbents.by_rule if status.has_plan else {},
        )
