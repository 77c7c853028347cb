"""Lines of the ledger as rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from scheduler.domain.ledger import ServiceRecord, ServiceStatus
from scheduler.store.mapping.row import Row


def row_of(record: ServiceRecord) -> Row:
    """The row of a service."""
    return {
        "employee_id": record.employee_id,
        "programme": record.programme,
        "centre": record.centre,
        "first_day": min(record.days),
        "days": [day.isoformat() for day in record.days],
        "status": record.status.value,
    }


def record_of(row: Any) -> ServiceRecord:
    """The service in a row."""
    return ServiceRecord(
        employee_id=row.employee_id,
        programme=row.programme,
        centre=row.centre,
        days=tuple(date.fromisoformat(day) for day in row.days),
        status=ServiceStatus(row.status),
    )
