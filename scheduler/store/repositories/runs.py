"""Runs: plans waiting to be computed, computed, and how far they are."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, select

from scheduler.domain.errors import NotFound
from scheduler.domain.plan import Assignment
from scheduler.domain.run import RunState
from scheduler.store import tables
from scheduler.store.mapping.packing import packed, unpacked
from scheduler.store.mapping.row import Row
from scheduler.store.read_models import RunRow, TrailPoint
from scheduler.store.repositories.base import table_of
from scheduler.store.repositories.leases import LeasedRows

RUN = table_of(tables.Run)
POINT = table_of(tables.RunPoint)
INCUMBENT = table_of(tables.RunIncumbent)

TRAIL_POINTS = 500
"""How many points of the gap's curve are kept; beyond that every second one is dropped."""

_PLAN = TypeAdapter(tuple[Assignment, ...])


def queued(plan_id: int, time_limit: float, at: datetime) -> Row:
    """A new run, waiting for a worker."""
    return {
        "plan_id": plan_id,
        "state": RunState.QUEUED.value,
        "attempt": 0,
        "cancel": False,
        "time_limit": time_limit,
        "created_at": at,
        "phase": "",
        "placed": 0,
        "total": 0,
        "elapsed": 0.0,
        "error": "",
    }


class Runs(LeasedRows):
    """Runs, with how far they are and the best plan of each so far."""

    table = RUN
    called = "run"

    def claim(
        self, worker: str, *, at: datetime, lease: timedelta, only: int | None = None
    ) -> RunRow | None:
        """Take the oldest run that waits, or whose worker fell silent; None if there is none.
        Of several workers exactly one gets it. `only` asks for that run and no other."""
        number = self.take(worker, at=at, lease=lease, only=only)
        return None if number is None else self.run(number)

    def save_progress(
        self,
        run_id: int,
        worker: str,
        *,
        at: datetime,
        lease: timedelta,
        phase: str,
        placed: int,
        total: int,
        best: float | None,
        bound: float | None,
        gap: float | None,
        elapsed: float,
        incumbent: tuple[Assignment, ...] | None = None,
    ) -> bool:
        """A sign of life: renews the lease and notes how far the run is. Returns whether somebody
        asked it to stop; `Conflict` if it belongs to another worker by now."""
        stop = self.hold(
            run_id,
            worker,
            at=at,
            lease=lease,
            phase=phase,
            placed=placed,
            total=total,
            best=best,
            bound=bound,
            gap=gap,
            elapsed=elapsed,
        )
        self._extend_trail(run_id, (elapsed, best, bound))
        if incumbent is not None:
            body = packed(_PLAN, incumbent)
            self.upsert(tables.RunIncumbent, [{"run_id": run_id, "body": body}])
        return stop

    def incumbent(self, run_id: int) -> tuple[Assignment, ...]:
        """The best plan so far, empty if there is none."""
        query = select(INCUMBENT.c.body).where(INCUMBENT.c.run_id == run_id)
        body = self.session.scalar(query)
        return () if body is None else unpacked(_PLAN, body)

    def finish(
        self, number: int, worker: str, *, at: datetime, state: RunState | str, error: str = ""
    ) -> None:
        """End the run, whose best plan so far nobody needs any more."""
        super().finish(number, worker, at=at, state=state, error=error)
        self.delete(tables.RunIncumbent, INCUMBENT.c.run_id == number)

    def run(self, run_id: int) -> RunRow:
        """One run; `NotFound` if there is none of that number."""
        query = select(RUN).where(RUN.c.id == run_id)
        row = self.session.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFound(f"There is no run number {run_id}.")
        return self._row(row)

    def of_plan(self, plan_id: int) -> RunRow | None:
        """The plan's run (the latest, should there be several); None if it has none."""
        query = select(RUN).where(RUN.c.plan_id == plan_id).order_by(RUN.c.id.desc())
        row = self.session.execute(query).mappings().first()
        return None if row is None else self._row(row)

    def active(self) -> tuple[RunRow, ...]:
        """Runs that wait or compute, the oldest first."""
        states = [RunState.QUEUED.value, RunState.RUNNING.value]
        query = select(RUN).where(RUN.c.state.in_(states)).order_by(RUN.c.id)
        return tuple(self._row(row) for row in self.session.execute(query).mappings().all())

    def _extend_trail(self, run_id: int, point: TrailPoint) -> None:
        here = POINT.c.run_id == run_id
        query = select(POINT.c.number, POINT.c.seconds, POINT.c.best, POINT.c.bound)
        known = self.session.execute(query.where(here).order_by(POINT.c.number)).all()
        if known and tuple(known[-1][1:]) == point:
            return  # the solver was silent since
        if len(known) >= TRAIL_POINTS:
            dropped = [number for number, *_ in known[1::2]]
            self.delete(tables.RunPoint, here, POINT.c.number.in_(dropped))
        number = known[-1].number + 1 if known else 0
        names = ("run_id", "number", "seconds", "best", "bound")
        self.insert(tables.RunPoint, [dict(zip(names, (run_id, number, *point), strict=True))])

    def _row(self, row: RowMapping) -> RunRow:
        query = select(POINT).where(POINT.c.run_id == row["id"]).order_by(POINT.c.number)
        points = self.session.execute(query)
        trail = tuple((point.seconds, point.best, point.bound) for point in points)
        return RunRow(**{**row, "state": RunState(row["state"]), "trail": trail})
