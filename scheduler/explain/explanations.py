"""The full explanation of one duty of a plan, from its problem and its assignments alone.

Whoever looks at a plan asks for one duty after another: what all explanations of a plan share is
found once, the first time it is needed. Rules that tie nobody to anybody are asked about the person
alone, so that even the first explanation does not wait until they have looked at everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np

from scheduler.domain.errors import NotFound
from scheduler.domain.ledger import last_service
from scheduler.domain.people import Employee
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.explain.explanation import Cause, Date, Explanation, Holder, Reason, Verdict
from scheduler.explain.usage import GroupMembers, Held, Usage, share_out
from scheduler.model.blocks import cut
from scheduler.model.choices import choice_of
from scheduler.model.compiled import NOWHERE, STRUCTURE, CompiledModel
from scheduler.model.language import BoolArray, GroupBound, IntArray, Points
from scheduler.model.world import World
from scheduler.rules import Rule, in_force
from scheduler.rules.base.rule import Ties


class Explanations:
    """Why the duties of one plan are where they are."""

    def __init__(self, problem: Problem, assignments: Iterable[Assignment]) -> None:
        self.problem = problem
        self.choice = choice_of(problem, tuple(assignments))

    @cached_property
    def _row(self) -> dict[str, int]:
        return {duty.id: row for row, duty in enumerate(self.problem.duties)}

    @cached_property
    def _usages(self) -> list[Usage]:
        """The plan, block by block as far as centres share nobody, and what ties people there."""
        usages = [
            Usage(world, _group_bounds(world), self.choice) for world in cut(World(self.problem))
        ]
        share_out(usages)
        return usages

    def of(self, duty_id: str) -> Explanation:
        """The explanation of one duty. Raises `NotFound`."""
        if duty_id not in self._row:
            raise NotFound(f"There is no duty “{duty_id}” in this plan.")
        row = self._row[duty_id]
        duty = self.problem.duties[row]
        chosen = int(self.choice[row])
        session = None if chosen == NOWHERE else self.problem.sessions[chosen]
        dates = _Question(self._usages, row, self.choice).dates()
        mine = [each for each in self.problem.records if each.employee_id == duty.employee_id]
        if session is not None and session not in (each.session for each in dates):
            # Somebody put it where it cannot be discharged.
            dates = (*dates, Date(session, Verdict.HERE))
        return Explanation(
            person=self.problem.employee[duty.employee_id],
            duty=duty,
            session=session,
            last_served=last_service(mine).get(duty.employee_id),
            dates=tuple(sorted(dates, key=lambda each: (each.session.first_day, each.session.key))),
        )


class _Bounds(CompiledModel):
    """Hears of bounds alone."""

    def forbid(self, rule: str, mask: BoolArray, points: int | None = None) -> None:
        """Not of what is forbidden,"""

    def price(self, rule: str, points: Points) -> None:
        """nor of what it costs."""


class _Alone(CompiledModel):
    """What some rules say of one duty, whatever the others do: what each forbids, and what each
    charges, by session."""

    def __init__(self, rules: Iterable[Rule], world: World, place: int) -> None:
        super().__init__(world.duties, world.sessions, np.zeros(world.duties, np.int64))
        self.place = place
        self.forbidden: dict[str, BoolArray] = {}
        self.points: dict[str, IntArray] = {}
        for rule in rules:
            rule.tell(world, self)

    def forbid(self, rule: str, mask: BoolArray, points: int | None = None) -> None:
        """See `Model.forbid`."""
        mine = mask[self.place]
        if points is not None:
            self._charge(rule, mine * np.int64(points))
        elif mine.any():
            self.forbidden[rule] = self.forbidden.get(rule, np.zeros_like(mine)) | mine

    def price(self, rule: str, points: Points) -> None:
        """See `Model.price`."""
        self._charge(rule, points[self.place].astype(np.int64))

    def _charge(self, rule: str, points: IntArray) -> None:
        self.points[rule] = self.points.get(rule, np.zeros_like(points)) + points


def _tying(problem: Problem) -> list[Rule]:
    return [rule for rule in in_force(problem.rules) if rule.ties is not Ties.PERSON]


def _personal(problem: Problem) -> list[Rule]:
    return [rule for rule in in_force(problem.rules) if rule.ties is Ties.PERSON]


def _group_bounds(world: World) -> list[GroupBound]:
    """The bounds that tie people to each other."""
    model = _Bounds(world.duties, world.sessions, np.zeros(world.duties, np.int64))
    for rule in _tying(world.problem):
        rule.tell(world, model)
    return model.group_bounds


def _theirs(problem: Problem, person: Employee) -> Problem:
    """The problem with nothing but what is recorded of one person."""
    kinds = ("duties", "absences", "wishes", "exemptions", "records")
    mine = {
        kind: tuple(each for each in getattr(problem, kind) if each.employee_id == person.id)
        for kind in kinds
    }
    return problem.changed(employees=(person,), **mine)


class _Question:
    """One duty, and what becomes of every rule in every session of its block."""

    def __init__(self, usages: list[Usage], row: int, choice: IntArray) -> None:
        """`choice` has a session of the problem, or NOWHERE, for every duty of the problem."""
        self.usages, self.choice = usages, choice
        self.block, self.place = next(
            (usage, int(here[0]))
            for usage in usages
            if len(here := np.flatnonzero(usage.world.rows == row))
        )
        self.world = self.block.world
        self.problem = self.world.problem
        self.duty = self.problem.duties[row]
        self.person = self.problem.employee[self.duty.employee_id]
        self.here = int(self.block.choice[self.place])
        self.mine = np.flatnonzero(self.world.employee == self.world.employee[self.place])
        """The duties of the person, by their numbers in the block."""
        one = self.world.block(self.world.rows[[self.place]], self.world.columns)
        tying = _Alone(_tying(self.problem), one, 0)
        own, choice = self._own()
        personal = _Alone(_personal(self.problem), own, self.mine.tolist().index(self.place))
        self.forbidden = dict(sorted((personal.forbidden | tying.forbidden).items()))
        self.alone = personal.points | tying.points
        self.held = [
            *_held(Usage(own, personal.group_bounds, choice), personal.place),
            *_held(self.block, self.place),
        ]

    def _own(self) -> tuple[World, IntArray]:
        """The world of the person alone, and the choice for every duty of its problem."""
        rows, columns = self.world.rows[self.mine], self.world.columns
        if self.problem.follows is not None:
            # So many may have been published where the person was that they cannot all stay.
            return self.world.block(rows, columns), self.choice
        alone = _theirs(self.problem, self.person)
        return World(alone, columns=columns), self.choice[rows]

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
        other = self.block.choice[self.mine[self.mine != self.place]]
        days = self.world.incidence[:, other[other != NOWHERE]].any(axis=1)
        return np.asarray(self.world.incidence[days].any(axis=0))

    def _points(self) -> dict[str, IntArray]:
        """[session] → by rule how much more the plan would cost than it does."""
        dearer = dict(self.alone)
        for usage, held in self.held:
            if held.bound.points is not None:
                charged = usage.charged(held).sum(axis=0)
                rule = held.bound.rule
                dearer[rule] = dearer.get(rule, np.zeros_like(charged)) + charged
        if self.here == NOWHERE:
            return dearer
        return {rule: points - points[self.here] for rule, points in dearer.items()}

    def _reasons(self) -> Iterator[tuple[int, Reason]]:
        """Every session and rule that breaks there."""
        for rule, mask in self.forbidden.items():
            for session in np.flatnonzero(mask).tolist():
                yield session, Reason(rule, Cause.FORBIDDEN)
        for usage, held in self.held:
            if held.bound.points is None:
                yield from self._bounds(usage, held)

    def _bounds(self, usage: Usage, held: Held) -> Iterator[tuple[int, Reason]]:
        rule, at = held.bound.rule, usage.at
        everybody = usage.shared(held) & (usage is self.block)
        for n, shared in enumerate(everybody.tolist()):
            one, members = slice(n, n + 1), self._members(usage, held, n)
            for session in np.flatnonzero(at(held, held.full)[n]).tolist():
                yield session, self._full(held, n, session, members, shared)
            for session in np.flatnonzero(at(held, held.too_few)[n]).tolist():
                yield session, Reason(rule, Cause.TOO_FEW, shared=shared)
            away = usage.away_from(held, held.left)[one][0]
            for session in np.flatnonzero(away).tolist():
                yield session, Reason(rule, Cause.LEFT, shared=shared)

    def _full(
        self, held: Held, n: int, session: int, members: Sequence[GroupMembers], shared: bool
    ) -> Reason:
        """A limit that is used up, the tightest of the session's slots, and who uses it."""
        bound = held.bound
        touched = members[0].touched(session)
        slots = touched[held.full[n, touched]]
        limit = min(held.limit(n, slot) for slot in slots.tolist())
        there = [duty for each in members for duty in each.there(slots) if duty.id != self.duty.id]
        holders = tuple(
            Holder(self.problem.employee[duty.employee_id], duty.due)
            for duty in sorted(there, key=lambda each: (each.due, each.id))
            if duty.employee_id != self.person.id
        )
        if limit < 1 or not there:
            return Reason(bound.rule, Cause.FORBIDDEN, shared=shared)
        if not holders:
            return Reason(bound.rule, Cause.OWN)
        earlier = all(holder.due < self.duty.due for holder in holders)
        return Reason(bound.rule, Cause.FULL, limit, holders, earlier, shared)

    def _members(self, usage: Usage, held: Held, n: int) -> list[GroupMembers]:
        """Who is in the duty's group, in all blocks."""
        bound, group = held.bound, int(held.groups[n])
        members = [usage.members(bound, group)]
        for other in self.usages:
            if other is not self.block and usage is self.block and bound.names is not None:
                key = bound.rule, bound.ordinal
                if (there := other.group_of(key, bound.names[group])) is not None:
                    members.append(other.members(*there))
        return members


def _held(usage: Usage, place: int) -> Iterator[tuple[Usage, Held]]:
    """What the groups of one duty hold, bound by bound."""
    for bound in usage.group_bounds:
        held = usage.held(bound, np.array([place]))
        if len(held.places):
            yield usage, held


_ELSEWHERE = Reason(STRUCTURE, Cause.OWN)


def _verdict(reasons: Iterable[Reason]) -> Verdict:
    """What several reasons come to."""
    causes = list(reasons)
    if any(reason.cause is not Cause.FULL for reason in causes):
        return Verdict.BLOCKED
    return Verdict.EARLIER if all(reason.earlier for reason in causes) else Verdict.FULL
