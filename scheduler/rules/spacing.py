"""A smallest time between two services of one person, and between separate days of one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from pydantic import Field

from scheduler.domain.ledger import Duty, last_service
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Problem
from scheduler.domain.words import Message, say
from scheduler.rules.base import Model, PlanView, Rule, RuleParams, Ties
from scheduler.rules.world import IntArray, World


class Spacing(Rule):
    """Between two services of one person lie at least so many days."""

    key = "spacing"
    title = "Time between two services"
    ties = Ties.PERSON

    class Params(RuleParams):
        """How long somebody is left in peace."""

        days: int = Field(28, ge=1, le=1000, title="Days between two services")

    def compile(self, world: World, model: Model) -> None:
        """Two sessions are too close exactly when both, each lengthened by the gap, hold a
        common day: a bound of one for every pair of duties and every day."""
        self._away_from_history(world, model)
        pairs: dict[int, list[tuple[int, int]]] = {}
        rows: dict[str, list[int]] = {}
        for row, duty in enumerate(world.problem.duties):
            rows.setdefault(duty.employee_id, []).append(row)
        for mine in rows.values():
            for one, other in combinations(mine, 2):
                gap = self._gap(
                    world.problem, world.problem.duties[one], world.problem.duties[other]
                )
                pairs.setdefault(gap, []).append((one, other))
        for gap, tied in pairs.items():
            sessions, days = _lengthened(world, gap)
            if self.points is None:
                # Sessions that overlap hold the first day of the last of them in common.
                begun = np.isin(days, world.starts - world.first_day)
                sessions, days = sessions[begun], days[begun]
            model.bound(
                self.key,
                duties=np.array(tied, np.int64).ravel(),
                groups=np.repeat(np.arange(len(tied)), 2),
                sessions=sessions,
                slots=days,
                upper=np.ones((1, int(days.max(initial=-1)) + 1), np.int64),
                points=self.points,
            )

    def _away_from_history(self, world: World, model: Model) -> None:
        served = last_service(world.problem.records)
        last = np.array(
            [served[p.id].toordinal() if p.id in served else -10_000 for p in world.people],
            np.int64,
        )
        gap = int(self.params.days)
        missing = np.clip(gap - (world.starts[None, :] - last[world.person][:, None]), 0, gap)
        if self.points is None:
            model.forbid(self.key, missing > 0)
        else:
            model.price(self.key, missing * self.points)

    def _gap(self, problem: Problem, one: Duty, other: Duty) -> int:
        if one.whole != other.whole:
            return int(self.params.days)
        programmes = [problem.programme[key] for key in one.programmes]
        gaps = (programme.gap_days for programme in programmes if programme.separate)
        return max(gaps, default=int(self.params.days))

    def check(self, plan: PlanView) -> list[Violation]:
        """Every two services of one person that are too close, and every one too soon after
        the last served. The amount is in days."""
        broken = []
        served = last_service(plan.problem.records)
        for person_id, choices in plan.by_employee.items():
            name = choices[0].employee.name
            for choice in choices:
                if person_id in served:
                    gap = self.params.days
                    lacking = gap - (choice.session.first_day - served[person_id]).days
                    if lacking > 0:
                        text = say(
                            "{name} serves on {day}, {lacking} days too soon after {last}.",
                            name=name,
                            day=choice.session.first_day,
                            lacking=min(lacking, gap),
                            last=served[person_id],
                        )
                        broken.append(self.broken(min(lacking, gap), text, choices=[choice]))
            for one, other in combinations(choices, 2):
                gap = self._gap(plan.problem, one.duty, other.duty)
                last = min(one.session.last_day, other.session.last_day)
                first = max(one.session.first_day, other.session.first_day)
                lacking = (last - first).days + gap
                if lacking > 0:
                    text = say(
                        "{name} serves on {one} and again on {other}; {gap} days must lie between.",
                        name=name,
                        one=one.session.first_day,
                        other=other.session.first_day,
                        gap=gap,
                    )
                    broken.append(self.broken(lacking, text, choices=[one, other]))
        return broken

    def sentence(self) -> Message:
        """What the rule means."""
        return say(
            "Between two services of the same person lie at least {days} days; separate days of "
            "one service are as far apart as their programme says.",
            days=self.params.days,
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("too close to another service of yours")


def _lengthened(world: World, gap: int) -> tuple[IntArray, IntArray]:
    """(session, day) side by side: all days from a session's first to `gap` − 1 after its last,
    counted from the world's first day."""
    lengths = world.ends - world.starts + gap
    sessions = np.repeat(np.arange(world.sessions), lengths)
    within = np.arange(len(sessions)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return sessions, world.starts[sessions] - world.first_day + within
