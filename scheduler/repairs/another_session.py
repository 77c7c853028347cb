"""A session more: a change of no rule."""

from __future__ import annotations

from typing import Any

from scheduler.domain.problem import Problem
from scheduler.domain.programme import Session
from scheduler.domain.words import Message, say
from scheduler.rules.base.change import ProblemChange
from scheduler.rules.base.costs import SESSION


class AnotherSession(ProblemChange):
    """A session that the pattern does not have."""

    session: Session

    @property
    def loosens(self) -> str:
        """No rule: what is opened is what there was not."""
        return "session"

    @property
    def cost(self) -> int:
        return SESSION

    @property
    def theme(self) -> tuple[object, ...]:
        return "session", self.session.key

    def fields(self, problem: Problem) -> dict[str, Any]:
        sessions = sorted(
            (*problem.sessions, self.session), key=lambda s: (s.first_day, s.centre, s.programme)
        )
        return {"sessions": tuple(sessions)}

    def text(self, problem: Problem) -> Message:
        return say(
            "one more session of {programme} in {centre} on {day}",
            programme=problem.programme[self.session.programme].title,
            centre=problem.centre[self.session.centre].name,
            day=self.session.first_day,
        )
