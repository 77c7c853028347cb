"""What rules are asked about when a duty has no place: one case, or a whole problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from scheduler.domain.problem import Problem
from scheduler.domain.programme import Session
from scheduler.rules.base.costs import SESSION
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.reach import Reach


@dataclass(frozen=True)
class Case:
    """A duty that could be placed in a session if rules were changed, and the plan around it."""

    problem: Problem
    plan: PlanView
    choice: Choice

    def there(self, day: date, reach: Reach) -> list[Choice]:
        """Who serves on a day, as far as a rule of this reach governs them."""
        return [each for each in self.plan.by_day.get(day, ()) if reach.holds(each)]

    def in_session(self) -> Sequence[Choice]:
        """Who is in the session."""
        return self.plan.by_session.get(self.choice.session.key, ())


@dataclass(frozen=True)
class ChangeSearch:
    """A problem in which every change is looked for that costs less than `below`. Some of its
    sessions are only `added` to it: what is changed in one of those costs the session, too."""

    problem: Problem
    below: int
    added: frozenset[str] = frozenset()

    @property
    def sessions(self) -> Sequence[Session]:
        """The sessions that there are without any change."""
        return [each for each in self.problem.sessions if each.key not in self.added]

    def below_in(self, session: Session) -> int:
        """What a change of one session must cost less than."""
        return self.below - SESSION if session.key in self.added else self.below

    def cases(self, reach: Reach) -> list[Case]:
        """One case of an empty plan for every department, programme and centre that meet in one,
        as far as a rule of this reach governs it."""
        empty = PlanView(self.problem, ())
        parts = filter(reach.holds, self._of_each_part)
        return [Case(self.problem, empty, choice) for choice in parts]

    @cached_property
    def _of_each_part(self) -> list[Choice]:
        choices: dict[tuple[str | None, str, str], Choice] = {}
        for duty in self.problem.duties:
            person = self.problem.employee[duty.employee_id]
            for session in self.problem.sessions:
                part = person.department, session.programme, session.centre
                choices.setdefault(part, Choice(person, duty, session))
        return list(choices.values())
