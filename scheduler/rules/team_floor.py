"""No more than a share of a team, or of a department, is away on one day."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from math import floor
from operator import attrgetter

import numpy as np
from pydantic import Field

from scheduler.domain.people import Employee
from scheduler.domain.plan import Violation
from scheduler.domain.words import Message, say, say_number
from scheduler.model.company import Company
from scheduler.model.language import GroupBound, Model, Points
from scheduler.model.world import World
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.rule import Rule, RuleParams, Ties

GROUPS = ("team", "department")
KINDS = {"team": say("team"), "department": say("department")}
"""What the rule groups people by: attributes of an employee."""


class TeamFloor(Rule):
    """On no day is more than a share of a team or of a department away for service."""

    key = "team_floor"
    title = "Keep teams working"
    ties = Ties.TEAM

    class Params(RuleParams):
        """How much of a team may be away, and how many always may."""

        share: float = Field(
            0.2, gt=0, le=1, title="Largest share of a team away", examples=[0.5, 1.0]
        )
        department_share: float = Field(
            0.2, gt=0, le=1, title="Largest share of a department away", examples=[0.5, 1.0]
        )
        at_least: int = Field(1, ge=1, le=1000, title="Always allowed")

    def _shares(self) -> tuple[tuple[str, float], ...]:
        return tuple(zip(GROUPS, (self.params.share, self.params.department_share), strict=True))

    def _allowed(self, size: int, share: float) -> int:
        # A share such as 0.1 × 30 must not lose a person to binary rounding.
        return max(int(self.params.at_least), floor(size * share + 1e-9))

    def compile(self, world: World, model: Model) -> None:
        """Bound team × day and department × day by the share of those employed that day."""
        columns, days = world.session_days
        for kind, share in self._shares():
            labels = world.company.labels(kind)
            duties, groups, used = world.grouped(labels.numbers)
            sizes = world.company.once(_sizes, kind)[used].astype(np.int64)
            upper = np.maximum(
                self.params.at_least, np.floor(sizes * share + 1e-9).astype(np.int64)
            )
            model.bound(
                GroupBound(
                    self.key,
                    duties=duties,
                    groups=groups,
                    sessions=columns,
                    slots=days,
                    upper=upper,
                    points=self.points,
                    names=tuple(labels.names[n] for n in used.tolist()),
                )
            )

    def check(self, plan: PlanView) -> list[Violation]:
        """Every team or department with too many away on a day."""
        return [
            violation
            for kind, share in self._shares()
            for violation in self._check(plan, kind, share)
        ]

    def _check(self, plan: PlanView, kind: str, share: float) -> list[Violation]:
        crowds = {
            day: _crowds(choices, kind, self.params.at_least)
            for day, choices in plan.by_day.items()
        }
        staff = _staff(
            plan.problem.employees, kind, {name for each in crowds.values() for name in each}
        )
        broken = []
        for day, found in crowds.items():
            for name, away in found.items():
                size = staff[name].on(day)
                allowed = self._allowed(size, share)
                if len(away) > allowed:
                    text = say_number(
                        "{n} of {size} in {kind} {name} is away on {day}; {allowed} may be.",
                        "{n} of {size} in {kind} {name} are away on {day}; {allowed} may be.",
                        len(away),
                        size=size,
                        kind=KINDS[kind],
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


def _crowds(choices: Sequence[Choice], kind: str, always: int) -> dict[str, list[Choice]]:
    """The choices of each group, where they are more than always may be."""
    names = list(map(attrgetter(f"employee.{kind}"), choices))
    crowds: dict[str, list[Choice]] = {
        name: [] for name, n in Counter(names).items() if n > always and name is not None
    }
    for name, choice in zip(names, choices, strict=True):
        if name in crowds:
            crowds[name].append(choice)
    return crowds


class _Staff:
    """The people of one team, by the days on which their number changes, in order."""

    def __init__(self, people: Sequence[Employee]) -> None:
        self._hired = sorted(person.hire_date for person in people)
        self._left = sorted(p.leave_date for p in people if p.leave_date is not None)

    def on(self, day: date) -> int:
        """How many are employed on `day`: all hired by then, less those gone before."""
        return bisect_right(self._hired, day) - bisect_left(self._left, day)


def _staff(people: Iterable[Employee], kind: str, names: Collection[str]) -> dict[str, _Staff]:
    """The groups of these names: few of a company's teams are ever too many."""
    members: dict[str, list[Employee]] = {name: [] for name in names}
    for person in people if names else ():
        if (name := getattr(person, kind)) in members:
            members[name].append(person)
    return {name: _Staff(people) for name, people in members.items()}


def _sizes(company: Company, kind: str) -> Points:
    """[group, day] → how many of the group are employed on that one of the company's days."""
    group = company.labels(kind).numbers
    inside = group >= 0
    rows, days = group[inside], company.calendar
    # As few bytes as hold the largest group: a big company has many teams, all of them small.
    size = np.min_scalar_type(-int(np.bincount(rows, minlength=1).max()) - 1)
    change = np.zeros((len(company.labels(kind).names), len(days) + 1), size)
    np.add.at(change, (rows, np.searchsorted(days, company.hired[inside])), 1)
    np.add.at(change, (rows, np.searchsorted(days, company.left[inside], side="right")), -1)
    return np.cumsum(change, axis=1, dtype=size)[:, :-1]
