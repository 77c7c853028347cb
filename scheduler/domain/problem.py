"""One consistent snapshot: everything a plan is computed from, and nothing else."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from pydantic import Field, model_validator

from scheduler.domain.base import Value
from scheduler.domain.calendar import DateRange
from scheduler.domain.ledger import Duty, ServiceRecord
from scheduler.domain.people import (
    Absence,
    Blackout,
    Employee,
    Exemption,
    Mentor,
    Pairing,
    StandIns,
    Wish,
)
from scheduler.domain.plan import Assignment
from scheduler.domain.programme import Programme, ServiceCentre, Session


class Mode(StrEnum):
    """How strictly a rule holds."""

    HARD = "hard"
    SOFT = "soft"
    OFF = "off"


class RuleScope(StrEnum):
    """What a rule may be set differently for. Where two differ for the same person and session,
    the first of these decides."""

    DEPARTMENT = "department"
    PROGRAMME = "programme"
    CENTRE = "centre"


class Variant(Value):
    """A rule set differently for the people of one department, or the sessions of one programme
    or service centre (its key)."""

    scope: RuleScope
    name: str
    mode: Mode
    weight: int = Field(1, ge=0, le=10_000)
    params: dict[str, Any] = Field(default_factory=dict)


class RuleSetting(Value):
    """How an admin set one rule: its mode, the points a unit costs while it is soft, its
    parameters as the rule's schema writes them, and for whom it is set differently."""

    key: str
    mode: Mode
    weight: int = Field(1, ge=0, le=10_000)
    params: dict[str, Any] = Field(default_factory=dict)
    variants: tuple[Variant, ...] = ()

    @model_validator(mode="after")
    def _varied_once(self) -> Self:
        scopes = [(variant.scope, variant.name) for variant in self.variants]
        if len(scopes) != len(set(scopes)):
            raise ValueError(f"“{self.key}” is set twice for the same department or the like")
        return self


class Follows(Value):
    """The published plan that a re-planning starts from: its number, what of it still matters,
    and the day before which it stays as it is."""

    plan: int
    published: tuple[Assignment, ...]
    freeze: date


class Problem(Value):
    """Employees, sessions and duties of one horizon with the rules that hold for them.

    `records` is the ledger so far; `rules` may name only some rules, the others keep their
    defaults. `made` is the day on which the plan is drawn up, None where that does not matter. A
    plan that `follows` a published one changes as few people as it can. Saved with every run, so
    that a run can be repeated exactly.
    """

    horizon: DateRange
    employees: tuple[Employee, ...]
    centres: tuple[ServiceCentre, ...]
    programmes: tuple[Programme, ...]
    sessions: tuple[Session, ...]
    duties: tuple[Duty, ...]
    absences: tuple[Absence, ...] = ()
    blackouts: tuple[Blackout, ...] = ()
    wishes: tuple[Wish, ...] = ()
    stand_ins: tuple[StandIns, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    pairings: tuple[Pairing, ...] = ()
    mentors: tuple[Mentor, ...] = ()
    records: tuple[ServiceRecord, ...] = ()
    rules: tuple[RuleSetting, ...] = ()
    seed: int = 0
    made: date | None = None
    follows: Follows | None = None

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        people = {person.id for person in self.employees}
        unknown = {duty.employee_id for duty in self.duties} - people
        if unknown:
            raise ValueError(f"duties of unknown employees: {sorted(unknown)[:5]}")
        for what, keys in (
            ("employee", [person.id for person in self.employees]),
            ("duty", [duty.id for duty in self.duties]),
            ("session", [session.key for session in self.sessions]),
        ):
            if len(keys) != len(set(keys)):
                raise ValueError(f"two with the same {what} id")
        return self

    def changed(self, **fields: Any) -> Self:
        """The same problem with other values of some fields, which are not judged again."""
        other = self.model_copy(update=fields)
        for name in fields:
            # What was looked up before was looked up in the old ones.
            other.__dict__.pop(_LOOKED_UP.get(name, ""), None)
        return other

    @cached_property
    def employee(self) -> dict[str, Employee]:
        """Employees by id."""
        return {person.id: person for person in self.employees}

    @cached_property
    def session(self) -> dict[str, Session]:
        """Sessions by key."""
        return {session.key: session for session in self.sessions}

    @cached_property
    def duty(self) -> dict[str, Duty]:
        """Duties by id."""
        return {duty.id: duty for duty in self.duties}

    @cached_property
    def centre(self) -> dict[str, ServiceCentre]:
        """Centres by key."""
        return {centre.key: centre for centre in self.centres}

    @cached_property
    def programme(self) -> dict[str, Programme]:
        """Programmes by key."""
        return {programme.key: programme for programme in self.programmes}


_LOOKED_UP = {
    "employees": "employee",
    "sessions": "session",
    "duties": "duty",
    "centres": "centre",
    "programmes": "programme",
}
"""Fields of a problem and what it looks up in them."""
