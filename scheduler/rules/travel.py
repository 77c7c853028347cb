"""People serve near to where they work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np
from pydantic import Field

from scheduler.domain.calendar import Place
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode
from scheduler.domain.words import Message, say
from scheduler.rules.base import Choice, IntArray, Model, PlanView, Rule, RuleParams, Ties, narrow
from scheduler.rules.company import Company, Labels
from scheduler.rules.world import World

HOUR = 3600
"""Seconds."""
Where = tuple[str | None, str]
"""All that matters of a place: its country and its time zone."""


class Travel(Rule):
    """Serving far from where one works costs: by the hours of time difference, and for another
    country. A centre with a time zone but without a country is remote: nobody travels there. Of
    a place with neither nothing is known, and nothing is charged."""

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
        costs = hours * self.weight + abroad * int(self.params.abroad)
        if self.mode is Mode.SOFT and costs.any():
            model.price(self.key, narrow(costs[:, here])[mine])

    @property
    def _limit(self) -> int:
        """More hours of time difference than these are not allowed."""
        if self.params.most_hours is not None:
            return int(self.params.most_hours)
        return 0 if self.mode is Mode.HARD else 24

    def check(self, plan: PlanView) -> list[Violation]:
        """Every assignment in another time zone (the amount is in hours) or another country."""
        return [violation for choice in plan for violation in self._judge(plan, choice)]

    def _judge(self, plan: PlanView, choice: Choice) -> list[Violation]:
        centre, home = plan.problem.centre[choice.session.centre], choice.employee.place
        names = {"name": choice.employee.name, "centre": centre.name}
        broken = []
        hours = hours_between(home, centre.place, choice.session.first_day.year)
        too_far = hours > self._limit
        if too_far or (hours and self.mode is Mode.SOFT):
            text = say(
                "{name} serves at {centre}, {hours} hours of time difference away.",
                **names,
                hours=hours,
            )
            violation = self.broken(hours, text, choices=[choice])
            broken.append(violation.model_copy(update={"points": None}) if too_far else violation)
        if is_abroad(home, centre.place) and (self.mode is Mode.HARD or self.params.abroad):
            text = say("{name} serves at {centre}, in another country.", **names)
            points = int(self.params.abroad)
            broken.append(self.broken(1, text, choices=[choice], points=points))
        return broken

    def sentence(self) -> Message:
        """What the rule means."""
        if self.mode is Mode.HARD:
            return say(
                "Nobody serves in another country than they work in, or more than {hours} hours "
                "of time difference away.",
                hours=self._limit,
            )
        if self.params.most_hours is not None:
            return say(
                "Every hour of time difference between where somebody works and the service "
                "centre costs {weight} points, another country {abroad}; more than {hours} hours "
                "are not allowed.",
                weight=self.weight,
                abroad=self.params.abroad,
                hours=self._limit,
            )
        return say(
            "Every hour of time difference between where somebody works and the service centre "
            "costs {weight} points, another country {abroad}.",
            weight=self.weight,
            abroad=self.params.abroad,
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("too far from where you work")


def is_abroad(home: Place, centre: Place) -> bool:
    """Whether the two are known to be in different countries."""
    return None not in (home.country, centre.country) and home.country != centre.country


def hours_between(home: Place, centre: Place, year: int) -> int:
    """Hours of time difference in winter of that year, begun hours as whole ones and never the
    long way around the world; 0 where one of the places is unknown."""
    if not (_is_known(home) and _is_known(centre)):
        return 0
    seconds = abs(_winter_offset(home.timezone, year) - _winter_offset(centre.timezone, year))
    return ceil(min(seconds, 24 * HOUR - seconds) / HOUR)


def _is_known(place: Place) -> bool:
    """Whether somebody recorded where the place is: the time zone is UTC until they do."""
    return place.country is not None or place.timezone != "UTC"


@lru_cache(maxsize=4096)
def _winter_offset(timezone: str, year: int) -> int:
    """Seconds ahead of UTC without summer time. What a country calls its standard time does not
    say: in Ireland it is the one of the summer."""
    zone = ZoneInfo(timezone)
    seasons = (datetime(year, month, 1, tzinfo=zone).utcoffset() for month in (1, 7))
    return min(int(offset.total_seconds()) for offset in seasons if offset is not None)


def _where(place: Place) -> Where:
    return place.country, place.timezone


def _homes(company: Company) -> Labels[Where]:
    """[employee] → where they work."""
    return Labels.of(_where(person.place) for person in company.problem.employees)


def _sites(company: Company) -> Labels[tuple[Where, int]]:
    """[session] → where it takes place, and in what year."""
    where = {key: _where(centre.place) for key, centre in company.problem.centre.items()}
    sessions = company.problem.sessions
    return Labels.of((where[session.centre], session.first_day.year) for session in sessions)


def _distances(company: Company) -> tuple[IntArray, IntArray]:
    """[home, site] → hours of time difference, and 1 where it is abroad."""
    homes, sites = company.once(_homes).names, company.once(_sites).names
    known = {where: Place(country=where[0], timezone=where[1]) for where in _all(homes, sites)}
    shape = len(homes), len(sites)
    hours = [[hours_between(known[home], known[at], year) for at, year in sites] for home in homes]
    abroad = [[is_abroad(known[home], known[at]) for at, _ in sites] for home in homes]
    return np.array(hours, np.int64).reshape(shape), np.array(abroad, np.int64).reshape(shape)


def _all(homes: Sequence[Where], sites: Sequence[tuple[Where, int]]) -> set[Where]:
    return {*homes, *(where for where, _ in sites)}
