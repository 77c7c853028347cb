"""The audit log: who did what to what, in a chain that shows every later change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import RowMapping, func, select
from sqlalchemy.orm import Session

from scheduler.store import tables
from scheduler.store.mapping.row import Row
from scheduler.store.read_models import AuditRow
from scheduler.store.repositories.base import Repository, table_of

ENTRY = table_of(tables.AuditEntry)

BEGINNING = "0" * 64
"""What the first entry follows."""

CHAINING = 3
"""The number of the lock that those who write entries take."""


class Audit(Repository):
    """Entries are only ever added, in the transaction of what they tell about. Each carries the
    SHA-256 of the one before and of itself."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._waiting: list[Row] = []

    def record(
        self,
        actor: str,
        action: str,
        subject: str,
        at: datetime,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Say that `actor` did `action` to `subject`; `details` must be plain JSON."""
        self._waiting.append(
            {
                "actor": actor,
                "action": action,
                "subject": subject,
                "at": at.astimezone(UTC),
                "details": _canonical(details or {}),
            }
        )

    def write_down(self) -> None:
        """Chain and write what was recorded. The transaction does so at its end, because nobody
        else can write entries from here on until it is over."""
        if not self._waiting:
            return
        self.lock(CHAINING)
        previous = self.head()
        rows = []
        for entry in self._waiting:
            digest = _digest(previous, entry)
            rows.append({**entry, "previous": previous, "digest": digest})
            previous = digest
        self._waiting = []
        self.insert(tables.AuditEntry, rows)

    def head(self) -> str:
        """The digest of the latest entry: while it is the same, nobody has changed anything."""
        latest = select(ENTRY.c.digest).order_by(ENTRY.c.id.desc()).limit(1)
        return self.session.scalar(latest) or BEGINNING

    def entries(self, limit: int = 50, offset: int = 0) -> tuple[AuditRow, ...]:
        """Entries, the newest first."""
        self.write_down()
        query = select(ENTRY).order_by(ENTRY.c.id.desc()).limit(limit).offset(offset)
        return tuple(
            AuditRow(
                id=row.id,
                actor=row.actor,
                action=row.action,
                subject=row.subject,
                at=row.at,
                details=json.loads(row.details),
                digest=row.digest,
            )
            for row in self.session.execute(query)
        )

    def count(self) -> int:
        """How many entries there are."""
        self.write_down()
        return self.session.scalar(select(func.count()).select_from(ENTRY)) or 0

    def verify(self) -> bool:
        """Whether every entry is as it was written, and none is missing between two others. (That
        the latest were cut off is seen only by who kept the last digest elsewhere.)"""
        self.write_down()
        previous = BEGINNING
        query = select(ENTRY).order_by(ENTRY.c.id).execution_options(yield_per=1000)
        with closing(self.session.execute(query).mappings()) as entries:
            for entry in entries:
                if entry["previous"] != previous or entry["digest"] != _digest(previous, entry):
                    return False
                previous = entry["digest"]
        return True


def _canonical(details: Mapping[str, Any]) -> str:
    return json.dumps(details, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _digest(previous: str, entry: Row | RowMapping) -> str:
    signed = {name: entry[name] for name in ("actor", "action", "subject", "details")}
    signed["at"] = entry["at"].isoformat()
    return sha256((previous + _canonical(signed)).encode()).hexdigest()
