"""The best plan that a re-plan knows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from scheduler.domain.plan import Assignment
from scheduler.model.compiled import NOWHERE, Judgement
from scheduler.model.language import IntArray
from scheduler.replan.situation import Situation
from scheduler.solving.engine import Objectives


class Incumbent:
    """A choice, how good it is, and the plan that it stands for."""

    def __init__(self, now: Situation, choice: IntArray, judgement: Judgement) -> None:
        self.now = now
        self._take(choice, judgement)

    def _take(self, choice: IntArray, judgement: Judgement) -> None:
        self.choice, self.judgement = choice, judgement
        self.legal = judgement.legal
        self.objectives = self._objectives(choice, judgement)
        self.make_plan: Callable[[], tuple[Assignment, ...]]
        """Makes the plan when it is wanted, once."""
        self.make_plan = cache(partial(self.now.assignments, choice))

    def _objectives(self, choice: IntArray, judgement: Judgement) -> Objectives:
        left = int(self.now.model.unplaced[choice == NOWHERE].sum())
        return Objectives(left, self.now.people_changed(choice), judgement.cost - left)

    def offer(self, choice: IntArray) -> bool:
        """Take `choice` if it is legal and better."""
        judgement = self.now.model.judge(choice)
        if not judgement.legal:
            return False
        objectives = self._objectives(choice, judgement)
        if self.legal and _order(objectives) >= _order(self.objectives):
            return False
        self._take(choice, judgement)
        return True


def _order(objectives: Objectives) -> tuple[int, int, int]:
    return objectives.unplaced, objectives.changed, objectives.points
