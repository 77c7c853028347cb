"""Does a plan keep the rules? Asks every rule about the plain plan, never the compiled model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.domain.plan import Assignment, Violation
from scheduler.domain.problem import Problem
from scheduler.domain.words import Message, say
from scheduler.rules import in_force
from scheduler.rules.base import PlanView

STRUCTURE = "structure"
"""Key of what no rule says because it is what a plan is."""


@dataclass(frozen=True)
class Verification:
    """Everything found, and what the soft rules charge."""

    violations: tuple[Violation, ...]

    @property
    def hard(self) -> tuple[Violation, ...]:
        """What makes the plan illegal."""
        return tuple(violation for violation in self.violations if violation.hard)

    @property
    def score(self) -> dict[str, int]:
        """Points per soft rule."""
        points: Counter[str] = Counter()
        for violation in self.violations:
            points[violation.rule] += violation.points or 0
        return {rule: total for rule, total in sorted(points.items()) if total}


def verify(problem: Problem, assignments: Iterable[Assignment]) -> Verification:
    """Check `assignments` against what a plan is and against every rule in force."""
    found = tuple(assignments)
    broken = list(_structure(problem, found))
    known = [a for a in found if _is_known(problem, a)]
    plan = PlanView(problem, known)
    for rule in in_force(problem.rules):
        broken += rule.check(plan)
    return Verification(tuple(broken))


def _is_known(problem: Problem, assignment: Assignment) -> bool:
    duty = problem.duty.get(assignment.duty_id)
    return (
        duty is not None
        and duty.employee_id == assignment.employee_id
        and assignment.session in problem.session
    )


def _structure(problem: Problem, assignments: tuple[Assignment, ...]) -> Iterable[Violation]:
    for assignment in assignments:
        if not _is_known(problem, assignment):
            text = say("Duty {duty} or session {session} is not part of this plan.")
            yield _wrong(assignment, text, duty=assignment.duty_id, session=assignment.session)
    for duty_id, times in Counter(a.duty_id for a in assignments).items():
        if times > 1:
            first = next(a for a in assignments if a.duty_id == duty_id)
            yield _wrong(first, say("Duty {duty} is placed {n} times."), duty=duty_id, n=times)
    busy: set[tuple[str, object]] = set()
    for assignment in (a for a in assignments if _is_known(problem, a)):
        person = problem.employee[assignment.employee_id]
        session = problem.session[assignment.session]
        if session.programme not in problem.duty[assignment.duty_id].programmes:
            text = say("{programme} does not discharge the duty of {name}.")
            yield _wrong(assignment, text, programme=session.programme, name=person.name)
        if person.centre is not None and person.centre != session.centre:
            text = say("{name} serves at {home}, not at {centre}.")
            yield _wrong(
                assignment, text, name=person.name, home=person.centre, centre=session.centre
            )
        for day in session.days:
            if (person.id, day) in busy:
                text = say("{name} cannot be at two places on {day}.")
                yield _wrong(assignment, text, name=person.name, day=day)
            busy.add((person.id, day))


def _wrong(assignment: Assignment, text: Message, **values: object) -> Violation:
    return Violation(
        rule=STRUCTURE,
        amount=1,
        points=None,
        text=say(text.text, **values),
        employee_ids=(assignment.employee_id,),
        sessions=(assignment.session,),
    )
