"""Plans looked up."""

from __future__ import annotations

from scheduler.rules.base.plan_view import PlanView
from tests.worlds import a_duty, a_person, a_session, a_world, day, placed


def test_a_plan_is_looked_up_by_person_and_by_day() -> None:
    people = [a_person("ann"), a_person("bob")]
    duties = [a_duty("ann"), a_duty("ann", number=2), a_duty("bob")]
    problem = a_world(people, [a_session(0), a_session(1), a_session(7)], duties)
    plan = PlanView(problem, placed(problem, ("ann", 7), ("ann", 0), ("bob", 1)))
    first_days = {
        who: [choice.session.first_day for choice in choices]
        for who, choices in plan.by_employee.items()
    }
    assert first_days == {"ann": [day(0), day(7)], "bob": [day(1)]}
    assert {on: [choice.employee.id for choice in who] for on, who in plan.by_day.items()} == {
        day(0): ["ann"],
        day(1): ["ann", "bob"],
        day(2): ["bob"],
        day(7): ["ann"],
        day(8): ["ann"],
    }
    assert list(plan.by_day) == sorted(plan.by_day)
