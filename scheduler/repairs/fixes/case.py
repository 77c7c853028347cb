"""A duty that could have a place, and the plan around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.domain.people import Employee
from scheduler.domain.problem import Problem
from scheduler.repairs.changes import ProblemChange
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.rule import Rule

Changes = tuple[ProblemChange, ...]
"""Changes that mend together."""


@dataclass(frozen=True)
class Case:
    """A duty that could be placed in a session if rules were changed, and the plan around it."""

    problem: Problem
    plan: PlanView
    choice: Choice
    rules: Sequence[Rule]
    """The rules in force."""
    members: Mapping[tuple[str, str], Sequence[Employee]]
    """Who belongs to each team and department, by kind and name."""

    def there(self, day: date, rule: Rule) -> list[Choice]:
        """Who serves on a day, as far as the rule governs them."""
        return [each for each in self.plan.by_day.get(day, ()) if rule.reach.holds(each)]

    def in_session(self) -> list[Choice]:
        """Who is in the session."""
        session = self.choice.session
        there = self.plan.by_day.get(session.first_day, ())
        return [each for each in there if each.session.key == session.key]


def governing(case: Case, key: str) -> Rule | None:
    """The rule as it is set for the case."""
    rules = (rule for rule in case.rules if rule.key == key)
    return next((rule for rule in rules if rule.reach.holds(case.choice)), None)
