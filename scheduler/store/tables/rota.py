"""The rota: services, and what happened to them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from scheduler.domain.rota import ChangeKind, ServiceState
from scheduler.store.tables.base import TEXT, Base, id_of, one_of


class Service(Base, table=True):
    """One duty's place in the rota; its days are the rows of `service_day` that name it. `first`
    and `last` are the first and the last of them where the centre is."""

    __tablename__ = "service"
    __table_args__ = (
        Index(None, "employee_id", "first"),
        Index(None, "centre", "last"),
        Index(None, "state", "last"),
        one_of("state", ServiceState),
    )

    id: str = Field(primary_key=True, sa_type=TEXT)
    employee_id: str = id_of("employee.id", sa_type=TEXT)
    duty_id: str = Field(sa_type=TEXT)
    session: str = Field(sa_type=TEXT)
    programme: str = Field(sa_type=TEXT)
    centre: str = Field(sa_type=TEXT)
    state: str = Field(sa_type=TEXT)
    first: date
    last: date
    why: dict[str, Any] | None = Field(None, sa_type=JSON(none_as_null=True))


class ServiceChange(Base, table=True):
    """One event in the life of a service. Rows are added, never changed."""

    __tablename__ = "service_change"
    __table_args__ = (
        Index(None, "service_id"),
        Index(None, "employee_id", "id"),
        one_of("kind", ChangeKind),
    )

    id: int | None = Field(None, primary_key=True)
    service_id: str = id_of("service.id", sa_type=TEXT)
    employee_id: str = id_of("employee.id", sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    before: str | None = Field(None, sa_type=TEXT)
    after: str | None = Field(None, sa_type=TEXT)
    day_before: date | None = None
    day_after: date | None = None
    actor: str = Field(sa_type=TEXT)
    at: datetime
    reason: str = Field(sa_type=TEXT)
