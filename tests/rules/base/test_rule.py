"""What every rule can do."""

from __future__ import annotations

import pytest

from scheduler.domain.problem import Mode
from scheduler.rules import registry
from scheduler.rules.base.plan_view import PlanView
from tests.rules.judging import rule_of, violations_of, with_mode
from tests.worlds import a_person, a_session, a_world, day, placed


@pytest.mark.parametrize(("mode", "points"), [(Mode.HARD, None), (Mode.SOFT, 6)])
def test_a_violation_names_everybody_once_and_costs_only_where_soft(
    mode: Mode, points: int | None
) -> None:
    problem = with_mode(a_world([a_person("ann")], [a_session(0)]), "spacing", mode, weight=3)
    rule = rule_of(problem, "spacing")
    (choice,) = PlanView(problem, placed(problem, ("ann", 0)))
    violation = rule.broken(2, rule.because(), choices=[choice, choice], days=[day(0)])
    assert violation.points == points
    assert violation.employee_ids == ("ann",)
    assert violation.sessions == (choice.session.key,)
    assert violation.days == (day(0),)


@pytest.mark.parametrize("mode", [Mode.HARD, Mode.SOFT])
@pytest.mark.parametrize("sessions", [0, 1])
@pytest.mark.parametrize("people", [0, 1])
@pytest.mark.parametrize("key", registry())
def test_every_rule_has_nothing_to_say_of_an_empty_plan(
    key: str, people: int, sessions: int, mode: Mode
) -> None:
    problem = a_world([a_person("ann")] * people, [a_session(0)] * sessions)
    assert not violations_of(with_mode(problem, key, mode), key)
