"""One program in which every change is a switch with its cost: which changes, and which sessions
for everybody, place one duty most cheaply while nobody loses their place.

What two changes of one rule's bounds do together is left open until it is asked for, so that the
program finds nothing dearer than the cheapest repair; whether it is one is to be tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.incidence import touched_rows
from scheduler.model.language import (
    BoolArray,
    FloatArray,
    GroupBound,
    IntArray,
)
from scheduler.repairs.another_session import AnotherSession
from scheduler.repairs.effects import Call, RuleEffect, Statement
from scheduler.rules.base.change import ProblemChange

MOST_NODES = 2_000
"""So far one program is searched at most: as far on any machine."""
SECONDS = 3.0
"""And so long, should that take long: people wait."""


@dataclass(frozen=True)
class CheapestChanges:
    """The numbers of the changes, and a session for every duty. Without a choice there is none
    that cheap; where it is not `proven` none was found."""

    changes: tuple[int, ...] = ()
    choice: IntArray | None = None
    proven: bool = True


@dataclass(frozen=True)
class RepairTask:
    """Where everybody is (`home`, a session for every duty), which duty is to be placed, what
    changes there are with what they open, and which lists of changes do not work."""

    model: CompiledModel
    forbidden: BoolArray
    """[duty, session] → whether no change opens it."""
    rules: dict[str, Statement]
    instead: Mapping[str, Mapping[str, Sequence[GroupBound]]]
    """By rule and added session the bounds with that session alone, where they depend on it."""
    home: IntArray
    row: int
    far: IntArray
    """[session] → how far from the due date it is."""
    changes: Sequence[ProblemChange]
    effects: Sequence[Mapping[str, RuleEffect]]
    """By rule; empty for a session more."""
    added: dict[int, int]
    """The number of the change that adds a session, by the session's number."""
    below: int
    failed: Sequence[tuple[int, ...]] = ()
    together: Mapping[str, Mapping[tuple[int, ...], Sequence[GroupBound]]] = field(
        default_factory=dict
    )
    """By rule the bounds with several changes of it, as far as they had to be looked at."""


def cheapest_changes(task: RepairTask) -> CheapestChanges:
    """The cheapest changes for less than `below`; of those that cost the same, the ones for which
    the fewest move."""
    return RepairProgram(task).solved()


@dataclass
class _ConstraintRows:
    """The rows of the program as they are put together."""

    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def add(
        self,
        terms: Iterable[tuple[int, float]],
        lower: float = -np.inf,
        upper: float = np.inf,
    ) -> None:
        for column, value in terms:
            self.row.append(len(self.lower))
            self.column.append(column)
            self.value.append(value)
        self.lower.append(lower)
        self.upper.append(upper)


