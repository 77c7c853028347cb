"""The model of a few duties in what room all others leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from scheduler.solving.compiled import NOWHERE, CompiledModel, Family, IntArray
from scheduler.solving.room import Room


def residual(model: CompiledModel, duties: IntArray, taken: list[IntArray]) -> CompiledModel:
    """`model` for these duties alone; all others take `taken` of every family, [group, slot]."""
    whole = CompiledModel(model.duties, model.sessions, model.unplaced)
    whole.families = [
        left
        for family, there in zip(model.families, taken, strict=True)
        for left in _left(family, there)
    ]
    part = model.part(duties)
    part.families = whole.part(duties).families
    return part


def legal_choice(model: CompiledModel, choice: IntArray) -> IntArray:
    """`choice` without those for whom no room is left: who comes first stays."""
    room = Room(model)
    kept = np.full_like(choice, NOWHERE)
    for duty in np.flatnonzero(choice != NOWHERE).tolist():
        session = int(choice[duty])
        if room.prices(duty)[0][session]:
            kept[duty] = session
            room.take(duty, session)
    return kept


def _left(family: Family, taken: IntArray) -> Iterator[Family]:
    """The family's bounds less what is taken. A switch that is on already is a plain bound."""
    upper = np.broadcast_to(family.upper, family.shape) - taken
    if family.lower is None:
        yield replace(family, upper=upper)
        return
    lower = np.maximum(np.broadcast_to(family.lower, family.shape) - taken, 0)
    if not family.switch:
        yield replace(family, upper=upper, lower=lower)
        return
    on = taken > 0
    yield replace(family, upper=upper, lower=np.where(on, lower, 0), switch=False)
    nothing = np.full_like(upper, len(family.duties))
    yield replace(family, upper=nothing, lower=np.where(on, 0, lower))
