"""Executives serve like everybody else, but not all on the same day."""

from __future__ import annotations

from pydantic import Field

from scheduler.domain.plan import Violation
from scheduler.domain.words import Message, say
from scheduler.rules.base import Model, PlanView, Rule, RuleParams, Ties
from scheduler.rules.world import World


class ExecutiveCover(Rule):
    """On one day at most so many executives are away, and of a listed set never two together."""

    key = "executive_cover"
    title = "Executives, too"
    ties = Ties.COMPANY

    class Params(RuleParams):
        """How many executives may be away together, and who never may."""

        most: int = Field(2, ge=1, le=1000, title="Executives away on one day")
        sets: tuple[tuple[str, ...], ...] = Field(
            (),
            title="Never two of these together",
            description="One set to a line: the employee ids of people who cover for each other.",
        )

    def compile(self, world: World, model: Model) -> None:
        """Bound executives × day, and every set × day by one."""
        everybody = [True if person.executive else None for person in world.people]
        self._bound(world, model, everybody, int(self.params.most))
        for members in self.params.sets:
            inside = [True if person.id in set(members) else None for person in world.people]
            self._bound(world, model, inside, 1)

    def _bound(self, world: World, model: Model, names: list[bool | None], most: int) -> None:
        columns, days = world.session_days
        duties, groups, _ = world.grouped(names)
        model.bound(
            self.key,
            duties=duties,
            groups=groups,
            sessions=columns,
            slots=days,
            upper=world.limits(most),
            points=self.points,
        )

    def check(self, plan: PlanView) -> list[Violation]:
        """Every day with too many executives, or two of a set, away."""
        broken = []
        for day, choices in plan.by_day.items():
            away = [choice for choice in choices if choice.employee.executive]
            if len(away) > self.params.most:
                text = say(
                    "{n} executives are away on {day}; {most} may be.",
                    n=len(away),
                    day=day,
                    most=self.params.most,
                )
                broken.append(
                    self.broken(len(away) - self.params.most, text, choices=away, days=[day])
                )
            for members in self.params.sets:
                together = [choice for choice in choices if choice.employee.id in members]
                if len(together) > 1:
                    text = say(
                        "{names} cover for each other and are both away on {day}.",
                        names=", ".join(choice.employee.name for choice in together),
                        day=day,
                    )
                    broken.append(
                        self.broken(len(together) - 1, text, choices=together, days=[day])
                    )
        return broken

    def sentence(self) -> Message:
        """What the rule means."""
        if self.params.sets:
            return say(
                "Executives serve like everybody else; on one day at most {most} of them are "
                "away, and of {sets} listed sets never two people together.",
                most=self.params.most,
                sets=len(self.params.sets),
            )
        return say(
            "Executives serve like everybody else; on one day at most {most} of them are away.",
            most=self.params.most,
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("too many of the leadership away")
