"""Parts that no rule ties together: each is a problem of its own."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from scheduler.solving.compiled import CompiledModel, Family, IntArray
from scheduler.solving.rows import binding_slots, reach


def parts(model: CompiledModel) -> list[IntArray]:
    """The duties of every part, largest part first.

    Two duties belong together when some group bound that could be exceeded counts them both: a
    company-wide rule that binds ties its people, wherever they serve.
    """
    duty, session = np.nonzero(model.open)
    duties, bounds, offset = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], model.duties
    for family in model.families:
        tied, rows = _ties(model, family, duty, session)
        duties.append(tied)
        bounds.append(rows + offset)
        offset += family.shape[0] * family.shape[1]
    # Vertices are the duties and the bounds that some duty can reach, numbered without holes.
    ends, edges = np.unique(np.concatenate(bounds), return_inverse=True)
    size = model.duties + len(ends)
    graph = sparse.csr_array(
        (np.ones(len(edges), np.int8), (np.concatenate(duties), model.duties + edges)),
        shape=(size, size),
    )
    _, labels = connected_components(graph, directed=False)
    label = labels[: model.duties]
    order = np.argsort(label, kind="stable")
    found = np.split(order, np.flatnonzero(np.diff(label[order])) + 1) if len(order) else []
    return sorted((np.sort(rows) for rows in found), key=len, reverse=True)


def _ties(
    model: CompiledModel, family: Family, duty: IntArray, session: IntArray
) -> tuple[IntArray, IntArray]:
    """(duty, bound) side by side, for every bound that can be exceeded and every duty of its
    group that can reach it."""
    groups, slots = family.shape
    binding = binding_slots(model, family, duty, session)
    table = sparse.csr_array(
        (np.ones(len(binding)), (binding // slots, binding % slots)), shape=(groups, slots)
    )
    reached = reach(model, family, duty, session)
    both = sparse.coo_array(reached[family.duties].multiply(table[family.groups]))
    return family.duties[both.row], family.groups[both.row] * slots + both.col.astype(np.int64)
