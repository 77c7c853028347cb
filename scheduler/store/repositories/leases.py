"""Rows that workers hold: a queue that survives its workers, whatever the rows are about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import Table, and_, func, or_, select
from sqlalchemy import update as change

from scheduler.domain.errors import Conflict, NotFound
from scheduler.domain.run import RunState
from scheduler.store.repositories.base import Repository


class LeasedRows(Repository):
    """Rows of one table, each the job of the worker that holds its lease. A worker that stays
    silent loses it, and the row is taken up by another.

    The table has a number `id`, a `state`, and what a worker leaves there: `attempt`, `worker`,
    `lease_until`, `cancel`, `started_at`, `finished_at` and `error`.
    """

    table: ClassVar[Table]
    called: ClassVar[str]
    """What messages call one of the rows."""

    def take(
        self, worker: str, *, at: datetime, lease: timedelta, only: int | None = None
    ) -> int | None:
        """The number of the oldest row that waits, or whose worker fell silent: it is the worker's
        now. None if there is none. Of several workers exactly one gets it. `only` asks for that
        row and no other."""
        row = self.table.c
        free = or_(
            row.state == RunState.QUEUED.value,
            and_(row.state == RunState.RUNNING.value, row.lease_until < at),
        )
        oldest = select(row.id).where(free).order_by(row.id).limit(1)
        if only is not None:
            oldest = oldest.where(row.id == only)
        number: int | None = self.session.scalar(oldest.with_for_update(skip_locked=True))
        if number is None:
            return None
        taken = change(self.table).where(row.id == number)
        self.session.execute(
            taken.values(
                state=RunState.RUNNING.value,
                attempt=row.attempt + 1,
                worker=worker,
                lease_until=at + lease,
                started_at=func.coalesce(row.started_at, at),
            )
        )
        return number

    def hold(
        self, number: int, worker: str, *, at: datetime, lease: timedelta, **values: Any
    ) -> bool:
        """A sign of life: renews the lease, and notes what the kind of row has to say. Returns
        whether somebody asked it to stop; `Conflict` if it belongs to another worker by now."""
        self._change_mine(number, worker, lease_until=at + lease, **values)
        mine = select(self.table.c.cancel).where(self.table.c.id == number)
        return bool(self.session.scalar(mine))

    def finish(
        self, number: int, worker: str, *, at: datetime, state: RunState | str, error: str = ""
    ) -> None:
        """End the row's job; `Conflict` if it belongs to another worker by now."""
        self._change_mine(
            number,
            worker,
            state=RunState(state).value,
            finished_at=at,
            lease_until=None,
            error=error,
        )

    def ask_to_stop(self, number: int) -> None:
        """Ask the row's worker, or the next one that takes it, to stop and keep what it has.
        Harmless once the job has ended; `NotFound` if there is no such row."""
        asked = change(self.table).where(self.table.c.id == number).values(cancel=True)
        if not self.update(asked):
            raise NotFound(f"There is no {self.called} number {number}.")

    def _change_mine(self, number: int, worker: str, **values: Any) -> None:
        row = self.table.c
        mine = change(self.table).where(
            row.id == number, row.worker == worker, row.state == RunState.RUNNING.value
        )
        if not self.update(mine.values(**values)):
            name = self.called.capitalize()
            raise Conflict(f"{name} {number} is not worker {worker}’s any more.")
