"""What became of every service."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from scheduler.domain.ledger import ServiceStatus
from scheduler.store.tables.base import TEXT, Base, id_of, one_of


class ServiceRecord(Base, table=True):
    """A line of the ledger. One person serves in a programme once on a day."""

    __tablename__ = "service_record"
    __table_args__ = (
        UniqueConstraint("employee_id", "programme", "first_day"),
        one_of("status", ServiceStatus),
    )

    id: int | None = Field(None, primary_key=True)
    employee_id: str = id_of("employee.id", sa_type=TEXT)
    programme: str = Field(sa_type=TEXT)
    centre: str = Field(sa_type=TEXT)
    first_day: date
    days: list[str] = Field(sa_type=JSON)
    status: str = Field(sa_type=TEXT)
