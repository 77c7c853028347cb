"""A problem as arrays: what the rules compile over.

Rows are duties, columns are sessions, in the order of the problem. Days are counted from the
first day that matters (one spacing of the first session is room enough for every rule).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scheduler.domain.calendar import DateRange
from scheduler.domain.people import Employee
from scheduler.domain.problem import Problem

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class World:
    """Index arrays over a problem. Everything is computed once, when first asked for."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.first_day = min(
            [problem.horizon.first, *(s.first_day for s in problem.sessions)]
        ).toordinal()

    @property
    def duties(self) -> int:
        """How many duties there are: the rows."""
        return len(self.problem.duties)

    @property
    def sessions(self) -> int:
        """How many sessions there are: the columns."""
        return len(self.problem.sessions)

    @cached_property
    def people(self) -> tuple[Employee, ...]:
        """Employees who owe something, each once."""
        return tuple(
            self.problem.employee[key]
            for key in dict.fromkeys(duty.employee_id for duty in self.problem.duties)
        )

    @cached_property
    def person(self) -> IntArray:
        """[duty] → index into `people`."""
        index = {person.id: n for n, person in enumerate(self.people)}
        return np.array([index[duty.employee_id] for duty in self.problem.duties], np.int64)

    @cached_property
    def due(self) -> IntArray:
        """[duty] → due date as a proleptic ordinal."""
        return np.array([duty.due.toordinal() for duty in self.problem.duties], np.int64)

    @cached_property
    def opens(self) -> IntArray:
        """[duty] → first day of the window as a proleptic ordinal."""
        return np.array([duty.opens.toordinal() for duty in self.problem.duties], np.int64)

    @cached_property
    def starts(self) -> IntArray:
        """[session] → first day as a proleptic ordinal."""
        return np.array([s.first_day.toordinal() for s in self.problem.sessions], np.int64)

    @cached_property
    def ends(self) -> IntArray:
        """[session] → last day as a proleptic ordinal."""
        return np.array([s.last_day.toordinal() for s in self.problem.sessions], np.int64)

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days on which some session takes place, in order."""
        return tuple(sorted({day for s in self.problem.sessions for day in s.days}))

    @cached_property
    def session_days(self) -> tuple[IntArray, IntArray]:
        """Which session (first array) takes place on which of `days` (second), side by side."""
        index = {day: n for n, day in enumerate(self.days)}
        pairs = [
            (column, index[day])
            for column, session in enumerate(self.problem.sessions)
            for day in session.days
        ]
        columns, rows = zip(*pairs, strict=True) if pairs else ((), ())
        return np.array(columns, np.int64), np.array(rows, np.int64)

    @cached_property
    def incidence(self) -> BoolArray:
        """[day, session] → whether the session takes place on that one of `days`."""
        columns, rows = self.session_days
        found = np.zeros((len(self.days), self.sessions), np.bool_)
        found[rows, columns] = True
        return found

    def touching(self, away: BoolArray) -> BoolArray:
        """From [row, day] (days on which a row is away) to [row, session]: sessions that would
        fall on such a day."""
        return (away.astype(np.float32) @ self.incidence.astype(np.float32)) > 0

    def sessions_on(self, days: DateRange) -> BoolArray:
        """[session] → whether one of its days lies in `days`."""
        inside = np.array([day in days for day in self.days], np.bool_)
        return inside @ self.incidence > 0 if len(inside) else np.zeros(self.sessions, np.bool_)

    def grouped(
        self, names: Sequence[Hashable | None]
    ) -> tuple[IntArray, IntArray, list[Hashable]]:
        """Duties grouped by a name of their person. `names` has one entry for each of `people`,
        None for no group. Returns (duties, groups) side by side, and the groups' names."""
        index: dict[Hashable, int] = {}
        of_person = np.array(
            [-1 if name is None else index.setdefault(name, len(index)) for name in names],
            np.int64,
        )
        group = of_person[self.person] if len(of_person) else np.zeros(0, np.int64)
        duties = np.flatnonzero(group >= 0)
        return duties, group[duties], list(index)

    def limits(self, most: int) -> IntArray:
        """[1, day] → the same limit on every one of `days`."""
        return np.full((1, len(self.days)), most, np.int64)

    def table(self, keys: Iterable[Hashable]) -> tuple[IntArray, list[Hashable]]:
        """Each key's number in order of first appearance, and the keys by number."""
        index: dict[Hashable, int] = {}
        numbers = [index.setdefault(key, len(index)) for key in keys]
        return np.array(numbers, np.int64), list(index)
