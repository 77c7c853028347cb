"""One rule alone judges a plan: `check` finds what is broken, and the compiled model must agree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scheduler.domain.plan import Assignment, Violation
from scheduler.domain.problem import Mode, Problem
from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.world import World
from scheduler.rules import registry
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Rule
from tests.worlds import day

Choice = tuple[str, "int | str"]
"""A person, and the first day (numbered) or the key of the session."""


def rule_of(problem: Problem, key: str) -> Rule:
    """Rule `key` as the problem sets it."""
    settings = {setting.key: setting for setting in problem.rules}
    return registry()[key](settings.get(key))


def with_mode(problem: Problem, key: str, mode: Mode, weight: int = 3) -> Problem:
    """The same problem with one rule of another mode and weight."""
    others = [setting for setting in problem.rules if setting.key != key]
    setting = next((s for s in problem.rules if s.key == key), registry()[key].default_setting())
    changed = setting.model_copy(update={"mode": mode, "weight": weight})
    return problem.model_copy(update={"rules": (*others, changed)})


def violations_of(problem: Problem, key: str, *choices: Choice) -> list[Violation]:
    """What rule `key` finds broken in a plan; fails where the compiled model sees it otherwise."""
    rule, plan = rule_of(problem, key), _plan(problem, choices)
    violations = rule.check(PlanView(problem, plan))
    model = CompiledModel(
        len(problem.duties), len(problem.sessions), np.zeros(len(problem.duties), np.int64)
    )
    rule.compile(World(problem), model)
    verdict = model.judge(_rows(problem, plan))
    assert verdict.legal == (not any(violation.hard for violation in violations))
    if verdict.legal:
        assert verdict.cost == sum(violation.points or 0 for violation in violations)
    return violations


def amounts(problem: Problem, key: str, *choices: Choice) -> list[int]:
    """By how much each thing found is broken, in the rule's own unit."""
    return [violation.amount for violation in violations_of(problem, key, *choices)]


def points(problem: Problem, key: str, *choices: Choice) -> list[int | None]:
    """What each thing found costs; None where it is hard."""
    return [violation.points for violation in violations_of(problem, key, *choices)]


def _plan(problem: Problem, choices: Sequence[Choice]) -> list[Assignment]:
    """Assignments of everybody's duties in order."""
    starts = {session.first_day: session.key for session in problem.sessions}
    left = {
        person.id: [duty.id for duty in problem.duties if duty.employee_id == person.id]
        for person in problem.employees
    }
    return [
        Assignment(
            duty_id=left[who].pop(0),
            employee_id=who,
            session=where if isinstance(where, str) else starts[day(where)],
        )
        for who, where in choices
    ]


def _rows(problem: Problem, plan: Sequence[Assignment]) -> np.ndarray:
    column = {session.key: number for number, session in enumerate(problem.sessions)}
    chosen = {assignment.duty_id: column[assignment.session] for assignment in plan}
    return np.array([chosen.get(duty.id, NOWHERE) for duty in problem.duties], np.int64)
