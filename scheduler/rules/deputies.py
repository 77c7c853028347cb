"""People who stand in for each other are not away on the same day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from scheduler.domain.plan import Violation
from scheduler.domain.problem import Problem
from scheduler.domain.words import Message, say
from scheduler.model.company import Belonging, CompanyArrays, numbered
from scheduler.model.language import GroupBound, Model
from scheduler.model.world import World
from scheduler.rules.base.case import Case, ChangeSearch
from scheduler.rules.base.change import Changes, ProblemChange
from scheduler.rules.base.costs import STAND_INS
from scheduler.rules.base.plan_view import PlanView, by_day
from scheduler.rules.base.rule import Rule, Ties


class AwayTogether(ProblemChange):
    """Two who stand in for each other may be away on the same day."""

    one: str
    other: str

    @property
    def loosens(self) -> str:
        return "deputies"

    @property
    def cost(self) -> int:
        return STAND_INS

    @property
    def theme(self) -> tuple[object, ...]:
        return "stand-ins", frozenset({self.one, self.other})

    def fields(self, problem: Problem) -> dict[str, Any]:
        return {
            "stand_ins": tuple(
                pair
                for pair in problem.stand_ins
                if {pair.one, pair.other} != {self.one, self.other}
            )
        }

    def text(self, problem: Problem) -> Message:
        return say(
            "{one} and {other}, who stand in for each other, away on the same day",
            one=problem.employee[self.one].name,
            other=problem.employee[self.other].name,
        )


class Deputies(Rule):
    """Of two people who stand in for each other at most one serves on a day."""

    key = "deputies"
    title = "Somebody stands in"
    ties = Ties.TEAM
    least_cost = STAND_INS

    def compile(self, world: World, model: Model) -> None:
        """Bound pair × day by one; a person may belong to several pairs."""
        pairs, members = world.company.once(_pairs_owing)
        duties, pair = members.of(world.employee)
        groups, kept = numbered(pair)
        columns, days = world.session_days
        model.bound(
            GroupBound(
                self.key,
                duties=duties,
                groups=groups,
                sessions=columns,
                slots=days,
                upper=world.limits(1),
                points=self.points,
                names=tuple(pairs[n] for n in kept.tolist()),
            )
        )

    def check(self, plan: PlanView) -> list[Violation]:
        """Every day on which both of a pair are away."""
        broken = []
        for pair in _pairs(plan.problem):
            one, other = (by_day(plan.by_employee.get(person, ())) for person in pair)
            for day in (day for day in one if day in other):
                both = [*one[day], *other[day]]
                text = say(
                    "{one} and {other} stand in for each other and are both away on {day}.",
                    one=both[0].employee.name,
                    other=both[-1].employee.name,
                    day=day,
                )
                broken.append(self.broken(len(both) - 1, text, choices=both, days=[day]))
        return broken

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        """Away together with everybody who stands in and serves on one of the days."""
        me = case.choice.employee.id
        there = (case.there(day, self.reach) for day in case.choice.session.days)
        away = {choice.employee.id for choices in there for choice in choices}
        partners = sorted(
            other
            for pair in _pairs(case.problem)
            for one, other in (pair, reversed(pair))
            if one == me and other in away
        )
        if partners:
            yield tuple(AwayTogether(one=me, other=partner) for partner in partners)

    def own_candidates(self, search: ChangeSearch) -> Iterator[ProblemChange]:
        """Every two who stand in for each other away together."""
        for one, other in _pairs(search.problem):
            yield AwayTogether(one=one, other=other)

    def sentence(self) -> Message:
        """What the rule means."""
        return say("People who stand in for each other never serve on the same day.")

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("you are needed where you work")


def _pairs(problem: Problem) -> list[tuple[str, str]]:
    """Every two people who stand in for each other, once, whichever of them was named first."""
    pairs = (sorted((pair.one, pair.other)) for pair in problem.stand_ins if pair.one != pair.other)
    return list(dict.fromkeys((one, other) for one, other in pairs))


def _pairs_owing(company: CompanyArrays) -> tuple[list[tuple[str, str]], Belonging]:
    """The pairs of whom both owe something, and which of them employees belong to."""
    owing = {duty.employee_id for duty in company.problem.duties}
    pairs = [pair for pair in _pairs(company.problem) if owing.issuperset(pair)]
    members = company.numbers([one for one, _ in pairs] + [other for _, other in pairs])
    number = np.tile(np.arange(len(pairs)), 2)
    return pairs, Belonging(members, len(company.problem.employees), number)
