"""The compiled model as an MPS file: anybody can check an optimum with their own solver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from scipy import sparse

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import IntArray
from scheduler.model.program import Program, program


def write_mps(model: CompiledModel) -> str:
    """All options of the model in free MPS format. Column `x_d_s` chooses session s for duty d,
    `u_d` leaves duty d unassigned, `e_k` counts what is too many in a soft row."""
    duty, session = np.nonzero(model.open)
    whole = program(model, duty, session)
    names = [*_column_names(whole, duty, session)]
    lines = ["NAME frontline", "ROWS", " N COST", *_rows(whole), "COLUMNS", *_columns(whole, names)]
    lines += ["RHS", *_right_sides(whole), "RANGES", *_ranges(whole)]
    lines += ["BOUNDS", *_bounds(whole, names), "ENDATA", ""]
    return "\n".join(lines)


def _column_names(program: Program, duty: IntArray, session: IntArray) -> Iterator[str]:
    yield from map("x_{}_{}".format, duty.tolist(), session.tolist())
    yield from map("u_{}".format, range(program.duties))
    yield from map("e_{}".format, range(len(program.cost) - program.options - program.duties))


def _rows(program: Program) -> Iterator[str]:
    """Every row with its kind: exactly, at least, or at most (a range, if at least, too)."""
    for row, (lower, upper) in enumerate(_limits(program)):
        kind = "E" if lower == upper else "G" if upper == np.inf else "L"
        yield f" {kind} r_{row}"


def _columns(program: Program, names: list[str]) -> Iterator[str]:
    """Cost and coefficients, column by column; whole numbers stand between two markers."""
    matrix, whole = sparse.csc_array(program.matrix), program.whole.astype(np.bool_).tolist()
    ends, rows, values = (part.tolist() for part in (matrix.indptr, matrix.indices, matrix.data))
    inside = False
    for column, (name, cost) in enumerate(zip(names, program.cost.tolist(), strict=True)):
        if whole[column] != inside:
            inside = whole[column]
            yield f" MARKER MARKER 'MARKER' '{'INTORG' if inside else 'INTEND'}'"
        yield f" {name} COST {cost:.17g}"
        for place in range(ends[column], ends[column + 1]):
            yield f" {name} r_{rows[place]} {values[place]:.17g}"
    if inside:
        yield " MARKER MARKER 'MARKER' 'INTEND'"


def _right_sides(program: Program) -> Iterator[str]:
    for row, (lower, upper) in enumerate(_limits(program)):
        limit = lower if upper == np.inf else upper
        if limit:
            yield f" RHS r_{row} {limit:.17g}"


def _ranges(program: Program) -> Iterator[str]:
    for row, (lower, upper) in enumerate(_limits(program)):
        if -np.inf < lower < upper < np.inf:
            yield f" RANGE r_{row} {upper - lower:.17g}"


def _bounds(program: Program, names: list[str]) -> Iterator[str]:
    for name, most in zip(names, program.largest.tolist(), strict=True):
        yield f" PL BOUND {name}" if most == np.inf else f" UP BOUND {name} {most:.17g}"


def _limits(program: Program) -> Iterable[tuple[float, float]]:
    return zip(program.lower.tolist(), program.upper.tolist(), strict=True)
