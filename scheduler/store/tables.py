"""The tables, as SQLModel classes. They carry no invariants: the domain does.

Instants are aware and in UTC on every database (SQLModel sees to it, and refuses naive ones);
everything that is a list in the domain is JSON. Texts sort by code point on every database, so
that lists are cut into pages alike.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, MetaData, String, UniqueConstraint
from sqlmodel import Field, SQLModel

# Constraints have names of ours, so that a migration can drop them on every database.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


TEXT = String().with_variant(String(collation="C"), "postgresql")
"""Text that sorts by code point."""


def id_of(target: str, *, cascade: bool = False, **options: Any) -> Any:
    """A field that holds the key of a row of another table ("employee.id")."""
    if cascade:
        options["ondelete"] = "CASCADE"
    return Field(foreign_key=target, **options)


class Base(SQLModel):
    """What all tables share: one catalogue with names for every constraint."""

    metadata = MetaData(naming_convention=NAMES)


# People


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
    __table_args__ = (UniqueConstraint("employee_id", "kind", "first", "last"),)

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
    __table_args__ = (UniqueConstraint("scope", "name", "first", "last"),)

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


class ServiceRecord(Base, table=True):
    """A line of the ledger. One person serves in a programme once on a day."""

    __tablename__ = "service_record"
    __table_args__ = (UniqueConstraint("employee_id", "programme", "first_day"),)

    id: int | None = Field(None, primary_key=True)
    employee_id: str = id_of("employee.id", sa_type=TEXT)
    programme: str = Field(sa_type=TEXT)
    centre: str = Field(sa_type=TEXT)
    first_day: date
    days: list[str] = Field(sa_type=JSON)
    status: str = Field(sa_type=TEXT)


# Catalogue


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
    """One of a kind: the policy, the company's name."""

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


# Plans


class Plan(Base, table=True):
    """A plan and the figures of its last run."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("revision"), Index(None, "status", "revision"))

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


# Runs


class Run(Base, table=True):
    """One computation of a plan."""

    __tablename__ = "run"
    __table_args__ = (Index(None, "state", "id"), Index(None, "plan_id"))

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


# Calendars


class ServiceDay(Base, table=True):
    """A published day of service; `day` is its date where the centre is."""

    __tablename__ = "service_day"
    __table_args__ = (
        UniqueConstraint("duty_id", "number"),
        Index(None, "employee_id", "status", "day"),
        Index(None, "starts"),
    )

    uid: str = Field(primary_key=True, sa_type=TEXT)
    employee_id: str = id_of("employee.id", sa_type=TEXT)
    duty_id: str = Field(sa_type=TEXT)
    number: int
    of: int
    session: str = Field(sa_type=TEXT)
    programme: str = Field(sa_type=TEXT)
    centre: str = Field(sa_type=TEXT)
    starts: datetime
    ends: datetime
    day: date
    status: str = Field(sa_type=TEXT)
    sequence: int
    changed_at: datetime
    revision: int


class Feed(Base, table=True):
    """Somebody's subscription; the token is kept as its SHA-256 only."""

    __tablename__ = "feed"
    __table_args__ = (UniqueConstraint("token_hash"),)

    employee_id: str = id_of("employee.id", primary_key=True, sa_type=TEXT)
    token_hash: str = Field(sa_type=TEXT)
    created_at: datetime
    last_fetched_at: datetime | None = None


class FeedCache(Base, table=True):
    """The bytes of a feed as last written."""

    __tablename__ = "feed_cache"

    employee_id: str = id_of("employee.id", primary_key=True, sa_type=TEXT)
    stamp: str = Field(sa_type=TEXT)
    body: bytes = Field(sa_type=LargeBinary)
    etag: str = Field(sa_type=TEXT)
    modified: datetime


class Preference(Base, table=True):
    """How somebody wants their calendar."""

    __tablename__ = "preference"

    employee_id: str = id_of("employee.id", primary_key=True, sa_type=TEXT)
    hide_cancelled: bool


# Accounts


class Role(Base, table=True):
    """What an account may do: employee, lead, hr, admin."""

    __tablename__ = "role"
    __table_args__ = (UniqueConstraint("name"),)

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


# Audit


class AuditEntry(Base, table=True):
    """Who did what to what. `details` is canonical JSON, because `digest` covers its bytes."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("previous"), Index(None, "at"))

    id: int | None = Field(None, primary_key=True)
    actor: str = Field(sa_type=TEXT)
    action: str = Field(sa_type=TEXT)
    subject: str = Field(sa_type=TEXT)
    at: datetime
    details: str = Field(sa_type=TEXT)
    previous: str = Field(sa_type=TEXT)
    digest: str = Field(sa_type=TEXT)
