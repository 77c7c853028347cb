"""Our own side on Dask clusters of this machine: how much faster more workers are."""

from __future__ import annotations

from time import monotonic

from scheduler.bench.talk import TRIED, Answer, Choice, Request, Trial
from scheduler.domain.plan import SolveStatus
from scheduler.domain.problem import Problem
from scheduler.solving import engine
from scheduler.solving.crews.cluster import package
from scheduler.solving.result import Limits
from scheduler.verify import verify


def on_clusters(request: Request, problem: Problem) -> tuple[Answer, list[Choice]]:
    """As many clusters, one after the other, as there are moments, each of so many workers. A
    trial's `overrun` is how long it took; starting the cluster is not part of it."""
    began = monotonic()
    trials = tuple(_trial(request, problem, int(workers)) for workers in request.moments)
    return Answer(status=TRIED, seconds=monotonic() - began, trials=trials), []


def _trial(request: Request, problem: Problem, workers: int) -> Trial:
    cluster = package().LocalCluster(
        n_workers=workers, threads_per_worker=1, memory_limit=0, dashboard_address=":0"
    )
    with cluster:
        limits = Limits(seconds=request.seconds, gap=request.gap, cluster=cluster.scheduler_address)
        began = monotonic()
        result = engine.solve(problem, limits)
        seconds = monotonic() - began
    return Trial(
        moment=workers,
        overrun=seconds,
        cost=result.cost,
        placed=len(result.assignments),
        proven=result.status in (SolveStatus.OPTIMAL, SolveStatus.WITHIN_GAP),
        broken=len(verify(problem, result.assignments).hard),
    )