class RepairProgram:
    """The columns: an option for every duty and session that could be open, a switch for every
    change, and one for every group that is there or not."""

    def __init__(self, task: RepairTask) -> None:
        self.task, self.rows = task, _ConstraintRows()
        self.of_rule: dict[str, list[int]] = {}
        for number, effects in enumerate(task.effects):
            for rule in effects:
                self.of_rule.setdefault(rule, []).append(number)
        self.duty, self.session = np.nonzero(self._open())
        self.first = len(self.duty)
        self.width = self.first + len(task.changes)
        self._places()
        self._forbidden()
        for rule, said in task.rules.items():
            self._bounds(rule, said.group_bounds)
        self._changes()

    def _open(self) -> BoolArray:
        """[duty, session] → whether some changes open it."""
        task = self.task
        possible = ~task.forbidden
        for rule, said in task.rules.items():
            for call, mask in said.forbidden.items():
                opened = np.zeros_like(mask)
                for number in self.of_rule.get(rule, ()):
                    opened |= task.effects[number][rule].opened.get(call, False)
                possible &= ~mask | opened
        return possible

    def _switch(self, number: int) -> int:
        """The column of a change."""
        return self.first + number

    def _places(self) -> None:
        """Everybody who has a place keeps one, and the duty gets one."""
        home = self.task.home
        for row in range(len(home)):
            mine = np.flatnonzero(self.duty == row).tolist()
            needed = row == self.task.row or home[row] != NOWHERE
            self.rows.add(((option, 1.0) for option in mine), float(needed), 1.0)
        for option, session in enumerate(self.session.tolist()):
            if session in self.task.added:
                there = self._switch(self.task.added[session])
                self.rows.add([(option, 1.0), (there, -1.0)], upper=0.0)

    def _forbidden(self) -> None:
        """What is forbidden is chosen only with one of the changes that open it."""
        for rule, said in self.task.rules.items():
            for call, mask in said.forbidden.items():
                opened = {
                    self._switch(n): self.task.effects[n][rule].opened.get(call)
                    for n in self.of_rule.get(rule, ())
                }
                known = [(switch, each) for switch, each in opened.items() if each is not None]
                for option in np.flatnonzero(mask[self.duty, self.session]).tolist():
                    at = self.duty[option], self.session[option]
                    opening = ((switch, -1.0) for switch, each in known if each[at])
                    self.rows.add([(option, 1.0), *opening], upper=0.0)

    def _bounds(self, rule: str, group_bounds: dict[Call, GroupBound]) -> None:
        """The bounds of a rule: its own, or those that some changes give it instead."""
        numbers = self.of_rule.get(rule, ())
        instead = self._instead(rule)
        others = {switch for switches, _ in instead for switch in switches}
        for call, bound in group_bounds.items():
            effects = {self._switch(n): self.task.effects[n][rule] for n in numbers}
            growing = {switch: each.more.get(call) for switch, each in effects.items()}
            grown = {n: more for n, more in growing.items() if more is not None and more.any()}
            self._family(bound, grown, (), sorted(others))
        for switches, theirs in instead:
            for other in theirs:
                self._family(other, {}, switches, sorted(others.difference(switches)))

    def _instead(self, rule: str) -> list[tuple[tuple[int, ...], Iterable[GroupBound]]]:
        """Which changes, alone or together, give a rule other bounds, and these."""
        task = self.task
        instead: list[tuple[tuple[int, ...], Iterable[GroupBound]]] = []
        for n in self.of_rule.get(rule, ()):
            if (theirs := task.effects[n][rule].group_bounds) is not None:
                instead.append(((self._switch(n),), theirs.values()))
        for n, change in enumerate(task.changes):
            if rule in task.instead and isinstance(change, AnotherSession):
                instead.append(((self._switch(n),), task.instead[rule][change.session.key]))
        for changes, bounds in task.together.get(rule, {}).items():
            instead.append((tuple(map(self._switch, changes)), bounds))
        return instead

    def _family(
        self,
        bound: GroupBound,
        growing: dict[int, IntArray],
        on: Sequence[int],
        off: Sequence[int],
    ) -> None:
        """The rows of one family, which hold where the changes `on` are made and none of those
        `off` is. `growing` says how many more a change lets in."""
        number, option = touched_rows(self.task.model, bound, self.duty, self.session)
        order = np.argsort(number, kind="stable")
        rows, first = np.unique(number[order], return_index=True)
        if not len(rows):
            return
        for row, members in zip(rows.tolist(), np.split(option[order], first[1:]), strict=True):
            group, slot = divmod(row, bound.shape[1])
            at = np.array([group]), np.array([slot])
            most, least = int(bound.limit(*at)[0]), int(bound.least(*at)[0])
            more = {column: _at(grown, group, slot) for column, grown in growing.items()}
            able = len(np.unique(self.duty[members]))
            inside = [(member, 1.0) for member in members.tolist()]
            if able > most + sum(min(0, grown) for grown in more.values()):
                let = [(column, -float(grown)) for column, grown in more.items() if grown]
                self._held(inside + let, most, able - most, on, off)
            if least > 0:
                self._asked(inside, least, bound.switch, on, off)

    def _held(
        self,
        terms: list[tuple[int, float]],
        most: int,
        free: int,
        on: Sequence[int],
        off: Sequence[int],
    ) -> None:
        """At most so many, and `free` more where the row does not hold."""
        free = max(free, 0)
        terms += [(column, float(free)) for column in on]
        terms += [(column, -float(free)) for column in off]
        self.rows.add(terms, upper=float(most + free * len(on)))

    def _asked(
        self,
        inside: list[tuple[int, float]],
        least: int,
        switch: bool,
        on: Sequence[int],
        off: Sequence[int],
    ) -> None:
        """At least so many; with a `switch` only where there is anybody."""
        let = [(column, -float(least)) for column in on]
        let += [(column, float(least)) for column in off]
        held = -float(least * len(on))
        if not switch:
            self.rows.add(inside + let, lower=least + held)
            return
        there = self.width
        self.width += 1
        self.rows.add([*inside, *let, (there, -float(least))], lower=held)
        self.rows.add([*inside, (there, -float(len(inside)))], upper=0.0)

    def _changes(self) -> None:
        """One change of a kind, not dearer in all than asked for, and none that has failed."""
        task, kinds = self.task, dict[tuple[object, ...], list[int]]()
        for number, change in enumerate(task.changes):
            kinds.setdefault(change.about, []).append(number)
        for numbers in kinds.values():
            if len(numbers) > 1:
                self.rows.add(((self._switch(n), 1.0) for n in numbers), upper=1.0)
        costs = [(self._switch(n), float(each.cost)) for n, each in enumerate(task.changes)]
        self.rows.add(costs, upper=task.below - 1.0)
        for failed in task.failed:
            terms = [
                (self._switch(n), -1.0 if n in failed else 1.0) for n in range(len(task.changes))
            ]
            self.rows.add(terms, lower=1.0 - len(failed))
        self._inside_added()

    def _inside_added(self) -> None:
        """What is changed in a session that there is not needs the session."""
        adding = {
            change.session.key: n
            for n, change in enumerate(self.task.changes)
            if isinstance(change, AnotherSession)
        }
        for number, change in enumerate(self.task.changes):
            if change.inside in adding:
                there = self._switch(adding[change.inside])
                self.rows.add([(self._switch(number), 1.0), (there, -1.0)], upper=0.0)

    def solved(self) -> CheapestChanges:
        """By HiGHS, to the end."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # most plans need it not

        task, rows = self.task, self.rows
        if not (self.duty == task.row).any():
            return CheapestChanges()
        entries = (np.array(rows.value), (np.array(rows.row), np.array(rows.column)))
        matrix = sparse.csr_array(sparse.coo_array(entries, shape=(len(rows.lower), self.width)))
        answer = milp(
            self._cost(),
            integrality=np.ones(self.width, np.int64),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, rows.lower, rows.upper),
            options={"node_limit": MOST_NODES, "time_limit": SECONDS, "mip_rel_gap": 0.0},
        )
        if answer.x is None or answer.status != 0:
            return CheapestChanges(proven=answer.status == 2)
        chosen = np.flatnonzero(answer.x > 0.5)
        choice = np.full(len(task.home), NOWHERE, np.int64)
        options = chosen[chosen < self.first]
        choice[self.duty[options]] = self.session[options]
        switches = chosen[(chosen >= self.first) & (chosen < self.first + len(task.changes))]
        return CheapestChanges(tuple((switches - self.first).tolist()), choice)

    def _cost(self) -> FloatArray:
        """What the changes cost; where that is the same, how many others move, and then how far
        from its due date the duty is placed."""
        task = self.task
        rank = np.argsort(np.argsort(task.far, kind="stable"), kind="stable")
        moving = len(rank) + 1
        changing = moving * (len(task.home) + 1)
        cost = np.zeros(self.width)
        mine = self.duty == task.row
        moved = (self.session != task.home[self.duty]) & ~mine
        cost[: self.first] = np.where(mine, rank[self.session], moving * moved)
        cost[self.first : self.first + len(task.changes)] = [
            changing * change.cost for change in task.changes
        ]
        return cost


def _at(grown: IntArray, group: int, slot: int) -> int:
    return int(grown[group if grown.shape[0] > 1 else 0, slot])
