"""What is asked of a process that solves a program, and what it answers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Asked(NamedTuple):
    """Minimise cost·x, 0 ≤ x ≤ largest, over rows of entries (row, column, value) between lower
    and upper, in which the columns `whole` are whole numbers; within so many seconds."""

    cost: Floats
    largest: Floats
    whole: NDArray[np.bool_]
    lower: Floats
    upper: Floats
    row: NDArray[np.signedinteger]
    column: NDArray[np.signedinteger]
    value: Floats
    seconds: float
    seed: int


class Answer(NamedTuple):
    """Values of the columns if any were found, the bound proven, and whether that makes them the
    optimum, or shows that there is nothing to find."""

    values: list[float] | None
    bound: float
    optimal: bool
    infeasible: bool
