"""Random worlds whose plans leave somebody out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import count

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Mode, Problem, RuleSetting
from scheduler.domain.programme import Session
from scheduler.repairs import Repairs
from scheduler.rules import registry
from scheduler.solving.engine import solve
from scheduler.verify import verify
from tests.worlds import a_random_world


@cache
def short_of_places(number: int) -> tuple[Problem, tuple[Assignment, ...]]:
    """A tiny world whose best plan leaves somebody out, and that plan; every second one has no
    rule off."""
    for seed in count(1000 * number):
        problem = a_random_world(seed)
        if number % 2:
            problem = problem.model_copy(update={"rules": tuple(map(_on, problem.rules))})
        result = solve(problem)
        if result.unassigned:
            return problem, result.assignments
    raise AssertionError("there is always another seed")


@cache
def repairs_of(number: int) -> Repairs:
    """The repairs of the plan of such a world."""
    return Repairs(*short_of_places(number))


def _on(setting: RuleSetting) -> RuleSetting:
    mode = registry()[setting.key].default_mode
    return setting.model_copy(update={"mode": mode}) if setting.mode is Mode.OFF else setting


def placing(problem: Problem, duty_id: str, session: str) -> Assignment:
    """The duty in a session."""
    return Assignment(
        duty_id=duty_id, employee_id=problem.duty[duty_id].employee_id, session=session
    )


def broken(problem: Problem, plan: Sequence[Assignment], duty_id: str, session: str) -> set[str]:
    """The rules that break if the duty goes to the session and everybody else stays."""
    verified = verify(problem, [*plan, placing(problem, duty_id, session)])
    return {violation.rule for violation in verified.hard}


def offered(problem: Problem, duty_id: str) -> list[Session]:
    """The sessions that discharge a duty."""
    duty = problem.duty[duty_id]
    home = problem.employee[duty.employee_id].centre
    return [
        session
        for session in problem.sessions
        if session.programme in duty.programmes and home in (None, session.centre)
    ]
