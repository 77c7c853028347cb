"""Published days of service as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select

from scheduler.domain.programme import ServiceCentre
from scheduler.domain.revision import DayStatus, ServiceDay
from scheduler.store import tables
from scheduler.store.repositories.base import Repository, Row, table_of

CENTRE = table_of(tables.Centre)


def save_days(shelf: Repository, days: Sequence[ServiceDay]) -> None:
    """Write days of service; those known by their uid are changed."""
    zones = _zones(shelf)
    shelf.put(tables.ServiceDay, [_row(day, zones.get(day.centre)) for day in days])


def day_of(row: RowMapping) -> ServiceDay:
    """The day of service in a row."""
    fields = {name: row[name] for name in ServiceDay.model_fields}
    return ServiceDay(**{**fields, "status": DayStatus(row["status"])})


def _zones(shelf: Repository) -> dict[str, ZoneInfo]:
    centres = shelf.session.scalars(select(CENTRE.c.definition))
    known = [ServiceCentre.model_validate(definition) for definition in centres]
    return {centre.key: ZoneInfo(centre.place.timezone) for centre in known}


def _row(day: ServiceDay, zone: ZoneInfo | None) -> Row:
    return {**day.model_dump(), "status": day.status.value, "day": _date(day.starts, zone)}


def _date(instant: datetime, zone: ZoneInfo | None) -> date:
    """The date of an instant where the centre is; a centre that is gone counts as UTC."""
    return instant.astimezone(zone or UTC).date()
