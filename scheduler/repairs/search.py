"""The cheapest changes that give a place to duties which a plan leaves out.

A repair places its duties while everybody else stays where they are, and is tried on the plan
itself: one that does not work is not offered. In a small plan it is also looked for where others
make room, and what is offered first is proven to be the cheapest that there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice

import numpy as np

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Session, WeeklyPattern, generate_sessions
from scheduler.repairs.another_session import AnotherSession
from scheduler.repairs.cheapest import Cheapest
from scheduler.repairs.obstacles import Blocking, Obstacles
from scheduler.repairs.opening import MOST_OF_A_KIND, Kinds, Opening
from scheduler.repairs.repair import Remedy, Repair, together
from scheduler.repairs.trying import PlanTrial
from scheduler.rules.base.costs import SESSION, SOFTER_FOR_ALL
from scheduler.rules.base.plan_view import PlanView

MOST = 5
"""So many repairs of one duty are offered."""
MOST_TOGETHER = 10
"""So many repairs of all duties of a plan are offered."""
MOST_TRIED = 30
"""So many are tried on the plan before the search ends."""
DEAREST = SESSION + 2 * SOFTER_FOR_ALL
"""Where no session can be opened as everybody is, no dearer repair is looked for."""


class Repairs:
    """Finds repairs for the duties that one plan leaves out."""

    def __init__(self, problem: Problem, assignments: Iterable[Assignment]) -> None:
        self.problem = problem
        self.assignments = tuple(assignments)
        self.plan = PlanView(problem, self.assignments)
        self._row = {duty.id: row for row, duty in enumerate(problem.duties)}
        self._trial = PlanTrial(self.plan)
        self._found: dict[tuple[str, int], tuple[Repair, ...]] = {}
        self._proven: set[str] = set()

    @cached_property
    def obstacles(self) -> Obstacles:
        """What the rules say of the duties left out."""
        return Obstacles(self.problem, self.assignments)

    @cached_property
    def unassigned(self) -> tuple[str, ...]:
        """The duties left out, those due first first."""
        placed = {assignment.duty_id for assignment in self.assignments}
        left = (duty for duty in self.problem.duties if duty.id not in placed)
        return tuple(duty.id for duty in sorted(left, key=lambda duty: (duty.due, duty.id)))

    def remedy(self, duty_id: str, most: int = MOST) -> Remedy:
        """The smallest set of rules that blocks a duty, and its cheapest repairs."""
        return Remedy(
            duty_id, self.blocking(duty_id), self.of(duty_id, most), duty_id in self._proven
        )

    def blocking(self, duty_id: str) -> Blocking:
        """The smallest set of rules that blocks a duty without a place."""
        return self.obstacles.blocking(self._row[duty_id])

    def of(self, duty_id: str, most: int = MOST) -> tuple[Repair, ...]:
        """The cheapest repairs of one duty that has no place, the cheapest first."""
        if (duty_id, most) not in self._found:
            self._found[duty_id, most] = self._search(duty_id, most)
        return self._found[duty_id, most]

    def together(
        self, duty_ids: Iterable[str], most: int = MOST_TOGETHER, each: int = MOST
    ) -> tuple[Repair, ...]:
        """The cheapest repairs of several duties for every duty that they place: what fixes the
        same for several of them is one."""
        alike: dict[tuple[object, ...], list[Repair]] = {}
        for duty_id in duty_ids:
            for repair in self.of(duty_id, each):
                alike.setdefault(tuple(change.theme for change in repair.changes), []).append(
                    repair
                )
        joint = [self._as_one(repairs) for repairs in alike.values()]
        return tuple(sorted(joint, key=lambda one: (one.share, -len(one.places)))[:most])

    def _as_one(self, repairs: Iterable[Repair]) -> Repair:
        """As many of the repairs as work together."""
        first, *others = islice(repairs, MOST_TRIED)
        for other in others:
            both = together(first, other)
            first = both if self.works(both) else first
        return first

    def works(self, repair: Repair) -> bool:
        """Whether the plan with the duties placed breaks no hard rule of the changed problem that
        it does not break now."""
        return self._trial.works(repair)

    # ---- One duty ------------------------------------------------------------------------------

    def _search(self, duty_id: str, most: int) -> tuple[Repair, ...]:
        if duty_id not in self.unassigned or not self.blocking(duty_id).rules:
            return ()  # there is a place: nothing needs fixing
        kinds: Kinds = Kinds()
        repairs = self._chosen([], self._offers(duty_id, kinds), kinds, most)
        if not repairs or repairs[0].cost > SESSION:
            kinds = Kinds()
            added = self._with_another_session(duty_id, kinds)
            repairs += self._chosen(repairs, added, kinds, MOST_OF_A_KIND)
        least = min((repair.cost for repair in repairs), default=DEAREST)
        answer = self._cheapest.of(duty_id, least)
        if answer.repair is not None:
            repairs.append(answer.repair)
        if answer.proven:
            self._proven.add(duty_id)
        # Sorting keeps those of one cost in their order.
        return tuple(sorted(repairs, key=lambda repair: repair.cost)[:most])

    def _offers(self, duty_id: str, kinds: Kinds) -> Iterator[Repair]:
        """Repairs that open one of the sessions there are, yet to be tried."""
        every = np.arange(len(self.problem.sessions))
        return self._opening.of(duty_id, self.obstacles, every, kinds)

    def _with_another_session(self, duty_id: str, kinds: Kinds) -> Iterator[Repair]:
        """Repairs that add a session, and open it."""
        there = len(self.problem.sessions)
        added = np.arange(there, len(self._extended.problem.sessions))
        for repair in self._opening.of(duty_id, self._extended, added, kinds):
            session = self._extended.problem.session[repair.places[0].session]
            changes = (AnotherSession(session=session), *repair.changes)
            yield Repair(changes, repair.places, repair.rules)

    def _chosen(
        self, known: list[Repair], offers: Iterable[Repair], kinds: Kinds, most: int
    ) -> list[Repair]:
        """The first few that work: not all of the same kind, and none that does what another
        does, and more. Counts them by kind."""
        chosen: list[Repair] = []
        tried = 0
        for repair in offers:
            kind = tuple(change.theme[0] for change in repair.changes)
            if kinds[kind] == MOST_OF_A_KIND or any(
                repair.about >= each.about for each in (*known, *chosen)
            ):
                continue
            tried += 1
            if self.works(repair):
                kinds[kind] += 1
                kinds["fixes", *repair.rules] += 1
                chosen.append(repair)
            if len(chosen) == most or tried == MOST_TRIED:
                break
        return chosen

    @cached_property
    def _opening(self) -> Opening:
        return Opening(self.plan)

    @cached_property
    def _cheapest(self) -> Cheapest:
        return Cheapest(self._trial, lambda: self._more_sessions)

    # ---- Sessions that there are not -----------------------------------------------------------

    @cached_property
    def _more_sessions(self) -> tuple[Session, ...]:
        """One of every programme on every date that has none."""
        there = {session.key for session in self.problem.sessions}
        daily = [
            each.model_copy(update={"pattern": WeeklyPattern(weekdays=tuple(range(7)))})
            for each in self.problem.programmes
        ]
        more = generate_sessions(daily, self.problem.centres, self.problem.horizon)
        return tuple(session for session in more if session.key not in there)

    @cached_property
    def _extended(self) -> Obstacles:
        """The problem with those sessions."""
        made = self.problem.changed(sessions=self.problem.sessions + self._more_sessions)
        return Obstacles(made, self.assignments)
