"""Small compiled models, put together by hand, and plans for them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from scheduler.solving.compiled import NOWHERE, CompiledModel, FloatArray, IntArray
from scheduler.solving.rows import Program, program


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
    """The program's columns for a plan: options, unassigned, and no more excess than needed."""
    option = (chosen[whole.duty] == whole.session).astype(np.float64)
    found = [option, (chosen == NOWHERE).astype(np.float64)]
    for rows in whole.bounds:
        if rows.points is not None:
            found.append(np.maximum(0.0, rows.matrix @ option - rows.upper))
    return np.concatenate(found)


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
