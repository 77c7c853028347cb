"""Warm start: a block's column generation in few bytes: whoever solves the block again, with some
of its duties at sessions found for them, goes on from there, in whatever process."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import BoolArray, FloatArray
from scheduler.model.program import Program
from scheduler.solving.pricing.pricing import Basis, MasterSolution, PricedOptions
from scheduler.solving.solvers.linear import LinearSolution

_GRID = 2.0**-20
"""Prices are stored to so small a part of a point."""
_NOTHING, _NONE = np.zeros(0), np.zeros(0, np.int64)


@dataclass(frozen=True)
class WarmStart:
    """The prices of all options, of which most are only those of their session; the options priced
    in, and those of the last program with its basis, as bits and bytes."""

    by_session: FloatArray
    others: sparse.csr_array
    constant: float
    active: NDArray[np.uint8]
    solved: NDArray[np.uint8]
    last: Program | None
    columns: NDArray[np.int8]
    rows: NDArray[np.int8]

    def opened(self, model: CompiledModel) -> MasterSolution:
        """What was known of this model."""
        cost = model.cost + self.by_session + self.others.toarray()
        proven = PricedOptions(cost, self.constant).lagrangian_bound(model)
        active = _mask(self.active, model)
        return replace(proven, active=active, basis=self._basis(model))

    def _basis(self, model: CompiledModel) -> Basis | None:
        if self.last is None:
            return None
        duty, session = np.nonzero(_mask(self.solved, model))
        before = replace(self.last, duty=duty, session=session)
        columns, rows = self.columns.astype(np.int64), self.rows.astype(np.int64)
        return before, LinearSolution(0.0, _NOTHING, _NOTHING, columns, rows)


def warm_start_of(model: CompiledModel, master: MasterSolution) -> WarmStart:
    """What column generation has come to, to start from again. Rounding its prices must not prove
    more than they do: so much is given away."""
    added = np.round((master.priced.cost - model.cost) / _GRID) * _GRID
    by_session = np.median(added, axis=0) if len(added) else np.zeros(model.sessions)
    basis = master.basis
    columns, rows = (_NOTHING, _NOTHING) if basis is None else (basis[1].columns, basis[1].rows)
    return WarmStart(
        by_session=by_session,
        others=sparse.csr_array(added - by_session),
        constant=master.priced.constant + model.duties * _GRID,
        active=np.packbits(master.active),
        solved=np.packbits(_options(model, basis)),
        last=None if basis is None else _names_only(basis[0]),
        columns=columns.astype(np.int8),
        rows=rows.astype(np.int8),
    )


def _options(model: CompiledModel, basis: Basis | None) -> BoolArray:
    """[duty, session] → whether it is an option of the basis's program."""
    options = np.zeros(model.cost.shape, np.bool_)
    if basis is not None:
        options[basis[0].duty, basis[0].session] = True
    return options


def _names_only(program: Program) -> Program:
    """A program of which nothing is left but what its columns and rows stand for; its options are
    known otherwise."""
    few = sparse.coo_array(program.matrix)
    own = few.col >= program.options + program.duties
    entries = few.data[own], (few.row[own], few.col[own])
    return replace(
        program,
        duty=_NONE,
        session=_NONE,
        cost=_NOTHING,
        matrix=sparse.csr_array(sparse.coo_array(entries, shape=few.shape)),
        lower=_NOTHING,
        upper=_NOTHING,
        largest=_NOTHING,
        whole=np.zeros(0, np.bool_),
        bounds=tuple(
            replace(rows, lower=_NONE, upper=_NONE, matrix=sparse.csr_array((0, 0)))
            for rows in program.bounds
        ),
    )


def _mask(bits: NDArray[np.uint8], model: CompiledModel) -> BoolArray:
    shape = model.duties, model.sessions
    mask: BoolArray = np.unpackbits(bits, count=shape[0] * shape[1]).reshape(shape).astype(bool)
    return mask
