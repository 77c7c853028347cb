"""A compiled model over chosen options as a sparse 0–1 program.

Columns: one for every option, one for every duty's "unassigned", one for the excess of every
soft row. Rows: one for every duty (exactly one), one for every group and slot that can bind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from scheduler.solving.compiled import CompiledModel, Family, FloatArray, IntArray

Block = sparse.csr_array | sparse.dia_array


@dataclass(frozen=True)
class BindingRows:
    """The rows of one family that can bind: which group and slot, the bound, the points, and
    the matrix [row, option]."""

    family: int
    groups: IntArray
    slots: IntArray
    upper: IntArray
    points: int | None
    matrix: sparse.csr_array


@dataclass(frozen=True)
class Program:
    """Minimise cost·x over exactly-one rows and bounds. `duty[k]`, `session[k]` name option k;
    the columns are the options, then the unassigned of every duty, then the soft rows' excess."""

    duty: IntArray
    session: IntArray
    cost: FloatArray
    matrix: sparse.csr_array
    lower: FloatArray
    upper: FloatArray
    largest: FloatArray
    bounds: tuple[BindingRows, ...]
    duties: int

    @property
    def options(self) -> int:
        """How many options there are."""
        return len(self.duty)


def binding_rows(
    model: CompiledModel, family: Family, number: int, duty: IntArray, session: IntArray
) -> BindingRows:
    """The rows of `family` that the options (duty[k], session[k]) could together exceed."""
    _, slots = family.shape
    keep = binding_slots(model, family, duty, session)
    members, incidence = _only(family, model, keep // slots, keep % slots)
    groups_of, touches = np.diff(members.indptr)[duty], np.diff(incidence.indptr)[session]
    entries = (groups_of * touches).astype(np.int64)
    option = np.repeat(np.arange(len(duty)), entries)
    within = np.arange(len(option)) - np.repeat(np.cumsum(entries) - entries, entries)
    width = np.maximum(touches[option], 1)
    group = members.indices[members.indptr[duty[option]] + within // width].astype(np.int64)
    slot = incidence.indices[incidence.indptr[session[option]] + within % width].astype(np.int64)
    row = group * slots + slot
    position = np.searchsorted(keep, row)
    position[position == len(keep)] = 0
    inside = keep[position] == row if len(keep) else np.zeros(len(row), np.bool_)
    matrix = sparse.csr_array(
        (np.ones(int(inside.sum())), (position[inside], option[inside])),
        shape=(len(keep), len(duty)),
    )
    upper = family.limit(keep // slots, keep % slots)
    return BindingRows(number, keep // slots, keep % slots, upper, family.points, matrix)


def binding_slots(
    model: CompiledModel, family: Family, duty: IntArray, session: IntArray
) -> IntArray:
    """Numbers (group × slots + slot) of the bounds that the options could exceed, ascending. A
    bound binds only if more *duties* than it allows can reach it, however many options do."""
    _, slots = family.shape
    reached = reach(model, family, duty, session)
    counts = sparse.coo_array(family.membership(model.duties).T @ reached)
    group, slot = counts.row.astype(np.int64), counts.col.astype(np.int64)
    over = counts.data > family.limit(group, slot)
    return np.sort(group[over] * slots + slot[over])


def reach(
    model: CompiledModel, family: Family, duty: IntArray, session: IntArray
) -> sparse.csr_array:
    """[duty, slot] → 1 where one of the duty's options touches the slot; members only."""
    member = np.zeros(model.duties, np.bool_)
    member[family.duties] = True
    mine = member[duty]
    options = sparse.csr_array(
        (np.ones(int(mine.sum())), (duty[mine], session[mine])),
        shape=(model.duties, model.sessions),
    )
    reached = sparse.csr_array(options @ family.incidence(model.sessions))
    reached.data[:] = 1.0
    return reached


def _only(
    family: Family, model: CompiledModel, groups: IntArray, slots: IntArray
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Membership and incidence without the groups and slots that no kept row has."""
    inside = np.isin(family.groups, groups)
    touching = np.isin(family.slots, slots)
    kept = replace(
        family,
        duties=family.duties[inside],
        groups=family.groups[inside],
        sessions=family.sessions[touching],
        slots=family.slots[touching],
    )
    return kept.membership(model.duties), kept.incidence(model.sessions)


def program(model: CompiledModel, duty: IntArray, session: IntArray) -> Program:
    """The 0–1 program over the options (duty[k], session[k])."""
    bounds = tuple(
        rows
        for number, family in enumerate(model.families)
        if len((rows := binding_rows(model, family, number, duty, session)).groups)
    )
    options, duties = len(duty), model.duties
    soft = [len(rows.groups) if rows.points is not None else 0 for rows in bounds]
    blocks: list[list[Block | None]] = []
    one = sparse.csr_array((np.ones(options), (duty, np.arange(options))), shape=(duties, options))
    blocks.append([one, sparse.eye_array(duties, format="csr"), *([None] * len(bounds))])
    for place, rows in enumerate(bounds):
        excess: list[Block | None] = [None] * len(bounds)
        if rows.points is not None:
            excess[place] = -sparse.eye_array(len(rows.groups), format="csr")
        blocks.append([rows.matrix, None, *excess])
    matrix = _stack(blocks, duties, soft, options)
    upper = [np.ones(duties), *(rows.upper.astype(np.float64) for rows in bounds)]
    lower = [np.ones(duties), *(np.full(len(rows.groups), -np.inf) for rows in bounds)]
    prices = [np.full(n, float(rows.points or 0)) for n, rows in zip(soft, bounds, strict=True)]
    largest = [np.full(n, np.inf) for n in soft]
    return Program(
        duty=duty,
        session=session,
        cost=np.concatenate(
            [model.cost[duty, session].astype(np.float64), model.unplaced.astype(float), *prices]
        ),
        matrix=matrix,
        lower=np.concatenate(lower),
        upper=np.concatenate(upper),
        largest=np.concatenate([np.ones(options + duties), *largest]),
        bounds=bounds,
        duties=duties,
    )


def _stack(
    blocks: list[list[Block | None]], duties: int, soft: list[int], options: int
) -> sparse.csr_array:
    """The blocks side by side; columns of families without excess vanish."""
    rows = []
    for block in blocks:
        height = next(part.shape[0] for part in block if part is not None)
        widths = [options, duties, *soft]
        rows.append(
            sparse.hstack(
                [
                    part if part is not None else sparse.csr_array((height, width))
                    for part, width in zip(block, widths, strict=True)
                    if width or part is not None
                ],
                format="csr",
            )
        )
    return sparse.csr_array(sparse.vstack(rows, format="csr"))
