"""Every kind of job that a worker does; a new kind is added here."""

from __future__ import annotations

from scheduler.jobs.job import JobKind
from scheduler.jobs.plan_runs import PlanRuns
from scheduler.solving.result import Limits


def every_kind(limits: Limits) -> tuple[JobKind, ...]:
    """All kinds of jobs. `limits` say what computing a plan may use."""
    return (PlanRuns(limits),)
