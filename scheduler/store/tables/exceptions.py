"""What keeps people from serving, or changes how they serve; pairs and mentors."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from scheduler.domain.people import Scope, WishKind
from scheduler.store.tables.base import TEXT, Base, id_of, one_of


class Absence(Base, table=True):
    """Days on which somebody is unavailable."""

    __tablename__ = "absence"
    __table_args__ = (UniqueConstraint("employee_id", "first", "last"),)

    id: int | None = Field(None, primary_key=True)
    employee_id: str = id_of("employee.id", sa_type=TEXT)
    first: date
    last: date


class Wish(Base, table=True):
    """Days somebody would like to serve on, or would rather not."""

    __tablename__ = "wish"
    __table_args__ = (
        UniqueConstraint("employee_id", "kind", "first", "last"),
        one_of("kind", WishKind),
    )

    id: int | None = Field(None, primary_key=True)
    employee_id: str = id_of("employee.id", sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    first: date
    last: date


class Exemption(Base, table=True):
    """Somebody's approved release, or with `channels` or `shadowing` their accommodation."""

    __tablename__ = "exemption"
    __table_args__ = (UniqueConstraint("employee_id", "category", "first", "last"),)

    id: int | None = Field(None, primary_key=True)
    employee_id: str = id_of("employee.id", sa_type=TEXT)
    category: str = Field(sa_type=TEXT)
    approver: str = Field(sa_type=TEXT)
    first: date
    last: date
    channels: list[str] = Field(sa_type=JSON)
    shadowing: bool
    remind: date | None = None


class Blackout(Base, table=True):
    """Days on which nobody of a team, a department or the company serves."""

    __tablename__ = "blackout"
    __table_args__ = (UniqueConstraint("scope", "name", "first", "last"), one_of("scope", Scope))

    id: int | None = Field(None, primary_key=True)
    scope: str = Field(sa_type=TEXT)
    name: str = Field(sa_type=TEXT)
    first: date
    last: date


class StandIns(Base, table=True):
    """Two people who stand in for each other."""

    __tablename__ = "stand_ins"
    __table_args__ = (UniqueConstraint("one", "other"),)

    id: int | None = Field(None, primary_key=True)
    one: str = id_of("employee.id", sa_type=TEXT)
    other: str = id_of("employee.id", sa_type=TEXT)


class Pairing(Base, table=True):
    """Two people who asked to serve together, or apart."""

    __tablename__ = "pairing"
    __table_args__ = (UniqueConstraint("one", "other"),)

    id: int | None = Field(None, primary_key=True)
    one: str = id_of("employee.id", sa_type=TEXT)
    other: str = id_of("employee.id", sa_type=TEXT)
    together: bool


class Mentor(Base, table=True):
    """An experienced agent of a centre. `away` holds pairs of a first and a last day."""

    __tablename__ = "mentor"
    __table_args__ = (UniqueConstraint("mentor_id"),)

    id: int | None = Field(None, primary_key=True)
    mentor_id: str = Field(sa_type=TEXT)
    name: str = Field(sa_type=TEXT)
    centre: str = id_of("centre.key", sa_type=TEXT)
    weekdays: list[int] = Field(sa_type=JSON)
    away: list[list[str]] = Field(sa_type=JSON)
    most: int
    rest: int
