"""One person falls ill: how long until there is a new plan, and how many people change?"""

from __future__ import annotations

from random import Random
from time import monotonic

from scheduler.domain.calendar import DateRange
from scheduler.domain.people import Absence
from scheduler.domain.plan import Assignment, SolveStatus
from scheduler.domain.problem import Problem
from scheduler.replan import replan as plan_anew
from scheduler.solving import engine
from scheduler.solving.result import Limits
from scheduler.verify import verify
from tests.benchmarks.talk import TRIED, Request, SessionIndices, SideAnswer, SideTrial


def replan(request: Request, problem: Problem) -> tuple[SideAnswer, list[SessionIndices]]:
    """A published plan, then as many tries as there are moments: somebody is ill on the days of
    their service. A try's `overrun` is how long the new plan took; its `cost` is how many people
    change, and `proven` whether fewer are impossible."""
    limits = Limits(seconds=request.seconds, workers=request.threads)
    published = engine.solve(problem, limits).assignments
    chance = Random(request.seed)
    began = monotonic()
    ill = chance.sample(published, min(len(request.moments), len(published)))
    trials = tuple(
        _tried(moment, problem, published, each, limits)
        for moment, each in zip(request.moments, ill, strict=False)
    )
    return SideAnswer(status=TRIED, seconds=monotonic() - began, trials=trials), []


def _tried(
    moment: float,
    problem: Problem,
    published: tuple[Assignment, ...],
    ill: Assignment,
    limits: Limits,
) -> SideTrial:
    days = problem.session[ill.session].days
    absence = Absence(employee_id=ill.employee_id, days=DateRange(first=days[0], last=days[-1]))
    now = problem.changed(absences=(*problem.absences, absence))
    began = monotonic()
    replanned = plan_anew(now, published, limits=limits)
    seconds = monotonic() - began
    return SideTrial(
        moment=moment,
        overrun=seconds,
        cost=replanned.changed,
        placed=len(replanned.assignments),
        proven=replanned.status is SolveStatus.OPTIMAL,
        broken=len(verify(now, replanned.assignments).hard),
    )
