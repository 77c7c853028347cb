"""Small compiled models, put together by hand, and plans for them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import (
    BoolArray,
    FloatArray,
    GroupBound,
    IntArray,
)
from scheduler.model.program import Program, program


def a_model(duties: int, sessions: int, unplaced: int = 1000) -> CompiledModel:
    """A model in which everything is allowed and free."""
    return CompiledModel(duties, sessions, np.full(duties, unplaced, np.int64))


def choice(*places: int) -> IntArray:
    """A session for every duty."""
    return np.array(places, np.int64)


def everybody(model: CompiledModel) -> dict[str, Any]:
    """All duties in one group."""
    return {"duties": np.arange(model.duties), "groups": np.zeros(model.duties, np.int64)}


def each_session(model: CompiledModel) -> dict[str, Any]:
    """Every session is a slot of its own."""
    return {"sessions": np.arange(model.sessions), "slots": np.arange(model.sessions)}


def columns(model: CompiledModel, whole: Program, chosen: IntArray) -> FloatArray:
    """The program's columns for a plan: options, unassigned, and of every group bound no more
    excess and shortage than needed, or which switches are on."""
    option = (chosen[whole.duty] == whole.session).astype(np.float64)
    values = [option, (chosen == NOWHERE).astype(np.float64)]
    for rows in whole.bounds:
        use = rows.matrix @ option
        lacking = np.maximum(0.0, rows.lower - use)
        if rows.switch:
            values.append((use > 0).astype(np.float64))
        if rows.points is not None:
            over = np.maximum(0.0, use - rows.upper)
            values += (
                [lacking * (use > 0), over] if rows.switch else [over, lacking[rows.lower > 0]]
            )
    return np.concatenate(values)


def all_options(model: CompiledModel) -> Program:
    """The program over every option there is."""
    duty, session = np.nonzero(model.open)
    return program(model, duty, session)


def every_legal_plan(model: CompiledModel) -> Iterator[tuple[IntArray, int]]:
    """Every legal plan of a tiny model with its points."""
    options = [[NOWHERE, *np.flatnonzero(row).tolist()] for row in model.open]
    for places in product(*options):
        chosen = np.array(places, np.int64)
        verdict = model.judge(chosen)
        if verdict.legal:
            yield chosen, verdict.cost


def nowhere(model: CompiledModel) -> IntArray:
    """The plan that leaves everybody out."""
    return np.full(model.duties, NOWHERE, np.int64)


def every_choice(model: CompiledModel) -> IntArray:
    """[plan, duty] → session: every plan whose options exist, legal together or not."""
    options = [[NOWHERE, *np.flatnonzero(row).tolist()] for row in model.open]
    return np.array(list(product(*options)), np.int64).reshape(-1, model.duties)


def said_of(model: CompiledModel, plans: IntArray) -> tuple[BoolArray, IntArray]:
    """[plan] → whether it is legal, and its points, by what the language's words mean: counted
    here anew, so that nothing is asked of the code under test but its tables."""
    rows = np.arange(model.duties)
    legal = np.ones(len(plans), np.bool_)
    cost = np.where(plans == NOWHERE, model.unplaced, model.cost[rows, plans]).sum(axis=1)
    for bound in model.group_bounds:
        over = _over(model, bound, plans)
        if bound.points is None:
            legal &= over == 0
        else:
            cost = cost + over * bound.points
    return legal, cost


def _over(model: CompiledModel, bound: GroupBound, plans: IntArray) -> IntArray:
    """[plan] → how many too many and too few there are in the bound's groups and slots."""
    lower = np.zeros_like(bound.upper) if bound.lower is None else bound.lower
    # One row more, for nowhere: it touches nothing.
    touch = np.zeros((model.sessions + 1, bound.upper.shape[1]), np.int64)
    touch[bound.sessions, bound.slots] = 1
    excess = np.zeros(len(plans), np.int64)
    named = len(bound.names or ())
    for group in range(max(bound.groups.max() + 1, len(bound.upper), len(lower), named)):
        members = np.unique(bound.duties[bound.groups == group])
        use = touch[plans[:, members]].sum(axis=1)
        most = bound.upper[group if len(bound.upper) > 1 else 0]
        least = lower[group if len(lower) > 1 else 0]
        few = np.maximum(least - use, 0)
        if bound.switch:
            few[use == 0] = 0
        excess += np.maximum(use - most, 0).sum(axis=1) + few.sum(axis=1)
    return excess


def cheapest(model: CompiledModel) -> int | None:
    """The least points of any legal plan of a tiny model, None if there is none."""
    legal, cost = said_of(model, every_choice(model))
    return int(cost[legal].min()) if legal.any() else None


def a_random_model(seed: int, *, kinds: tuple[str, ...] = ()) -> CompiledModel:
    """A tiny model whose bounds are of all kinds the language has, or only of these `kinds`: upper
    or lower limits and switches, hard or soft."""
    chance = random.Random(seed)
    duties, sessions = chance.randint(2, 4), chance.randint(2, 4)
    model = a_model(duties, sessions)
    model.unplaced = _numbers(chance, (duties,), chance.choice([(40, 60), (5, 90)]))
    shape = duties, sessions
    model.forbid("absence", _numbers(chance, shape, (0, 99)) < chance.choice([0, 15, 40]))
    model.price("due_date", _numbers(chance, shape, chance.choice([(0, 0), (0, 9), (0, 30)])))
    for number in range(chance.randint(1, 4)):
        kind = chance.choice(kinds or ("upper", "lower", "both", "switch"))
        _random_bound(chance, model, f"rule {number}", kind)
    return model


def _random_bound(chance: random.Random, model: CompiledModel, rule: str, kind: str) -> None:
    groups, days = chance.randint(1, 3), chance.randint(1, 3)
    members = sorted(
        {(chance.randrange(model.duties), chance.randrange(groups)) for _ in range(6)}
        if chance.random() < 0.5
        # Everybody: the bounds that get their first prices before any linear program.
        else {(duty, chance.randrange(groups)) for duty in range(model.duties)}
    )
    touches = sorted(
        {(session, (session + n) % days) for session in range(model.sessions) for n in (0, 1)}
        if chance.random() < 0.5
        else {(session, session % days) for session in range(model.sessions)}
    )
    shape = chance.choice([1, groups]), days
    least = _numbers(chance, shape, chance.choice([(0, 1), (0, 2)]))
    most = _numbers(chance, shape, chance.choice([(0, 2), (1, model.duties)]))
    if kind == "both":
        most = np.maximum(most, least)
    elif kind == "lower":
        most = np.full(shape, model.duties)
    elif kind == "switch":
        least = least + _numbers(chance, shape, (1, 1))
    model.bound(
        GroupBound(
            rule,
            duties=np.array([duty for duty, _ in members]),
            groups=np.array([group for _, group in members]),
            sessions=np.array([session for session, _ in touches]),
            slots=np.array([slot for _, slot in touches]),
            upper=most,
            lower=None if kind == "upper" else least,
            switch=kind == "switch",
            points=chance.choice([None, None, 1, 7, 70]),
            # With names all groups are there, also those without members.
            names=tuple(f"group {n}" for n in range(groups)) if chance.random() < 0.5 else None,
        )
    )


def _numbers(chance: random.Random, shape: tuple[int, ...], span: tuple[int, int]) -> IntArray:
    count = int(np.prod(shape))
    return np.array([chance.randint(*span) for _ in range(count)], np.int64).reshape(shape)
