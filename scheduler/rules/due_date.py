"""Service on time: lateness costs, more with every week; serving early costs a little."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from scheduler.domain import amounts
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode
from scheduler.domain.words import Message, say
from scheduler.model.language import IntArray, Model, narrow
from scheduler.model.world import World
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.rule import Rule, RuleParams, Ties

STEEP_WEEKS = 26
"""From this week on every further week costs the same; before it, each costs more than the last."""
EARLY_STEP = 28
"""Serving early is counted in steps of four weeks."""


class DueDate(Rule):
    """A duty is served inside its window: not before it opens, and not after it is due."""

    key = "due_date"
    title = "On time"
    ties = Ties.PERSON
    default_mode = Mode.SOFT
    default_weight = 4

    class Params(RuleParams):
        """How late is too late, and what being early costs."""

        never_later_than: int | None = Field(
            None,
            ge=0,
            le=520,
            title="Never later than (weeks)",
            description="Empty: no limit.",
            examples=[1],
        )
        early: int = Field(
            1,
            ge=0,
            le=1000,
            title="Points for every four weeks early",
            examples=[3],
            description="Serving early wastes seats: the next cycle counts from the day served.",
        )

    def compile(self, world: World, model: Model) -> None:
        """Price (or forbid) by due date × session; forbid sessions before the window opens."""
        opens, window = np.unique(world.opens, return_inverse=True)
        model.forbid(self.key, (world.starts < opens[:, None])[window])
        dues, due = np.unique(world.due, return_inverse=True)
        late = _weeks(world.ends - dues[:, None])
        if self.mode is Mode.HARD:
            model.forbid(self.key, (late > 0)[due])
            return
        if self.params.never_later_than is not None:
            model.forbid(self.key, (late > self.params.never_later_than)[due])
        lateness = _grown(late) * self.weight
        early = np.maximum(0, dues[:, None] - world.ends) // EARLY_STEP * int(self.params.early)
        costs = narrow(np.stack([lateness + early, lateness]))  # a first service is never early
        model.price(self.key, costs[world.company.first_ever[world.rows].astype(np.int64), due])

    def check(self, plan: PlanView) -> list[Violation]:
        """Every assignment outside its window. The amount is in weeks late, or days too soon."""
        found = (self._judge(choice) for choice in plan)
        return [violation for violation in found if violation is not None]

    def _judge(self, choice: Choice) -> Violation | None:
        duty, session, name = choice.duty, choice.session, choice.employee.name
        if session.first_day < duty.opens:
            text = say(
                "{name} serves on {day}, before the window opens on {opens}.",
                name=name,
                day=session.first_day,
                opens=duty.opens,
            )
            soon = (duty.opens - session.first_day).days
            violation = self.broken(soon, text, choices=[choice], days=session.days)
            return violation.model_copy(update={"points": None})
        days_late = (session.last_day - duty.due).days
        if days_late > 0:
            return self._late(choice, -(-days_late // 7))
        steps = -days_late // EARLY_STEP
        points = 0 if duty.first else steps * self.params.early
        if self.mode is Mode.HARD or not points:
            return None
        text = say("{name} serves {weeks} early.", name=name, weeks=amounts.weeks(-days_late // 7))
        return self.broken(steps, text, choices=[choice], points=points)

    def _late(self, choice: Choice, weeks: int) -> Violation:
        text = say(
            "{name} serves {weeks} after the due date {due}.",
            name=choice.employee.name,
            weeks=amounts.weeks(weeks),
            due=choice.duty.due,
        )
        points = int(_grown(np.array(weeks))) * self.weight
        violation = self.broken(weeks, text, choices=[choice], points=points)
        limit = self.params.never_later_than
        too_late = limit is not None and weeks > limit
        return violation.model_copy(update={"points": None}) if too_late else violation

    def sentence(self) -> Message:
        """What the rule means."""
        if self.mode is Mode.HARD:
            return say("Nobody serves before their window opens or after their due date.")
        if self.params.never_later_than is not None:
            return say(
                "Each week after the due date costs more than the one before, starting at "
                "{weight}; later than {limit} is not allowed. Every four weeks early costs "
                "{early}.",
                weight=amounts.points(self.weight),
                limit=amounts.weeks(self.params.never_later_than),
                early=amounts.points(self.params.early),
            )
        return say(
            "Each week after the due date costs more than the one before, starting at {weight}. "
            "Every four weeks early costs {early}.",
            weight=amounts.points(self.weight),
            early=amounts.points(self.params.early),
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("outside the time in which you may serve")


def _weeks(days: IntArray) -> IntArray:
    """Days late as begun weeks late, never negative."""
    return np.maximum(0, -(-days // 7))


def _grown(weeks: IntArray) -> IntArray:
    """1 + 2 + 3 + … for `weeks` weeks, the summand growing up to `STEEP_WEEKS`: of two people
    the one overdue for longer goes first."""
    steep = np.minimum(weeks, STEEP_WEEKS)
    grown: IntArray = steep * (steep + 1) // 2 + (weeks - steep) * STEEP_WEEKS
    return grown
