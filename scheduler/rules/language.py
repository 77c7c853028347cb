"""People serve where a language is served that they speak."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from scheduler.domain import amounts
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode
from scheduler.domain.words import Message, say
from scheduler.model.company import CompanyArrays, Labels
from scheduler.model.language import BoolArray, IntArray, Model
from scheduler.model.world import World
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Rule, Ties

Languages = frozenset[str]


class Language(Rule):
    """Nobody serves at a centre of whose languages they speak none. Of a person or a centre
    without recorded languages nothing is known, so nothing is forbidden."""

    key = "language"
    title = "A language of the centre"
    ties = Ties.PERSON

    def compile(self, world: World, model: Model) -> None:
        """Forbid by languages × centre: people who speak the same are looked at once."""
        spoken, foreign = world.company.once(_foreign)
        if foreign.any():
            foreign = foreign[:, world.company.centres.numbers[world.columns]]
            model.forbid(self.key, foreign[spoken[world.employee]], self.points)

    def check(self, plan: PlanView) -> list[Violation]:
        """Every assignment to a centre where the person would understand nobody."""
        broken = []
        served = {key: _codes(centre.languages) for key, centre in plan.problem.centre.items()}
        for choice in plan:
            spoken = _codes(choice.employee.languages)
            there = served[choice.session.centre]
            if spoken and there and not spoken & there:
                text = say(
                    "{name} speaks none of the languages of {centre}.",
                    name=choice.employee.name,
                    centre=plan.problem.centre[choice.session.centre].name,
                )
                days = choice.session.days
                broken.append(self.broken(1, text, choices=[choice], days=days))
        return broken

    def sentence(self) -> Message:
        """What the rule means."""
        if self.mode is Mode.SOFT:
            return say(
                "Serving at a service centre of whose languages one speaks none costs {weight}; "
                "where no languages are recorded, any will do.",
                weight=amounts.points(self.weight),
            )
        return say(
            "Everybody speaks a language that the service centre serves; where no languages are "
            "recorded, any will do."
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("none of your languages is served there")


def _codes(languages: Iterable[str]) -> Languages:
    """The languages without region or script, which keep nobody from understanding: `de` for
    de-AT. Capitals do not matter."""
    codes = (code.strip().lower().replace("_", "-").partition("-")[0] for code in languages)
    return frozenset(code for code in codes if code)


def _foreign(company: CompanyArrays) -> tuple[IntArray, BoolArray]:
    """[employee] → the number of what they speak; [what is spoken, centre] → whether nothing of
    it is served there. Centres are numbered as the sessions name them."""
    spoken = Labels.of(person.languages for person in company.problem.employees)
    speaks = [_codes(languages) for languages in spoken.names]
    centres = company.problem.centre
    serves = [_codes(centres[key].languages) for key in company.centres.names]
    foreign = [[bool(one and other) and not one & other for other in serves] for one in speaks]
    return spoken.numbers, np.array(foreign, np.bool_).reshape(len(speaks), len(serves))
