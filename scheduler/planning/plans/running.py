"""Runs: a worker claims one, computes, and writes once; a killed worker's run goes on elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

from scheduler.domain.errors import Busy, Conflict, FrontlineError
from scheduler.domain.plan import SolveStatus
from scheduler.domain.problem import Problem
from scheduler.domain.run import RunState
from scheduler.explain import Explainer
from scheduler.replan import replan
from scheduler.solving.engine import solve
from scheduler.solving.result import Limits, Progress, Result, Warm
from scheduler.store.read_models import PlanResult, RunRow
from scheduler.store.store import Store
from scheduler.verify import verify

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

LEASE = timedelta(seconds=15)
MOST_ATTEMPTS = 5
"""A run that took so many workers with it (memory, say) is given up, not tried for ever."""
_BEAT_SECONDS = 0.5
_IDLE_SECONDS = 0.5


class Heart:
    """Says several times a second how far a run is, renews its lease, and hears the stop button.

    Beats from a thread of its own, because a solver can be silent for long.
    """

    def __init__(
        self, store: Store, run: RunRow, worker: str, clock: Clock, lease: timedelta, tell: Tell
    ) -> None:
        self._store, self._run, self._worker = store, run, worker
        self._clock, self._lease, self._tell = clock, lease, tell
        self._lock, self._over = Lock(), Event()
        self._progress: Progress | None = None
        self._told: Progress | None = None
        self.stop, self.lost = Event(), Event()
        self._thread = Thread(target=self._live, name=f"run-{run.id}", daemon=True)

    def __enter__(self) -> Heart:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def hear(self, progress: Progress) -> None:
        """Take the latest progress; it is told with the next beat."""
        with self._lock:
            self._progress = progress
        self._tell(progress)

    def _live(self) -> None:
        while not self._over.wait(_BEAT_SECONDS):
            try:
                if not self.still_beats(self._lease):
                    return
            except Busy as busy:
                log.warning("run %s could not tell its progress: %s", self._run.id, busy)

    def still_beats(self, lease: timedelta) -> bool:
        """Beat once more; False, and the run is lost, if it belongs to another worker now."""
        try:
            self.beat(lease)
        except Conflict:
            log.warning("run %s belongs to another worker now", self._run.id)
            self.lost.set()
            self.stop.set()
        return not self.lost.is_set()

    def beat(self, lease: timedelta) -> None:
        """Write down the latest progress and hold the run for so long again."""
        with self._lock:
            now = self._progress
        if now is None:
            now = Progress("starting", 0, 0, None, None, 0.0)
        new = self._told is None or now.plan is not self._told.plan
        with self._store.write() as unit:
            stop = unit.runs.save_progress(
                self._run.id,
                self._worker,
                at=self._clock(),
                lease=lease,
                phase=now.phase,
                placed=now.placed,
                total=now.total,
                best=now.best,
                bound=now.bound,
                gap=now.gap,
                elapsed=now.seconds,
                incumbent=now.incumbent if new else None,
            )
        self._told = now
        if stop:
            self.stop.set()


Tell = Callable[[Progress], None]


def run_plan(
    store: Store,
    run: RunRow,
    worker: str,
    clock: Clock,
    *,
    lease: timedelta = LEASE,
    means: Limits | None = None,
    stop: Event | None = None,
    leave: Event | None = None,
    tell: Tell = lambda progress: None,
) -> Result | None:
    """Compute a claimed run: solve, verify, explain, write once. Returns None if the run was
    lost to another worker meanwhile.

    `means` says what may be used: threads, processes, a cluster, memory. `stop` ends it early
    with the best plan so far. `leave` ends it too, but leaves the run, with that plan to start
    from, to another worker; then None comes back as well.
    """
    with store.read() as unit:
        problem = unit.plans.problem(run.plan_id)
        published = unit.plans.published()
        warm = unit.runs.incumbent(run.id)
        if not warm and published is not None:
            warm = unit.plans.assignments(published.id)
    stop, leave = stop or Event(), leave or Event()
    with Heart(store, run, worker, clock, lease, tell) as heart:
        if run.cancel:
            heart.stop.set()
        limits = replace(
            means or Limits(),
            seconds=run.time_limit,
            stop=lambda: heart.stop.is_set() or stop.is_set() or leave.is_set(),
        )
        result = _computed(problem, limits, heart.hear, warm)
        left = leave.is_set() and result.status is SolveStatus.STOPPED and not heart.stop.is_set()
        answer = None if left else _answer(problem, result)
    if heart.lost.is_set() or not heart.still_beats(timedelta(seconds=-1) if left else lease):
        return None
    if answer is None:
        return None
    with store.write() as unit:
        unit.plans.save_result(run.plan_id, answer)
        unit.runs.finish(run.id, worker, at=clock(), state=RunState.DONE)
    return result


def _computed(problem: Problem, limits: Limits, tell: Tell, warm: Warm) -> Result:
    """The best plan, or the one that leaves most people alone where it follows another."""
    if problem.follows is None:
        return solve(problem, limits, tell, warm)
    before = problem.follows
    return replan(problem, before.published, freeze=before.freeze, limits=limits, tell=tell)


def _answer(problem: Problem, result: Result) -> PlanResult:
    """The result, checked by the rules themselves and explained. What a plan that follows
    another costs says nothing of how good it is: it has no gap."""
    free = problem.follows is None and result.status.has_plan
    found = verify(problem, result.assignments)
    explainer = Explainer(problem, result)
    return PlanResult(
        status=result.status,
        assignments=result.assignments,
        unassigned=explainer.unassigned(),
        violations=found.violations,
        cost=result.cost if result.status.has_plan else None,
        bound=result.bound if free else None,
        gap=result.gap if free else None,
        seconds=round(result.seconds, 3),
        score=found.score,
        why=explainer.why(),
    )


def stop_run(store: Store, run_id: int, *, actor: str, at: datetime) -> None:
    """Ask a run to stop and keep its best plan; its worker hears it within a second."""
    with store.write() as unit:
        unit.runs.ask_to_stop(run_id)
        unit.audit.record(actor, "stopped run", f"run {run_id}", at, {})


def work(
    store: Store,
    worker: str,
    clock: Clock,
    stop: Event,
    *,
    lease: timedelta = LEASE,
    means: Limits | None = None,
) -> None:
    """Claim and compute runs until `stop` is set; a run that is under way is then cut short and
    left for another worker, its best plan kept."""
    while not stop.is_set():
        try:
            with store.write() as unit:
                run = unit.runs.claim(worker, at=clock(), lease=lease)
        except Busy as busy:
            log.warning("the store is busy: %s", busy)
            run = None
        if run is None:
            stop.wait(_IDLE_SECONDS)
            continue
        log.info("worker %s takes run %s, attempt %s", worker, run.id, run.attempt)
        _compute(store, run, worker, clock, stop, lease=lease, means=means)


def _compute(
    store: Store,
    run: RunRow,
    worker: str,
    clock: Clock,
    stop: Event,
    *,
    lease: timedelta,
    means: Limits | None,
) -> None:
    if run.attempt > MOST_ATTEMPTS:
        why = f"Given up: {MOST_ATTEMPTS} workers ended without a word while computing this plan."
        _fail(store, run, worker, clock, why)
        return
    try:
        run_plan(store, run, worker, clock, lease=lease, means=means, leave=stop)
    except (Busy, Conflict) as error:
        # Once its lease has run out it is taken up again, from the best plan so far.
        log.warning("run %s was dropped: %s", run.id, error)
    except FrontlineError as error:
        _fail(store, run, worker, clock, str(error))
    except Exception:
        # One run that breaks must not take the worker, and all later runs, with it.
        log.exception("run %s failed", run.id)
        _fail(store, run, worker, clock, "The computation broke; the log says where.")


def _fail(store: Store, run: RunRow, worker: str, clock: Clock, why: str) -> None:
    try:
        with store.write() as unit:
            unit.runs.finish(run.id, worker, at=clock(), state=RunState.FAILED, error=why)
    except (Busy, Conflict) as error:
        log.warning("run %s could not be marked as failed: %s", run.id, error)
