"""Nobody sees customers' data without valid training in data protection."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Self

import numpy as np
from pydantic import Field

from scheduler.domain import amounts
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode, Problem
from scheduler.domain.words import Message, say
from scheduler.model.company import CompanyArrays
from scheduler.model.language import IntArray, Model
from scheduler.model.world import World
from scheduler.rules.base.case import Case, ChangeSearch
from scheduler.rules.base.change import Changes, ProblemChange, replaced
from scheduler.rules.base.costs import TRAINING
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Rule, RuleParams, Ties

FAR = timedelta(days=1000)
"""Beyond every session and every margin."""
UNKNOWN = 0
"""Stands for the date of those whose training nobody recorded: before any that counts."""


class TrainingRenewed(ProblemChange):
    """Somebody's training in data protection is valid for longer."""

    employee: str
    until: date

    @property
    def loosens(self) -> str:
        return "clearance"

    @property
    def cost(self) -> int:
        return TRAINING

    @property
    def theme(self) -> tuple[object, ...]:
        return "training", self.employee

    def joined(self, other: Self) -> Self:
        return self if self.until >= other.until else other

    def fields(self, problem: Problem) -> dict[str, Any]:
        employees = replaced(
            problem.employees,
            lambda each: each.id == self.employee,
            lambda each: {"cleared_until": self.until},
        )
        return {"employees": employees}

    def text(self, problem: Problem) -> Message:
        return say(
            "the training of {name} in data protection renewed, valid until {until} at least",
            name=problem.employee[self.employee].name,
            until=self.until,
        )


class Clearance(Rule):
    """Training in data protection is valid on every day of service."""

    key = "clearance"
    title = "Trained in data protection"
    ties = Ties.PERSON
    least_cost = TRAINING

    class Params(RuleParams):
        """Who counts as trained, and how much longer than the service training must hold."""

        unknown_counts: bool = Field(
            True,
            title="People without a recorded date count as trained",
            examples=[False],
        )
        margin_days: int = Field(
            0,
            ge=0,
            le=366,
            title="Days in hand",
            examples=[3],
            description="How many days after the service the training must still be valid.",
        )

    def compile(self, world: World, model: Model) -> None:
        """Forbid by last valid day × session: people trained until the same day are looked at
        once."""
        until, which = np.unique(world.company.once(_cleared)[world.employee], return_inverse=True)
        short = until[:, None] < world.ends + int(self.params.margin_days)
        if self.params.unknown_counts:
            short[until == UNKNOWN] = False
        if short.any():
            model.forbid(self.key, short[which], self.points)

    def check(self, plan: PlanView) -> list[Violation]:
        """Every assignment that the training of its person does not cover."""
        broken = []
        margin = timedelta(days=self.params.margin_days)
        for choice in plan:
            person, session = choice.employee, choice.session
            if person.cleared_until is None:
                if self.params.unknown_counts:
                    continue
                text = say("{name} has no recorded training in data protection.", name=person.name)
            elif session.last_day + margin > person.cleared_until:
                text = self._ends_too_soon(person.name, person.cleared_until, session.last_day)
            else:
                continue
            broken.append(self.broken(1, text, choices=[choice], days=session.days))
        return broken

    def _ends_too_soon(self, name: str, until: date, day: date) -> Message:
        return say(
            "The training of {name} in data protection is valid until {until}, which is not "
            "enough for {day}.",
            name=name,
            until=until,
            day=day,
        )

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        """Training that is valid for as long as the session asks for."""
        until = case.choice.session.last_day + timedelta(days=self.params.margin_days)
        yield (TrainingRenewed(employee=case.choice.employee.id, until=until),)

    def own_candidates(self, search: ChangeSearch) -> Iterator[ProblemChange]:
        """Everybody's training, valid for as long as any session asks for."""
        until = search.problem.horizon.last + FAR
        for person in search.problem.employees:
            yield TrainingRenewed(employee=person.id, until=until)

    def sentence(self) -> Message:
        """What the rule means."""
        if self.mode is Mode.SOFT:
            return say(
                "A service without training in data protection that is valid {margin} costs "
                "{weight}; {unknown}.",
                margin=self._margin(),
                weight=amounts.points(self.weight),
                unknown=self._unknown(),
            )
        return say(
            "Nobody serves without training in data protection that is valid {margin}; {unknown}.",
            margin=self._margin(),
            unknown=self._unknown(),
        )

    def _margin(self) -> Message:
        if not self.params.margin_days:
            return say("on every day of the service")
        return say("until {days} after the service", days=amounts.days(self.params.margin_days))

    def _unknown(self) -> Message:
        if self.params.unknown_counts:
            return say("who has no recorded date counts as trained")
        return say("who has no recorded date counts as not trained")

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("no training of yours in data protection is known to be valid then")


def _cleared(company: CompanyArrays) -> IntArray:
    """[employee] → the last day on which their training is valid, `UNKNOWN` for no record."""
    days = (person.cleared_until for person in company.problem.employees)
    return np.array([day.toordinal() if day else UNKNOWN for day in days], np.int64)
