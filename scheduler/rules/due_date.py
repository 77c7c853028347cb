"""Service on time: lateness costs, more with every week; serving early costs a little."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Self, TypeVar

import numpy as np
from pydantic import Field

from scheduler.domain import amounts
from scheduler.domain.ledger import Duty
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode, Problem
from scheduler.domain.programme import Session
from scheduler.domain.words import Message, say, say_number
from scheduler.model.language import IntArray, Model, narrow
from scheduler.model.world import World
from scheduler.rules.base.case import Case, ChangeSearch
from scheduler.rules.base.change import Changes, ProblemChange, replaced, united
from scheduler.rules.base.costs import WEEK
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.rule import Rule, RuleParams, Ties

Days = TypeVar("Days", int, IntArray)
STEEP_WEEKS = 26
"""From this week on every further week costs the same; before it, each costs more than the last."""
EARLY_STEP = 28
"""Serving early is counted in steps of four weeks."""


class LaterDue(ProblemChange):
    """Some duties are due later."""

    duties: tuple[str, ...]
    weeks: int = Field(ge=1)

    @property
    def loosens(self) -> str:
        return "due_date"

    @property
    def cost(self) -> int:
        return WEEK * self.weeks * len(self.duties)

    @property
    def theme(self) -> tuple[object, ...]:
        return "later", self.weeks

    @property
    def about(self) -> tuple[object, ...]:
        return "later", self.duties

    def joined(self, other: Self) -> Self:
        return self.model_copy(update={"duties": united(self.duties, other.duties)})

    def fields(self, problem: Problem) -> dict[str, Any]:
        duties = replaced(
            problem.duties,
            lambda each: each.id in self.duties,
            lambda each: {"due": each.due + timedelta(weeks=self.weeks)},
        )
        return {"duties": duties}

    def text(self, problem: Problem) -> Message:
        return say_number(
            "{who} due a week later",
            "{who} due {n} weeks later",
            self.weeks,
            who=_in_words(problem, self.duties),
        )


class EarlierWindow(ProblemChange):
    """The windows of some duties open earlier."""

    duties: tuple[str, ...]
    days: int = Field(ge=1)

    @property
    def loosens(self) -> str:
        return "due_date"

    @property
    def cost(self) -> int:
        return WEEK * _weeks(self.days) * len(self.duties)

    @property
    def theme(self) -> tuple[object, ...]:
        return "earlier", self.days

    @property
    def about(self) -> tuple[object, ...]:
        return "earlier", self.duties

    def joined(self, other: Self) -> Self:
        return self.model_copy(update={"duties": united(self.duties, other.duties)})

    def fields(self, problem: Problem) -> dict[str, Any]:
        duties = replaced(
            problem.duties,
            lambda each: each.id in self.duties,
            lambda each: {"opens": each.opens - timedelta(days=self.days)},
        )
        return {"duties": duties}

    def text(self, problem: Problem) -> Message:
        return say_number(
            "the window opened a day earlier for {who}",
            "the window opened {n} days earlier for {who}",
            self.days,
            who=_in_words(problem, self.duties),
        )


class DueDate(Rule):
    """A duty is served inside its window: not before it opens, and not after it is due."""

    key = "due_date"
    title = "On time"
    ties = Ties.PERSON
    default_mode = Mode.SOFT
    default_weight = 4
    forbids_when_soft = True
    least_cost = WEEK

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
        late = np.maximum(0, _weeks(world.ends - dues[:, None]))
        if self._most_weeks_late is not None:
            model.forbid(self.key, (late > self._most_weeks_late)[due])
        if self.mode is Mode.HARD:
            return
        lateness = _grown(late) * self.weight
        early = np.maximum(0, dues[:, None] - world.ends) // EARLY_STEP * int(self.params.early)
        costs = narrow(np.stack([lateness + early, lateness]))  # a first service is never early
        model.price(self.key, costs[world.company.first_ever[world.rows].astype(np.int64), due])

    @property
    def _most_weeks_late(self) -> int | None:
        """More weeks after the due date than these are not allowed; None: any number is."""
        if self.mode is Mode.HARD:
            return 0
        most: int | None = self.params.never_later_than
        return most

    def check(self, plan: PlanView) -> list[Violation]:
        """Every assignment outside its window. The amount is in weeks late, or days too soon."""
        violations = (self._judge(choice) for choice in plan)
        return [violation for violation in violations if violation is not None]

    def _judge(self, choice: Choice) -> Violation | None:
        duty, session, name = choice.duty, choice.session, choice.employee.name
        if (soon := _days_early(duty, session)) > 0:
            text = say(
                "{name} serves on {day}, before the window opens on {opens}.",
                name=name,
                day=session.first_day,
                opens=duty.opens,
            )
            violation = self.broken(soon, text, choices=[choice], days=session.days)
            return violation.model_copy(update={"points": None})
        days_late = (session.last_day - duty.due).days
        if days_late > 0:
            return self._late(choice, _weeks(days_late))
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
        limit = self._most_weeks_late
        too_late = limit is not None and weeks > limit
        return violation.model_copy(update={"points": None}) if too_late else violation

    @classmethod
    def least_fix(cls, world: World, duty: int) -> IntArray:
        """A week later, or as many weeks as the window opens after the session."""
        early = np.maximum(0, world.duty_list[duty].opens.toordinal() - world.starts)
        return np.maximum(WEEK, _weeks(early) * WEEK)

    def softer(self) -> None:
        """Later, or opened earlier, is always possible, and says more."""

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        """The window opened as many days earlier, and the duty due as many weeks later, as the
        session asks for."""
        duty, changes = case.choice.duty, list[ProblemChange]()
        if (soon := _days_early(duty, case.choice.session)) > 0:
            changes.append(EarlierWindow(duties=(duty.id,), days=soon))
        if (weeks := self._too_late(duty, case.choice.session)) > 0:
            changes.append(LaterDue(duties=(duty.id,), weeks=weeks))
        if changes:
            yield tuple(changes)

    def own_candidates(self, search: ChangeSearch) -> Iterator[ProblemChange]:
        """Every duty due later, or opened earlier, by as much as some session asks for."""
        for duty in search.problem.duties:
            late = {self._too_late(duty, session) for session in search.problem.sessions}
            early = {_weeks(_days_early(duty, session)) for session in search.problem.sessions}
            for weeks in sorted(late):
                if weeks > 0:
                    yield LaterDue(duties=(duty.id,), weeks=weeks)
            for weeks in sorted(early):
                if weeks > 0:
                    yield EarlierWindow(duties=(duty.id,), days=7 * weeks)

    def _too_late(self, duty: Duty, session: Session) -> int:
        """By how many weeks a session is later than it may be; not positive where it is not."""
        if self._most_weeks_late is None:
            return 0
        return _weeks((session.last_day - duty.due).days) - self._most_weeks_late

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


def _weeks(days: Days) -> Days:
    """Days late, or early, as begun weeks."""
    weeks: Days = -(-days // 7)
    return weeks


def _grown(weeks: IntArray) -> IntArray:
    """1 + 2 + 3 + … for `weeks` weeks, the summand growing up to `STEEP_WEEKS`: of two people
    the one overdue for longer goes first."""
    steep = np.minimum(weeks, STEEP_WEEKS)
    grown: IntArray = steep * (steep + 1) // 2 + (weeks - steep) * STEEP_WEEKS
    return grown


def _in_words(problem: Problem, duties: Iterable[str]) -> Message:
    """Whose duties they are: one or two people by name, more by their number."""
    people = list(dict.fromkeys(problem.duty[each].employee_id for each in duties))
    if len(people) > 2:
        return amounts.people(len(people))
    return say("{names}", names=[problem.employee[who].name for who in people])


def _days_early(duty: Duty, session: Session) -> int:
    """How many days a session begins before the window opens; not positive where it does not."""
    return (duty.opens - session.first_day).days
