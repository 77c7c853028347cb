"""Who may sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from scheduler.domain import account
from scheduler.store.tables.base import TEXT, Base, id_of, one_of


class Role(Base, table=True):
    """What an account may do: employee, lead, hr, admin."""

    __tablename__ = "role"
    __table_args__ = (UniqueConstraint("name"), one_of("name", account.Role))

    id: int | None = Field(None, primary_key=True)
    name: str = Field(sa_type=TEXT)
    description: str = Field("", sa_type=TEXT)


class Account(Base, table=True):
    """Somebody who may sign in, with the fields that Flask-Security reads and writes."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("email"),
        UniqueConstraint("fs_uniquifier"),
        UniqueConstraint("employee_id"),
    )

    id: int | None = Field(None, primary_key=True)
    email: str = Field(sa_type=TEXT)
    password: str | None = Field(None, sa_type=TEXT)
    active: bool
    fs_uniquifier: str = Field(sa_type=TEXT)
    confirmed_at: datetime | None = None
    created_at: datetime | None = None
    last_login_at: datetime | None = None
    current_login_at: datetime | None = None
    last_login_ip: str | None = Field(None, sa_type=TEXT)
    current_login_ip: str | None = Field(None, sa_type=TEXT)
    login_count: int | None = None
    employee_id: str | None = id_of("employee.id", default=None, sa_type=TEXT)


class AccountRole(Base, table=True):
    """Which account has which role."""

    __tablename__ = "account_role"

    account_id: int = id_of("account.id", cascade=True, primary_key=True)
    role_id: int = id_of("role.id", cascade=True, primary_key=True)


class LeadCentre(Base, table=True):
    """Which account leads which service centre."""

    __tablename__ = "lead_centre"

    account_id: int = id_of("account.id", cascade=True, primary_key=True)
    centre: str = id_of("centre.key", primary_key=True, sa_type=TEXT)


class LoginFailure(Base, table=True):
    """A failed sign-in, counted against a key (an address, a name)."""

    __tablename__ = "login_failure"
    __table_args__ = (Index(None, "key", "at"), Index(None, "at"))

    id: int | None = Field(None, primary_key=True)
    key: str = Field(sa_type=TEXT)
    at: datetime
