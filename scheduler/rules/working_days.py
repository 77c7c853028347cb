"""Service happens on working days, of the person and of the centre."""

from __future__ import annotations

from datetime import date

import numpy as np

from scheduler.domain.calendar import public_holidays
from scheduler.domain.plan import Violation
from scheduler.domain.words import Message, say
from scheduler.model.company import BoolArray, CompanyArrays, Labels, ordinals
from scheduler.model.language import IntArray, Model
from scheduler.model.world import World
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Rule, Ties


class WorkingDays(Rule):
    """Every day of the session is a working day of the person and of the centre."""

    key = "working_days"
    title = "Only on working days"
    ties = Ties.PERSON
    always_on = True

    def compile(self, world: World, model: Model) -> None:
        """Forbid by calendar: people with the same pattern and holidays are looked at once."""
        calendar, off = world.company.once(_calendars)
        used, mine = np.unique(calendar[world.employee], return_inverse=True)
        shut = world.company.once(_shut)[world.columns]
        model.forbid(self.key, (world.touching(off[used]) | shut)[mine])

    def check(self, plan: PlanView) -> list[Violation]:
        """Every assignment with a day off for its person or its centre."""
        broken = []
        closed: dict[str, list[date]] = {}
        for choice in plan:
            person, session = choice.employee, choice.session
            centre = plan.problem.centre[session.centre]
            if session.key not in closed:
                closed[session.key] = [day for day in session.days if not centre.open_on(day)]
            off = [day for day in session.days if not person.works_on(day)]
            shut = closed[session.key]
            if off:
                text = say("{day} is no working day of {name}.", name=person.name, day=off[0])
                broken.append(self.broken(len(off), text, choices=[choice], days=off))
            elif shut:
                text = say("{centre} is closed on {day}.", centre=centre.name, day=shut[0])
                broken.append(self.broken(len(shut), text, choices=[choice], days=shut))
        return broken

    def sentence(self) -> Message:
        """What the rule means."""
        return say(
            "Every day of service is a working day of the person, by their weekdays and the "
            "public holidays where they work, and the service centre is open."
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("you or the service centre do not work")


def _calendars(company: CompanyArrays) -> tuple[IntArray, BoolArray]:
    """[employee] → the number of their calendar, and [calendar, day] → whether it has that one of
    the company's days off. People with the same pattern and holidays share a calendar."""
    calendars = Labels.of(
        (person.pattern.weekdays, person.place.country, person.place.subdivision)
        for person in company.problem.employees
    )
    weekday = (company.calendar - 1) % 7  # the first day of all was a Monday
    years = {day.year for day in company.days}
    off = np.zeros((len(calendars.names), len(company.days)), np.bool_)
    for number, (weekdays, country, subdivision) in enumerate(calendars.names):
        feasts = [public_holidays(country, subdivision, year) for year in years]
        off[number] = np.isin(company.calendar, ordinals(frozenset[date]().union(*feasts)))
        off[number] |= np.isin(weekday, list(weekdays), invert=True)
    return calendars.numbers, off


def _shut(company: CompanyArrays) -> BoolArray:
    """[session] → whether its centre is closed on one of its days."""
    centre = company.problem.centre
    shut = [
        not all(centre[session.centre].open_on(day) for day in session.days)
        for session in company.problem.sessions
    ]
    return np.array(shut, np.bool_)
