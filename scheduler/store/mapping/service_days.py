"""Published days of service as rows."""

from __future__ import annotations

from sqlalchemy import RowMapping

from scheduler.domain.revision import DayStatus, ServiceDay


def day_of(row: RowMapping) -> ServiceDay:
    """The day of service in a row."""
    fields = {name: row[name] for name in ServiceDay.model_fields}
    return ServiceDay(**{**fields, "status": DayStatus(row["status"])})
