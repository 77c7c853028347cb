"""Parts that no rule ties together: each is a problem of its own."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from scheduler.solving.compiled import CompiledModel, IntArray
from scheduler.solving.rows import binding_slots, reach


def parts(model: CompiledModel) -> list[IntArray]:
    """The duties of every part, largest part first.

    Two duties belong together when some group bound that could be exceeded counts them both: a
    company-wide rule that binds ties its people, wherever they serve.
    """
    duty, session = np.nonzero(model.open)
    links = []
    for family in model.families:
        _, slots = family.shape
        binding = binding_slots(model, family, duty, session)
        if len(binding):
            members = sparse.csr_array(family.membership(model.duties).T)[binding // slots]
            reached = reach(model, family, duty, session).T.tocsr()[binding % slots]
            links.append(members.multiply(reached).tocsr())
    if not links:
        return [np.array([row]) for row in range(model.duties)]
    tied = sparse.csr_array(sparse.vstack(links))
    height, width = tied.shape
    corner = sparse.csr_array((height, height)), sparse.csr_array((width, width))
    graph = sparse.vstack(
        [sparse.hstack([corner[0], tied]), sparse.hstack([tied.T, corner[1]])], format="csr"
    )
    _, labels = connected_components(graph, directed=False)
    label = labels[height:]
    order = np.argsort(label, kind="stable")
    found = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    return sorted((np.sort(rows) for rows in found), key=len, reverse=True)
