"""People serve at the nearest centre, or not much further away."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from pydantic import Field

from scheduler.domain import amounts
from scheduler.domain.calendar import Place
from scheduler.domain.people import Employee
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode, Problem
from scheduler.domain.words import Message, say
from scheduler.model.company import CompanyArrays, Labels
from scheduler.model.language import IntArray, Model, narrow
from scheduler.model.world import World
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.rule import Rule, RuleParams, Ties

HOUR = 3600
"""Seconds."""
FARTHEST = 24
"""Hours: more than any two places are apart."""
UNKNOWN = "UTC"
"""The time zone of a place until somebody records another; many rosters have countries only."""
Where = tuple[str | None, str]
"""All that matters of a place: its country and its time zone."""
Home = tuple[str | None, str, str | None]
"""All that matters of a person: where they work, and at which centre alone they may serve."""


class Travel(Rule):
    """Serving further away than at the nearest centre costs: by the hours of time difference, and
    for another country. What somebody cannot choose costs nothing: who serves at one centre only
    is never charged, wherever it is. A centre without a country is remote: nobody travels there.
    Of a person without a recorded country or time zone nothing is known about the one or the
    other."""

    key = "travel"
    title = "Not far away"
    ties = Ties.PERSON
    default_mode = Mode.SOFT
    default_weight = 1

    class Params(RuleParams):
        """What another country costs, and how far is too far."""

        abroad: int = Field(
            5,
            ge=0,
            le=10_000,
            title="Points for another country",
            examples=[0],
            description="Charged when the service centre is in another country than the one "
            "where the person works. A remote centre is in none.",
        )
        most_hours: int | None = Field(
            None,
            ge=0,
            le=12,
            title="Never further than (hours of time difference)",
            examples=[0],
            description="Empty: no limit.",
        )

    def compile(self, world: World, model: Model) -> None:
        """Price (or forbid) by place of work × centre and year."""
        homes, sites = world.company.once(_homes), world.company.once(_sites)
        hours, abroad = world.company.once(_distances)
        here, mine = sites.numbers[world.columns], homes.numbers[world.employee]
        too_far = hours > self._limit
        if self.mode is Mode.HARD:
            too_far |= abroad > 0
        if too_far.any():
            model.forbid(self.key, too_far[:, here][mine])
        more_hours, more_abroad = world.company.once(_further)
        costs = more_hours * self.weight + more_abroad * int(self.params.abroad)
        if self.mode is Mode.SOFT and costs.any():
            model.price(self.key, narrow(costs[:, here])[mine])

    @property
    def _limit(self) -> int:
        """More hours of time difference than these are not allowed."""
        if self.params.most_hours is not None:
            return int(self.params.most_hours)
        return 0 if self.mode is Mode.HARD else FARTHEST

    def check(self, plan: PlanView) -> list[Violation]:
        """Every assignment further away in time (the amount is in hours) or in another country."""
        return [violation for choice in plan for violation in self._judge(plan, choice)]

    def _judge(self, plan: PlanView, choice: Choice) -> list[Violation]:
        centre, home = plan.problem.centre[choice.session.centre], choice.employee.place
        names = {"name": choice.employee.name, "centre": centre.name}
        year = choice.session.first_day.year
        hours, abroad = hours_between(home, centre.place, year), is_abroad(home, centre.place)
        if self.mode is Mode.SOFT and hours <= self._limit:
            open_to = _open_to(plan.problem, choice.employee)
            hours -= min([hours, *(hours_between(home, other, year) for other in open_to)])
            abroad = abroad and not all(is_abroad(home, other) for other in open_to)
        broken = []
        if hours > self._limit or (hours and self.mode is Mode.SOFT):
            text = say(
                "{name} serves at {centre}, {hours} of time difference further than needed.",
                **names,
                hours=amounts.hours(hours),
            )
            violation = self.broken(hours, text, choices=[choice])
            if hours > self._limit:
                violation = violation.model_copy(update={"points": None})
            broken.append(violation)
        if abroad and (self.mode is Mode.HARD or self.params.abroad):
            text = say("{name} serves at {centre}, in another country.", **names)
            points = int(self.params.abroad)
            broken.append(self.broken(1, text, choices=[choice], points=points))
        return broken

    def softer(self) -> dict[str, Any]:
        """Without a limit to the hours, which holds even where the rule is soft."""
        return {"most_hours": None}

    def sentence(self) -> Message:
        """What the rule means."""
        if self.mode is Mode.HARD:
            return say(
                "Nobody serves in another country than they work in, or more than {hours} of "
                "time difference away.",
                hours=amounts.hours(self._limit),
            )
        if self.params.most_hours is not None:
            return say(
                "Every hour of time difference more than to the nearest service centre costs "
                "{weight}, another country {abroad}; more than {hours} is not allowed.",
                weight=amounts.points(self.weight),
                abroad=amounts.points(self.params.abroad),
                hours=amounts.hours(self._limit),
            )
        return say(
            "Every hour of time difference more than to the nearest service centre costs {weight}, "
            "another country {abroad}.",
            weight=amounts.points(self.weight),
            abroad=amounts.points(self.params.abroad),
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("too far from where you work")


def is_abroad(home: Place, centre: Place) -> bool:
    """Whether the two are known to be in different countries."""
    return None not in (home.country, centre.country) and home.country != centre.country


def hours_between(home: Place, centre: Place, year: int) -> int:
    """Hours of time difference in winter of that year, begun hours as whole ones and never the
    long way around the world; 0 where one of the time zones is unknown."""
    if UNKNOWN in (home.timezone, centre.timezone):
        return 0
    seconds = abs(_winter_offset(home.timezone, year) - _winter_offset(centre.timezone, year))
    return ceil(min(seconds, 24 * HOUR - seconds) / HOUR)


@lru_cache(maxsize=4096)
def _winter_offset(timezone: str, year: int) -> int:
    """Seconds ahead of UTC without summer time. What a country calls its standard time does not
    say: in Ireland it is the one of the summer."""
    zone = ZoneInfo(timezone)
    seasons = (datetime(year, month, 1, tzinfo=zone).utcoffset() for month in (1, 7))
    return min(int(offset.total_seconds()) for offset in seasons if offset is not None)


def _where(place: Place) -> Where:
    return place.country, place.timezone


def _open_to(problem: Problem, person: Employee) -> list[Place]:
    """Where the centres are at which somebody may serve."""
    return [each.place for each in problem.centres if person.centre in (None, each.key)]


def _homes(company: CompanyArrays) -> Labels[Home]:
    """[employee] → where they work, and the one centre at which they may serve."""
    people = company.problem.employees
    return Labels.of((*_where(person.place), person.centre) for person in people)


def _sites(company: CompanyArrays) -> Labels[tuple[Where, int]]:
    """[session] → where it takes place, and in what year."""
    where = {key: _where(centre.place) for key, centre in company.problem.centre.items()}
    sessions = company.problem.sessions
    return Labels.of((where[session.centre], session.first_day.year) for session in sessions)


def _distances(company: CompanyArrays) -> tuple[IntArray, IntArray]:
    """[home, site] → hours of time difference, and 1 where it is abroad."""
    sites = company.once(_sites).names
    distances = [
        [(hours_between(home, at, year), int(is_abroad(home, at))) for at, year in places]
        for places in [[(_place(*where), year) for where, year in sites]]
        for home in (_place(*home[:2]) for home in company.once(_homes).names)
    ]
    shape = len(company.once(_homes).names), len(sites), 2
    table = np.array(distances, np.int64).reshape(shape)
    return table[..., 0], table[..., 1]


def _further(company: CompanyArrays) -> tuple[IntArray, IntArray]:
    """[home, site] → hours of time difference more than to the nearest centre they may serve at,
    and 1 where it is abroad and another is not."""
    hours, abroad = company.once(_distances)
    least, never = np.zeros_like(hours), np.zeros_like(abroad)
    for row, (country, timezone, only) in enumerate(company.once(_homes).names):
        home = _place(country, timezone)
        open_to = [c.place for c in company.problem.centres if only in (None, c.key)]
        for column, (_, year) in enumerate(company.once(_sites).names):
            away = [hours_between(home, at, year) for at in open_to]
            least[row, column] = min(away, default=FARTHEST)
        never[row] = all(is_abroad(home, at) for at in open_to)
    return np.maximum(hours - least, 0), abroad * (1 - never)


def _place(country: str | None, timezone: str) -> Place:
    return Place(country=country, timezone=timezone)
