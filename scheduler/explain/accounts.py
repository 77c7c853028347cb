"""The full account of one duty of a plan, from its problem and its assignments alone.

Whoever looks at a plan asks for one duty after another: what all accounts of a plan share is
found once, the first time it is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property

import numpy as np

from scheduler.domain.errors import NotFound
from scheduler.domain.ledger import last_service
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.explain.account import Account, Cause, Date, Holder, Reason, Verdict
from scheduler.explain.standing import Held, Standing, tie
from scheduler.rules import in_force
from scheduler.rules.base import BoolArray, Points
from scheduler.rules.world import World
from scheduler.solving.blocks import cut
from scheduler.solving.compiled import (
    NOWHERE,
    STRUCTURE,
    CompiledModel,
    Family,
    IntArray,
)
from scheduler.solving.engine import choice_of


class Accounts:
    """Why the duties of one plan are where they are."""

    def __init__(self, problem: Problem, assignments: Iterable[Assignment]) -> None:
        self.problem = problem
        self.choice = choice_of(problem, tuple(assignments))

    @cached_property
    def _row(self) -> dict[str, int]:
        return {duty.id: row for row, duty in enumerate(self.problem.duties)}

    @cached_property
    def _last_served(self) -> dict[str, date]:
        return dict(last_service(self.problem.records))

    @cached_property
    def _standings(self) -> list[Standing]:
        """The plan, block by block as far as centres share nobody."""
        found = [
            Standing(world, _families(world), self.choice) for world in cut(World(self.problem))
        ]
        tie(found)
        return found

    def of(self, duty_id: str) -> Account:
        """The account of one duty. Raises `NotFound`."""
        if duty_id not in self._row:
            raise NotFound(f"There is no duty “{duty_id}” in this plan.")
        row = self._row[duty_id]
        duty = self.problem.duties[row]
        chosen = int(self.choice[row])
        session = None if chosen == NOWHERE else self.problem.sessions[chosen]
        dates = _Question(self._standings, row).dates()
        if session is not None and session not in (each.session for each in dates):
            # Somebody put it where it cannot be discharged.
            dates = (*dates, Date(session, Verdict.HERE))
        return Account(
            person=self.problem.employee[duty.employee_id],
            duty=duty,
            session=session,
            last_served=self._last_served.get(duty.employee_id),
            dates=tuple(sorted(dates, key=lambda each: (each.session.first_day, each.session.key))),
        )


class _Bounds(CompiledModel):
    """Hears of bounds alone."""

    def forbid(self, rule: str, mask: BoolArray, points: int | None = None) -> None:
        """Not of what is forbidden,"""

    def price(self, rule: str, points: Points) -> None:
        """nor of what it costs."""


class _Alone(CompiledModel):
    """What the rules say of one duty, whatever the others do: what each forbids, and what each
    charges, by session."""

    def __init__(self, sessions: int) -> None:
        super().__init__(1, sessions, np.zeros(1, np.int64))
        self.forbidden: dict[str, BoolArray] = {}
        self.points: dict[str, IntArray] = {}

    def forbid(self, rule: str, mask: BoolArray, points: int | None = None) -> None:
        """See `Model.forbid`."""
        if points is not None:
            self._charge(rule, mask[0] * np.int64(points))
        elif mask.any():
            self.forbidden[rule] = self.forbidden.get(rule, np.zeros_like(mask[0])) | mask[0]

    def price(self, rule: str, points: Points) -> None:
        """See `Model.price`."""
        self._charge(rule, points[0].astype(np.int64))

    def _charge(self, rule: str, points: IntArray) -> None:
        self.points[rule] = self.points.get(rule, np.zeros_like(points)) + points


def _families(world: World) -> list[Family]:
    model = _Bounds(world.duties, world.sessions, np.zeros(world.duties, np.int64))
    for rule in in_force(world.problem.rules):
        rule.tell(world, model)
    return model.families


class _Question:
    """One duty, and what becomes of every rule in every session of its block."""

    def __init__(self, standings: list[Standing], row: int) -> None:
        self.standings = standings
        self.standing, self.place = next(
            (standing, int(found[0]))
            for standing in standings
            if len(found := np.flatnonzero(standing.world.rows == row))
        )
        self.world = self.standing.world
        self.problem = self.world.problem
        self.duty = self.problem.duties[row]
        self.person = self.problem.employee[self.duty.employee_id]
        self.here = int(self.standing.choice[self.place])
        self.alone = _Alone(self.world.sessions)
        own = self.world.block(self.world.rows[[self.place]], self.world.columns)
        for rule in in_force(self.problem.rules):
            rule.tell(own, self.alone)
        asked = np.array([self.place])
        self.held = [
            held
            for family in self.standing.families
            if len((held := self.standing.held(family, asked)).places)
        ]

    def dates(self) -> tuple[Date, ...]:
        """Every session that discharges the duty."""
        points, busy = self._points(), self._busy()
        reasons: list[list[Reason]] = [[] for _ in range(self.world.sessions)]
        for session, reason in self._reasons():
            reasons[session].append(reason)
        return tuple(
            self._date(session, points, [_ELSEWHERE] if busy[session] else reasons[session])
            for session in np.flatnonzero(self._offered()).tolist()
        )

    def _date(self, number: int, points: dict[str, IntArray], reasons: list[Reason]) -> Date:
        session = self.world.session_list[number]
        if number == self.here:
            return Date(session, Verdict.HERE)
        if reasons:
            return Date(session, _verdict(reasons), tuple(reasons))
        charged = {rule: int(table[number]) for rule, table in points.items() if table[number]}
        return Date(session, Verdict.POSSIBLE, points=charged)

    def _offered(self) -> BoolArray:
        """[session] → whether it discharges the duty."""
        return np.array(
            [
                session.programme in self.duty.programmes
                and self.person.centre in (None, session.centre)
                for session in self.world.session_list
            ],
            np.bool_,
        )

    def _busy(self) -> BoolArray:
        """[session] → whether the person serves elsewhere on one of its days."""
        mine = np.flatnonzero(self.world.employee == self.world.employee[self.place])
        other = self.standing.choice[mine[mine != self.place]]
        days = self.world.incidence[:, other[other != NOWHERE]].any(axis=1)
        return np.asarray(self.world.incidence[days].any(axis=0))

    def _points(self) -> dict[str, IntArray]:
        """[session] → by rule how much more the plan would cost than it does."""
        found = dict(self.alone.points)
        for held in self.held:
            if held.family.points is not None:
                charged = self.standing.charged(held).sum(axis=0)
                rule = held.family.rule
                found[rule] = found.get(rule, np.zeros_like(charged)) + charged
        if self.here == NOWHERE:
            return found
        return {rule: points - points[self.here] for rule, points in found.items()}

    def _reasons(self) -> Iterator[tuple[int, Reason]]:
        """Every session and rule that breaks there."""
        for rule, mask in self.alone.forbidden.items():
            for session in np.flatnonzero(mask).tolist():
                yield session, Reason(rule, Cause.FORBIDDEN)
        for held in self.held:
            if held.family.points is None:
                yield from self._bounds(held)

    def _bounds(self, held: Held) -> Iterator[tuple[int, Reason]]:
        rule, at = held.family.rule, self.standing.at
        shared = self.standing.shared(held)
        for n in range(len(held.places)):
            one = slice(n, n + 1)
            for session in np.flatnonzero(at(held, held.full)[n]).tolist():
                yield session, self._full(held, n, session, bool(shared[n]))
            for session in np.flatnonzero(at(held, held.too_few)[n]).tolist():
                yield session, Reason(rule, Cause.TOO_FEW, shared=bool(shared[n]))
            away = self.standing.away_from(held, held.left)[one][0]
            for session in np.flatnonzero(away).tolist():
                yield session, Reason(rule, Cause.LEFT, shared=bool(shared[n]))

    def _full(self, held: Held, n: int, session: int, shared: bool) -> Reason:
        """A limit that is used up, the tightest of the session's slots, and who uses it."""
        family = held.family
        touched = self.standing.touch(family)[[session]].nonzero()[1]
        slots = touched[held.full[n, touched]]
        limit = min(held.limit(n, slot) for slot in slots.tolist())
        there = list(self._holders(held, n, slots))
        holders = tuple(holder for holder in there if holder.person is not self.person)
        if limit < 1 or not there:
            return Reason(family.rule, Cause.FORBIDDEN, shared=shared)
        if not holders:
            return Reason(family.rule, Cause.OWN)
        earlier = all(holder.due < self.duty.due for holder in holders)
        return Reason(family.rule, Cause.FULL, limit, holders, earlier, shared)

    def _holders(self, held: Held, n: int, slots: IntArray) -> Iterator[Holder]:
        """Who of the duty's group is there, in all blocks, the earliest due first."""
        family, group = held.family, int(held.groups[n])
        duties = list(self.standing.holding(family, group, slots))
        for other in self.standings:
            if other is not self.standing and family.names is not None:
                key = family.rule, family.ordinal
                if (found := other.group_of(key, family.names[group])) is not None:
                    duties += other.holding(*found, slots)
        for duty in sorted(duties, key=lambda each: (each.due, each.id)):
            if duty.id != self.duty.id:
                yield Holder(self.problem.employee[duty.employee_id], duty.due)


_ELSEWHERE = Reason(STRUCTURE, Cause.OWN)


def _verdict(reasons: Iterable[Reason]) -> Verdict:
    """What several reasons come to."""
    causes = list(reasons)
    if any(reason.cause is not Cause.FULL for reason in causes):
        return Verdict.BLOCKED
    return Verdict.EARLIER if all(reason.earlier for reason in causes) else Verdict.FULL
