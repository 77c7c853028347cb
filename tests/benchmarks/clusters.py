"""Our own side on Dask clusters of this machine: how much faster more workers are."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from scheduler.domain.plan import SolveStatus
from scheduler.solving.executors.dask import package
from tests.benchmarks.frontline import solve, solve_split
from tests.benchmarks.judging import judge
from tests.benchmarks.talk import (
    TRIED,
    Request,
    SessionIndices,
    SideAnswer,
    SideTrial,
    problems,
    read_problem,
)

_PROVEN = {SolveStatus.OPTIMAL.value, SolveStatus.WITHIN_GAP.value}


def on_clusters(request: Request, folder: Path) -> tuple[SideAnswer, list[SessionIndices]]:
    """As many clusters, one after the other, as there are moments, each of so many workers. A
    trial's `overrun` is how long it took; starting the cluster is not part of it."""
    began = monotonic()
    trials = tuple(_trial(request, folder, int(workers)) for workers in request.moments)
    return SideAnswer(status=TRIED, seconds=monotonic() - began, trials=trials), []


def _trial(request: Request, folder: Path, workers: int) -> SideTrial:
    problem = None if request.split else read_problem(folder)
    cluster = package().LocalCluster(
        n_workers=workers, threads_per_worker=1, memory_limit=0, dashboard_address=":0"
    )
    with cluster:
        address = cluster.scheduler_address
        if problem is None:
            answer, choices = solve_split(request, address)
        else:
            answer, choices = solve(request, problem, address)
    verdict = judge(problems(request, folder), answer, choices)
    return SideTrial(
        moment=workers,
        overrun=answer.seconds,
        cost=answer.cost,
        placed=verdict.placed,
        proven=answer.status in _PROVEN,
        broken=len(verdict.wrong),
    )
