"""A repair tried on the plan it is for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Session
from scheduler.repairs.repair import Repair
from scheduler.rules.base.plan_view import PlanView
from scheduler.verify import verify

Week = tuple[int, int]
"""An ISO year and week."""
WHOLE_PLAN = 2_000
"""Plans of up to so many assignments are tried whole, larger ones in the weeks concerned."""


class PlanTrial:
    """A plan on which repairs are tried."""

    def __init__(self, plan: PlanView) -> None:
        self.problem, self.plan = plan.problem, plan
        self.assignments: Sequence[Assignment] = plan.assignments

    def works(self, repair: Repair) -> bool:
        """Whether the plan with the duties placed breaks no hard rule of the changed problem that
        it does not break now."""
        made = repair.apply(self.problem)
        kept = self._concerned(made, repair)
        then = repair.arranged(kept)
        hard = verify(_of_people(made, then), then).hard
        if not hard:
            return True
        # What was broken before is not the repair's to fix.
        return set(hard) <= set(verify(self.problem, kept).hard)

    def _concerned(self, made: Problem, repair: Repair) -> tuple[Assignment, ...]:
        """The assignments that the duties placed could break a rule with."""
        if len(self.assignments) <= WHOLE_PLAN:
            return tuple(self.assignments)
        weeks = _weeks(made.session[place.session] for place in repair.places)
        people = {place.employee_id for place in repair.places}
        numbers = [n for week in weeks for n in self._by_week.get(week, ())]
        numbers += [n for who in people for n in self._by_person.get(who, ())]
        return tuple(self.assignments[n] for n in dict.fromkeys(numbers))

    @cached_property
    def _by_week(self) -> dict[Week, list[int]]:
        """The assignments of every week, by number."""
        numbers: dict[Week, list[int]] = {}
        for n, choice in enumerate(self.plan.choices):
            for week in _weeks([choice.session]):
                numbers.setdefault(week, []).append(n)
        return numbers

    @cached_property
    def _by_person(self) -> dict[str, list[int]]:
        """The assignments of everybody, by number."""
        numbers: dict[str, list[int]] = {}
        for n, assignment in enumerate(self.assignments):
            numbers.setdefault(assignment.employee_id, []).append(n)
        return numbers


def _of_people(problem: Problem, assignments: Iterable[Assignment]) -> Problem:
    """The problem with what is recorded of these people alone: nobody else's matters to whether
    their plan keeps the rules. What is published matters with everybody's."""
    if problem.follows is not None or len(problem.duties) <= WHOLE_PLAN:
        return problem
    people = {assignment.employee_id for assignment in assignments}
    kinds = ("absences", "wishes", "exemptions", "records")
    theirs = {
        kind: tuple(each for each in getattr(problem, kind) if each.employee_id in people)
        for kind in kinds
    }
    return problem.changed(**theirs)


def _weeks(sessions: Iterable[Session]) -> set[Week]:
    """The ISO weeks of some sessions."""
    return {day.isocalendar()[:2] for session in sessions for day in session.days}
