"""A session takes place with at least so many people, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from pydantic import Field

from scheduler.domain import amounts
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode, Problem, RuleScope
from scheduler.domain.programme import Programme
from scheduler.domain.words import Message, say, say_number
from scheduler.model.language import GroupBound, Model
from scheduler.model.world import World
from scheduler.rules.base.case import Case, ChangeSearch
from scheduler.rules.base.change import Changes, ProblemChange, RuleChanged, replaced
from scheduler.rules.base.costs import SMALLER
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Rule, RuleParams, Ties


class SmallerGroups(ProblemChange):
    """The sessions of a programme take place with fewer people."""

    programme: str
    least: int = Field(ge=1)

    @property
    def loosens(self) -> str:
        return "group_size"

    @property
    def cost(self) -> int:
        return SMALLER

    @property
    def theme(self) -> tuple[object, ...]:
        return "smaller", self.programme

    def joined(self, other: Self) -> Self:
        return self if self.least <= other.least else other

    def fields(self, problem: Problem) -> dict[str, Any]:
        programmes = replaced(
            problem.programmes,
            lambda each: each.key == self.programme,
            lambda each: {"least": min(each.least, self.least)},
        )
        return {"programmes": programmes}

    def text(self, problem: Problem) -> Message:
        return say_number(
            "sessions of {programme} for a single person, too",
            "sessions of {programme} from {n} people on",
            self.least,
            programme=problem.programme[self.programme].title,
        )


class GroupSize(Rule):
    """Nobody sits in a session alone: it has its smallest number of people, or nobody comes."""

    key = "group_size"
    title = "Enough people for a session"
    ties = Ties.CENTRE
    scopes = frozenset({RuleScope.PROGRAMME, RuleScope.CENTRE})
    least_cost = SMALLER

    class Params(RuleParams):
        """How many people a session needs whatever its programme says."""

        at_least: int = Field(
            1,
            ge=1,
            le=1000,
            title="People a session needs",
            description="Where the programme asks for more people, it needs those.",
            examples=[2],
        )

    def compile(self, world: World, model: Model) -> None:
        """Switch every session that needs more than one person: off, or on with enough."""
        programmes = (world.problem.programme[each.programme] for each in world.session_list)
        least = np.array([self._least(programme) for programme in programmes], np.int64)
        sessions = np.flatnonzero(least > 1)
        # Many, or all at once: the switch says nothing about the most.
        no_limit = len(world.problem.duties)
        model.bound(
            GroupBound(
                self.key,
                duties=np.arange(world.duties),
                groups=np.zeros(world.duties, np.int64),
                sessions=sessions,
                slots=np.arange(len(sessions)),
                upper=np.full((1, len(sessions)), no_limit, np.int64),
                lower=least[None, sessions],
                switch=True,
                points=self.points,
            )
        )

    def _least(self, programme: Programme) -> int:
        return max(int(self.params.at_least), programme.least)

    def check(self, plan: PlanView) -> list[Violation]:
        """Every session with some people, but fewer than it needs."""
        broken = []
        for choices in plan.by_session.values():
            session = choices[0].session
            least = self._least(plan.problem.programme[session.programme])
            if len(choices) < least:
                text = say(
                    "{people} in the session of {day} at {centre}, which needs {least}.",
                    people=amounts.people(len(choices)),
                    day=session.first_day,
                    centre=session.centre,
                    least=least,
                )
                broken.append(
                    self.broken(least - len(choices), text, choices=choices, days=session.days)
                )
        return broken

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        """Sessions from as many people on as would be there."""
        session, there = case.choice.session, len(case.in_session()) + 1
        changes: list[ProblemChange] = []
        if self.params.at_least > there:
            changes.append(self._from_so_many(case, there))
        if case.problem.programme[session.programme].least > there:
            changes.append(SmallerGroups(programme=session.programme, least=there))
        if changes:
            yield tuple(changes)

    def own_candidates(self, search: ChangeSearch) -> Iterator[ProblemChange]:
        """Sessions for a single person, too."""
        large = (each for each in search.problem.programmes if each.least > 1)
        yield from (SmallerGroups(programme=each.key, least=1) for each in large)
        if self.params.at_least > 1:
            yield from (self._from_so_many(case, 1) for case in search.cases(self.reach))

    def _from_so_many(self, case: Case, least: int) -> RuleChanged:
        """Sessions take place from so many people on."""
        said = say_number(
            "sessions for a single person, too, {where}",
            "sessions from {n} people on {where}",
            least,
            where=self.where(case),
        )
        return self.changed(case, {"at_least": least}, SMALLER, said)

    def sentence(self) -> Message:
        """What the rule means."""
        if self.mode is Mode.SOFT:
            return say(
                "A session needs at least {people}, or as many as its programme asks for "
                "if that is more; each missing in one that takes place costs {weight}.",
                people=amounts.people(self.params.at_least),
                weight=amounts.points(self.weight),
            )
        return say(
            "A session takes place with at least {people}, or as many as its programme "
            "asks for if that is more, or not at all.",
            people=amounts.people(self.params.at_least),
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("too few people would come")
