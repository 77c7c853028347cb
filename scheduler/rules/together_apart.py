"""Two people who asked to serve in the same session, or not to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from scheduler.domain import amounts
from scheduler.domain.people import Pairing
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode, Problem, RuleScope
from scheduler.domain.words import Message, say
from scheduler.model.company import Belonging, CompanyArrays, numbered
from scheduler.model.language import GroupBound, Model
from scheduler.model.world import World
from scheduler.rules.base.case import Case, ChangeSearch
from scheduler.rules.base.change import Changes, ProblemChange
from scheduler.rules.base.costs import SET_ASIDE
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.rule import Rule, Ties


class PairingSetAside(ProblemChange):
    """Two who asked to be together, or apart, are placed as it comes."""

    pairing: Pairing

    @property
    def loosens(self) -> str:
        return "together_apart"

    @property
    def cost(self) -> int:
        return SET_ASIDE

    @property
    def theme(self) -> tuple[object, ...]:
        return "pairing", self.pairing

    def fields(self, problem: Problem) -> dict[str, Any]:
        mine = {self.pairing.one, self.pairing.other}
        return {
            "pairings": tuple(
                each
                for each in problem.pairings
                if {each.one, each.other} != mine or each.together is not self.pairing.together
            )
        }

    def text(self, problem: Problem) -> Message:
        names = {
            "one": problem.employee[self.pairing.one].name,
            "other": problem.employee[self.pairing.other].name,
        }
        if self.pairing.together:
            return say("{one} and {other} not in the same session, though they asked", **names)
        return say("{one} and {other} in the same session, though they asked not to", **names)


class TogetherApart(Rule):
    """Of two who asked to be apart one is in a session; of two who asked to be together neither
    is in one without the other. It says nothing where one of them owes nothing."""

    key = "together_apart"
    title = "Together, or apart"
    ties = Ties.CENTRE
    default_mode = Mode.SOFT
    default_weight = 10
    scopes = frozenset({RuleScope.PROGRAMME, RuleScope.CENTRE})
    least_cost = SET_ASIDE

    def compile(self, world: World, model: Model) -> None:
        """Bound every pair and session: at most one of those apart, and a switch for those
        together, off or on with both."""
        no_limit = len(world.problem.duties)
        for together in (False, True):
            duties, pair = world.company.once(_members, together).of(world.employee)
            groups, _ = numbered(pair)
            model.bound(
                GroupBound(
                    self.key,
                    duties=duties,
                    groups=groups,
                    sessions=np.arange(world.sessions),
                    slots=np.arange(world.sessions),
                    upper=np.full((1, world.sessions), no_limit if together else 1, np.int64),
                    lower=np.full((1, world.sessions), 2, np.int64) if together else None,
                    switch=together,
                    points=self.points,
                )
            )

    def check(self, plan: PlanView) -> list[Violation]:
        """Every session with both of a pair that should be apart, or one of a pair that should
        be together."""
        broken = []
        for together in (False, True):
            for pair in _pairs(plan.problem, together):
                by_session: dict[str, list[Choice]] = {}
                for choice in (c for who in pair for c in plan.by_employee.get(who, ())):
                    by_session.setdefault(choice.session.key, []).append(choice)
                for there in by_session.values():
                    if together and len(there) < 2:
                        broken.append(self._alone(plan.problem, pair, there[0]))
                    elif not together and len(there) > 1:
                        broken.append(self._both(there))
        return broken

    def _alone(self, problem: Problem, pair: tuple[str, str], choice: Choice) -> Violation:
        """Somebody who should not be there without the other."""
        other = next(problem.employee[who] for who in pair if who != choice.employee.id)
        text = say(
            "{name} and {other} asked to serve together, but {name} serves alone on {day}.",
            name=choice.employee.name,
            other=other.name,
            day=choice.session.first_day,
        )
        return self.broken(1, text, choices=[choice], days=choice.session.days)

    def _both(self, there: list[Choice]) -> Violation:
        """Two who should not be there at once."""
        text = say(
            "{one} and {other} asked not to serve together, and both serve on {day}.",
            one=there[0].employee.name,
            other=there[-1].employee.name,
            day=there[0].session.first_day,
        )
        return self.broken(len(there) - 1, text, choices=there, days=there[0].session.days)

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        """What was asked for set aside, of everybody with whom the session is against it."""
        me = case.choice.employee.id
        here = {each.employee.id for each in case.in_session()}
        against: list[ProblemChange] = []
        for pairing in _asked(case.problem):
            if me in (pairing.one, pairing.other):
                other = pairing.other if pairing.one == me else pairing.one
                if (other in here) is not pairing.together:
                    against.append(PairingSetAside(pairing=pairing))
        if against:
            yield tuple(against)

    def own_candidates(self, search: ChangeSearch) -> Iterator[ProblemChange]:
        """Whatever was asked for set aside."""
        for pairing in _asked(search.problem):
            yield PairingSetAside(pairing=pairing)

    def sentence(self) -> Message:
        """What the rule means."""
        if self.mode is Mode.SOFT:
            return say(
                "Two people who asked to serve together are in the same session, and two who "
                "asked not to are not; each of the former who serves without the other, and each "
                "session with both of the latter, costs {weight}.",
                weight=amounts.points(self.weight),
            )
        return say(
            "Two people who asked to serve together are in the same session or in none, and two "
            "who asked not to are never in the same one."
        )

    def because(self) -> Message:
        """Why a date was not possible: whether anybody asked for anything is not said."""
        return say("the group of that session is made up otherwise")


def _pairs(problem: Problem, together: bool) -> list[tuple[str, str]]:
    """Every two who asked to be together, or apart, once, and of whom both owe something."""
    owing = {duty.employee_id for duty in problem.duties}
    pairs = [
        (min(pair.one, pair.other), max(pair.one, pair.other))
        for pair in problem.pairings
        if pair.together is together and pair.one != pair.other
    ]
    return [pair for pair in dict.fromkeys(pairs) if owing.issuperset(pair)]


def _asked(problem: Problem) -> list[Pairing]:
    """What pairs asked for, each thing once: the last of those who said it."""
    asked = {
        (frozenset({pair.one, pair.other}), pair.together): pair
        for pair in problem.pairings
        if pair.one != pair.other
    }
    return list(asked.values())


def _members(company: CompanyArrays, together: bool) -> Belonging:
    """Which of the pairs employees belong to, by number."""
    pairs = _pairs(company.problem, together)
    owner = company.numbers([one for one, _ in pairs] + [other for _, other in pairs])
    number = np.tile(np.arange(len(pairs)), 2)
    return Belonging(owner, len(company.problem.employees), number)
