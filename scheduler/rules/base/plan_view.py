"""A plan as the rules check it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from scheduler.domain.ledger import Duty
from scheduler.domain.people import Employee
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Session


class Choice(NamedTuple):
    """One assignment with everything it refers to."""

    employee: Employee
    duty: Duty
    session: Session


class PlanView:
    """A plan as the rules check it: the problem and its assignments, looked up."""

    def __init__(self, problem: Problem, assignments: Iterable[Assignment]) -> None:
        self.problem = problem
        self.assignments = tuple(assignments)

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """Every assignment with its employee, duty and session."""
        world = self.problem
        return tuple(
            Choice(world.employee[a.employee_id], world.duty[a.duty_id], world.session[a.session])
            for a in self.assignments
        )

    def __iter__(self) -> Iterator[Choice]:
        return iter(self.choices)

    def only(self, wanted: Callable[[Choice], bool]) -> PlanView:
        """The same plan without the assignments that are not `wanted`."""
        return PlanView(
            self.problem,
            (a for a, choice in zip(self.assignments, self.choices, strict=True) if wanted(choice)),
        )

    @cached_property
    def by_employee(self) -> Mapping[str, Sequence[Choice]]:
        """The choices of everybody who has any, in order of their first day."""
        choices: dict[str, list[Choice]] = {}
        for choice in sorted(self.choices, key=lambda c: c.session.first_day):
            choices.setdefault(choice.employee.id, []).append(choice)
        return choices

    @cached_property
    def members(self) -> Mapping[tuple[str, str], Sequence[Employee]]:
        """Who belongs to each team and department, by kind and name."""
        members: dict[tuple[str, str], list[Employee]] = {}
        for person in self.problem.employees:
            for kind in ("team", "department"):
                members.setdefault((kind, getattr(person, kind)), []).append(person)
        return members

    @cached_property
    def by_session(self) -> Mapping[str, Sequence[Choice]]:
        """Who is in each session that has anybody, by its key."""
        choices: dict[str, list[Choice]] = {}
        for choice in self.choices:
            choices.setdefault(choice.session.key, []).append(choice)
        return choices

    @cached_property
    def by_day(self) -> Mapping[date, Sequence[Choice]]:
        """Who serves on each day."""
        return by_day(self.choices)


def by_day(choices: Iterable[Choice]) -> dict[date, list[Choice]]:
    """Which of `choices` are served on each day, in order of the days."""
    served: dict[date, list[Choice]] = {}
    for choice in choices:
        for day in choice.session.days:
            served.setdefault(day, []).append(choice)
    return dict(sorted(served.items()))
