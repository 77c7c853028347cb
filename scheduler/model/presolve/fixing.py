"""Switches that can never be on: a session that needs six people and has four seats.

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
    from scheduler.model.language import BoolArray, Family, IntArray

_Table = Callable[[int], sparse.csr_array]
"""Which of so many belong to which column."""


def forbid_never_on(model: CompiledModel) -> None:
    """Forbid what only a switch that cannot be on would allow, in the name of its rule. Who may
    not go there may be missed elsewhere, so it is looked at again until nothing changes."""
    while found := list(_never_on(model)):
        for rule, options in found:
            model.forbid(rule, options)


def _never_on(model: CompiledModel) -> Iterator[tuple[str, BoolArray]]:
    """For the rules with such switches: [duty, session] → whether it is a forbidden option. A
    group with a name may have members elsewhere."""
    for family in model.families:
        if family.switch and family.points is None and family.names is None:
            never = _most(model, family) < (0 if family.lower is None else family.lower)
            incidence = family.incidence(model.sessions)
            touched = sparse.csr_array(never.astype(np.float64)) @ incidence.T
            options = (family.membership(model.duties) @ touched).toarray() > 0
            options &= model.open
            if options.any():
                yield family.rule, options


def _most(model: CompiledModel, family: Family) -> IntArray:
    """[group, slot] → no more of the group can be there: only so many could come at all, and hard
    limits of larger groups over more sessions hold for them, too."""
    incidence = family.incidence(model.sessions)
    reached = model.open.astype(np.float32) @ incidence.toarray().astype(np.float32) > 0
    most = np.asarray(family.membership(model.duties).T @ reached.astype(np.float64))
    for other in model.families:
        if other.points is None:
            group, larger = _within(family.membership, other.membership, model.duties)
            slot, wider = _within(family.incidence, other.incidence, model.sessions)
            limit = np.broadcast_to(other.upper, other.shape)[larger[:, None], wider]
            np.minimum.at(most, (group[:, None], slot), limit)
    return most.astype(np.int64)


def _within(ours: _Table, theirs: _Table, size: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Our columns and those of theirs that hold all of them, side by side."""
    mine = ours(size)
    common = sparse.coo_array(mine.T @ theirs(size))
    whole = common.data == mine.sum(axis=0)[common.row]
    return common.row[whole], common.col[whole]
