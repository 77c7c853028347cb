"""The published plan in the world as it is now, as arrays: who stays, who must move, who may."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property

import numpy as np

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.model.choices import choice_of
from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.incidence import touched_rows
from scheduler.model.language import BoolArray, GroupBound, IntArray


class Situation:
    """`before` is the published session of every duty, `NOWHERE` where it had none or the
    session is gone. `had` says which duties had one at all."""

    def __init__(
        self,
        problem: Problem,
        model: CompiledModel,
        published: Sequence[Assignment],
        freeze: date | None,
    ) -> None:
        self.problem, self.model, self.published = problem, model, published
        self.freeze = freeze
        self.duty = {duty.id: n for n, duty in enumerate(problem.duties)}
        self.open = model.open
        self._place()

    def _place(self) -> None:
        self.before = choice_of(self.problem, self.published)
        self.had = np.zeros(self.model.duties, np.bool_)
        self.had[list(self._published)] = True

    @cached_property
    def _published(self) -> dict[int, Assignment]:
        """By duty: what is published of it."""
        return {self.duty[a.duty_id]: a for a in self.published if a.duty_id in self.duty}

    def assignments(self, choice: IntArray) -> tuple[Assignment, ...]:
        """The plan that `choice` stands for: of a large one nearly all is published as it is."""
        rows = np.flatnonzero(choice != NOWHERE)
        stays = choice[rows] == self.before[rows]
        return tuple(
            self._published[row] if same else self._assigned(row, session)
            for row, session, same in zip(
                rows.tolist(), choice[rows].tolist(), stays.tolist(), strict=True
            )
        )

    def _assigned(self, row: int, session: int) -> Assignment:
        duty = self.problem.duties[row]
        key = self.problem.sessions[session].key
        return Assignment(duty_id=duty.id, employee_id=duty.employee_id, session=key)

    @cached_property
    def person(self) -> IntArray:
        """[duty] → whose."""
        index: dict[str, int] = {}
        return np.array(
            [index.setdefault(d.employee_id, len(index)) for d in self.problem.duties], np.int64
        )

    @cached_property
    def kept(self) -> IntArray:
        """[duty] → the published session, where nothing forbids it to this person alone."""
        placed = np.flatnonzero(self.before != NOWHERE)
        kept = np.full_like(self.before, NOWHERE)
        placed = placed[self.open[placed, self.before[placed]]]
        kept[placed] = self.before[placed]
        return kept

    @cached_property
    def gone(self) -> frozenset[str]:
        """Employees with a published assignment for a duty that is not there any more."""
        return frozenset(a.employee_id for a in self.published if a.duty_id not in self.duty)

    @cached_property
    def sure(self) -> BoolArray:
        """[duty] → whether its person changes in every plan."""
        lost = self.had & (self.kept == NOWHERE)
        if self.gone:
            lost |= np.array([d.employee_id in self.gone for d in self.problem.duties], np.bool_)
        return self.whole_people(lost)

    def whole_people(self, duties: BoolArray) -> BoolArray:
        """All duties of everybody who has one of these."""
        people = np.zeros(int(self.person.max(initial=-1)) + 1, np.bool_)
        people[self.person[duties]] = True
        theirs: BoolArray = people[self.person]
        return theirs

    @cached_property
    def frozen(self) -> BoolArray:
        """[duty] → whether it has to stay where it is: it begins before the day of the freeze,
        and those frozen can all stay."""
        if self.freeze is None:
            return np.zeros(self.model.duties, np.bool_)
        early = np.array([s.first_day < self.freeze for s in self.problem.sessions], np.bool_)
        frozen = (self.kept != NOWHERE) & early[self.kept]
        there = np.where(frozen, self.kept, NOWHERE)
        stays: BoolArray = frozen & ~self.crowded(there) & ~self.left_alone(there)
        return stays

    def crowded(self, choice: IntArray) -> BoolArray:
        """[duty] → whether its place in `choice` lies within a hard bound that is exceeded."""
        crowded = np.zeros(self.model.duties, np.bool_)
        for bound in self.hard:
            rows, duties = self.rows(bound, choice)
            taken = self.counted(bound, rows)
            crowded[duties[(taken > bound.upper).ravel()[rows]]] = True
        return crowded

    def left_alone(self, choice: IntArray) -> BoolArray:
        """[duty] → whether its place in `choice` lies within a hard switch that is on with too
        few."""
        alone = np.zeros(self.model.duties, np.bool_)
        for bound in self.hard:
            if bound.switch and bound.lower is not None:
                rows, duties = self.rows(bound, choice)
                short = self.counted(bound, rows) < bound.lower
                alone[duties[short.ravel()[rows]]] = True
        return alone

    @property
    def hard(self) -> Iterable[GroupBound]:
        """The group bounds that must hold."""
        return (bound for bound in self.model.group_bounds if bound.points is None)

    def rows(self, bound: GroupBound, choice: IntArray) -> tuple[IntArray, IntArray]:
        """The rows that a choice's duties count in, and those duties, side by side."""
        placed = np.flatnonzero(choice != NOWHERE)
        rows, number = touched_rows(self.model, bound, placed, choice[placed])
        return rows, placed[number]

    def counted(self, bound: GroupBound, rows: IntArray) -> IntArray:
        """[group, slot] → how often the row occurs."""
        groups, slots = bound.shape
        return np.bincount(rows, minlength=groups * slots).reshape(groups, slots)

    def taken(self, choice: IntArray) -> list[IntArray]:
        """For every group bound: [group, slot] → how many of `choice` are there."""
        return [
            self.counted(bound, self.rows(bound, choice)[0]) for bound in self.model.group_bounds
        ]

    def changed(self, choice: IntArray) -> BoolArray:
        """[duty] → whether its person changes when the plan becomes `choice`."""
        return self.whole_people(self.had & (choice != self.before)) | self.sure

    def people_changed(self, choice: IntArray) -> int:
        """How many people change when the plan becomes `choice`."""
        changed = self.changed(choice)
        here = len(np.unique(self.person[changed]))
        return here + len(self.gone) - len(self.gone & self._owing)

    @cached_property
    def _owing(self) -> frozenset[str]:
        return frozenset(duty.employee_id for duty in self.problem.duties)
