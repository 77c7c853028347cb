"""One program for some duties of several blocks, under what links the blocks; all other duties
stay where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from scipy import sparse

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import GroupBound, IntArray
from scheduler.model.linking import LinkingConstraint, keys_of
from scheduler.model.program import BindingRows, Program, assemble, binding_rows

Residual: TypeAlias = tuple[IntArray, CompiledModel]
"""Some duties of a block, and a model for them alone."""
Residuals: TypeAlias = Mapping[int, Residual]
"""By block."""


def joint_program(
    residuals: Residuals, linking: Sequence[LinkingConstraint], choices: Sequence[IntArray]
) -> Program:
    """One program for some duties of several blocks, under what each block's model says and the
    linking constraints, of which all others keep what `choices` give them. Duties and sessions are
    numbered on from block to block."""
    options, bounds = [], []
    cells: list[tuple[IntArray, ...]] = [np.nonzero(model.open) for _, model in residuals.values()]
    counts = np.cumsum([0, *(len(duty) for duty, _ in cells)])
    for n, ((_, model), (duty, session)) in enumerate(zip(residuals.values(), cells, strict=True)):
        options.append(model.cost[duty, session])
        for number, bound in enumerate(model.group_bounds):
            rows = _own_rows(binding_rows(model, bound, number, duty, session), bound, linking)
            if len(rows.groups):
                bounds.append(replace(rows, matrix=_shifted(rows.matrix, counts, n)))
    for constraint in linking:
        linking_rows = _linking_rows(constraint, residuals, cells, counts, choices)
        bounds += [] if linking_rows is None else [linking_rows]
    return assemble(
        _numbered_on([duty for duty, _ in cells], [m.duties for _, m in residuals.values()]),
        _numbered_on(
            [session for _, session in cells], [m.sessions for _, m in residuals.values()]
        ),
        np.concatenate([np.zeros(0, np.int64), *options]),
        np.concatenate(
            [np.zeros(0, np.int64), *(model.unplaced for _, model in residuals.values())]
        ),
        tuple(replace(rows, bound=n) for n, rows in enumerate(bounds)),
    )


def _own_rows(
    rows: BindingRows, bound: GroupBound, linking: Sequence[LinkingConstraint]
) -> BindingRows:
    """Without those of linked groups at a price: the linking constraint has them, too, and they are
    paid once."""
    paid = {constraint.key for constraint in linking if constraint.points is not None}
    if bound.points is None or not paid or bound.names is None:
        return rows
    keys = keys_of(bound)
    own = np.array([keys[group] not in paid for group in rows.groups.tolist()], np.bool_)
    return replace(
        rows,
        groups=rows.groups[own],
        slots=rows.slots[own],
        lower=rows.lower[own],
        upper=rows.upper[own],
        matrix=sparse.csr_array(rows.matrix[np.flatnonzero(own)]),
    )


def _numbered_on(blocks: Sequence[IntArray], sizes: Sequence[int]) -> IntArray:
    before = np.cumsum([0, *sizes])[:-1].tolist()
    shifted = (numbers + first for numbers, first in zip(blocks, before, strict=True))
    return np.concatenate([np.zeros(0, np.int64), *shifted])


def _shifted(matrix: sparse.csr_array, counts: IntArray, n: int) -> sparse.csr_array:
    """A block's rows over the options of all blocks."""
    return sparse.csr_array(
        (matrix.data, matrix.indices + counts[n], matrix.indptr),
        shape=(matrix.shape[0], int(counts[-1])),
    )


def _linking_rows(
    constraint: LinkingConstraint,
    residuals: Residuals,
    cells: Sequence[tuple[IntArray, ...]],
    counts: IntArray,
    choices: Sequence[IntArray],
) -> BindingRows | None:
    """The constraint's bound over those of its members that may move: what the others leave."""
    place = {block: n for n, block in enumerate(residuals)}
    upper, touching = constraint.upper.copy(), []
    for mine in constraint.members:
        free = residuals[mine.block][0] if mine.block in residuals else mine.duties[:0]
        staying = replace(mine, duties=np.setdiff1d(mine.duties, free))
        upper -= staying.use(choices[mine.block])
        if len(free):
            duty, session = cells[place[mine.block]]
            touch = sparse.coo_array(mine.incidence[session])
            member = np.isin(free, mine.duties)[duty[touch.row]]
            option = touch.row[member] + counts[place[mine.block]]
            touching.append((touch.col[member], option))
    if not touching:
        return None
    slot, option = (np.concatenate(each) for each in zip(*touching, strict=True))
    shape = (len(upper), int(counts[-1]))
    matrix = sparse.csr_array(sparse.coo_array((np.ones(len(slot)), (slot, option)), shape=shape))
    used = np.flatnonzero(np.diff(matrix.indptr) > np.maximum(upper, 0))
    return BindingRows(
        bound=-1,
        groups=np.zeros(len(used), np.int64),
        slots=used,
        lower=np.zeros(len(used), np.int64),
        upper=np.maximum(upper[used], 0),
        switch=False,
        points=constraint.points,
        matrix=sparse.csr_array(matrix[used]),
    )


def joint_choice(residuals: Residuals, choices: Sequence[IntArray]) -> IntArray:
    """The choices of the free duties as one of the joint program."""
    chosen, column = [np.zeros(0, np.int64)], 0
    for block, (duties, model) in residuals.items():
        mine = choices[block][duties]
        chosen.append(np.where(mine == NOWHERE, NOWHERE, mine + column))
        column += model.sessions
    return np.concatenate(chosen)


def by_block(residuals: Residuals, choice: IntArray) -> dict[int, IntArray]:
    """A choice of the joint program as one for the free duties of every block."""
    choices, row, column = {}, 0, 0
    for block, (_, model) in residuals.items():
        mine = choice[row : row + model.duties]
        choices[block] = np.where(mine == NOWHERE, NOWHERE, mine - column)
        row, column = row + model.duties, column + model.sessions
    return choices
