"""A mixed-integer program as it travels to the process that solves it, and what comes back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.signedinteger]


class MixedProgram(NamedTuple):
    """Minimise cost·x, 0 ≤ x ≤ largest, over rows of entries (row, column, value) between lower
    and upper, in which the columns `whole` are whole numbers; within so many seconds. `diary` is a
    file that may be written to, for the solutions on the way."""

    cost: Floats
    largest: Floats
    whole: NDArray[np.bool_]
    lower: Floats
    upper: Floats
    row: Numbers
    column: Numbers
    value: Floats
    seconds: float
    seed: int
    diary: str


class Improved(NamedTuple):
    """A better solution on the way: these columns have these values, all others are 0."""

    columns: Numbers
    values: Floats


class Ended(NamedTuple):
    """Values of the columns if any were found, the bound proven, and whether that makes them the
    optimum, or shows that there is nothing to find."""

    values: list[float] | None
    bound: float
    optimal: bool
    infeasible: bool
