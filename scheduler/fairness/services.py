"""What every duty of a plan came to, as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from scheduler.domain.calendar import DateRange, Place
from scheduler.domain.ledger import Duty
from scheduler.domain.people import WishKind
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Session
from scheduler.fairness.texts import Measure
from scheduler.model.language import BoolArray, IntArray
from scheduler.rules.fair_dates import FairDates, is_unpopular

UNPOPULAR_DAY_POINTS = 1
UNWISHED_POINTS = 3
MISSED_POINTS = 1
LATE_POINTS = 1
"""For every four weeks, begun ones too, and for `MOST_LATE_STEPS` of them at most."""
LATE_STEP = 4
MOST_LATE_STEPS = 3
"""Otherwise a few who have been overdue for years would outweigh a department."""


class Services:
    """The duties of a plan in order of their ids, and what each came to: arrays by duty."""

    def __init__(self, problem: Problem, assignments: Iterable[Assignment]) -> None:
        duties = sorted(problem.duties, key=lambda duty: duty.id)
        given = {each.duty_id: problem.session[each.session] for each in assignments}
        sessions = [given.get(duty.id) for duty in duties]
        self.people = [problem.employee[duty.employee_id] for duty in duties]
        self.placed = np.array([session is not None for session in sessions], np.bool_)
        days = _unpopular_days(problem, given.values())
        who: dict[str, int] = {}
        self.person = np.array([who.setdefault(p.id, len(who)) for p in self.people], np.int64)
        self.days = np.array([len(s.days) if s else 0 for s in sessions], np.int64)
        self.unpopular = np.array([days[s.key] if s else 0 for s in sessions], np.int64)
        late = [
            (session.last_day - duty.due).days if session else 0
            for duty, session in zip(duties, sessions, strict=True)
        ]
        self.late = np.maximum(0, -(-np.array(late, np.int64) // 7))
        wishes = _wishes(problem, duties, sessions)
        self.wished, self.missed, self.asked, self.imposed = wishes

    @property
    def burden(self) -> IntArray:
        """[duty] → points."""
        steps = np.minimum(-(-self.late // LATE_STEP), MOST_LATE_STEPS)
        points: IntArray = (
            self.unpopular * UNPOPULAR_DAY_POINTS
            + self.imposed * UNWISHED_POINTS
            + self.missed * MISSED_POINTS
            + steps * LATE_POINTS
        )
        return points

    def cases(self) -> dict[Measure, tuple[BoolArray, BoolArray]]:
        """By measure which duties are hit, and which count at all."""
        return {
            Measure.UNPOPULAR: (self.unpopular > 0, self.placed),
            Measure.MISSED: (self.missed, self.wished),
            Measure.IMPOSED: (self.imposed, self.asked),
            Measure.LATE: (self.late > 0, self.placed),
            Measure.UNPLACED: (~self.placed, np.ones_like(self.placed)),
        }


def _unpopular_days(problem: Problem, sessions: Iterable[Session]) -> dict[str, int]:
    """By key of the session how many of its days are unpopular. What is set differently for some
    departments does not count here: one measure for all."""
    setting = next((each for each in problem.rules if each.key == FairDates.key), None)
    params = FairDates(setting).params
    places = {key: centre.place for key, centre in problem.centre.items()}
    used = {session.key: session for session in sessions}.values()
    taken = {
        (centre, day): is_unpopular(day, places.get(centre, Place()), params)
        for centre, day in {(session.centre, day) for session in used for day in session.days}
    }
    return {s.key: sum(taken[s.centre, day] for day in s.days) for s in used}


def _wishes(
    problem: Problem, duties: Sequence[Duty], sessions: Sequence[Session | None]
) -> tuple[BoolArray, BoolArray, BoolArray, BoolArray]:
    """[duty] → whether its person wished for dates, and got others; whether they named unwished
    dates, and got one. Nothing where the duty has no date, or a wish is not about it."""
    mine: dict[tuple[str, WishKind], list[DateRange]] = {}
    for wish in problem.wishes:
        mine.setdefault((wish.employee_id, wish.kind), []).append(wish.days)
    marks = np.zeros((4, len(duties)), np.bool_)
    for number, (duty, session) in enumerate(zip(duties, sessions, strict=True)):
        if session is None:
            continue
        for row, kind in ((0, WishKind.WISHED), (2, WishKind.UNWISHED)):
            wishes = [w for w in mine.get((duty.employee_id, kind), ()) if _about(problem, duty, w)]
            hit = any(day in wish for wish in wishes for day in session.days)
            marks[row, number] = bool(wishes)
            marks[row + 1, number] = bool(wishes) and hit == (kind is WishKind.UNWISHED)
    return marks[0], marks[1], marks[2], marks[3]


def _about(problem: Problem, duty: Duty, days: DateRange) -> bool:
    """Whether a wish is about this duty: inside the horizon and not before its window opens."""
    first = max(duty.opens, problem.horizon.first)
    return days.last >= first and days.first <= problem.horizon.last
