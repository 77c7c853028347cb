"""The one door: a problem in, the best plan and its proof out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

import numpy as np

from scheduler.domain.plan import Assignment, SolveStatus
from scheduler.domain.problem import Problem
from scheduler.solving.compiled import NOWHERE, CompiledModel, IntArray, compile_problem
from scheduler.solving.part import PartSolver, whole_bound
from scheduler.solving.partition import parts
from scheduler.solving.result import Limits, Progress, Result, Told, Warm
from scheduler.solving.room import Room


def solve(
    problem: Problem,
    limits: Limits | None = None,
    tell: Told = lambda progress: None,
    warm: Warm = (),
) -> Result:
    """The best plan for `problem` within `limits`, with a bound that holds for every plan.

    `tell` hears of progress from the calling thread or a solver's; `warm` is a plan to start
    from, of which only what is still legal is used. Whatever ends the search, the best plan so
    far comes back.
    """
    return _Solve(problem, limits or Limits(), tell, warm).run()


class _Solve:
    """One run over all parts."""

    def __init__(self, problem: Problem, limits: Limits, tell: Told, warm: Warm) -> None:
        self.problem, self.limits, self.tell = problem, limits, tell
        self.began = monotonic()
        self.number, self.count = 1, 1
        self._say("compiling", 0, None, None)
        self.model = compile_problem(problem)
        self.choice = _legal(self.model, _choice_of(problem, warm))
        self.bounds: dict[int, float] = {}

    def run(self) -> Result:
        rows = parts(self.model)
        self.count = max(1, len(rows))
        solvers = [PartSolver(self.model.part(mine), self.choice[mine]) for mine in rows]
        for number, (mine, solver) in enumerate(zip(rows, solvers, strict=True)):
            self.choice[mine] = solver.first()
            self.bounds[number] = solver.bound
        self._progress("first plan")
        left = sum(len(mine) for mine in rows)
        for number, (mine, solver) in enumerate(zip(rows, solvers, strict=True)):
            self.number = number + 1
            share = self._left() * len(mine) / max(1, left)
            left -= len(mine)
            solver.improve(
                seconds=share,
                gap=self.limits.gap,
                workers=self.limits.workers,
                seed=self.problem.seed,
                stop=self.limits.stop,
                tell=self._hear(number, mine),
            )
            self.choice[mine], self.bounds[number] = solver.choice, solver.bound
        return self._result(all(solver.proven for solver in solvers))

    def _left(self) -> float:
        return max(0.0, self.limits.seconds - (monotonic() - self.began))

    def _hear(self, number: int, mine: IntArray) -> Callable[[str, IntArray, float], None]:
        def hear(phase: str, choice: IntArray, bound: float) -> None:
            self.choice[mine], self.bounds[number] = choice, bound
            self._progress(phase)

        return hear

    def _progress(self, phase: str) -> None:
        best = self.model.judge(self.choice).cost
        self._say(phase, int((self.choice != NOWHERE).sum()), best, self._bound(best))

    def _bound(self, best: int) -> int:
        return min(best, sum(whole_bound(bound) for bound in self.bounds.values()))

    def _say(self, phase: str, placed: int, best: int | None, bound: int | None) -> None:
        self.tell(
            Progress(
                phase=phase,
                placed=placed,
                total=len(self.problem.duties),
                best=best,
                bound=bound,
                seconds=monotonic() - self.began,
                part=self.number,
                parts=self.count,
                incumbent=None if best is None else self._assignments(),
            )
        )

    def _assignments(self) -> tuple[Assignment, ...]:
        problem = self.problem
        return tuple(
            Assignment(
                duty_id=duty.id,
                employee_id=duty.employee_id,
                session=problem.sessions[session].key,
            )
            for duty, session in zip(problem.duties, self.choice.tolist(), strict=True)
            if session != NOWHERE
        )

    def _result(self, proven: bool) -> Result:
        verdict = self.model.judge(self.choice)
        bound = verdict.cost if proven else self._bound(verdict.cost)
        result = Result(
            status=SolveStatus.OPTIMAL,
            assignments=self._assignments(),
            unassigned=tuple(
                duty.id
                for duty, session in zip(self.problem.duties, self.choice.tolist(), strict=True)
                if session == NOWHERE
            ),
            cost=verdict.cost,
            bound=bound,
            seconds=monotonic() - self.began,
            model=self.model,
            choice=self.choice,
            score={rule: points for rule, points in verdict.by_rule.items() if points},
        )
        self._progress("done")
        return replace(result, status=self._status(result))

    def _status(self, result: Result) -> SolveStatus:
        if result.bound >= result.cost:
            return SolveStatus.OPTIMAL
        if self.limits.stop():
            return SolveStatus.STOPPED
        if result.gap <= self.limits.gap:
            return SolveStatus.WITHIN_GAP
        return SolveStatus.TIME_LIMIT


def _choice_of(problem: Problem, warm: Warm) -> IntArray:
    """The assignments as a session number for every duty; unknown names are left out."""
    column = {session.key: n for n, session in enumerate(problem.sessions)}
    row = {duty.id: n for n, duty in enumerate(problem.duties)}
    choice = np.full(len(problem.duties), NOWHERE, np.int64)
    for assignment in warm:
        if assignment.duty_id in row and assignment.session in column:
            choice[row[assignment.duty_id]] = column[assignment.session]
    return choice


def _legal(model: CompiledModel, choice: IntArray) -> IntArray:
    """`choice` without what the rules forbid; where a bound is broken, who comes first stays."""
    if model.judge(choice).legal:
        return choice
    room = Room(model)
    kept = np.full_like(choice, NOWHERE)
    for duty in np.flatnonzero(choice != NOWHERE).tolist():
        session = int(choice[duty])
        possible, _ = room.prices(duty)
        if possible[session]:
            kept[duty] = session
            room.take(duty, session)
    return kept
