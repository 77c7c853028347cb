"""The whole problem as arrays, shared by all blocks of it that are compiled.

Employees, duties and sessions are numbered in the order of the problem; days are proleptic
ordinals. A rule that must know more of the company asks `once`, so that a hundred blocks find it
out a single time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from scheduler.domain.calendar import DateRange
from scheduler.domain.problem import Problem

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Found = TypeVar("Found")
Name = TypeVar("Name", bound=Hashable)


class Belonging:
    """What belongs to whom, all by number: absences to employees, days to sessions."""

    def __init__(self, owner: IntArray, owners: int, things: IntArray | None = None) -> None:
        """`things[n]`, or n where no things are given, belongs to `owner[n]`: one of `owners`, or
        −1 for nobody."""
        order = np.argsort(owner, kind="stable")
        self._things = order if things is None else things[order]
        self._begin = np.cumsum(np.bincount(owner + 1, minlength=owners + 1))

    def of(self, owners: IntArray) -> tuple[IntArray, IntArray]:
        """(place in `owners`, thing that belongs to the owner there) side by side, in order.
        An owner may be asked for several times; −1 owns nothing."""
        begin = np.where(owners < 0, 0, self._begin[owners])
        many = np.where(owners < 0, 0, self._begin[owners + 1] - begin)
        places = np.repeat(np.arange(len(owners)), many)
        before = np.cumsum(many) - many
        return places, self._things[np.arange(len(places)) + (begin - before)[places]]


@dataclass(frozen=True)
class Spans:
    """Ranges of days side by side: the row each belongs to, its first and its last day."""

    rows: IntArray
    first: IntArray
    last: IntArray

    def only(self, kept: BoolArray | IntArray) -> Spans:
        """Some of them."""
        return Spans(self.rows[kept], self.first[kept], self.last[kept])

    @classmethod
    def joined(cls, *parts: Spans) -> Spans:
        """All of several."""
        return cls(
            np.concatenate([part.rows for part in parts]),
            np.concatenate([part.first for part in parts]),
            np.concatenate([part.last for part in parts]),
        )


class Ranges:
    """Ranges of days that belong to owners by number: the leave of employees, say."""

    def __init__(self, owner: IntArray, days: Sequence[DateRange], owners: int) -> None:
        self._belonging = Belonging(owner, owners)
        self._first = ordinals(each.first for each in days)
        self._last = ordinals(each.last for each in days)

    def of(self, owners: IntArray) -> Spans:
        """The ranges of each of `owners`; the row of a span is a place in `owners`."""
        places, things = self._belonging.of(owners)
        return Spans(places, self._first[things], self._last[things])


@dataclass(frozen=True)
class Labels(Generic[Name]):
    """A label for each of many: `numbers[n]` is the place of its name in `names`, −1 for none."""

    numbers: IntArray
    names: tuple[Name, ...]

    @classmethod
    def of(cls, labels: Iterable[Name | None]) -> Labels[Name]:
        """Names are numbered in order of first appearance; None is no label."""
        index: dict[Name, int] = {}
        numbers = [-1 if each is None else index.setdefault(each, len(index)) for each in labels]
        return cls(np.array(numbers, np.int64), tuple(index))


class CompanyArrays:
    """Arrays over the whole of a problem. Everything is computed once, when first asked for."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._found: dict[tuple[Hashable, ...], Any] = {}

    def once(self, find: Callable[..., Found], *about: Hashable) -> Found:
        """What `find(company, *about)` returned when it was first asked. Give it a function of a
        module: a rule is another object in every block."""
        if (find, *about) not in self._found:
            self._found[find, *about] = find(self, *about)
        known: Found = self._found[find, *about]
        return known

    # Employees

    @cached_property
    def _number(self) -> dict[str, int]:
        return {person.id: n for n, person in enumerate(self.problem.employees)}

    def numbers(self, employee_ids: Iterable[str]) -> IntArray:
        """The employees' numbers, −1 for somebody unknown."""
        return np.array([self._number.get(each, -1) for each in employee_ids], np.int64)

    @cached_property
    def hired(self) -> IntArray:
        """[employee] → first day of employment."""
        return ordinals(person.hire_date for person in self.problem.employees)

    @cached_property
    def left(self) -> IntArray:
        """[employee] → last day of employment, the end of time where none is known."""
        return ordinals(person.leave_date or date.max for person in self.problem.employees)

    def labels(self, attribute: str) -> Labels[str]:
        """[employee] → their team, or their department, as `attribute` says."""
        return self.once(_labels, attribute)

    # Duties

    @cached_property
    def employee(self) -> IntArray:
        """[duty] → number of the employee who owes it."""
        return self.numbers(duty.employee_id for duty in self.problem.duties)

    @cached_property
    def due(self) -> IntArray:
        """[duty] → due date."""
        return ordinals(duty.due for duty in self.problem.duties)

    @cached_property
    def opens(self) -> IntArray:
        """[duty] → first day of the window."""
        return ordinals(duty.opens for duty in self.problem.duties)

    @cached_property
    def first_ever(self) -> BoolArray:
        """[duty] → whether it is the first service of its person."""
        return np.array([duty.first for duty in self.problem.duties], np.bool_)

    # Sessions and days

    @cached_property
    def starts(self) -> IntArray:
        """[session] → first day."""
        return ordinals(session.first_day for session in self.problem.sessions)

    @cached_property
    def ends(self) -> IntArray:
        """[session] → last day."""
        return ordinals(session.last_day for session in self.problem.sessions)

    @cached_property
    def centres(self) -> Labels[str]:
        """[session] → key of its centre."""
        return Labels.of(session.centre for session in self.problem.sessions)

    @cached_property
    def first_day(self) -> int:
        """The first day that matters: of the horizon, or of a session before it."""
        first: int = min([self.problem.horizon.first.toordinal(), *self.starts.tolist()])
        return first

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days on which some session takes place, in order."""
        return tuple(sorted({day for session in self.problem.sessions for day in session.days}))

    @cached_property
    def calendar(self) -> IntArray:
        """[day] → that one of `days`."""
        return ordinals(self.days)

    @cached_property
    def session_days(self) -> Belonging:
        """The days that belong to sessions, as places in `days`."""
        pairs = [
            (number, day)
            for number, session in enumerate(self.problem.sessions)
            for day in session.days
        ]
        owner = np.array([number for number, _ in pairs], np.int64)
        day = np.searchsorted(self.calendar, ordinals(day for _, day in pairs))
        return Belonging(owner, len(self.problem.sessions), day)


def ordinals(days: Iterable[date]) -> IntArray:
    """Days as proleptic ordinals."""
    return np.array([day.toordinal() for day in days], np.int64)


def numbered(keys: IntArray) -> tuple[IntArray, IntArray]:
    """Each key's number in order of first appearance, and the keys by number."""
    distinct, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    return number[inverse], distinct[order]


def _labels(company: CompanyArrays, attribute: str) -> Labels[str]:
    return Labels.of(getattr(person, attribute) for person in company.problem.employees)
