"""What the store hands out beside domain values: small frozen rows, ready for a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from scheduler.domain.calendar import DateRange
from scheduler.domain.plan import Assignment, PlanStatus, SolveStatus, Unassigned, Violation
from scheduler.domain.problem import RuleSetting
from scheduler.domain.rota import ServiceState
from scheduler.domain.run import RunState
from scheduler.domain.words import Message

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a longer list. `page` counts from 1, `total` is over all pages."""

    rows: tuple[T, ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True)
class Entry(Generic[T]):
    """A value on record, with the number by which it is changed and removed."""

    id: int
    value: T


class Owing(StrEnum):
    """Where somebody stands with their next service, as a filter of the people search."""

    OVERDUE = "overdue"
    """The due date has passed and no exemption holds today."""
    DUE = "due"
    """The window is open and not over yet, and no exemption holds today."""
    EXEMPT = "exempt"
    """An exemption holds today."""


@dataclass(frozen=True)
class PersonRow:
    """An employee as a list shows them; `next_service` is their next published day."""

    id: str
    name: str
    email: str | None
    department: str | None
    team: str | None
    title: str | None
    level: int
    executive: bool
    country: str | None
    city: str
    centre: str | None
    hire_date: date
    leave_date: date | None
    last_served: date | None
    due: date | None
    next_service: date | None


@dataclass(frozen=True)
class CoverageRow:
    """How far service has come in one department, or (`executives`) among all executives, who
    are counted nowhere else. `name` is None for people without a department."""

    name: str | None
    executives: bool
    people: int
    served_in_cycle: int
    overdue: int
    planned: int


@dataclass(frozen=True)
class RuleBook:
    """The rules as an admin left them. Version 0 is nobody's: every rule at its default."""

    version: int = 0
    settings: tuple[RuleSetting, ...] = ()
    author: str = ""
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class PlanResult:
    """What came of a run, checked. `score` is the soft points by rule, `why` the reason of each
    placed duty, by duty id."""

    status: SolveStatus
    assignments: tuple[Assignment, ...] = ()
    unassigned: tuple[Unassigned, ...] = ()
    violations: tuple[Violation, ...] = ()
    cost: int | None = None
    bound: float | None = None
    gap: float | None = None
    seconds: float = 0.0
    score: dict[str, int] = field(default_factory=dict)
    why: dict[str, Message] = field(default_factory=dict)


@dataclass(frozen=True)
class PlanRow:
    """A plan without its assignments. What only a run finds out is None until one has ended."""

    id: int
    name: str
    status: PlanStatus
    revision: int | None
    horizon: DateRange
    programmes: tuple[str, ...]
    centres: tuple[str, ...]
    author: str
    created_at: datetime
    published_at: datetime | None
    published_by: str | None
    duties: int
    rules_version: int
    time_limit: float
    solve_status: SolveStatus | None = None
    placed: int | None = None
    unassigned: int | None = None
    cost: int | None = None
    bound: float | None = None
    gap: float | None = None
    seconds: float | None = None
    hard_violations: int | None = None
    score: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class AssignmentRow:
    """An assignment with everything a list shows of it."""

    duty_id: str
    employee_id: str
    employee_name: str
    department: str | None
    team: str | None
    executive: bool
    programme: str
    centre: str
    session: str
    first_day: date
    last_day: date
    days: tuple[date, ...]
    why: Message | None


@dataclass(frozen=True)
class GuestRow:
    """Somebody who comes to a service centre on a day: the `number`-th of `of` days, from 0."""

    service_id: str
    employee_id: str
    employee_name: str
    department: str | None
    session: str
    programme: str
    number: int
    of: int
    starts: datetime
    ends: datetime
    state: ServiceState


@dataclass(frozen=True)
class CalendarRow:
    """A session of a plan: how many come, and the first of their names."""

    session: str
    programme: str
    centre: str
    days: tuple[date, ...]
    seats: int
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class LoadRow:
    """How many seats of a centre's sessions are taken on one day."""

    centre: str
    day: date
    used: int
    seats: int


TrailPoint = tuple[float, float | None, float | None]
"""Seconds since the run began, best cost so far, proven bound."""


@dataclass(frozen=True)
class RunRow:
    """One computation of a plan, as the last heartbeat of its worker left it."""

    id: int
    plan_id: int
    state: RunState
    attempt: int
    worker: str | None
    lease_until: datetime | None
    cancel: bool
    time_limit: float
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    phase: str
    placed: int
    total: int
    best: float | None
    bound: float | None
    gap: float | None
    elapsed: float
    error: str
    trail: tuple[TrailPoint, ...] = ()


@dataclass(frozen=True)
class FeedRow:
    """The state of somebody's subscription; the token itself is known to nobody."""

    created_at: datetime
    last_fetched_at: datetime | None


@dataclass(frozen=True)
class CachedFeed:
    """A feed as it was last written; good as long as `revision_stamp` is the person's."""

    revision_stamp: str
    body: bytes
    etag: str
    modified: datetime


@dataclass(frozen=True)
class AccountRow:
    """Somebody who may sign in. `centres` are the ones they lead."""

    id: int
    email: str
    active: bool
    roles: tuple[str, ...]
    employee_id: str | None
    centres: tuple[str, ...]
    created_at: datetime | None
    last_login_at: datetime | None
    login_count: int


@dataclass(frozen=True)
class AuditRow:
    """One entry of the audit log; `digest` chains it to the entry before."""

    id: int
    actor: str
    action: str
    subject: str
    at: datetime
    details: dict[str, Any]
    digest: str
