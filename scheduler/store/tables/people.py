"""Everybody on the roster."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, Index
from sqlmodel import Field

from scheduler.store.tables.base import TEXT, Base


class Employee(Base, table=True):
    """`search_text` and `sort_name` are folded for the search; the window (`opens`, `due`) and
    `last_served` are kept here for it too, and come from the ledger."""

    __tablename__ = "employee"
    __table_args__ = (
        Index(None, "sort_name", "id"),
        Index(None, "department", "sort_name", "id"),
        Index(None, "team", "sort_name", "id"),
        Index(None, "executive", "sort_name", "id"),
        Index(None, "due", "opens", "leave_date", "id"),
    )

    id: str = Field(primary_key=True, sa_type=TEXT)
    name: str = Field(sa_type=TEXT)
    email: str | None = Field(None, sa_type=TEXT)
    department: str | None = Field(None, sa_type=TEXT)
    team: str | None = Field(None, sa_type=TEXT)
    title: str | None = Field(None, sa_type=TEXT)
    manager_id: str | None = Field(None, sa_type=TEXT)
    level: int
    executive: bool
    city: str = Field(sa_type=TEXT)
    country: str | None = Field(None, sa_type=TEXT)
    subdivision: str | None = Field(None, sa_type=TEXT)
    timezone: str = Field(sa_type=TEXT)
    weekdays: list[int] = Field(sa_type=JSON)
    languages: list[str] = Field(sa_type=JSON)
    hire_date: date
    leave_date: date | None = None
    centre: str | None = Field(None, sa_type=TEXT)
    cleared_until: date | None = None
    sort_name: str = Field(sa_type=TEXT)
    search_text: str = Field(sa_type=TEXT)
    opens: date | None = None
    due: date | None = None
    last_served: date | None = None
