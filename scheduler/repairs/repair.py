"""A repair: changes, and where everybody concerned serves with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.domain.words import Message, say, say_number
from scheduler.repairs.obstacles import Blocking
from scheduler.rules.base.change import Changes, ProblemChange, RuleChanged


@dataclass(frozen=True)
class Repair:
    """Changes that let some more duties be placed, where they would go, and what that costs."""

    changes: Changes
    places: tuple[Assignment, ...]
    rules: tuple[str, ...] = ()
    """The rules that it fixes."""
    moves: tuple[Assignment, ...] = ()
    """Where others go who make room, each instead of where they are."""

    @property
    def cost(self) -> int:
        """On the scale of `rules.base.costs`."""
        return sum(change.cost for change in self.changes)

    @property
    def share(self) -> float:
        """What it costs for each duty that it places."""
        return self.cost / len(self.places)

    @property
    def key(self) -> str:
        """A short name, the same whenever the same repair is found."""
        said = "\n".join(f"{type(each).__name__} {each.model_dump_json()}" for each in self.changes)
        return sha256(said.encode()).hexdigest()[:16]

    @property
    def changes_rules(self) -> bool:
        """Whether a rule would be set otherwise than it is saved."""
        return any(isinstance(change, RuleChanged) for change in self.changes)

    @property
    def about(self) -> frozenset[tuple[object, ...]]:
        """What the repair changes, however far."""
        return frozenset(change.theme[:2] for change in self.changes)

    def apply(self, problem: Problem) -> Problem:
        """The problem with all the changes."""
        return reduce(lambda made, change: change.apply(made), self.changes, problem)

    def arranged(self, assignments: Iterable[Assignment]) -> tuple[Assignment, ...]:
        """A plan with the duties placed, and with everybody where they move to."""
        moved = {move.duty_id for move in self.moves}
        stay = (each for each in assignments if each.duty_id not in moved)
        return (*stay, *self.moves, *self.places)

    def text(self, problem: Problem) -> Message:
        """All the changes in words, and how many others make room."""
        said = []
        for change in self.changes:
            said.append(change.text(problem))
            problem = change.apply(problem)
        if not self.moves:
            return say("{changes}", changes=said)
        return say_number(
            "{changes}, and one other person moves",
            "{changes}, and {n} others move",
            len({move.employee_id for move in self.moves}),
            changes=said,
        )


@dataclass(frozen=True)
class Remedy:
    """What can be said of one duty without a place."""

    duty_id: str
    blocking: Blocking
    repairs: tuple[Repair, ...]
    proven: bool = False
    """Whether there is no cheaper one, whoever moves for it."""


def joined(changes: Iterable[ProblemChange]) -> Changes:
    """The same changes, those of one theme made one."""
    by_theme: dict[tuple[object, ...], ProblemChange] = {}
    for change in changes:
        theme = change.theme
        by_theme[theme] = by_theme[theme].joined(change) if theme in by_theme else change
    return tuple(by_theme.values())


def together(one: Repair, other: Repair) -> Repair:
    """Both repairs as one, which may not work."""
    return Repair(
        joined([*one.changes, *other.changes]),
        (*one.places, *other.places),
        moves=(*one.moves, *other.moves),
    )
