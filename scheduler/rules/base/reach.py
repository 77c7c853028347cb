"""Which assignments a rule governs: everybody's, or those of one part of the company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scheduler.domain.problem import RuleScope
from scheduler.model.language import BoolArray, GroupBound, Model, Points
from scheduler.model.world import World
from scheduler.rules.base.plan_view import Choice


@dataclass(frozen=True)
class Reach:
    """Which assignments a rule governs: all those of `scope` (a department, programme or centre
    and its name; None: of the whole company), but for those that `others` govern."""

    scope: tuple[RuleScope, str] | None = None
    others: tuple[tuple[RuleScope, str], ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every assignment is governed."""
        return self.scope is None and not self.others

    def holds(self, choice: Choice) -> bool:
        """Whether this assignment is governed."""
        mine = self.scope is None or _belongs(choice, *self.scope)
        return mine and not any(_belongs(choice, *other) for other in self.others)

    def rows(self, world: World) -> BoolArray:
        """[duty] → whether its person is governed."""
        return self._of((RuleScope.DEPARTMENT,), world, world.duties)

    def columns(self, world: World) -> BoolArray:
        """[session] → whether it is governed."""
        return self._of((RuleScope.PROGRAMME, RuleScope.CENTRE), world, world.sessions)

    def _of(self, scopes: Sequence[RuleScope], world: World, size: int) -> BoolArray:
        governed = np.ones(size, np.bool_)
        if self.scope is not None and self.scope[0] in scopes:
            governed &= _belonging(world, *self.scope)
        for other in self.others:
            if other[0] in scopes:
                governed &= ~_belonging(world, *other)
        return governed


def _belongs(choice: Choice, scope: RuleScope, name: str) -> bool:
    match scope:
        case RuleScope.DEPARTMENT:
            return choice.employee.department == name
        case RuleScope.PROGRAMME:
            return choice.session.programme == name
        case RuleScope.CENTRE:
            return choice.session.centre == name


def _belonging(world: World, scope: RuleScope, name: str) -> BoolArray:
    """[duty] or [session] → whether it belongs to the department, programme or centre."""
    if scope is RuleScope.DEPARTMENT:
        labels = world.company.labels("department")
        number = labels.names.index(name) if name in labels.names else len(labels.names)
        return np.asarray(labels.numbers[world.employee] == number)
    keys = [getattr(session, scope.value) == name for session in world.session_list]
    return np.array(keys, np.bool_)


class Within(Model):
    """A model that hears only of the options a rule governs."""

    def __init__(self, model: Model, rows: BoolArray, columns: BoolArray) -> None:
        self._model, self._rows, self._columns = model, rows, columns

    def forbid(self, rule: str, mask: BoolArray, points: int | None = None) -> None:
        self._model.forbid(rule, mask & self._rows[:, None] & self._columns, points)

    def price(self, rule: str, points: Points) -> None:
        self._model.price(rule, points * (self._rows[:, None] & self._columns))

    def bound(self, bound: GroupBound) -> None:
        mine, here = self._rows[bound.duties], self._columns[bound.sessions]
        self._model.bound(
            replace(
                bound,
                duties=bound.duties[mine],
                groups=bound.groups[mine],
                sessions=bound.sessions[here],
                slots=bound.slots[here],
            )
        )
