"""Nobody is newly assigned at short notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
from pydantic import Field

from scheduler.domain import amounts
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode
from scheduler.domain.words import Message, say, say_number
from scheduler.model.company import CompanyArrays
from scheduler.model.language import IntArray, Model
from scheduler.model.world import World
from scheduler.rules.base.case import Case, ChangeSearch
from scheduler.rules.base.change import Changes, ProblemChange, RuleChanged
from scheduler.rules.base.costs import SHORTER
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Rule, RuleParams, Ties


class Notice(Rule):
    """People learn of a service so many weeks before it begins, counted from the day on which
    the plan is made. What was published for somebody before is no news to them, and what has
    begun by then is not planned any more."""

    key = "notice"
    title = "Told in time"
    ties = Ties.PERSON
    least_cost = SHORTER

    class Params(RuleParams):
        """How long before a service its people know of it."""

        weeks: int = Field(
            2,
            ge=0,
            le=52,
            title="Weeks of notice",
            examples=[1],
            description="Counted from the day on which the plan is made.",
        )

    def compile(self, world: World, model: Model) -> None:
        """Forbid the sessions that begin too soon, but for those published for the same duty."""
        made = world.problem.made
        if made is None:
            return
        ahead = world.starts - made.toordinal()
        soon = (ahead >= 0) & (ahead < 7 * int(self.params.weeks))
        if soon.any():
            news = world.company.once(_published)[world.rows][:, None] != world.columns
            model.forbid(self.key, news & soon, self.points)

    def check(self, plan: PlanView) -> list[Violation]:
        """Every assignment that is news to its person and begins too soon."""
        made = plan.problem.made
        if made is None:
            return []
        early = made + timedelta(weeks=self.params.weeks)
        follows = plan.problem.follows
        published = {a.duty_id: a.session for a in follows.published} if follows else {}
        broken = []
        for choice in plan:
            session = choice.session
            new = published.get(choice.duty.id) != session.key
            if new and made <= session.first_day < early:
                text = say(
                    "{name} learns on {made} of a service on {day}; {weeks} must lie between.",
                    name=choice.employee.name,
                    made=made,
                    day=session.first_day,
                    weeks=amounts.weeks(self.params.weeks),
                )
                broken.append(self.broken(1, text, choices=[choice], days=session.days))
        return broken

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        """Only as many weeks' notice as there are."""
        if case.problem.made is None:
            return
        weeks = (case.choice.session.first_day - case.problem.made).days // 7
        if 0 <= weeks < self.params.weeks:
            yield (self._shorter(case, weeks),)

    def own_candidates(self, search: ChangeSearch) -> Iterator[ProblemChange]:
        """Any shorter notice."""
        for case in search.cases(self.reach):
            yield from (self._shorter(case, weeks) for weeks in range(self.params.weeks))

    def _shorter(self, case: Case, weeks: int) -> RuleChanged:
        said = say_number(
            "{weeks} instead of {n} week's notice {where}",
            "{weeks} instead of {n} weeks' notice {where}",
            self.params.weeks,
            weeks=weeks,
            where=self.where(case),
        )
        cost = SHORTER * (self.params.weeks - weeks)
        return self.changed(case, {"weeks": weeks}, cost, said)

    def sentence(self) -> Message:
        """What the rule means."""
        if self.mode is Mode.SOFT:
            return say_number(
                "A new date with less than {n} week's notice costs {weight}; dates published "
                "before are not new.",
                "A new date with less than {n} weeks' notice costs {weight}; dates published "
                "before are not new.",
                self.params.weeks,
                weight=amounts.points(self.weight),
            )
        return say_number(
            "Nobody is given a new date with less than {n} week's notice; dates published "
            "before are not new.",
            "Nobody is given a new date with less than {n} weeks' notice; dates published "
            "before are not new.",
            self.params.weeks,
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("you would learn of it too late")


def _published(company: CompanyArrays) -> IntArray:
    """[duty] → the session published for it before, by its number, −1 for none."""
    sessions = np.full(len(company.problem.duties), -1)
    if (follows := company.problem.follows) is not None:
        published = {each.duty_id: each.session for each in follows.published}
        number = {session.key: n for n, session in enumerate(company.problem.sessions)}
        for row, duty in enumerate(company.problem.duties):
            sessions[row] = number.get(published.get(duty.id, ""), -1)
    return sessions
