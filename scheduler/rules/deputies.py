"""People who stand in for each other are not away on the same day."""

from __future__ import annotations

import numpy as np

from scheduler.domain.plan import Violation
from scheduler.domain.problem import Problem
from scheduler.domain.words import Message, say
from scheduler.rules.base import Model, PlanView, Rule, Ties
from scheduler.rules.world import World


class Deputies(Rule):
    """Of two people who stand in for each other at most one serves on a day."""

    key = "deputies"
    title = "Somebody stands in"
    ties = Ties.TEAM

    def compile(self, world: World, model: Model) -> None:
        """Bound pair × day by one; a person may belong to several pairs."""
        duties_of: dict[str, list[int]] = {}
        for row, duty in enumerate(world.problem.duties):
            duties_of.setdefault(duty.employee_id, []).append(row)
        members = [
            (row, group)
            for group, pair in enumerate(_pairs(world.problem))
            if pair[0] in duties_of and pair[1] in duties_of
            for person in pair
            for row in duties_of[person]
        ]
        columns, days = world.session_days
        table = np.array(members, np.int64).reshape(-1, 2)
        model.bound(
            self.key,
            duties=table[:, 0],
            groups=table[:, 1],
            sessions=columns,
            slots=days,
            upper=world.limits(1),
            points=self.points,
        )

    def check(self, plan: PlanView) -> list[Violation]:
        """Every day on which both of a pair are away."""
        broken = []
        for day, choices in plan.by_day.items():
            away: dict[str, list[int]] = {}
            for number, choice in enumerate(choices):
                away.setdefault(choice.employee.id, []).append(number)
            for one, other in _pairs(plan.problem):
                if one in away and other in away:
                    both = [choices[n] for n in away[one] + away[other]]
                    text = say(
                        "{one} and {other} stand in for each other and are both away on {day}.",
                        one=both[0].employee.name,
                        other=both[-1].employee.name,
                        day=day,
                    )
                    broken.append(self.broken(len(both) - 1, text, choices=both, days=[day]))
        return broken

    def sentence(self) -> Message:
        """What the rule means."""
        return say("People who stand in for each other never serve on the same day.")

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("you are needed where you work")


def _pairs(problem: Problem) -> list[tuple[str, str]]:
    """Every two people who stand in for each other, once, whichever of them was named first."""
    pairs = (sorted((pair.one, pair.other)) for pair in problem.stand_ins if pair.one != pair.other)
    return list(dict.fromkeys((one, other) for one, other in pairs))
