"""What a rule is.

A rule says one thing twice: `compile` tells it to the solver as arrays, `check` finds it broken
in a plain plan, and neither knows of the other. The agreement test holds them together.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

from scheduler.domain.ledger import Duty
from scheduler.domain.people import Employee
from scheduler.domain.plan import Assignment, Violation
from scheduler.domain.problem import Mode, Problem, RuleScope, RuleSetting
from scheduler.domain.programme import Session
from scheduler.domain.words import Message
from scheduler.model.language import BoolArray, GroupBound, Model, Points
from scheduler.model.world import World


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

    def only(self, wanted: Callable[[Choice], bool]) -> PlanView:
        """The same plan without the assignments that are not `wanted`."""
        return PlanView(
            self.problem,
            (a for a, choice in zip(self.assignments, self.choices, strict=True) if wanted(choice)),
        )

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


@dataclass(frozen=True)
class Reach:
    """Which assignments a rule governs: all those of `scope` (a department, programme or centre
    and its name; None: of the whole company), but for those that `others` govern."""

    scope: tuple[RuleScope, str] | None = None
    others: tuple[tuple[RuleScope, str], ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every assignment is governed."""
        return self.scope is None and not self.others

    def holds(self, choice: Choice) -> bool:
        """Whether this assignment is governed."""
        mine = self.scope is None or _belongs(choice, *self.scope)
        return mine and not any(_belongs(choice, *other) for other in self.others)

    def rows(self, world: World) -> BoolArray:
        """[duty] → whether its person is governed."""
        return self._of((RuleScope.DEPARTMENT,), world, world.duties)

    def columns(self, world: World) -> BoolArray:
        """[session] → whether it is governed."""
        return self._of((RuleScope.PROGRAMME, RuleScope.CENTRE), world, world.sessions)

    def _of(self, scopes: Sequence[RuleScope], world: World, size: int) -> BoolArray:
        found = np.ones(size, np.bool_)
        if self.scope is not None and self.scope[0] in scopes:
            found &= _belonging(world, *self.scope)
        for other in self.others:
            if other[0] in scopes:
                found &= ~_belonging(world, *other)
        return found


def _belongs(choice: Choice, scope: RuleScope, name: str) -> bool:
    match scope:
        case RuleScope.DEPARTMENT:
            return choice.employee.department == name
        case RuleScope.PROGRAMME:
            return choice.session.programme == name
        case RuleScope.CENTRE:
            return choice.session.centre == name


def _belonging(world: World, scope: RuleScope, name: str) -> BoolArray:
    """[duty] or [session] → whether it belongs to the department, programme or centre."""
    if scope is RuleScope.DEPARTMENT:
        labels = world.company.labels("department")
        number = labels.names.index(name) if name in labels.names else len(labels.names)
        return np.asarray(labels.numbers[world.employee] == number)
    keys = [getattr(session, scope.value) == name for session in world.session_list]
    return np.array(keys, np.bool_)


class _Within(Model):
    """A model that hears only of the options a rule governs."""

    def __init__(self, model: Model, rows: BoolArray, columns: BoolArray) -> None:
        self._model, self._rows, self._columns = model, rows, columns

    def forbid(self, rule: str, mask: BoolArray, points: int | None = None) -> None:
        self._model.forbid(rule, mask & self._rows[:, None] & self._columns, points)

    def price(self, rule: str, points: Points) -> None:
        self._model.price(rule, points * (self._rows[:, None] & self._columns))

    def bound(self, bound: GroupBound) -> None:
        mine, here = self._rows[bound.duties], self._columns[bound.sessions]
        self._model.bound(
            replace(
                bound,
                duties=bound.duties[mine],
                groups=bound.groups[mine],
                sessions=bound.sessions[here],
                slots=bound.slots[here],
            )
        )


class Rule(ABC):
    """A named constraint with parameters; hard, soft, or off."""

    key: ClassVar[str]
    title: ClassVar[str]
    ties: ClassVar[Ties]
    default_mode: ClassVar[Mode] = Mode.HARD
    default_weight: ClassVar[int] = 10
    always_on: ClassVar[bool] = False
    """Whether the rule is hard for ever: no admin can soften it or turn it off."""
    scopes: ClassVar[frozenset[RuleScope]] = frozenset(RuleScope)
    """What the rule may be set differently for; nothing where it is always on."""

    class Params(RuleParams):
        """No parameters, unless a rule says otherwise."""

    def __init__(self, setting: RuleSetting | None = None, reach: Reach | None = None) -> None:
        setting = setting or self.default_setting()
        self.reach = reach or Reach()
        self.mode = Mode.HARD if self.always_on else setting.mode
        self.weight = setting.weight
        self.params: Any = self.Params.model_validate(setting.params)

    @classmethod
    def instances(cls, setting: RuleSetting | None = None) -> Iterator[Rule]:
        """The rule as it is set, and once more for whatever it is set differently for. Of two
        variants that could govern an assignment, the one whose scope `RuleScope` names first
        does."""
        setting = setting or cls.default_setting()
        order = list(RuleScope)
        variants = sorted(setting.variants, key=lambda variant: order.index(variant.scope))
        if cls.always_on:
            variants = []
        scopes = tuple((variant.scope, variant.name) for variant in variants)
        yield cls(setting, Reach(None, scopes))
        for number, variant in enumerate(variants):
            told = variant.model_dump(include={"mode", "weight", "params"})
            same_scope = scopes[number][0]
            before = tuple(scope for scope in scopes[:number] if scope[0] is not same_scope)
            yield cls(setting.model_copy(update=told), Reach(scopes[number], before))

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

    def tell(self, world: World, model: Model) -> None:
        """Say the rule to the solver for the assignments it governs."""
        if not self.reach.whole:
            model = _Within(model, self.reach.rows(world), self.reach.columns(world))
        self.compile(world, model)

    def judge(self, plan: PlanView) -> list[Violation]:
        """Everything that breaks the rule among the assignments it governs."""
        return self.check(plan if self.reach.whole else plan.only(self.reach.holds))

    @abstractmethod
    def compile(self, world: World, model: Model) -> None:
        """Say the rule to the solver, as if it governed the whole company."""

    @abstractmethod
    def check(self, plan: PlanView) -> list[Violation]:
        """Everything in `plan` that breaks the rule, as if it governed the whole company."""

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
