"""Employees, the management chain, and what keeps people from serving on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from scheduler.domain.base import Value
from scheduler.domain.calendar import FULL_TIME, DateRange, Place, WorkPattern
from scheduler.domain.programme import Channel, Key

TOP_LEVEL = 1


class Employee(Value):
    """Anyone on the roster, from intern to chief executive.

    `level` counts down the management chain from 1 (nobody above); `executive` is derived with it
    by `with_levels`. `leave_date` is the last day of employment. `team` is the team's name, or
    the manager's id where the roster names no teams. `centre` is the key of the one service centre
    this person serves at; None means any. `cleared_until` is the last day on which their training
    in data protection is valid; None where nobody recorded one.
    """

    id: str = Field(min_length=1, max_length=64)
    name: str = Field(min_length=1, max_length=200)
    email: str | None = None
    department: str | None = None
    team: str | None = None
    title: str | None = None
    manager_id: str | None = None
    level: int = Field(TOP_LEVEL, ge=TOP_LEVEL)
    executive: bool = False
    place: Place = Place()
    pattern: WorkPattern = FULL_TIME
    languages: tuple[str, ...] = ()
    hire_date: date
    leave_date: date | None = None
    centre: str | None = None
    cleared_until: date | None = None

    @model_validator(mode="after")
    def _hired_before_leaving(self) -> Self:
        if self.leave_date is not None and self.leave_date < self.hire_date:
            raise ValueError(f"leaves on {self.leave_date}, before being hired on {self.hire_date}")
        return self

    def employed_on(self, day: date) -> bool:
        """Whether `day` lies between hire and leave date, both included."""
        return self.hire_date <= day and (self.leave_date is None or day <= self.leave_date)

    def works_on(self, day: date) -> bool:
        """Whether `day` is a working day of this person: pattern and public holidays."""
        return day in self.pattern and not self.place.is_public_holiday(day)


class ManagementCycle(ValueError):
    """People who, followed upwards, manage themselves; `members` in order."""

    def __init__(self, members: Sequence[str]) -> None:
        super().__init__("management cycle: " + " → ".join([*members, members[0]]))
        self.members = tuple(members)


def levels(managers: Mapping[str, str | None]) -> dict[str, int]:
    """Level of everybody from `{employee id: manager id}`; a manager who is not on the roster
    counts as nobody. Raises `ManagementCycle`."""
    level_of: dict[str, int] = {}
    for employee_id in managers:
        chain: dict[str, None] = {}
        current: str | None = employee_id
        while current is not None and current in managers and current not in level_of:
            if current in chain:
                ring = list(chain)
                raise ManagementCycle(ring[ring.index(current) :])
            chain[current] = None
            current = managers[current]
        level = level_of[current] if current in level_of else TOP_LEVEL - 1
        for link in reversed(chain):
            level += 1
            level_of[link] = level
    return level_of


def with_levels(employees: Iterable[Employee], executive_level: int) -> tuple[Employee, ...]:
    """The same people with `level` and `executive` derived from the management chain.

    An executive stands at or above `executive_level` *and* leads somebody: an assistant who
    reports to the chief executive is none, and a roster without managers has none.
    """
    people = tuple(employees)
    level_of = levels({person.id: person.manager_id for person in people})
    leading = {person.manager_id for person in people}
    return tuple(
        person.model_copy(
            update={
                "level": level_of[person.id],
                "executive": level_of[person.id] <= executive_level and person.id in leading,
            }
        )
        for person in people
    )


class Absence(Value):
    """A person is unavailable on the days of `days`. Why is nobody's business here."""

    employee_id: str
    days: DateRange


class Scope(StrEnum):
    """Whom a blackout concerns."""

    TEAM = "team"
    DEPARTMENT = "department"
    COMPANY = "company"


class Blackout(Value):
    """Nobody of a team, a department or the company serves on these days."""

    scope: Scope
    name: str = ""
    days: DateRange


class WishKind(StrEnum):
    """Whether somebody would like, or would rather not, serve on some days."""

    WISHED = "wished"
    UNWISHED = "unwished"


class Wish(Value):
    """Days on which a person would like to serve, or would rather not."""

    employee_id: str
    kind: WishKind
    days: DateRange


class StandIns(Value):
    """Two people who stand in for each other."""

    one: str
    other: str


class Pairing(Value):
    """Two people who asked to serve in the same session, or not to."""

    one: str
    other: str
    together: bool


class Exemption(Value):
    """One person's recorded, dated, approved, expiring release or accommodation.

    An accommodation says on which `channels` the person may serve; without any it is a release
    from all service. Who is `shadowing` serves beside somebody else. On `remind` HR is told that
    it expires.
    """

    employee_id: str
    category: str
    approver: str
    days: DateRange
    channels: tuple[Channel, ...] = ()
    shadowing: bool = False
    remind: date | None = None

    @property
    def release(self) -> bool:
        """Whether the person does not serve at all, rather than in another way."""
        return not self.channels and not self.shadowing


class Mentor(Value):
    """An experienced agent of a centre who accompanies sessions there.

    They accompany a session on whose days they work (`pattern`, `away`), at most `most` in a
    calendar month, and at least `rest` whole weeks after the last day of the one before.
    """

    id: str = Field(min_length=1, max_length=64)
    name: str = Field(min_length=1, max_length=200)
    centre: Key
    pattern: WorkPattern = FULL_TIME
    away: tuple[DateRange, ...] = ()
    most: int = Field(2, ge=0, le=31)
    rest: int = Field(0, ge=0, le=52)

    def works_on(self, day: date) -> bool:
        """Whether the mentor is there on `day`."""
        return day in self.pattern and not any(day in days for days in self.away)
