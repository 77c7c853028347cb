"""Unpopular dates go round over the cycles instead of hitting the same people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated

import numpy as np
from pydantic import Field

from scheduler.domain import amounts
from scheduler.domain.calendar import DAY, DateRange, Period, Place
from scheduler.domain.ledger import ServiceStatus
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode, Problem
from scheduler.domain.words import Message, say, say_number
from scheduler.model.company import CompanyArrays, Labels, ordinals
from scheduler.model.language import (
    BoolArray,
    IntArray,
    Model,
    narrow,
)
from scheduler.model.world import World
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Rule, RuleParams, Ties

FRIDAY = 4
SATURDAY = 5
Weekday = Annotated[int, Field(ge=0, le=6)]


class FairDates(Rule):
    """Who served on unpopular days in the last years serves on the next ones less readily."""

    key = "fair_dates"
    title = "Unpopular dates go round"
    ties = Ties.PERSON
    default_mode = Mode.SOFT
    default_weight = 2

    class Params(RuleParams):
        """Which days are unpopular, and for how long they are remembered."""

        weekdays: tuple[Weekday, ...] = Field(
            (FRIDAY,),
            max_length=7,
            title="Unpopular weekdays",
            examples=[[], [0, 1]],
            description="0 for Monday to 6 for Sunday.",
        )
        bridge_days: bool = Field(
            True,
            title="Bridge days are unpopular",
            examples=[False],
            description="Single working days between a public holiday at the service centre and "
            "a weekend or another one.",
        )
        peaks: tuple[DateRange, ...] = Field(
            (), title="Unpopular times", description="Weeks of the peak season, say."
        )
        years: int = Field(
            6,
            ge=1,
            le=50,
            title="Years that count",
            examples=[1],
            description="Services longer ago than this are forgotten.",
        )

    def compile(self, world: World, model: Model) -> None:
        """Price by unpopular days served × unpopular days of the session."""
        served = world.company.once(_served_before, self.params)[world.employee]
        asked = world.company.once(_asked_for, self.params)[world.columns]
        times, which = np.unique(served, return_inverse=True)
        days = times[:, None] * asked
        if not days.any():
            return
        if self.mode is Mode.HARD:
            model.forbid(self.key, (days > 0)[which])
        else:
            model.price(self.key, narrow(days * self.weight)[which])

    def check(self, plan: PlanView) -> list[Violation]:
        """Every assignment on unpopular days of somebody who had such days before. The amount is
        the days before times the days now."""
        broken = []
        served, known = _served(plan.problem, self.params), _Days(plan.problem, self.params)
        for choice in plan:
            if not (before := served[choice.employee.id]):
                continue
            session = choice.session
            days = [day for day in session.days if known.unpopular(session.centre, day)]
            if days:
                text = say_number(
                    "{name} serves on {day}, an unpopular date, and has served on {n} such day "
                    "already.",
                    "{name} serves on {day}, an unpopular date, and has served on {n} such days "
                    "already.",
                    before,
                    name=choice.employee.name,
                    day=days[0],
                )
                broken.append(self.broken(before * len(days), text, choices=[choice], days=days))
        return broken

    def sentence(self) -> Message:
        """What the rule means."""
        if self.mode is Mode.HARD:
            return say_number(
                "Unpopular dates ({dates}) go round: nobody serves on one who did so in the last "
                "year.",
                "Unpopular dates ({dates}) go round: nobody serves on one who did so in the last "
                "{n} years.",
                self.params.years,
                dates=self._dates(),
            )
        return say_number(
            "Unpopular dates ({dates}) go round: each costs {weight} for every such day that the "
            "person served on in the last year.",
            "Unpopular dates ({dates}) go round: each costs {weight} for every such day that the "
            "person served on in the last {n} years.",
            self.params.years,
            dates=self._dates(),
            weight=amounts.points(self.weight),
        )

    def _dates(self) -> list[Message | str]:
        """What counts as unpopular."""
        dates: list[Message | str] = [_names()[n] for n in sorted(set(self.params.weekdays))]
        if self.params.bridge_days:
            dates.append(say("bridge days"))
        dates += [f"{peak.first}–{peak.last}" for peak in self.params.peaks]
        return dates or [say("none")]

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("it is the turn of others to serve on such a date")


def _names() -> tuple[Message, ...]:
    return (
        say("Mondays"),
        say("Tuesdays"),
        say("Wednesdays"),
        say("Thursdays"),
        say("Fridays"),
        say("Saturdays"),
        say("Sundays"),
    )


def is_unpopular(day: date, place: Place, params: FairDates.Params) -> bool:
    """Whether nobody likes to serve at `place` on this day."""
    return (
        day.weekday() in params.weekdays
        or any(day in peak for peak in params.peaks)
        or (params.bridge_days and is_bridge_day(day, place))
    )


def is_bridge_day(day: date, place: Place) -> bool:
    """Whether this is a single working day between days off, one of them a public holiday."""
    before, after = day - DAY, day + DAY
    return not _is_off(day, place) and _is_off(before, place) and _is_off(after, place)


def _is_off(day: date, place: Place) -> bool:
    return day.weekday() >= SATURDAY or place.is_public_holiday(day)


def _served(problem: Problem, params: FairDates.Params) -> Counter[str]:
    """On how many unpopular days everybody served in the years that count."""
    since = _since(problem, params)
    days = _Days(problem, params)
    served: Counter[str] = Counter()
    for record in problem.records:
        if record.status is ServiceStatus.ATTENDED:
            served[record.employee_id] += sum(
                days.unpopular(record.centre, day) for day in record.days if day >= since
            )
    return served


class _Days:
    """Days at the centres of a problem; each is looked at once."""

    def __init__(self, problem: Problem, params: FairDates.Params) -> None:
        self._places = {key: centre.place for key, centre in problem.centre.items()}
        self._params = params
        self._known: dict[tuple[str, date], bool] = {}

    def unpopular(self, centre: str, day: date) -> bool:
        """Whether nobody likes to serve there then. Of a centre that is gone no public holidays
        are known."""
        known = self._known.get((centre, day))
        if known is None:
            place = self._places.get(centre, Place())
            known = self._known[centre, day] = is_unpopular(day, place, self._params)
        return known


def _since(problem: Problem, params: FairDates.Params) -> date:
    """The first day that is remembered."""
    return Period(months=12 * params.years).before(problem.horizon.first)


def _served_before(company: CompanyArrays, params: FairDates.Params) -> IntArray:
    """[employee] → on how many unpopular days they served in the years that count."""
    problem, since = company.problem, _since(company.problem, params).toordinal()
    attended = [each for each in problem.records if each.status is ServiceStatus.ATTENDED]
    many = np.array([len(record.days) for record in attended], np.int64)
    who = np.repeat(company.numbers(record.employee_id for record in attended), many)
    centres = Labels.of(record.centre for record in attended)
    days = ordinals(day for record in attended for day in record.days)
    kept = (who >= 0) & (days >= since)
    centre = np.repeat(centres.numbers, many)[kept]
    unpopular = _are_unpopular(problem, params, centres.names, centre, days[kept])
    return np.bincount(who[kept][unpopular], minlength=len(problem.employees))


def _asked_for(company: CompanyArrays, params: FairDates.Params) -> IntArray:
    """[session] → how many unpopular days it has."""
    count = len(company.problem.sessions)
    sessions, days = company.session_days.of(np.arange(count))
    centre, names = company.centres.numbers[sessions], company.centres.names
    unpopular = _are_unpopular(company.problem, params, names, centre, company.calendar[days])
    return np.bincount(sessions[unpopular], minlength=count)


def _are_unpopular(
    problem: Problem,
    params: FairDates.Params,
    names: Sequence[str],
    centre: IntArray,
    day: IntArray,
) -> BoolArray:
    """Whether each day is unpopular at the centre beside it, by the place of its key in `names`.
    Every day of a centre is looked at once."""
    days, base = _Days(problem, params), date.max.toordinal() + 1
    distinct, which = np.unique(centre * base + day, return_inverse=True)
    unpopular = [
        days.unpopular(names[key // base], date.fromordinal(key % base))
        for key in distinct.tolist()
    ]
    return np.array(unpopular, np.bool_)[which]
