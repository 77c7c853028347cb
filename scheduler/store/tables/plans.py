"""Plans, and what runs made of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from scheduler.domain.plan import PlanStatus, SolveStatus
from scheduler.store.tables.base import TEXT, Base, id_of, one_of


class Plan(Base, table=True):
    """A plan and the figures of its last run."""

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("revision"),
        Index(None, "status", "revision"),
        one_of("status", PlanStatus),
        one_of("solve_status", SolveStatus),
    )

    id: int | None = Field(None, primary_key=True)
    name: str = Field(sa_type=TEXT)
    status: str = Field(sa_type=TEXT)
    revision: int | None = None
    first: date
    last: date
    programmes: list[str] = Field(sa_type=JSON)
    centres: list[str] = Field(sa_type=JSON)
    author: str = Field(sa_type=TEXT)
    created_at: datetime
    published_at: datetime | None = None
    published_by: str | None = Field(None, sa_type=TEXT)
    duties: int
    rules_version: int
    time_limit: float
    solve_status: str | None = Field(None, sa_type=TEXT)
    placed: int | None = None
    unassigned: int | None = None
    cost: int | None = Field(None, sa_type=BigInteger)
    bound: float | None = None
    gap: float | None = None
    seconds: float | None = None
    hard_violations: int | None = None
    score: dict[str, int] = Field(sa_type=JSON)


class PlanSnapshot(Base, table=True):
    """The problem of a plan: JSON, compressed with zlib."""

    __tablename__ = "plan_snapshot"

    plan_id: int = id_of("plan.id", cascade=True, primary_key=True)
    body: bytes = Field(sa_type=LargeBinary)


class PlanSession(Base, table=True):
    """A session that a plan may use."""

    __tablename__ = "plan_session"
    __table_args__ = (Index(None, "plan_id", "first_day"),)

    plan_id: int = id_of("plan.id", cascade=True, primary_key=True)
    key: str = Field(primary_key=True, sa_type=TEXT)
    programme: str = Field(sa_type=TEXT)
    centre: str = Field(sa_type=TEXT)
    first_day: date
    last_day: date
    days: list[str] = Field(sa_type=JSON)
    seats: int


class Assignment(Base, table=True):
    """A duty and its session; `first_day` is the session's, for the order of the list."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(None, "plan_id", "first_day", "session", "employee_id", "duty_id"),
        Index(None, "plan_id", "session"),
        Index(None, "employee_id", "plan_id"),
    )

    plan_id: int = id_of("plan.id", cascade=True, primary_key=True)
    duty_id: str = Field(primary_key=True, sa_type=TEXT)
    employee_id: str = id_of("employee.id", sa_type=TEXT)
    session: str = Field(sa_type=TEXT)
    first_day: date
    why: dict[str, Any] | None = Field(None, sa_type=JSON(none_as_null=True))


class Unassigned(Base, table=True):
    """A duty that a plan could not place, with the rules that block it."""

    __tablename__ = "unassigned"

    plan_id: int = id_of("plan.id", cascade=True, primary_key=True)
    duty_id: str = Field(primary_key=True, sa_type=TEXT)
    employee_id: str = id_of("employee.id", sa_type=TEXT)
    due: date
    blocks: list[dict[str, Any]] = Field(sa_type=JSON)


class Violation(Base, table=True):
    """A rule that a plan breaks, in the order found."""

    __tablename__ = "violation"

    plan_id: int = id_of("plan.id", cascade=True, primary_key=True)
    number: int = Field(primary_key=True)
    rule: str = Field(sa_type=TEXT)
    definition: dict[str, Any] = Field(sa_type=JSON)
