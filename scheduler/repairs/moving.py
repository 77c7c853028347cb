"""Whether a duty without a date could have one if only others moved, every rule as it is."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import numpy as np

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.model.choices import choice_of
from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.compiling import compile_world
from scheduler.model.language import IntArray
from scheduler.model.slack import Slack
from scheduler.model.world import World
from scheduler.solving.engine import Reassignment, reassign

MOST_OPTIONS = 2_000_000
"""Nothing is said of problems with more duties × sessions: it would take too long."""
MOST_MOVING = 200
"""So many others are looked at, those first who are where the duty could be."""
EFFORT = 0.1
"""How hard to look for cheap places, in CP-SAT's deterministic seconds: they are not kept."""


class Chance(StrEnum):
    """What a duty without a date can hope for, without a repair."""

    PLACE = "place"
    """There is a place as the plan stands."""
    MOVES = "moves"
    """There is one if others move."""
    INSTEAD = "instead"
    """Proven: only if somebody else is left out."""
    UNKNOWN = "unknown"
    """Not found, and not proven."""


def chance(
    problem: Problem, assignments: Iterable[Assignment], duty_id: str, *, seconds: float = 1.0
) -> Chance:
    """What a duty without a date can hope for; at most so many seconds are spent on it."""
    if len(problem.duties) * len(problem.sessions) > MOST_OPTIONS:
        return Chance.UNKNOWN
    world = World(problem)
    model, choice = compile_world(world), choice_of(problem, tuple(assignments))
    row = next(n for n, duty in enumerate(problem.duties) if duty.id == duty_id)
    room = Slack(model)
    room.take_all(choice)
    possible, _ = room.prices(row)
    alone = any(
        _legal(model, choice, row, session) for session in np.flatnonzero(possible).tolist()
    )
    if alone:
        return Chance.PLACE
    moving = _moving(model, choice, row)
    question = _question(world, model, choice, np.append(moving, row))
    hint = np.append(choice[moving], NOWHERE)
    answer = reassign(question, hint, seconds=seconds, effort=EFFORT)
    if answer.choice is not None and (answer.choice != NOWHERE).all():
        return Chance.MOVES
    everybody = len(moving) == int((choice != NOWHERE).sum())
    return Chance.INSTEAD if everybody and answer.proven else Chance.UNKNOWN


def _legal(model: CompiledModel, choice: IntArray, row: int, session: int) -> bool:
    """Whether the plan keeps every hard rule with the duty there."""
    tried = choice.copy()
    tried[row] = session
    return model.judge(tried).legal


def _moving(model: CompiledModel, choice: IntArray, row: int) -> IntArray:
    """Who may move: everybody who has a date, or those first who are where the duty could be."""
    there = np.flatnonzero(choice != NOWHERE)
    wanted = model.open[row, choice[there]]
    return np.sort(there[np.argsort(~wanted, kind="stable")][:MOST_MOVING])


def _question(
    world: World, model: CompiledModel, choice: IntArray, duties: IntArray
) -> Reassignment:
    others = choice.copy()
    others[duties] = NOWHERE
    return Reassignment(
        model=model,
        duties=duties,
        options=model.open[duties],
        taken=[model.use(bound, others) for bound in model.group_bounds],
        home=np.full(len(duties), NOWHERE, np.int64),  # how many move does not matter here
        person=world.person[duties],
    )
