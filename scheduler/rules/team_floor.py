"""No more than a share of a team, or of a department, is away on one day."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from math import floor

import numpy as np
from pydantic import Field

from scheduler.domain.people import Employee
from scheduler.domain.plan import Violation
from scheduler.domain.words import Message, say
from scheduler.rules.base import Choice, Model, PlanView, Rule, RuleParams, Ties
from scheduler.rules.world import IntArray, World

GroupOf = Callable[[Employee], "str | None"]


class TeamFloor(Rule):
    """On no day is more than a share of a team or of a department away for service."""

    key = "team_floor"
    title = "Keep teams working"
    ties = Ties.TEAM

    class Params(RuleParams):
        """How much of a team may be away, and how many always may."""

        share: float = Field(0.2, gt=0, le=1, title="Largest share of a team away")
        department_share: float = Field(0.2, gt=0, le=1, title="Largest share of a department away")
        at_least: int = Field(1, ge=1, le=1000, title="Always allowed")

    def _kinds(self) -> tuple[tuple[GroupOf, float, str], ...]:
        return (
            (lambda person: person.team, self.params.share, "team"),
            (lambda person: person.department, self.params.department_share, "department"),
        )

    def _allowed(self, size: int, share: float) -> int:
        # A share such as 0.1 × 30 must not lose a person to binary rounding.
        return max(int(self.params.at_least), floor(size * share + 1e-9))

    def compile(self, world: World, model: Model) -> None:
        """Bound team × day and department × day by the share of those employed that day."""
        columns, days = world.session_days
        for group_of, share, _ in self._kinds():
            duties, groups, names = world.grouped([group_of(person) for person in world.people])
            sizes = _sizes(world, group_of, {name: n for n, name in enumerate(names)})
            upper = np.maximum(
                self.params.at_least, np.floor(sizes * share + 1e-9).astype(np.int64)
            )
            model.bound(
                self.key,
                duties=duties,
                groups=groups,
                sessions=columns,
                slots=days,
                upper=upper,
                points=self.points,
            )

    def check(self, plan: PlanView) -> list[Violation]:
        """Every team or department with too many away on a day."""
        return [
            violation
            for group_of, share, kind in self._kinds()
            for violation in self._check(plan, group_of, share, kind)
        ]

    def _check(self, plan: PlanView, group_of: GroupOf, share: float, kind: str) -> list[Violation]:
        members: dict[str, list[Employee]] = {}
        for person in plan.problem.employees:
            if (name := group_of(person)) is not None:
                members.setdefault(name, []).append(person)
        broken = []
        for day, choices in plan.by_day.items():
            for name, away in _by_group(choices, group_of).items():
                size = sum(person.employed_on(day) for person in members[name])
                allowed = self._allowed(size, share)
                if len(away) > allowed:
                    text = say(
                        "{n} of {size} in {kind} {name} are away on {day}; {allowed} may be.",
                        n=len(away),
                        size=size,
                        kind=kind,
                        name=name,
                        day=day,
                        allowed=allowed,
                    )
                    broken.append(self.broken(len(away) - allowed, text, choices=away, days=[day]))
        return broken

    def sentence(self) -> Message:
        """What the rule means."""
        return say(
            "On no day are more than {share} of a team or {department} of a department away for "
            "service; {at_least} always may be.",
            share=f"{self.params.share:.0%}",
            department=f"{self.params.department_share:.0%}",
            at_least=self.params.at_least,
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("too many of your team away")


def _by_group(choices: Iterable[Choice], group_of: GroupOf) -> dict[str, list[Choice]]:
    found: dict[str, list[Choice]] = {}
    for choice in choices:
        if (name := group_of(choice.employee)) is not None:
            found.setdefault(name, []).append(choice)
    return found


def _sizes(world: World, group_of: GroupOf, index: dict[Hashable, int]) -> IntArray:
    """[group, day] → how many of the group are employed on that day."""
    days = np.array([day.toordinal() for day in world.days], np.int64)
    change = np.zeros((len(index), len(days) + 1), np.int64)
    people = [
        (index[name], person)
        for person in world.problem.employees
        if (name := group_of(person)) in index
    ]
    if people:
        rows = np.array([row for row, _ in people], np.int64)
        hired = np.array([p.hire_date.toordinal() for _, p in people], np.int64)
        left = np.array([(p.leave_date or date.max).toordinal() for _, p in people], np.int64)
        np.add.at(change, (rows, np.searchsorted(days, hired)), 1)
        np.add.at(change, (rows, np.searchsorted(days, left, side="right")), -1)
    return np.cumsum(change, axis=1)[:, :-1]
