"""A compiled model over chosen options as a sparse 0–1 program.

Columns: one for every option, one for every duty's "unassigned", one for the excess of every
soft row, one for every switch. Rows: one for every duty (exactly one), one for every group and slot
that can bind, two where it is switched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from scheduler.model.compiled import CompiledModel
from scheduler.model.incidence import rows_at, touched_entries
from scheduler.model.language import (
    BoolArray,
    FloatArray,
    GroupBound,
    IntArray,
)


@dataclass(frozen=True)
class BindingRows:
    """The rows of one group bound that can bind: which group and slot, the limits, the points, and
    the matrix [row, option]."""

    bound: int
    groups: IntArray
    slots: IntArray
    lower: IntArray
    upper: IntArray
    switch: bool
    points: int | None
    matrix: sparse.csr_array


@dataclass(frozen=True)
class Program:
    """Minimise cost·x over exactly-one rows and bounds. `duty[k]`, `session[k]` name option k;
    the columns are the options, then the unassigned of every duty, then what the bounds need:
    what is too many, what is too few, and the switches. `whole` marks columns of whole numbers.
    """

    duty: IntArray
    session: IntArray
    cost: FloatArray
    matrix: sparse.csr_array
    lower: FloatArray
    upper: FloatArray
    largest: FloatArray
    whole: BoolArray
    bounds: tuple[BindingRows, ...]
    duties: int

    @property
    def options(self) -> int:
        """How many options there are."""
        return len(self.duty)


def binding_rows(
    model: CompiledModel, bound: GroupBound, number: int, duty: IntArray, session: IntArray
) -> BindingRows:
    """The rows of `bound` that the options (duty[k], session[k]) could together exceed."""
    _, slots = bound.shape
    keep = binding_slots(model, bound, duty, session)
    members, incidence = _only(bound, model, keep // slots, keep % slots)
    member, touch, option = touched_entries(members, incidence, duty, session)
    row = rows_at(bound, members, incidence, member, touch)
    position = np.searchsorted(keep, row)
    position[position == len(keep)] = 0
    inside = keep[position] == row if len(keep) else np.zeros(len(row), np.bool_)
    matrix = sparse.csr_array(
        (members.data[member[inside]], (position[inside], option[inside])),
        shape=(len(keep), len(duty)),
    )
    groups, touched = keep // slots, keep % slots
    return BindingRows(
        bound=number,
        groups=groups,
        slots=touched,
        lower=bound.least(groups, touched),
        upper=bound.limit(groups, touched),
        switch=bound.switch,
        points=bound.points,
        matrix=matrix,
    )


def binding_slots(
    model: CompiledModel, bound: GroupBound, duty: IntArray, session: IntArray
) -> IntArray:
    """Numbers (group × slots + slot) of the bounds that the options could break, ascending. A
    bound binds only if more *duties* than it allows can reach it, however many options do, or if
    it asks for some."""
    _, slots = bound.shape
    reached = reach(model, bound, duty, session)
    counting = bound.membership(model.duties)
    if bound.signs is not None:  # who counts against the others may be elsewhere
        counting = counting.maximum(0)
    counts = sparse.coo_array(counting.T @ reached)
    group, slot = counts.row.astype(np.int64), counts.col.astype(np.int64)
    over = counts.data > bound.limit(group, slot)
    if bound.switch:
        over |= bound.least(group, slot) > 1
    binding = group[over] * slots + slot[over]
    if bound.lower is None or bound.switch:
        return np.sort(binding)
    asked = np.flatnonzero(np.broadcast_to(bound.lower, bound.shape) > 0)
    return np.union1d(binding, asked)


def reach(
    model: CompiledModel, bound: GroupBound, duty: IntArray, session: IntArray
) -> sparse.csr_array:
    """[duty, slot] → 1 where one of the duty's options touches the slot; members only."""
    member = np.zeros(model.duties, np.bool_)
    member[bound.duties] = True
    mine = member[duty]
    options = sparse.csr_array(
        (np.ones(int(mine.sum())), (duty[mine], session[mine])),
        shape=(model.duties, model.sessions),
    )
    reached = sparse.csr_array(options @ bound.incidence(model.sessions))
    reached.data[:] = 1.0
    return reached


