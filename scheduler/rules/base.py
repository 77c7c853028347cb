"""What a rule is.

A rule says one thing twice: `compile` tells it to the solver as arrays, `check` finds it broken
in a plain plan, and neither knows of the other. The agreement test holds them together.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from scheduler.domain.ledger import Duty
from scheduler.domain.people import Employee
from scheduler.domain.plan import Assignment, Violation
from scheduler.domain.problem import Mode, Problem, RuleSetting
from scheduler.domain.programme import Session
from scheduler.domain.words import Message
from scheduler.rules.world import World

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Points = NDArray[np.signedinteger[Any]]
"""Points for every option, in as few bytes as hold them."""


class Ties(StrEnum):
    """Whom a rule couples; the partition reads it."""

    PERSON = "person"
    TEAM = "team"
    CENTRE = "centre"
    COMPANY = "company"


class RuleParams(BaseModel):
    """The parameters of a rule. The form, the interface, the docs and the stored JSON are all
    made from this schema; every field has a title."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def narrow(points: IntArray) -> Points:
    """The same points in as few bytes as hold them all: a table of all options is large."""
    most = int(np.abs(points).max(initial=0))
    return points.astype(np.min_scalar_type(-most - 1))


class Model(Protocol):
    """The small language all rules compile to. `points` None means hard."""

    def forbid(self, rule: str, mask: BoolArray, points: int | None = None) -> None:
        """Options (duties × sessions) where `mask` is true are forbidden, or cost `points`."""

    def price(self, rule: str, points: Points) -> None:
        """Choosing option (d, s) costs `points[d, s]`, never negative."""

    def bound(
        self,
        rule: str,
        *,
        duties: IntArray,
        groups: IntArray,
        sessions: IntArray,
        slots: IntArray,
        upper: IntArray,
        lower: IntArray | None = None,
        switch: bool = False,
        points: int | None = None,
        names: Sequence[Hashable] | None = None,
    ) -> None:
        """A family of group bounds. Duty `duties[i]` belongs to group `groups[i]` (a duty may
        belong to several), session `sessions[j]` touches slot `slots[j]`. For every group g and
        slot t at most `upper[g, t]` and at least `lower[g, t]` chosen options of the group touch
        the slot; where `points` is given, each one too many or too few costs that instead.

        With `switch` every group and slot is off, or on: nobody, or at least `lower[g, t]`.
        `names` are the names of the groups where other blocks of the company may have the same
        ones; their slots are then numbered alike in every block."""


class Choice(NamedTuple):
    """One assignment with everything it refers to."""

    employee: Employee
    duty: Duty
    session: Session


class PlanView:
    """A plan as the rules check it: the problem and its assignments, looked up."""

    def __init__(self, problem: Problem, assignments: Iterable[Assignment]) -> None:
        self.problem = problem
        self.assignments = tuple(assignments)

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """Every assignment with its employee, duty and session."""
        world = self.problem
        return tuple(
            Choice(world.employee[a.employee_id], world.duty[a.duty_id], world.session[a.session])
            for a in self.assignments
        )

    def __iter__(self) -> Iterator[Choice]:
        return iter(self.choices)

    @cached_property
    def by_employee(self) -> Mapping[str, Sequence[Choice]]:
        """The choices of everybody who has any, in order of their first day."""
        found: dict[str, list[Choice]] = {}
        for choice in sorted(self.choices, key=lambda c: c.session.first_day):
            found.setdefault(choice.employee.id, []).append(choice)
        return found

    @cached_property
    def by_day(self) -> Mapping[date, Sequence[Choice]]:
        """Who serves on each day."""
        return by_day(self.choices)


def by_day(choices: Iterable[Choice]) -> dict[date, list[Choice]]:
    """Which of `choices` are served on each day, in order of the days."""
    found: dict[date, list[Choice]] = {}
    for choice in choices:
        for day in choice.session.days:
            found.setdefault(day, []).append(choice)
    return dict(sorted(found.items()))


class Rule(ABC):
    """A named constraint with parameters; hard, soft, or off."""

    key: ClassVar[str]
    title: ClassVar[str]
    ties: ClassVar[Ties]
    default_mode: ClassVar[Mode] = Mode.HARD
    default_weight: ClassVar[int] = 10
    always_on: ClassVar[bool] = False
    """Whether the rule is hard for ever: no admin can soften it or turn it off."""

    class Params(RuleParams):
        """No parameters, unless a rule says otherwise."""

    def __init__(self, setting: RuleSetting | None = None) -> None:
        setting = setting or self.default_setting()
        self.mode = Mode.HARD if self.always_on else setting.mode
        self.weight = setting.weight
        self.params: Any = self.Params.model_validate(setting.params)

    @classmethod
    def default_setting(cls) -> RuleSetting:
        """How the rule is set until an admin changes it."""
        return RuleSetting(
            key=cls.key,
            mode=cls.default_mode,
            weight=cls.default_weight,
            params=cls.Params().model_dump(mode="json"),
        )

    @property
    def on(self) -> bool:
        """Whether the rule holds at all."""
        return self.mode is not Mode.OFF

    @property
    def points(self) -> int | None:
        """What one unit of breaking the rule costs; None where it is hard."""
        return self.weight if self.mode is Mode.SOFT else None

    @abstractmethod
    def compile(self, world: World, model: Model) -> None:
        """Say the rule to the solver."""

    @abstractmethod
    def check(self, plan: PlanView) -> list[Violation]:
        """Everything in `plan` that breaks the rule."""

    @abstractmethod
    def sentence(self) -> Message:
        """What the rule means with its parameters, for an admin and a works council."""

    @abstractmethod
    def because(self) -> Message:
        """Why a date was not possible, told to the person it hits: nothing about anybody else."""

    def broken(
        self,
        amount: int,
        text: Message,
        *,
        choices: Iterable[Choice] = (),
        days: Iterable[date] = (),
        points: int | None = None,
    ) -> Violation:
        """A violation of this rule; soft ones cost `points`, by default weight × amount."""
        involved = tuple(choices)
        if self.mode is not Mode.SOFT:
            cost = None
        else:
            cost = amount * self.weight if points is None else points
        return Violation(
            rule=self.key,
            amount=amount,
            points=cost,
            text=text,
            employee_ids=tuple(dict.fromkeys(c.employee.id for c in involved)),
            sessions=tuple(dict.fromkeys(c.session.key for c in involved)),
            days=tuple(days),
        )
