"""What a rule is.

A rule says one thing twice: `compile` tells it to the solver as arrays, `check` finds it broken
in a plain plan, and neither knows of the other. The agreement test holds them together.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode, RuleScope, RuleSetting
from scheduler.domain.words import Message
from scheduler.model.language import Model
from scheduler.model.world import World
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.reach import Reach, Within


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
            model = Within(model, self.reach.rows(world), self.reach.columns(world))
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