def _only(
    bound: GroupBound, model: CompiledModel, groups: IntArray, slots: IntArray
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Membership and incidence without the groups and slots that no kept row has."""
    inside = np.isin(bound.groups, groups)
    touching = np.isin(bound.slots, slots)
    kept = replace(
        bound,
        duties=bound.duties[inside],
        groups=bound.groups[inside],
        signs=None if bound.signs is None else bound.signs[inside],
        sessions=bound.sessions[touching],
        slots=bound.slots[touching],
    )
    return kept.membership(model.duties), kept.incidence(model.sessions)


def program(
    model: CompiledModel, duty: IntArray, session: IntArray, *, relaxed: bool = False
) -> Program:
    """The 0–1 program over the options (duty[k], session[k]).

    `relaxed` asks for what a linear relaxation is solved over: without switches, which say
    nothing there, and with a price on what a hard bound lacks, so that it has a solution.
    """
    bounds = tuple(
        rows
        for number, bound in enumerate(model.group_bounds)
        if len((rows := binding_rows(model, bound, number, duty, session)).groups)
    )
    cost, elastic = model.cost[duty, session], elastic_points(model) if relaxed else None
    return assemble(duty, session, cost, model.unplaced, bounds, elastic)


def assemble(
    duty: IntArray,
    session: IntArray,
    cost: IntArray,
    unplaced: IntArray,
    bounds: tuple[BindingRows, ...],
    elastic: float | None = None,
) -> Program:
    """The program over options (duty[k], session[k]) of cost[k] under some bounds. `elastic` is
    what a linear program pays for one that a hard bound lacks."""
    made = _Columns(duty, cost, unplaced)
    for rows in bounds:
        made.add(rows, elastic)
    return Program(
        duty=duty,
        session=session,
        cost=np.concatenate(made.cost),
        matrix=sparse.csr_array(
            sparse.coo_array(
                (np.concatenate(made.values), (np.concatenate(made.rows), np.concatenate(made.at))),
                shape=(made.height, made.width),
            )
        ),
        lower=np.concatenate(made.lower),
        upper=np.concatenate(made.upper),
        largest=np.concatenate(made.largest),
        whole=np.concatenate(made.whole),
        bounds=bounds,
        duties=len(unplaced),
    )


def only_options(program: Program, wanted: BoolArray) -> Program:
    """The same program with only some of its options; what is priced stays."""
    kept = np.flatnonzero(wanted)
    bounds = tuple(
        replace(rows, matrix=sparse.csr_array(rows.matrix[:, kept])) for rows in program.bounds
    )
    unplaced = program.cost[program.options : program.options + program.duties]
    return assemble(
        program.duty[kept],
        program.session[kept],
        program.cost[kept].astype(np.int64),
        unplaced.astype(np.int64),
        bounds,
    )


def names(program: Program) -> tuple[IntArray, IntArray]:
    """Numbers for the columns and for the rows of a relaxed program by what they stand for, the
    same ones in every program of the same model."""
    rows = [-1 - np.arange(program.duties)]
    rows += [
        (np.int64(bound.bound) << 48) + (bound.groups << 24) + bound.slots
        for bound in program.bounds
    ]
    named = np.concatenate(rows)
    own = sparse.csc_array(program.matrix[:, program.options + program.duties :])
    short = own.data > 0
    columns = [
        (program.duty << 24) + program.session,
        -1 - np.arange(program.duties),
        -(1 << 32) - 2 * named[own.indices] - short,
    ]
    return np.concatenate(columns), named


def elastic_points(model: CompiledModel) -> float:
    """What a linear program pays for each one that a hard bound lacks: more than any duty is
    worth."""
    return 10.0 * float(model.unplaced.max(initial=1))


class _Columns:
    """Rows and columns as they are put together."""

    def __init__(self, duty: IntArray, cost: IntArray, unplaced: IntArray) -> None:
        options, duties = len(duty), len(unplaced)
        self.height, self.width = duties, options + duties
        self.rows = [duty, np.arange(duties)]
        self.at = [np.arange(options), options + np.arange(duties)]
        self.values = [np.ones(options), np.ones(duties)]
        self.cost = [cost.astype(np.float64), unplaced.astype(np.float64)]
        self.largest, self.whole = [np.ones(self.width)], [np.ones(self.width, np.bool_)]
        self.lower, self.upper = [np.ones(duties)], [np.ones(duties)]

    def add(self, rows: BindingRows, elastic: float | None) -> None:
        """One group bound's rows, and the columns they need."""
        if rows.switch and elastic is None:
            self._switched(rows)
            if rows.points is not None:  # too many are another matter than too few
                self.add(replace(rows, switch=False, lower=np.zeros_like(rows.lower)), elastic)
            return
        count = len(rows.groups)
        first = self._rows(rows)
        least = np.zeros(count) if rows.switch else rows.lower.astype(np.float64)
        self.lower.append(np.where(least > 0, least, -np.inf))
        self.upper.append(rows.upper.astype(np.float64))
        if rows.points is not None:
            self._column(first + np.arange(count), -1.0, rows.points, np.inf, whole=False)
        price = elastic if rows.points is None else rows.points
        short = np.flatnonzero(least > 0)
        if len(short) and price is not None:
            self._column(first + short, 1.0, price, np.inf, whole=False)

    def _rows(self, rows: BindingRows) -> int:
        entries = sparse.coo_array(rows.matrix)
        first = self.height
        self.rows.append(first + entries.row.astype(np.int64))
        self.at.append(entries.col.astype(np.int64))
        self.values.append(entries.data)
        self.height += len(rows.groups)
        return first

    def _switched(self, rows: BindingRows) -> None:
        """use ≥ lower·y and use ≤ upper·y with a switch y for every row."""
        count = len(rows.groups)
        least, most = self._rows(rows), self._rows(rows)
        able = np.diff(rows.matrix.indptr)
        held = (np.minimum(rows.upper, able) if rows.points is None else able).astype(np.float64)
        switches = self._column(least + np.arange(count), -rows.lower.astype(np.float64), 0, 1)
        self.rows.append(most + np.arange(count))
        self.at.append(switches)
        self.values.append(-held)
        self.lower += [np.zeros(count), np.full(count, -np.inf)]
        self.upper += [np.full(count, np.inf), np.zeros(count)]
        if rows.points is not None:
            self._column(least + np.arange(count), 1.0, rows.points, np.inf, whole=False)

    def _column(
        self,
        rows: IntArray,
        value: float | FloatArray,
        price: float,
        largest: float,
        *,
        whole: bool = True,
    ) -> IntArray:
        """A column for each of `rows`."""
        count = len(rows)
        columns = self.width + np.arange(count)
        self.rows.append(rows)
        self.at.append(columns)
        self.values.append(np.broadcast_to(np.asarray(value, np.float64), count))
        self.cost.append(np.full(count, float(price)))
        self.largest.append(np.full(count, largest))
        self.whole.append(np.full(count, whole))
        self.width += count
        return columns
