"""Nobody serves on a day they are unavailable."""

from __future__ import annotations

import numpy as np

from scheduler.domain.calendar import DateRange
from scheduler.domain.people import Employee
from scheduler.domain.plan import Violation
from scheduler.domain.words import Message, say
from scheduler.rules.base import Model, PlanView, Rule, Ties
from scheduler.rules.world import World


class Absence(Rule):
    """Nobody serves while on leave, during a blackout, before being hired or after leaving."""

    key = "absence"
    title = "Nobody serves while away"
    ties = Ties.PERSON
    always_on = True

    def compile(self, world: World, model: Model) -> None:
        """Forbid sessions on a day of leave, of a blackout, or outside the employment."""
        days = np.array([day.toordinal() for day in world.days], np.int64)
        away = np.zeros((len(world.people), len(days)), np.bool_)
        row = {person.id: n for n, person in enumerate(world.people)}
        for absence in world.problem.absences:
            if absence.employee_id in row:
                away[row[absence.employee_id], _between(days, absence.days)] = True
        for blackout in world.problem.blackouts:
            rows = [n for n, person in enumerate(world.people) if blackout.concerns(person)]
            away[rows, _between(days, blackout.days)] = True
        hired = np.array([person.hire_date.toordinal() for person in world.people], np.int64)
        left = np.array([_last_day(person) for person in world.people], np.int64)
        away |= (days < hired[:, None]) | (days > left[:, None])
        model.forbid(self.key, world.touching(away)[world.person])

    def check(self, plan: PlanView) -> list[Violation]:
        """Every assignment with a day on which its person is unavailable."""
        leave: dict[str, list[DateRange]] = {}
        for absence in plan.problem.absences:
            leave.setdefault(absence.employee_id, []).append(absence.days)
        broken = []
        for choice in plan:
            person = choice.employee
            days = [
                day
                for day in choice.session.days
                if not person.employed_on(day)
                or any(day in away for away in leave.get(person.id, ()))
                or any(day in b.days for b in plan.problem.blackouts if b.concerns(person))
            ]
            if days:
                text = say("{name} is unavailable on {day}.", name=person.name, day=days[0])
                broken.append(self.broken(len(days), text, choices=[choice], days=days))
        return broken

    def sentence(self) -> Message:
        """What the rule means."""
        return say(
            "Nobody serves on a day of leave, during a blackout of their team, department or "
            "company, before being hired or after leaving."
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("you are away")


def _last_day(person: Employee) -> int:
    return person.leave_date.toordinal() if person.leave_date else np.iinfo(np.int32).max


def _between(days: np.ndarray, wanted: DateRange) -> slice:
    first, last = wanted.first.toordinal(), wanted.last.toordinal()
    return slice(*np.searchsorted(days, [first, last + 1]).tolist())
