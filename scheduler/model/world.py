"""A problem, or one block of it, as arrays: what the rules compile over.

Rows are duties, columns are sessions, in the order of the problem. A company falls into blocks
that share nobody, centres for instance; each is compiled as a world of its own. Its duties and
sessions are numbered from 0, but days are those of the whole problem, so that a slot means the
same in every block.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scheduler.domain.ledger import Duty
from scheduler.domain.people import Employee
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Session
from scheduler.model.company import BoolArray, CompanyArrays, IntArray, Spans, numbered


class World:
    """Index arrays over some duties and some sessions of a problem, all of them unless said.
    Everything is computed once, when first asked for."""

    def __init__(
        self,
        problem: Problem,
        company: CompanyArrays | None = None,
        rows: IntArray | None = None,
        columns: IntArray | None = None,
    ) -> None:
        self.problem = problem
        self.company = company or CompanyArrays(problem)
        """What is known of the whole problem; all its blocks share it."""
        self.rows = np.arange(len(problem.duties)) if rows is None else rows
        """[duty] → its number in the whole problem."""
        self.columns = np.arange(len(problem.sessions)) if columns is None else columns
        """[session] → its number in the whole problem."""

    def block(self, rows: IntArray, columns: IntArray) -> World:
        """Only these duties and sessions, by their numbers in the whole problem."""
        return World(self.problem, self.company, rows, columns)

    # Duties and their people

    @property
    def duties(self) -> int:
        """How many duties there are: the rows."""
        return len(self.rows)

    @cached_property
    def duty_list(self) -> tuple[Duty, ...]:
        """The duties themselves."""
        return tuple(self.problem.duties[n] for n in self.rows.tolist())

    @cached_property
    def due(self) -> IntArray:
        """[duty] → due date as a proleptic ordinal."""
        return self.company.due[self.rows]

    @cached_property
    def opens(self) -> IntArray:
        """[duty] → first day of the window as a proleptic ordinal."""
        return self.company.opens[self.rows]

    @cached_property
    def employee(self) -> IntArray:
        """[duty] → number among the employees of the problem."""
        return self.company.employee[self.rows]

    @cached_property
    def _people(self) -> tuple[IntArray, IntArray]:
        return numbered(self.employee)

    @property
    def person(self) -> IntArray:
        """[duty] → index into `people`."""
        return self._people[0]

    @property
    def who(self) -> IntArray:
        """[person] → number among the employees of the problem."""
        return self._people[1]

    @cached_property
    def people(self) -> tuple[Employee, ...]:
        """Employees who owe something, each once."""
        return tuple(self.problem.employees[n] for n in self.who.tolist())

    def grouped(self, label: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Duties grouped by a label of their employee: `label` has one entry for every employee
        of the problem, −1 for no group. Returns (duties, groups) side by side, groups numbered
        from 0, and the label of each group."""
        mine = label[self.employee]
        duties = np.flatnonzero(mine >= 0)
        groups, labels = numbered(mine[duties])
        return duties, groups, labels

    # Sessions and their days

    @property
    def sessions(self) -> int:
        """How many sessions there are: the columns."""
        return len(self.columns)

    @cached_property
    def session_list(self) -> tuple[Session, ...]:
        """The sessions themselves."""
        return tuple(self.problem.sessions[n] for n in self.columns.tolist())

    @cached_property
    def starts(self) -> IntArray:
        """[session] → first day as a proleptic ordinal."""
        return self.company.starts[self.columns]

    @cached_property
    def ends(self) -> IntArray:
        """[session] → last day as a proleptic ordinal."""
        return self.company.ends[self.columns]

    @property
    def first_day(self) -> int:
        """The first day that matters in the whole problem, as a proleptic ordinal."""
        return self.company.first_day

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which some session of the whole problem takes place, in order."""
        return self.company.days

    @cached_property
    def session_days(self) -> tuple[IntArray, IntArray]:
        """Which session (first array) takes place on which of `days` (second), side by side."""
        return self.company.session_days.of(self.columns)

    @cached_property
    def incidence(self) -> BoolArray:
        """[day, session] → whether the session takes place on that one of `days`."""
        columns, rows = self.session_days
        takes_place = np.zeros((len(self.days), self.sessions), np.bool_)
        takes_place[rows, columns] = True
        return takes_place

    def touching(self, away: BoolArray) -> BoolArray:
        """From [row, day] (days on which a row is away) to [row, session]: sessions that would
        fall on such a day."""
        return (away.astype(np.float32) @ self.incidence.astype(np.float32)) > 0

    def touched(self, spans: Spans, rows: int, incidence: BoolArray | None = None) -> BoolArray:
        """[row, session] → whether a day of the session lies in one of the row's spans; only
        those days that `incidence` ([day, session]) tells of, where it is given."""
        gone_by = self._gone_by if incidence is None else _summed(incidence)
        begin = np.searchsorted(self.company.calendar, spans.first)
        end = np.searchsorted(self.company.calendar, spans.last, side="right")
        hit = np.flatnonzero(begin < end)
        # Many people are away on the same days: each such pair of days is looked at once.
        base = len(self.days) + 1
        distinct, which = np.unique(begin[hit] * base + end[hit], return_inverse=True)
        during = gone_by[distinct // base] != gone_by[distinct % base]
        touched = np.zeros((rows, self.sessions), np.bool_)
        for some in _once_each(spans.rows[hit]):
            touched[spans.rows[hit[some]]] |= during[which[some]]
        return touched

    @cached_property
    def _gone_by(self) -> NDArray[np.int16]:
        """[n, session] → how many days of the session lie among the first n of `days`: a span
        holds a day of a session exactly when this changes from its beginning to its end."""
        return _summed(self.incidence)

    def limits(self, most: int) -> IntArray:
        """[1, day] → the same limit on every one of `days`."""
        return np.full((1, len(self.days)), most, np.int64)

    def table(self, keys: Iterable[Hashable]) -> tuple[IntArray, list[Hashable]]:
        """Each key's number in order of first appearance, and the keys by number."""
        index: dict[Hashable, int] = {}
        numbers = [index.setdefault(key, len(index)) for key in keys]
        return np.array(numbers, np.int64), list(index)


def _summed(incidence: BoolArray) -> NDArray[np.int16]:
    """[n, session] → how many of the first n days are the session's."""
    days, sessions = incidence.shape
    summed = np.zeros((days + 1, sessions), np.int16)
    np.cumsum(incidence, axis=0, out=summed[1:])
    return summed


def _once_each(rows: IntArray) -> list[IntArray]:
    """Places in `rows`, parted so that no part has the same row twice: a row can be changed in
    place only once at a time."""
    order = np.argsort(rows, kind="stable")
    before = np.arange(len(rows)) - np.searchsorted(rows[order], rows[order])
    times = np.bincount(before)
    return np.split(order[np.argsort(before, kind="stable")], np.cumsum(times)[:-1])
