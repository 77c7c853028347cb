"""Duties, and the ledger of what has been served."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import TypeVar

from pydantic import Field

from scheduler.domain.base import Value
from scheduler.domain.calendar import DateRange
from scheduler.domain.people import Absence, Exemption

_Personal = TypeVar("_Personal", Absence, Exemption)


class ServiceStatus(StrEnum):
    """What became of a service. Only attendance discharges a duty."""

    ATTENDED = "attended"
    MISSED = "missed"
    EXCUSED = "excused"


class ServiceRecord(Value):
    """One line of the ledger: a person, the days, the programme, and what became of it."""

    employee_id: str
    programme: str
    centre: str = ""
    days: tuple[date, ...] = Field(min_length=1)
    status: ServiceStatus = ServiceStatus.ATTENDED


class Duty(Value):
    """What one employee owes in one cycle: a window [opens, due], both included, and the
    programmes that discharge it.

    `first` marks the first service ever, which is spread over its window and never "too early".
    A programme of separate days makes `parts` duties of one day each, numbered from 1.
    """

    id: str
    employee_id: str
    opens: date
    due: date
    programmes: tuple[str, ...]
    first: bool = False
    part: int = 1
    parts: int = 1

    @property
    def whole(self) -> str:
        """The id shared by all parts of the same duty."""
        return self.id.partition("#")[0]


UNPLACED_POINTS = 100_000
"""Points for a duty left unassigned: more than any date can cost, so placing comes first."""
OVERDUE_POINTS = 100
"""Further points for every week the unassigned duty is overdue at the end of the horizon."""


def unplaced_points(duty: Duty, horizon: DateRange) -> int:
    """Points charged for leaving `duty` unassigned: the longest overdue is the worst to leave."""
    weeks = max(0, (horizon.last - duty.due).days // 7)
    return UNPLACED_POINTS + OVERDUE_POINTS * min(weeks, 520)


def last_service(records: Iterable[ServiceRecord]) -> dict[str, date]:
    """The last day of the latest attended service of everybody who ever served."""
    latest: dict[str, date] = {}
    for record in records:
        if record.status is ServiceStatus.ATTENDED:
            day = max(record.days)
            latest[record.employee_id] = max(day, latest.get(record.employee_id, day))
    return latest
