"""Nobody sees customers' data without valid training in data protection."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from pydantic import Field

from scheduler.domain import amounts
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode
from scheduler.domain.words import Message, say
from scheduler.model.company import Company
from scheduler.model.language import IntArray, Model
from scheduler.model.world import World
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Rule, RuleParams, Ties

UNKNOWN = 0
"""Stands for the date of those whose training nobody recorded: before any that counts."""


class Clearance(Rule):
    """Training in data protection is valid on every day of service."""

    key = "clearance"
    title = "Trained in data protection"
    ties = Ties.PERSON

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


def _cleared(company: Company) -> IntArray:
    """[employee] → the last day on which their training is valid, `UNKNOWN` for no record."""
    days = (person.cleared_until for person in company.problem.employees)
    return np.array([day.toordinal() if day else UNKNOWN for day in days], np.int64)
