"""What is offered, where, and by which rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from scheduler.store.tables.base import TEXT, Base


class Programme(Base, table=True):
    """A programme, whole, as JSON."""

    __tablename__ = "programme"

    key: str = Field(primary_key=True, sa_type=TEXT)
    definition: dict[str, Any] = Field(sa_type=JSON)


class Centre(Base, table=True):
    """A service centre, whole, as JSON."""

    __tablename__ = "centre"

    key: str = Field(primary_key=True, sa_type=TEXT)
    definition: dict[str, Any] = Field(sa_type=JSON)


class Setting(Base, table=True):
    """One of a kind: the policy."""

    __tablename__ = "setting"

    key: str = Field(primary_key=True, sa_type=TEXT)
    value: Any = Field(sa_type=JSON)


class RuleBook(Base, table=True):
    """All rule settings at one version; a change is a new row."""

    __tablename__ = "rule_book"

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    settings: list[dict[str, Any]] = Field(sa_type=JSON)
    author: str = Field(sa_type=TEXT)
    at: datetime
    note: str = Field(sa_type=TEXT)
