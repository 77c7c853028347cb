"""Executives serve like everybody else, but not all on the same day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

import numpy as np
from pydantic import Field

from scheduler.domain.plan import Violation
from scheduler.domain.words import Message, say, say_number
from scheduler.model.company import Belonging, BoolArray, CompanyArrays, numbered
from scheduler.model.language import GroupBound, IntArray, Model
from scheduler.model.world import World
from scheduler.rules.base.case import Case, ChangeSearch
from scheduler.rules.base.change import Changes, ProblemChange, RuleChanged
from scheduler.rules.base.costs import EXECUTIVE, EXECUTIVES
from scheduler.rules.base.plan_view import PlanView, by_day
from scheduler.rules.base.rule import Rule, RuleParams, Ties


class ExecutiveCover(Rule):
    """On one day at most so many executives are away, and of a listed set never two together."""

    key = "executive_cover"
    title = "Executives, too"
    ties = Ties.COMPANY
    least_cost = EXECUTIVE

    class Params(RuleParams):
        """How many executives may be away together, and who never may."""

        most: int = Field(2, ge=1, le=1000, title="Executives away on one day", examples=[1])
        sets: tuple[tuple[str, ...], ...] = Field(
            (),
            title="Never two of these together",
            description="One set to a line: the employee ids of people who cover for each other.",
        )

    def compile(self, world: World, model: Model) -> None:
        """Bound executives × day, and every set × day by one."""
        duties = np.flatnonzero(world.company.once(_executive)[world.employee])
        self._bound(world, model, duties, np.zeros_like(duties), int(self.params.most))
        duties, sets = world.company.once(_members, self.params.sets).of(world.employee)
        self._bound(world, model, duties, sets, 1)

    def _bound(
        self, world: World, model: Model, duties: IntArray, group: IntArray, most: int
    ) -> None:
        columns, days = world.session_days
        groups, names = numbered(group)  # by its number a set is the same in every block
        model.bound(
            GroupBound(
                self.key,
                duties=duties,
                groups=groups,
                sessions=columns,
                slots=days,
                upper=world.limits(most),
                points=self.points,
                names=tuple(names.tolist()),
            )
        )

    def check(self, plan: PlanView) -> list[Violation]:
        """Every day with too many executives, or two of a set, away."""
        broken = []
        for day, choices in plan.by_day.items():
            away = [choice for choice in choices if choice.employee.executive]
            if len(away) > self.params.most:
                text = say_number(
                    "{n} executive is away on {day}; {most} may be.",
                    "{n} executives are away on {day}; {most} may be.",
                    len(away),
                    day=day,
                    most=self.params.most,
                )
                broken.append(
                    self.broken(len(away) - self.params.most, text, choices=away, days=[day])
                )
        return broken + [
            violation for members in self.params.sets for violation in self._together(plan, members)
        ]

    def _together(self, plan: PlanView, members: Iterable[str]) -> Iterator[Violation]:
        choices = [c for person in dict.fromkeys(members) for c in plan.by_employee.get(person, ())]
        for day, together in by_day(choices).items():
            if len(together) > 1:
                text = say(
                    "{names} cover for each other and are both away on {day}.",
                    names=", ".join(choice.employee.name for choice in together),
                    day=day,
                )
                yield self.broken(len(together) - 1, text, choices=together, days=[day])

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        """More of them for everybody the rule governs so, and the sets that are in the way given
        up."""
        person, most, sets = case.choice.employee, self.params.most, self.params.sets
        together: set[tuple[str, ...]] = set()
        for day in case.choice.session.days:
            there = {each.employee.id: each.employee for each in case.there(day, self.reach)}
            away = sum(each.executive for each in there.values()) + 1
            most = max(most, away) if person.executive else most
            together.update(each for each in sets if person.id in each and there.keys() & set(each))
        if most > self.params.most or together:
            yield (self._uncovered(case, most, together),)

    def own_candidates(self, search: ChangeSearch) -> Iterator[ProblemChange]:
        """More executives away, up to all of them, and any of the listed sets given up."""
        executives = sum(each.executive for each in search.problem.employees)
        sets = dict.fromkeys(self.params.sets)
        for case in search.cases(self.reach)[:1]:  # it is one change for all of them
            for more in range(max(0, executives - self.params.most) + 1):
                for number in range(len(sets) + 1):
                    if not 0 < EXECUTIVE * more + EXECUTIVES * number < search.below:
                        continue
                    for together in combinations(sets, number):
                        yield self._uncovered(case, self.params.most + more, together)

    def _uncovered(
        self, case: Case, most: int, together: Collection[tuple[str, ...]]
    ) -> RuleChanged:
        """So many executives away on one day, and some of the listed sets given up."""
        now, sets = self.params.most, self.params.sets
        said = []
        if most > now:
            said.append(
                say_number(
                    "{n} executive away on one day instead of {now}",
                    "{n} executives away on one day instead of {now}",
                    most,
                    now=now,
                )
            )
        if together:
            listed = len(together)
            said.append(say("listed sets of people never away together given up: {n}", n=listed))
        return self.changed(
            case,
            {"most": most, "sets": tuple(each for each in sets if each not in together)},
            EXECUTIVE * (most - now) + EXECUTIVES * len(together),
            say("{changes}", changes=said),
            in_place=True,
        )

    def sentence(self) -> Message:
        """What the rule means."""
        if self.params.sets:
            return say_number(
                "Executives serve like everybody else; on one day at most {n} of them is away, "
                "and of {sets} never two people together.",
                "Executives serve like everybody else; on one day at most {n} of them are away, "
                "and of {sets} never two people together.",
                self.params.most,
                sets=say_number("{n} listed set", "{n} listed sets", len(self.params.sets)),
            )
        return say_number(
            "Executives serve like everybody else; on one day at most {n} of them is away.",
            "Executives serve like everybody else; on one day at most {n} of them are away.",
            self.params.most,
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("too many of the leadership away")


def _executive(company: CompanyArrays) -> BoolArray:
    """[employee] → whether they are an executive."""
    return np.array([person.executive for person in company.problem.employees], np.bool_)


def _members(company: CompanyArrays, sets: tuple[tuple[str, ...], ...]) -> Belonging:
    """Which of the listed sets employees belong to."""
    pairs = [(person, n) for n, members in enumerate(sets) for person in dict.fromkeys(members)]
    owner = company.numbers(person for person, _ in pairs)
    number = np.array([n for _, n in pairs], np.int64)
    return Belonging(owner, len(company.problem.employees), number)
