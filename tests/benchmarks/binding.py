"""Which rules a plan leans on: without rules that bind, an instance would be too easy."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import BoolArray, GroupBound, IntArray

WARY = 60_000_000
"""Options (duties × sessions) above which nobody is asked: the tables would not fit."""


@dataclass(frozen=True)
class Binding:
    """Of one rule: group bounds that are used up in the plan, and of these the ones that keep
    a member from a date that would cost fewer points than the one they have."""

    full: int
    holding: int


def binding(model: CompiledModel, choice: IntArray) -> dict[str, Binding]:
    """For every rule with group bounds how many of them bind in `choice`."""
    if model.duties * model.sessions > WARY:
        return {}
    wanted = _cheaper(model, choice)
    full, holding = Counter[str](), Counter[str]()
    for bound in model.group_bounds:
        used_up = model.use(bound, choice) >= bound.upper
        wants = _wanting(bound, model, wanted)
        full[bound.rule] += int((used_up & (model.use(bound, choice) > 0)).sum())
        holding[bound.rule] += int((used_up & wants).sum())
    return {rule: Binding(full[rule], holding[rule]) for rule in sorted(full)}


def _cheaper(model: CompiledModel, choice: IntArray) -> BoolArray:
    """[duty, session] → open, and cheaper than what the duty has."""
    placed = choice != NOWHERE
    rows = np.arange(model.duties)
    paid = np.where(placed, model.cost[rows, np.maximum(choice, 0)], model.unplaced)
    cheaper: BoolArray = model.open & (model.cost < paid[:, None])
    return cheaper


def _wanting(bound: GroupBound, model: CompiledModel, wanted: BoolArray) -> BoolArray:
    """[group, slot] → whether a member would rather be there."""
    pairs = sparse.csr_array(wanted.astype(np.float32)) @ bound.incidence(model.sessions)
    table = bound.membership(model.duties).T @ pairs
    wanting: BoolArray = np.asarray(table.toarray()) > 0
    return wanting
