"""The ledger: what became of every service so far."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from scheduler.domain.ledger import ServiceRecord
from scheduler.store import tables
from scheduler.store.mapping.service_records import record_of, row_of
from scheduler.store.repositories.base import Repository, table_of

RECORD = table_of(tables.ServiceRecord)
SAME_SERVICE = ("employee_id", "programme", "first_day")
"""What two records of the same service share."""


ORDER = ("employee_id", "first_day", "programme")


class Ledger(Repository):
    """Records are added and corrected; none is ever lost."""

    def records(self, employee_id: str | None = None) -> tuple[ServiceRecord, ...]:
        """The services of one person, or of all, the oldest of each person first."""
        query = select(RECORD).order_by(*(RECORD.c[name] for name in ORDER))
        if employee_id is not None:
            query = query.where(RECORD.c.employee_id == employee_id)
        return tuple(record_of(row) for row in self.session.execute(query))

    def add(self, records: Iterable[ServiceRecord]) -> None:
        """Put services on record. The same service (person, programme, first day) said again is
        corrected. `NotFound` for a person who is not on record."""
        self.upsert(tables.ServiceRecord, map(row_of, records), key=SAME_SERVICE)
