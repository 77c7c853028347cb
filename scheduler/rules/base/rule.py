"""What a rule is.

A rule says one thing twice: `compile` tells it to the solver as arrays, `check` finds it broken
in a plain plan, and neither knows of the other. The agreement test holds them together. And it
says what could be changed about it so that a duty which it keeps from a session fits.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode, RuleScope, RuleSetting
from scheduler.domain.words import Message, say
from scheduler.model.language import IntArray, Model
from scheduler.model.world import World
from scheduler.rules.base.case import Case, ChangeSearch
from scheduler.rules.base.change import Changes, ProblemChange, RuleChanged, cost_of
from scheduler.rules.base.costs import IMPOSSIBLE, SOFTER, SOFTER_FOR_ALL
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
    forbids_when_soft: ClassVar[bool] = False
    """Whether some of what it says is hard even where the rule is soft."""
    least_cost: ClassVar[int | None] = None
    """What a fix of its own costs at least; None for a rule without any."""
    heeds: ClassVar[tuple[type[ProblemChange], ...]] = ()
    """The changes offered by other rules with which this one says something else."""

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

    # ---- What could be changed -----------------------------------------------------------------

    def fixes(self, case: Case) -> list[Changes]:
        """Ways to change the rule, or what it looks at, so that the case's duty fits its session
        while everybody else stays: those of its own, and that it charges instead of forbidding
        where that is cheaper. The cheapest first; none where nobody can change what it says."""
        own = sorted(self.own_fixes(case), key=cost_of)
        least = min(map(cost_of, own), default=IMPOSSIBLE)
        return [*(way for way in self._softened(case) if cost_of(way) < least), *own]

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        """The least general changes that make the duty fit; none, unless a rule says otherwise."""
        yield from ()

    @classmethod
    def least_fix(cls, world: World, duty: int) -> IntArray:
        """[session] → what fixing the rule costs at least where it keeps a duty out, by number."""
        cost = cls.least_cost
        if cost is None:
            cost = IMPOSSIBLE if cls.always_on else SOFTER
        return np.full(world.sessions, cost)

    def candidates(self, search: ChangeSearch) -> Iterator[ProblemChange]:
        """Every change of the rule that could be part of a repair, whomever it concerns: where
        others may move, it can be cheapest to open a session to somebody else."""
        if self.mode is Mode.HARD or self.forbids_when_soft:
            yield from self.own_candidates(search)
        for case in search.cases(self.reach):
            for changes in self._softened(case):
                yield from changes

    def own_candidates(self, search: ChangeSearch) -> Iterator[ProblemChange]:
        """Those of its own: all that `own_fixes` could ask for in any case, but of changes that
        cost the same and loosen the same only the one that loosens it most."""
        yield from ()

    def softer(self) -> dict[str, Any] | None:
        """Other parameters with which the rule, made soft, forbids nothing; None if there are no
        such ones."""
        return {}

    def _softened(self, case: Case) -> Iterator[Changes]:
        """The rule charges where it forbids, and what is forbidden even then is not any more."""
        params = self.softer()
        if self.always_on or params is None or (self.mode is Mode.SOFT and not params):
            return
        for everybody in (False, True):
            said = say(
                "“{rule}” costs points instead of forbidding {where}",
                rule=say(self.title),
                where=self.where(case, everybody),
            )
            cost = SOFTER_FOR_ALL if everybody else SOFTER
            yield (self.changed(case, params, cost, said, mode=Mode.SOFT, in_place=everybody),)

    def changed(
        self,
        case: Case,
        params: Mapping[str, Any],
        cost: int,
        said: Message,
        *,
        mode: Mode | None = None,
        in_place: bool = False,
    ) -> RuleChanged:
        """The rule with some other parameters, for as few as it can be set differently for;
        `in_place` for all whom its setting governs now."""
        scope = self.reach.scope if in_place else self.smallest_part(case.choice)
        return RuleChanged(
            rule=self.key,
            scope=None if scope is None else scope[0],
            name="" if scope is None else scope[1],
            mode=mode or self.mode,
            weight=max(self.weight, 1),
            params=self.params.model_copy(update=params).model_dump(mode="json"),
            price=cost,
            said=said,
            usual=self.default_setting(),
        )

    def where(self, case: Case, in_place: bool = False) -> Message:
        """For whom `changed` sets the rule, in words."""
        scope = self.reach.scope if in_place else self.smallest_part(case.choice)
        match scope:
            case None:
                return say("in the whole company")
            case (RuleScope.DEPARTMENT, name):
                return say("in department {name}", name=name)
            case (RuleScope.PROGRAMME, name):
                return say("for {name}", name=case.problem.programme[name].title)
            case (_, name):
                return say("in {name}", name=case.problem.centre[name].name)

    def smallest_part(self, choice: Choice) -> tuple[RuleScope, str] | None:
        """The smallest part of the company with the choice in it that the rule can be set for: the
        one it is set for now, or a new one that takes nobody away from another."""
        if self.reach.scope is not None:
            return self.reach.scope
        names = {
            RuleScope.DEPARTMENT: choice.employee.department,
            RuleScope.PROGRAMME: choice.session.programme,
            RuleScope.CENTRE: choice.session.centre,
        }
        order = list(names)
        taken = {scope for scope, _ in self.reach.others}
        for number, scope in enumerate(order):
            name = names[scope]
            if scope in self.scopes and name is not None and not taken & set(order[number + 1 :]):
                return scope, name
        return None

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
