"""Service happens on working days, of the person and of the centre."""

from __future__ import annotations

import numpy as np

from scheduler.domain.plan import Violation
from scheduler.domain.words import Message, say
from scheduler.rules.base import Model, PlanView, Rule, Ties
from scheduler.rules.world import World


class WorkingDays(Rule):
    """Every day of the session is a working day of the person and of the centre."""

    key = "working_days"
    title = "Only on working days"
    ties = Ties.PERSON
    always_on = True

    def compile(self, world: World, model: Model) -> None:
        """Forbid by calendar: people with the same pattern and holidays are looked at once."""
        calendar, calendars = world.table(
            (person.pattern, person.place.country, person.place.subdivision)
            for person in world.people
        )
        example = [
            world.people[int(np.flatnonzero(calendar == n)[0])] for n in range(len(calendars))
        ]
        off = np.array(
            [[not person.works_on(day) for day in world.days] for person in example], np.bool_
        ).reshape(len(calendars), len(world.days))
        blocked = world.touching(off)
        centres = world.problem.centre
        shut = [
            not all(centres[session.centre].open_on(day) for day in session.days)
            for session in world.problem.sessions
        ]
        model.forbid(self.key, (blocked | np.array(shut, np.bool_))[calendar[world.person]])

    def check(self, plan: PlanView) -> list[Violation]:
        """Every assignment with a day off for its person or its centre."""
        broken = []
        for choice in plan:
            person, session = choice.employee, choice.session
            centre = plan.problem.centre[session.centre]
            off = [day for day in session.days if not person.works_on(day)]
            shut = [day for day in session.days if not centre.open_on(day)]
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
