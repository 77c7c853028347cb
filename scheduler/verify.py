"""Does a plan keep the rules? Asks every rule about the plain plan, never the compiled model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from scheduler.domain.plan import Assignment, Violation
from scheduler.domain.problem import Problem
from scheduler.domain.words import Message, say, say_number
from scheduler.rules import in_force
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Rule

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


def verify(
    problem: Problem, assignments: Iterable[Assignment], rules: Iterable[Rule] | None = None
) -> Verification:
    """Check `assignments` against what a plan is and against every rule in force; who asks about
    many plans of one problem may have its `rules` at hand."""
    found = tuple(assignments)
    known: list[Assignment] = []
    strange: list[Assignment] = []
    for assignment in found:
        (known if _is_known(problem, assignment) else strange).append(assignment)
    plan = PlanView(problem, known)
    broken = [
        *map(_unknown, strange),
        *_placed_twice(found),
        *_misplaced(plan),
        *_at_two_places(plan),
    ]
    for rule in in_force(problem.rules) if rules is None else rules:
        broken += rule.judge(plan)
    return Verification(tuple(broken))


def _is_known(problem: Problem, assignment: Assignment) -> bool:
    duty = problem.duty.get(assignment.duty_id)
    return (
        duty is not None
        and duty.employee_id == assignment.employee_id
        and assignment.session in problem.session
    )


def _unknown(assignment: Assignment) -> Violation:
    """The assignment of a duty or to a session that the problem does not have."""
    text = say(
        "Duty {duty} or session {session} is not part of this plan.",
        duty=assignment.duty_id,
        session=assignment.session,
    )
    return _wrong(assignment.employee_id, assignment.session, text)


def _placed_twice(assignments: Iterable[Assignment]) -> Iterator[Violation]:
    """Duties with more than one assignment."""
    times = Counter(assignment.duty_id for assignment in assignments)
    for assignment in assignments:
        duty_id = assignment.duty_id
        if (n := times.pop(duty_id, 1)) > 1:
            text = say_number(
                "Duty {duty} is placed {n} time.",
                "Duty {duty} is placed {n} times.",
                n,
                duty=duty_id,
            )
            yield _wrong(assignment.employee_id, assignment.session, text)


def _misplaced(plan: PlanView) -> Iterator[Violation]:
    """Sessions that do not discharge the duty, or at a centre where the person does not serve."""
    for person, duty, session in plan:
        if session.programme not in duty.programmes:
            text = say(
                "{programme} does not discharge the duty of {name}.",
                programme=session.programme,
                name=person.name,
            )
            yield _wrong(person.id, session.key, text)
        if person.centre is not None and person.centre != session.centre:
            text = say(
                "{name} serves at {home}, not at {centre}.",
                name=person.name,
                home=person.centre,
                centre=session.centre,
            )
            yield _wrong(person.id, session.key, text)


def _at_two_places(plan: PlanView) -> Iterator[Violation]:
    """Sessions on a day on which the person serves already."""
    for choices in plan.by_employee.values():
        busy: set[date] = set()
        for person, _, session in choices:
            for day in sorted(busy.intersection(session.days)):
                text = say("{name} cannot be at two places on {day}.", name=person.name, day=day)
                yield _wrong(person.id, session.key, text)
            busy.update(session.days)


def _wrong(employee_id: str, session: str, text: Message) -> Violation:
    return Violation(
        rule=STRUCTURE,
        amount=1,
        points=None,
        text=text,
        employee_ids=(employee_id,),
        sessions=(session,),
    )
