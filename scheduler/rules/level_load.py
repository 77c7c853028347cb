"""Seats are used evenly over the horizon, or follow a demand curve."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from math import ceil
from typing import Annotated

import numpy as np
from pydantic import Field

from scheduler.domain import amounts
from scheduler.domain.calendar import DateRange
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode, Problem
from scheduler.domain.programme import Session
from scheduler.domain.words import Message, say, say_number
from scheduler.model.company import CompanyArrays
from scheduler.model.language import GroupBound, Model
from scheduler.model.world import World
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.rule import Rule, RuleParams, Ties
from scheduler.rules.seats import MoreSeats

Week = tuple[str, str, int, int]
"""A centre, a programme, and an ISO year and week."""
MonthWeight = Annotated[float, Field(ge=0, le=100)]


class LevelLoad(Rule):
    """Every centre, programme and week gets its share: even, or as the demand curve says."""

    key = "level_load"
    title = "Even load"
    ties = Ties.CENTRE
    default_mode = Mode.SOFT
    default_weight = 2
    heeds = (MoreSeats,)

    class Params(RuleParams):
        """The demand curve, and how much more than its share a week may take."""

        tolerance: float = Field(
            0.1,
            ge=0,
            le=10,
            title="Tolerance",
            examples=[0.0],
            description="How much more than its share a week may take, 0.1 for a tenth.",
        )
        demand: tuple[MonthWeight, ...] = Field(
            (1.0,) * 12,
            min_length=12,
            max_length=12,
            title="Demand by month",
            description="Twelve numbers, January first; 2 asks for twice as many as 1.",
        )
        pauses: tuple[DateRange, ...] = Field((), title="Pauses: nobody is wanted")
        peaks: tuple[DateRange, ...] = Field((), title="Peaks: more are wanted")
        peak_factor: float = Field(2.0, ge=1, le=20, title="How many times as many in a peak")

    def compile(self, world: World, model: Model) -> None:
        """Bound everybody × week of a centre and programme by that week's share."""
        targets = world.company.once(_targets_of_company, self.params)
        slots, weeks = world.table(_week(session) for session in world.session_list)
        upper = np.array([targets[week] for week in weeks], np.int64)  # type: ignore[index]
        model.bound(
            GroupBound(
                self.key,
                duties=np.arange(world.duties),
                groups=np.zeros(world.duties, np.int64),
                sessions=np.arange(world.sessions),
                slots=slots,
                upper=upper[None, :],
                points=self.points,
            )
        )

    def check(self, plan: PlanView) -> list[Violation]:
        """Every week of a centre that takes more than its share."""
        taken: dict[Week, list[Choice]] = {}
        for choice in plan:
            taken.setdefault(_week(choice.session), []).append(choice)
        if not taken:
            return []
        targets = _targets(plan.problem, self.params)
        return [
            self.broken(
                len(choices) - targets[week],
                say_number(
                    "{n} person begins {programme} at {centre} in week {week}; "
                    "an even load has {target}.",
                    "{n} people begin {programme} at {centre} in week {week}; "
                    "an even load has {target}.",
                    len(choices),
                    centre=week[0],
                    programme=week[1],
                    week=f"{week[2]}-W{week[3]:02}",
                    target=targets[week],
                ),
                choices=choices,
            )
            for week, choices in sorted(taken.items())
            if len(choices) > targets[week]
        ]

    def sentence(self) -> Message:
        """What the rule means."""
        tolerance = f"{self.params.tolerance:.0%}"
        if self.mode is Mode.HARD:
            return say(
                "Every week takes its share of the services ({share}) and at most {tolerance} "
                "more.",
                share=self._share(),
                tolerance=tolerance,
            )
        return say(
            "Every week takes its share of the services ({share}) and at most {tolerance} more; "
            "each person above that costs {weight}.",
            share=self._share(),
            tolerance=tolerance,
            weight=amounts.points(self.weight),
        )

    def _share(self) -> list[Message]:
        """What makes a week's share: seats, and the demand where it is not the same all year."""
        reasons = [say("by its seats")]
        if len(set(self.params.demand)) > 1:
            curve = " ".join(f"{month:g}" for month in self.params.demand)
            reasons.append(say("by the demand from January to December: {curve}", curve=curve))
        if self.params.pauses:
            reasons.append(say("with nobody in the pauses: {days}", days=_said(self.params.pauses)))
        if self.params.peaks:
            reasons.append(
                say_number(
                    "{factor} time as many in the peaks: {days}",
                    "{factor} times as many in the peaks: {days}",
                    1 if self.params.peak_factor == 1 else 2,
                    factor=f"{self.params.peak_factor:g}",
                    days=_said(self.params.peaks),
                )
            )
        return reasons

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("that week has its full share of guests")


def _targets_of_company(company: CompanyArrays, params: LevelLoad.Params) -> dict[Week, int]:
    return _targets(company.problem, params)


def _targets(problem: Problem, params: LevelLoad.Params) -> dict[Week, int]:
    """How many duties each week may take: its share of the wanted seats, plus tolerance.
    Fractions of a person are carried to the next week of the centre and programme, so that
    few people on many weeks are spread, too."""
    wanted: dict[Week, float] = {}
    for session in problem.sessions:
        week, seats = _week(session), session.seats * _demand(session.first_day, params)
        wanted[week] = wanted.get(week, 0.0) + seats
    total = sum(wanted.values())
    scale = len(problem.duties) * (1 + params.tolerance) / total if total else 0.0
    targets: dict[Week, int] = {}
    for _, weeks in groupby(sorted(wanted), key=lambda week: week[:2]):
        share, taken = 0.0, 0
        for week in weeks:
            share += wanted[week] * scale
            targets[week] = max(0, ceil(share - 1e-9) - taken)
            taken += targets[week]
    return targets


def _demand(day: date, params: LevelLoad.Params) -> float:
    if any(day in pause for pause in params.pauses):
        return 0.0
    peak = any(day in peak for peak in params.peaks)
    factor = params.peak_factor if peak else 1.0
    return params.demand[day.month - 1] * factor


def _week(session: Session) -> Week:
    year, week, _ = session.first_day.isocalendar()
    return session.centre, session.programme, year, week


def _said(ranges: Iterable[DateRange]) -> list[str]:
    return [f"{days.first}–{days.last}" for days in ranges]
