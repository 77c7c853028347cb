"""Fixing: switches that can never be on, as of a session that needs six people and has four seats.

Nobody can be there, so that these options are forbidden before anybody looks for a plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

if TYPE_CHECKING:
    from scheduler.model.compiled import CompiledModel
    from scheduler.model.language import BoolArray, GroupBound, IntArray

_Table = Callable[[int], sparse.csr_array]
"""Which of so many belong to which column."""


def fix_never_on(model: CompiledModel) -> None:
    """Forbid what only a switch that cannot be on would allow, in the name of its rule. Who may
    not go there may be missed elsewhere, so it is looked at again until nothing changes."""
    while closed := list(_never_on(model)):
        for rule, options in closed:
            model.forbid(rule, options)


def _never_on(model: CompiledModel) -> Iterator[tuple[str, BoolArray]]:
    """For the rules with such switches: [duty, session] → whether it is a forbidden option. A
    group with a name may have members elsewhere."""
    for bound in model.group_bounds:
        if bound.switch and bound.points is None and bound.names is None:
            never = _most(model, bound) < (0 if bound.lower is None else bound.lower)
            incidence = bound.incidence(model.sessions)
            touched = sparse.csr_array(never.astype(np.float64)) @ incidence.T
            options = (bound.membership(model.duties) @ touched).toarray() > 0
            options &= model.open
            if options.any():
                yield bound.rule, options


def _most(model: CompiledModel, bound: GroupBound) -> IntArray:
    """[group, slot] → no more of the group can be there: only so many could come at all, and hard
    limits of larger groups over more sessions hold for them, too."""
    incidence = bound.incidence(model.sessions)
    reached = model.open.astype(np.float32) @ incidence.toarray().astype(np.float32) > 0
    most = np.asarray(bound.membership(model.duties).T @ reached.astype(np.float64))
    for other in model.group_bounds:
        if other.points is None:
            group, larger = _within(bound.membership, other.membership, model.duties)
            slot, wider = _within(bound.incidence, other.incidence, model.sessions)
            limit = np.broadcast_to(other.upper, other.shape)[larger[:, None], wider]
            np.minimum.at(most, (group[:, None], slot), limit)
    return most.astype(np.int64)


def _within(ours: _Table, theirs: _Table, size: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Our columns and those of theirs that hold all of them, side by side."""
    mine = ours(size)
    common = sparse.coo_array(mine.T @ theirs(size))
    whole = common.data == mine.sum(axis=0)[common.row]
    return common.row[whole], common.col[whole]
