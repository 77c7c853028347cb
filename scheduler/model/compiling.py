"""From a problem to its compiled model: what every rule in force says, one after another."""

from __future__ import annotations

import numpy as np

from scheduler.domain.ledger import UNPLACED_POINTS, unplaced_points
from scheduler.domain.problem import Problem
from scheduler.model.compiled import STRUCTURE, CompiledModel
from scheduler.model.language import GroupBound, IntArray
from scheduler.model.presolve.fixing import fix_never_on
from scheduler.model.world import World
from scheduler.rules import in_force


def compile_problem(problem: Problem) -> CompiledModel:
    """Let every rule in force say its part about the whole problem."""
    return compile_world(World(problem))


def compile_world(world: World, dearest: int | None = None) -> CompiledModel:
    """Let every rule in force say its part about a block. `dearest` are the points of the dearest
    option of the whole company, where that is known to be more than this block's."""
    model = CompiledModel(world.duties, world.sessions, np.zeros(world.duties, np.int64))
    _structure(world, model)
    for rule in in_force(world.problem.rules):
        rule.tell(world, model)
    fix_never_on(model)
    model.unplaced = unplaced_of(world, max(dearest or 0, model.dearest))
    return model


def unplaced_of(world: World, dearest: int) -> IntArray:
    """Points for leaving each duty unassigned, always more than the dearest date."""
    horizon = world.problem.horizon
    points = np.array([unplaced_points(duty, horizon) for duty in world.duty_list], np.int64)
    return points * (1 + dearest // UNPLACED_POINTS)


def _structure(world: World, model: CompiledModel) -> None:
    """Which sessions discharge which duty, where people serve, and one place at a time."""
    wanted, programmes = world.table(duty.programmes for duty in world.duty_list)
    other = np.array(
        [[s.programme not in keys for s in world.session_list] for keys in programmes],  # type: ignore[operator]
        np.bool_,
    ).reshape(len(programmes), world.sessions)
    model.forbid(STRUCTURE, other[wanted])
    home, centres = world.table(person.centre for person in world.people)
    elsewhere = np.array(
        [[c is not None and s.centre != c for s in world.session_list] for c in centres], np.bool_
    ).reshape(len(centres), world.sessions)
    model.forbid(STRUCTURE, elsewhere[home[world.person]])
    owing = np.bincount(world.person, minlength=1)
    several = np.flatnonzero(owing[world.person] > 1)
    if len(several):
        columns, days = world.session_days
        _, groups = np.unique(world.person[several], return_inverse=True)
        model.bound(
            GroupBound(
                STRUCTURE,
                duties=several,
                groups=groups.astype(np.int64),
                sessions=columns,
                slots=days,
                upper=world.limits(1),
            )
        )
