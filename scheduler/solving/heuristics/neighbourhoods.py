"""Who could change places with whom to make a plan better."""

from __future__ import annotations

import numpy as np

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import IntArray
from scheduler.model.presolve.pairs import with_partners
from scheduler.solving.pricing.pricing import MasterSolution

_NEAREST = 6
"""Sessions looked at for everybody who stands wrong."""
_EPSILON = 1e-6


def neighbours(
    model: CompiledModel,
    choice: IntArray,
    relaxed: MasterSolution,
    size: int,
    random: np.random.Generator,
) -> IntArray:
    """At most about `size` duties: those that cost more than the relaxation's prices say, a
    quarter of the size, and those that hold a place where they would rather be. Who is asked for
    beside one of them comes along."""
    everybody = np.arange(model.duties)
    placed = choice != NOWHERE
    dearer = np.where(placed, relaxed.reduced[everybody, np.maximum(choice, 0)], relaxed.left)
    wrong = np.flatnonzero(dearer > _EPSILON)
    most = max(1, size // 4)
    if len(wrong) > most:
        share = dearer[wrong] ** 0.5
        wrong = random.choice(wrong, most, replace=False, p=share / share.sum())
    elif len(wrong) < most:
        more = random.choice(everybody, min(model.duties, most - len(wrong)), replace=False)
        wrong = np.union1d(wrong, more)
    count = min(_NEAREST, model.sessions)
    wanted = np.zeros(model.sessions, np.bool_)
    wanted[np.argpartition(relaxed.reduced[wrong], count - 1, axis=1)[:, :count]] = True
    holding = np.setdiff1d(np.flatnonzero(placed & wanted[np.maximum(choice, 0)]), wrong)
    free = max(0, size - len(wrong))
    if len(holding) > free:
        holding = random.choice(holding, free, replace=False)
    return with_partners(model, np.union1d(wrong, holding))
