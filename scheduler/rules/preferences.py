"""Wished and unwished dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from pydantic import Field

from scheduler.domain import amounts
from scheduler.domain.calendar import DateRange
from scheduler.domain.ledger import Duty
from scheduler.domain.people import Wish, WishKind
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode, Problem
from scheduler.domain.words import Message, say
from scheduler.model.company import CompanyArrays, Ranges, Spans
from scheduler.model.language import Model
from scheduler.model.world import World
from scheduler.rules.base.case import Case, ChangeSearch
from scheduler.rules.base.change import Changes, ProblemChange
from scheduler.rules.base.costs import SET_ASIDE
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Rule, RuleParams, Ties


class WishSetAside(ProblemChange):
    """Somebody serves on days they did not wish."""

    wish: Wish

    @property
    def loosens(self) -> str:
        return "preferences"

    @property
    def cost(self) -> int:
        return SET_ASIDE

    @property
    def theme(self) -> tuple[object, ...]:
        return "wish", self.wish

    def fields(self, problem: Problem) -> dict[str, Any]:
        return {"wishes": tuple(each for each in problem.wishes if each != self.wish)}

    def text(self, problem: Problem) -> Message:
        return say(
            "the wish of {name} about {first} to {last} set aside",
            name=problem.employee[self.wish.employee_id].name,
            first=self.wish.days.first,
            last=self.wish.days.last,
        )


class Preferences(Rule):
    """People serve on dates they wished for, and not on dates they did not."""

    key = "preferences"
    title = "Wishes"
    ties = Ties.PERSON
    default_mode = Mode.SOFT
    default_weight = 10
    least_cost = SET_ASIDE

    class Params(RuleParams):
        """What a wish is worth."""

        missed: int = Field(
            5,
            ge=0,
            le=10_000,
            title="Points for a wish not granted",
            examples=[0],
            description="Charged when somebody who wished for dates serves on others.",
        )

    def compile(self, world: World, model: Model) -> None:
        """Price unwished sessions, and all but the wished ones for those who wished."""
        unwished = world.company.once(_wishes, WishKind.UNWISHED).of(world.employee)
        model.forbid(self.key, world.touched(unwished, world.duties), self.points)
        if self.mode is Mode.SOFT:
            wished = _that_count(world, world.company.once(_wishes, WishKind.WISHED))
            wishing = np.bincount(wished.rows, minlength=world.duties) > 0
            missed = wishing[:, None] & ~world.touched(wished, world.duties)
            model.price(self.key, missed * np.int16(self.params.missed))

    def check(self, plan: PlanView) -> list[Violation]:
        """Every assignment on an unwished date, and every wish not granted."""
        broken = []
        wishes = _by_person(plan.problem)
        for choice in plan:
            mine = wishes.get(choice.employee.id)
            if not mine:
                continue
            days, name = choice.session.days, choice.employee.name
            unwished = [wish for kind, wish in mine if kind is WishKind.UNWISHED]
            against = [day for day in days if any(day in wish for wish in unwished)]
            if against:
                text = say(
                    "{name} serves on {day}, which they did not wish.", name=name, day=against[0]
                )
                broken.append(self.broken(1, text, choices=[choice], days=days))
            wished = [
                wish
                for kind, wish in mine
                if kind is WishKind.WISHED and _counts(plan.problem, choice.duty, wish)
            ]
            missed = wished and not any(day in wish for wish in wished for day in days)
            if missed and self.mode is Mode.SOFT and self.params.missed:
                text = say("{name} wished for other dates than {day}.", name=name, day=days[0])
                points = self.params.missed
                broken.append(self.broken(1, text, choices=[choice], days=days, points=points))
        return broken

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        """The wishes against the session set aside."""
        against = {
            wish
            for wish in case.problem.wishes
            if wish.employee_id == case.choice.employee.id
            and wish.kind is WishKind.UNWISHED
            and any(day in wish.days for day in case.choice.session.days)
        }
        if against:
            ordered = sorted(against, key=lambda wish: wish.days.first)
            yield tuple(WishSetAside(wish=wish) for wish in ordered)

    def own_candidates(self, search: ChangeSearch) -> Iterator[ProblemChange]:
        """Every wish against dates set aside."""
        for wish in dict.fromkeys(search.problem.wishes):
            if wish.kind is WishKind.UNWISHED:
                yield WishSetAside(wish=wish)

    def sentence(self) -> Message:
        """What the rule means."""
        if self.mode is Mode.HARD:
            return say("Nobody serves on a date they asked not to.")
        return say(
            "Serving on an unwished date costs {weight}, not getting one of the wished "
            "dates {missed}.",
            weight=amounts.points(self.weight),
            missed=amounts.points(self.params.missed),
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("you asked for other dates")


def _wishes(company: CompanyArrays, kind: WishKind) -> Ranges:
    """What every employee wished for, or did not wish."""
    wishes = [wish for wish in company.problem.wishes if wish.kind is kind]
    owner = company.numbers(wish.employee_id for wish in wishes)
    return Ranges(owner, [wish.days for wish in wishes], len(company.problem.employees))


def _that_count(world: World, wishes: Ranges) -> Spans:
    """By duty the wishes about it: inside the horizon and not before its window opens."""
    horizon, mine = world.problem.horizon, wishes.of(world.employee)
    first = np.maximum(world.opens, horizon.first.toordinal())[mine.rows]
    return mine.only((mine.last >= first) & (mine.first <= horizon.last.toordinal()))


def _by_person(problem: Problem) -> dict[str, list[tuple[WishKind, DateRange]]]:
    wishes: dict[str, list[tuple[WishKind, DateRange]]] = {}
    for wish in problem.wishes:
        wishes.setdefault(wish.employee_id, []).append((wish.kind, wish.days))
    return wishes


def _counts(problem: Problem, duty: Duty, days: DateRange) -> bool:
    """Whether a wish is about this duty: inside the horizon and not before its window opens."""
    first = max(duty.opens, problem.horizon.first)
    return days.last >= first and days.first <= problem.horizon.last
