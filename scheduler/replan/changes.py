"""Who changes from one plan to the next, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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
class PersonChange:
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
) -> tuple[PersonChange, ...]:
    """Everybody of whose `published` assignments one is not among the new ones, by employee id.
    `impossible` are the duties whose published date a rule forbids now."""
    before, after = tuple(published), tuple(assignments)
    gone = _gone(before, {assignment.duty_id: assignment for assignment in after})
    was, will_be = _of(gone, before), _of(gone, after)
    return tuple(
        PersonChange(who, _why(problem, lost, impossible), tuple(was[who]), tuple(will_be[who]))
        for who, lost in sorted(gone.items())
    )


def _gone(
    published: Iterable[Assignment], now: Mapping[str, Assignment]
) -> dict[str, list[Assignment]]:
    """Those published that are not among those by duty `now`, by employee id."""
    gone: dict[str, list[Assignment]] = {}
    for before in published:
        after = now.get(before.duty_id)
        if after is not before and after != before:
            gone.setdefault(before.employee_id, []).append(before)
    return gone


def _of(people: Iterable[str], assignments: Iterable[Assignment]) -> dict[str, list[Assignment]]:
    """The assignments of these people, by employee id."""
    theirs: dict[str, list[Assignment]] = {who: [] for who in people}
    for assignment in assignments:
        if assignment.employee_id in theirs:
            theirs[assignment.employee_id].append(assignment)
    return theirs


def _why(problem: Problem, gone: Sequence[Assignment], impossible: Collection[str]) -> Why:
    owed = [a for a in gone if a.duty_id in problem.duty]
    if any(a.session not in problem.session or a.duty_id in impossible for a in owed):
        return Why.IMPOSSIBLE
    return Why.MADE_ROOM if len(owed) == len(gone) else Why.NOT_OWED
