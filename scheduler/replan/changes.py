"""Who changes from one plan to the next, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem


class Why(StrEnum):
    """Why somebody's published dates do not stay as they are."""

    NOT_OWED = "not_owed"
    """The duty is gone: the person left, or it is no longer owed."""
    IMPOSSIBLE = "impossible"
    """The date is gone, or a rule forbids it now, or it has fewer places than people."""
    MADE_ROOM = "made_room"
    """The date would be possible as the others stood: somebody else needs the place, or left it
    with too few people."""


@dataclass(frozen=True)
class Change:
    """One person whose published assignments do not stay: those before, and those after."""

    employee_id: str
    why: Why
    before: tuple[Assignment, ...]
    after: tuple[Assignment, ...]


def changes(
    problem: Problem,
    published: Iterable[Assignment],
    assignments: Iterable[Assignment],
    impossible: Collection[str],
) -> tuple[Change, ...]:
    """Everybody of whose `published` assignments one is not among the new ones, by employee id.
    `impossible` are the duties whose published date a rule forbids now."""
    before, after = _by_employee(published), _by_employee(assignments)
    return tuple(
        Change(who, _why(problem, gone, impossible), mine, after.get(who, ()))
        for who, mine in sorted(before.items())
        if (gone := [a for a in mine if a not in after.get(who, ())])
    )


def _by_employee(assignments: Iterable[Assignment]) -> dict[str, tuple[Assignment, ...]]:
    found: dict[str, list[Assignment]] = {}
    for assignment in assignments:
        found.setdefault(assignment.employee_id, []).append(assignment)
    return {who: tuple(mine) for who, mine in found.items()}


def _why(problem: Problem, gone: Sequence[Assignment], impossible: Collection[str]) -> Why:
    owed = [a for a in gone if a.duty_id in problem.duty]
    if any(a.session not in problem.session or a.duty_id in impossible for a in owed):
        return Why.IMPOSSIBLE
    return Why.MADE_ROOM if len(owed) == len(gone) else Why.NOT_OWED
