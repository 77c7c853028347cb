"""Published plans in small worlds with bounds drawn by chance, and counting one by one."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np

from scheduler.domain.plan import Assignment
from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import GroupBound, IntArray
from scheduler.replan.situation import Situation
from tests.solving.models import a_random_model
from tests.worlds import a_duty, a_person, a_session, a_world, day

Row = tuple[int, int]
"""A group and a slot of a bound."""


def a_situation(seed: int) -> Situation:
    """A plan, legal or not, in a world that may have changed: a duty is gone, a session is closed
    to somebody, a first day is frozen."""
    chance = random.Random(seed)
    model = a_random_model(seed)
    names = [f"p{n // 2 if seed % 2 else n}" for n in range(model.duties)]
    sessions = [a_session(7 * n, seats=9) for n in range(model.sessions)]
    problem = a_world(
        [a_person(name) for name in dict.fromkeys(names)],
        sessions,
        [a_duty(name, number=n) for n, name in enumerate(names)],
    )
    published = [
        Assignment(
            duty_id=duty.id, employee_id=duty.employee_id, session=chance.choice(sessions).key
        )
        for duty in problem.duties
        if chance.random() < 0.8
    ]
    if chance.random() < 0.3:
        published.append(
            Assignment(
                duty_id="gone@1",
                employee_id=chance.choice([*names, "gone"]),
                session=sessions[0].key,
            )
        )
    freeze = chance.choice([None, None, day(0), day(7), day(8)])
    return Situation(problem, model, published, freeze)


def upper(bound: GroupBound, row: Row) -> int:
    """How many may be in a row."""
    return int(bound.upper[row[0] if len(bound.upper) > 1 else 0, row[1]])


def lower(bound: GroupBound, row: Row) -> int:
    """How many have to be."""
    assert bound.lower is not None
    return int(bound.lower[row[0] if len(bound.lower) > 1 else 0, row[1]])


def rows(bound: GroupBound) -> Iterator[Row]:
    """Every group in every slot."""
    groups, slots = bound.shape
    return ((group, slot) for group in range(groups) for slot in range(slots))


def reached(bound: GroupBound, duty: int, session: int) -> set[Row]:
    """The rows that a duty counts in when it is in a session."""
    groups = bound.groups[bound.duties == duty].tolist()
    slots = bound.slots[bound.sessions == session].tolist()
    return {(group, slot) for group in groups for slot in slots}


def there(bound: GroupBound, choice: IntArray, row: Row) -> set[int]:
    """The duties that a choice puts into a row."""
    return {
        duty
        for duty, session in enumerate(choice.tolist())
        if session != NOWHERE and row in reached(bound, duty, session)
    }


def able(model: CompiledModel, bound: GroupBound, row: Row) -> set[int]:
    """The duties that are in a row in one of the sessions open to them."""
    return {
        int(duty)
        for duty, session in zip(*np.nonzero(model.open), strict=True)
        if row in reached(bound, int(duty), int(session))
    }


def people_of(now: Situation, duties: set[int]) -> set[int]:
    """All duties of the people who have these."""
    whose = {now.problem.duties[duty].employee_id for duty in duties}
    return {n for n, duty in enumerate(now.problem.duties) if duty.employee_id in whose}


def numbers(mask: np.ndarray) -> set[int]:
    """The duties that are marked."""
    return set(np.flatnonzero(mask).tolist())
