"""No more than a share of a team, or of a department, is away on one day."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from math import ceil, floor, inf
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from pydantic import Field

from scheduler.domain.people import Employee
from scheduler.domain.plan import Violation
from scheduler.domain.words import Message, say, say_number
from scheduler.model.company import CompanyArrays
from scheduler.model.language import GroupBound, Model, Points
from scheduler.model.world import World
from scheduler.rules.base.case import Case, ChangeSearch
from scheduler.rules.base.change import Changes, ProblemChange, RuleChanged
from scheduler.rules.base.costs import AWAY
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.reach import Reach
from scheduler.rules.base.rule import Rule, RuleParams, Ties

FINEST = 10_000
"""Shares are raised to the next ten-thousandth."""
GROUPS = ("team", "department")
KINDS = {"team": say("team"), "department": say("department")}
"""What the rule groups people by: attributes of an employee."""
FIELDS = {"team": "share", "department": "department_share"}
"""Their parameters."""


class TeamFloor(Rule):
    """On no day is more than a share of a team or of a department away for service."""

    key = "team_floor"
    title = "Keep teams working"
    ties = Ties.TEAM
    least_cost = AWAY

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
        """How many of so many may be away."""
        # A share such as 0.1 × 30 must not lose a person to binary rounding.
        return max(int(self.params.at_least), floor(size * share + 1e-9))

    def compile(self, world: World, model: Model) -> None:
        """Bound team × day and department × day by the share of those employed that day."""
        columns, days = world.session_days
        for kind, share in self._shares():
            labels = world.company.labels(kind)
            duties, groups, used = world.grouped(labels.numbers)
            sizes = world.company.once(_sizes, kind)[used]
            largest = int(sizes.max(initial=0))
            allowed = np.array([self._allowed(size, share) for size in range(largest + 1)])
            model.bound(
                GroupBound(
                    self.key,
                    duties=duties,
                    groups=groups,
                    sessions=columns,
                    slots=days,
                    upper=allowed[sizes],
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
        for day, groups in crowds.items():
            for name, away in groups.items():
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

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        """A larger share for the person's department, so that one more of the team may be away."""
        # Set for a department, the rule counts its people by themselves. Where these are few
        # enough, any share of theirs will do.
        crowds = self._too_many(case, Reach(self.smallest_part(case.choice)))
        if any(crowd.away > crowd.size for crowd in crowds):
            return
        crowds = crowds or self._too_many(case, Reach())[:1]
        if crowds:
            shares = {FIELDS[crowd.kind]: crowd.share for crowd in crowds}
            yield (self._larger(case, shares, [crowd.text for crowd in crowds]),)

    def _too_many(self, case: Case, part: Reach) -> list[_Crowd]:
        """The person's groups that would have too many away, each on its worst day, as far as the
        people are of a part of the company."""
        crowds: dict[str, _Crowd] = {}
        for kind, share in self._shares():
            name = getattr(case.choice.employee, kind)
            for day in case.choice.session.days if name is not None else ():
                there = filter(part.holds, case.there(day, self.reach))
                away = 1 + sum(getattr(each.employee, kind) == name for each in there)
                size = sum(each.employed_on(day) for each in case.plan.members[kind, name])
                crowd = _Crowd(kind, name, day, away, size)
                if away > self._allowed(size, share):
                    crowds[kind] = max(crowds.get(kind, crowd), crowd, key=_Crowd.ratio)
        return list(crowds.values())

    def own_candidates(self, search: ChangeSearch) -> Iterator[ProblemChange]:
        """All of a team away, all of a department, or both."""
        groups = {"team": say("all of a team"), "department": say("all of a department")}
        kinds = [kind for kind, share in self._shares() if share < 1]
        for case in search.cases(self.reach):
            for number in range(1, len(kinds) + 1):
                for some in combinations(kinds, number):
                    shares = {FIELDS[kind]: 1.0 for kind in some}
                    yield self._larger(case, shares, [groups[kind] for kind in some])

    def _larger(
        self, case: Case, shares: dict[str, float], groups: Sequence[Message]
    ) -> RuleChanged:
        """Larger shares of teams, of departments, or of both, by parameter."""
        said = say(
            "let {teams} be away: up to {shares} {where}",
            teams=groups,
            shares=[f"{share:.2%}" for share in shares.values()],
            where=self.where(case),
        )
        return self.changed(case, shares, AWAY * len(shares), said)

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


class _Crowd(NamedTuple):
    """So many of a group of this size away on a day."""

    kind: str
    name: str
    day: date
    away: int
    size: int

    def ratio(self) -> float:
        """Which share of the group they are, more than one where it is smaller than they."""
        return self.away / self.size if self.size else inf

    @property
    def share(self) -> float:
        """The smallest share that lets them be away, all at most."""
        if self.away >= self.size:
            return 1.0
        return ceil(self.ratio() * FINEST - 1e-6) / FINEST

    @property
    def text(self) -> Message:
        """The same in words for HR."""
        year, week, _ = self.day.isocalendar()
        values: dict[str, Any] = {
            "n": min(self.away, self.size),
            "size": self.size,
            "name": self.name,
            "week": f"{year}-W{week:02}",
        }
        if self.kind == "team":
            return say("{n} of {size} of team {name} in week {week}", **values)
        return say("{n} of {size} of department {name} in week {week}", **values)


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


def _sizes(company: CompanyArrays, kind: str) -> Points:
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
