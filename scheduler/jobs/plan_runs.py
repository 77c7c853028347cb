"""The kind of job that computes a plan."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from scheduler.domain.plan import SolveStatus
from scheduler.domain.run import RunState
from scheduler.jobs.job import Hold, JobSignals, Save
from scheduler.planning.plans.running import plan_result, run_inputs, solve_or_replan
from scheduler.solving.result import Limits, Listener, Progress
from scheduler.store.read_models import RunRow
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class PlanRuns:
    """Runs that wait. `limits` say what one may use: threads, processes, a cluster, memory; its
    seconds are the run's own. `listener` hears how far a run is."""

    limits: Limits = field(default_factory=Limits)
    listener: Listener = lambda progress: None
    name: str = field(default="run", init=False)
    work: str = field(default="computing this plan", init=False)
    broken: str = field(default="The computation broke; the log says where.", init=False)

    def claim(self, unit: UnitOfWork, hold: Hold, only: int | None = None) -> PlanRun | None:
        """The next run, or `only` that one."""
        run = unit.runs.claim(hold.worker, at=hold.at, lease=hold.lease, only=only)
        return None if run is None else PlanRun(run, self.limits, self.listener)


class PlanRun:
    """A claimed run: solve, verify, explain, write once."""

    def __init__(self, run: RunRow, limits: Limits, listener: Listener) -> None:
        self._run, self._limits, self._listener = run, limits, listener
        self._lock = Lock()
        self._progress = Progress("starting", 0, 0, None, None, 0.0)
        self._written: Progress | None = None

    @property
    def number(self) -> int:
        """The run's number."""
        return self._run.id

    @property
    def attempt(self) -> int:
        """How many workers have claimed it."""
        return self._run.attempt

    @property
    def cancel(self) -> bool:
        """Whether it was stopped while it waited: then it still gives a plan."""
        return self._run.cancel

    def do(self, store: Store, signals: JobSignals) -> Save | None:
        """Compute the plan. A worker that has to leave leaves the run to another, which starts
        from the best plan so far."""
        with store.read() as unit:
            problem, warm = run_inputs(unit, self._run)
        limits = replace(self._limits, seconds=self._run.time_limit, stop=signals.over)
        result = solve_or_replan(problem, limits, self._take, warm)
        if signals.leaving and result.status is SolveStatus.STOPPED:
            return None
        answer = plan_result(problem, result)
        return lambda unit: unit.plans.save_result(self._run.plan_id, answer)

    def beat(self, unit: UnitOfWork, hold: Hold) -> bool:
        """Write down the latest progress, and the best plan where it is a new one."""
        with self._lock:
            now, before = self._progress, self._written
        new = before is None or now.plan is not before.plan
        asked = unit.runs.save_progress(
            self._run.id,
            hold.worker,
            at=hold.at,
            lease=hold.lease,
            phase=now.phase,
            placed=now.placed,
            total=now.total,
            best=now.best,
            bound=now.bound,
            gap=now.gap,
            elapsed=now.seconds,
            incumbent=now.incumbent if new else None,
        )
        self._written = now
        return asked

    def end(self, unit: UnitOfWork, worker: str, at: datetime, error: str | None = None) -> None:
        """The run is done, or failed."""
        state = RunState.DONE if error is None else RunState.FAILED
        unit.runs.finish(self._run.id, worker, at=at, state=state, error=error or "")

    def _take(self, progress: Progress) -> None:
        """Take the latest progress; it is written with the next beat."""
        with self._lock:
            self._progress = progress
        self._listener(progress)
