"""The queue of runs, and how far each has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from scheduler.domain.run import RunState
from scheduler.store.tables.base import TEXT, Base, id_of, one_of


class Run(Base, table=True):
    """One computation of a plan."""

    __tablename__ = "run"
    __table_args__ = (Index(None, "state", "id"), Index(None, "plan_id"), one_of("state", RunState))

    id: int | None = Field(None, primary_key=True)
    plan_id: int = id_of("plan.id", cascade=True)
    state: str = Field(sa_type=TEXT)
    attempt: int
    worker: str | None = Field(None, sa_type=TEXT)
    lease_until: datetime | None = None
    cancel: bool
    time_limit: float
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    phase: str = Field(sa_type=TEXT)
    placed: int
    total: int
    best: float | None = None
    bound: float | None = None
    gap: float | None = None
    elapsed: float
    error: str = Field(sa_type=TEXT)


class RunPoint(Base, table=True):
    """A point of the gap's curve."""

    __tablename__ = "run_point"

    run_id: int = id_of("run.id", cascade=True, primary_key=True)
    number: int = Field(primary_key=True)
    seconds: float
    best: float | None = None
    bound: float | None = None


class RunIncumbent(Base, table=True):
    """The best plan of a run so far: JSON, compressed with zlib."""

    __tablename__ = "run_incumbent"

    run_id: int = id_of("run.id", cascade=True, primary_key=True)
    body: bytes = Field(sa_type=LargeBinary)
