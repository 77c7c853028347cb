"""Repairs that open a session to one duty while everybody else stays where they are: what keeps it
out is known for all sessions at once; from the one that is cheapest to open on, its rules are
asked for their fixes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from heapq import heappop, heappush
from itertools import islice, product

import numpy as np

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.model.language import BoolArray, IntArray
from scheduler.repairs.fixes import fixes_of
from scheduler.repairs.obstacles import Obstacles
from scheduler.repairs.repair import Repair, joined
from scheduler.rules import in_force, registry
from scheduler.rules.base.case import Case
from scheduler.rules.base.costs import IMPOSSIBLE
from scheduler.rules.base.plan_view import Choice, PlanView

MOST_OF_A_KIND = 2
"""So many repairs are offered that change the same kinds of things, or fix the same rules."""
MOST_WAYS = 8
"""So many combinations of ways to fix several rules are looked at for one session."""
Kinds = Counter[tuple[object, ...]]
"""How many repairs were found that change such things, or fix such rules."""


class Opening:
    """What would open sessions to the duties that one plan leaves out."""

    def __init__(self, plan: PlanView) -> None:
        self.plan = plan
        self._row = {duty.id: row for row, duty in enumerate(plan.problem.duties)}
        self._rules = in_force(plan.problem.rules)

    def of(
        self, duty_id: str, obstacles: Obstacles, sessions: IntArray, kinds: Kinds
    ) -> Iterator[Repair]:
        """Repairs yet to be tried, the cheapest first: a session is looked at when nothing that
        is known can be cheaper than opening it."""
        row = self._row[duty_id]
        offered, closed = obstacles.of(row)
        least = _least(obstacles, row, closed)
        # Of two that cost the same the one nearer to the due date comes first.
        far = np.abs(obstacles.world.ends - obstacles.problem.duties[row].due.toordinal())
        possible = sessions[offered[sessions] & (least[sessions] < IMPOSSIBLE)]
        order = possible[np.lexsort((far[possible], least[possible]))]
        known: list[tuple[int, int, Repair]] = []
        count = 0
        for session in order.tolist():
            while known and known[0][0] <= least[session]:
                yield heappop(known)[2]
            rules = tuple(rule for rule, mask in closed.items() if mask[session])
            if kinds["fixes", *rules] >= MOST_OF_A_KIND:
                continue  # there are enough that fix the same
            for repair in self._opening(obstacles.problem, duty_id, session, rules):
                count += 1
                heappush(known, (repair.cost, count, repair))
        while known:
            yield heappop(known)[2]

    def _opening(
        self, problem: Problem, duty_id: str, session: int, rules: tuple[str, ...]
    ) -> Iterator[Repair]:
        duty, offer = problem.duty[duty_id], problem.sessions[session]
        person = problem.employee[duty.employee_id]
        case = Case(problem, self.plan, Choice(person, duty, offer))
        ways = [fixes_of(rule, case, self._rules) for rule in rules]
        place = Assignment(duty_id=duty.id, employee_id=person.id, session=offer.key)
        for some in islice(product(*ways), MOST_WAYS):
            yield Repair(joined(change for way in some for change in way), (place,), rules)


def _least(obstacles: Obstacles, row: int, closed: Mapping[str, BoolArray]) -> IntArray:
    """[session] → what opening it to the duty costs at least."""
    least = np.zeros(obstacles.world.sessions, np.int64)
    for key, mask in closed.items():
        rule = registry().get(key)
        cost = np.full_like(least, IMPOSSIBLE)
        if rule is not None:
            cost = rule.least_fix(obstacles.world, row)
        least[mask] += cost[mask]
    return least
