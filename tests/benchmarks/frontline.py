"""Our own side: the engine through its one door, as a run calls it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Timer
from time import monotonic

import numpy as np

from scheduler.domain.plan import Assignment, SolveStatus
from scheduler.domain.problem import Problem
from scheduler.model.compiled import NOWHERE
from scheduler.solving import engine
from scheduler.solving.result import Limits, Progress, Result
from scheduler.verify import verify
from tests.benchmarks.instances import sources
from tests.benchmarks.talk import TRIED, Request, SessionIndices, SideAnswer, SideTrial


class _PlanTrace:
    """Notes when there was which plan."""

    def __init__(self) -> None:
        self.began = monotonic()
        self.trace: list[tuple[float, int]] = []

    def __call__(self, progress: Progress) -> None:
        best = progress.best
        if best is not None and (not self.trace or best < self.trace[-1][1]):
            self.trace.append((monotonic() - self.began, best))

    @property
    def seconds(self) -> float:
        return monotonic() - self.began

    @property
    def first(self) -> float | None:
        return self.trace[0][0] if self.trace else None


def solve(
    request: Request, problem: Problem, cluster: str = ""
) -> tuple[SideAnswer, list[SessionIndices]]:
    """The best plan within the limit, on a Dask cluster if its address is given."""
    trace = _PlanTrace()
    result = engine.solve(problem, _limits(request, request.seconds, cluster=cluster), trace)
    seconds = trace.seconds
    return (
        SideAnswer(
            status=result.status.value,
            seconds=seconds,
            cost=result.cost,
            bound=result.bound,
            first=trace.first,
            trace=tuple(trace.trace),
        ),
        [_choice(problem, result.assignments)],
    )


def solve_split(request: Request, cluster: str = "") -> tuple[SideAnswer, list[SessionIndices]]:
    """The same of a company handed over as one source for each centre: making each centre's
    problem is part of the time."""
    trace = _PlanTrace()
    made = sources(request.spec)
    sizes = [source.people for source in made]
    limits = _limits(request, request.seconds, cluster=cluster)
    result = engine.solve_sources(made, limits, trace, sizes=sizes)
    seconds = trace.seconds
    answer = SideAnswer(
        status=result.status.value,
        seconds=seconds,
        cost=result.cost,
        bound=result.bound,
        first=trace.first,
        trace=tuple(trace.trace),
    )
    return answer, [np.asarray(choice, np.int64) for choice in result.choices]


def stop(request: Request, problem: Problem) -> tuple[SideAnswer, list[SessionIndices]]:
    """At each moment the stop button is pressed: how long until the plan is there?"""

    def pressed(moment: float) -> SideTrial:
        asked: list[float] = []
        timer = Timer(moment, lambda: asked.append(monotonic()))
        timer.start()
        result = engine.solve(problem, _limits(request, request.seconds, lambda: bool(asked)))
        ended = monotonic()
        timer.cancel()
        overrun = ended - asked[0] if asked and ended >= asked[0] else None
        return _trial(moment, overrun, problem, result)

    return _tried(request, pressed)


def limits(request: Request, problem: Problem) -> tuple[SideAnswer, list[SessionIndices]]:
    """Each moment is a time limit: by how much is it overrun?"""

    def limited(moment: float) -> SideTrial:
        began = monotonic()
        result = engine.solve(problem, _limits(request, moment))
        over = monotonic() - began - moment
        return _trial(moment, max(0.0, over), problem, result)

    return _tried(request, limited)


def again(request: Request, problem: Problem) -> tuple[SideAnswer, list[SessionIndices]]:
    """Twice with the same seed. Only plans that were not cut short by the clock can be alike."""
    began = monotonic()
    results = [engine.solve(problem, _limits(request, request.seconds)) for _ in range(2)]
    one, other = (_choice(problem, result.assignments) for result in results)
    return (
        SideAnswer(
            status=results[0].status.value,
            seconds=monotonic() - began,
            cost=results[0].cost,
            bound=results[0].bound,
            notes={"different": float((one != other).sum())},
        ),
        [one],
    )


def _tried(
    request: Request, each: Callable[[float], SideTrial]
) -> tuple[SideAnswer, list[SessionIndices]]:
    began = monotonic()
    trials = tuple(each(moment) for moment in request.moments)
    return SideAnswer(status=TRIED, seconds=monotonic() - began, trials=trials), []


def _trial(moment: float, overrun: float | None, problem: Problem, result: Result) -> SideTrial:
    return SideTrial(
        moment=moment,
        overrun=overrun,
        cost=result.cost,
        placed=len(result.assignments),
        proven=result.status is SolveStatus.OPTIMAL,
        broken=len(verify(problem, result.assignments).hard),
    )


def _limits(
    request: Request,
    seconds: float,
    stop: Callable[[], bool] = lambda: False,
    cluster: str = "",
) -> Limits:
    """The engine's limits."""
    return Limits(
        seconds=seconds,
        gap=request.gap,
        workers=request.threads,
        processes=request.processes,
        stop=stop,
        cluster=cluster,
    )


def _choice(problem: Problem, assignments: Sequence[Assignment]) -> SessionIndices:
    """The plain plan as a session for every duty."""
    row = {duty.id: n for n, duty in enumerate(problem.duties)}
    column = {session.key: n for n, session in enumerate(problem.sessions)}
    choice = np.full(len(problem.duties), NOWHERE, np.int64)
    for assignment in assignments:
        choice[row[assignment.duty_id]] = column[assignment.session]
    return choice
