"""Published days of service as rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from scheduler.domain.revision import DayStatus, ServiceDay
from scheduler.store.mapping.row import Row


def row_of(day: ServiceDay, zone: ZoneInfo | None) -> Row:
    """The row of a day of service; `zone` is the centre's, None for a centre that is gone."""
    return {**day.model_dump(), "status": day.status.value, "day": _date(day.starts, zone)}


def day_of(row: RowMapping) -> ServiceDay:
    """The day of service in a row."""
    fields = {name: row[name] for name in ServiceDay.model_fields}
    return ServiceDay(**{**fields, "status": DayStatus(row["status"])})


def _date(instant: datetime, zone: ZoneInfo | None) -> date:
    """The date of an instant where the centre is; a centre that is gone counts as UTC."""
    return instant.astimezone(zone or UTC).date()
