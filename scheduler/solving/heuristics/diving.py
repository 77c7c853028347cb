"""Diving: some of what a linear program leaves open is fixed, and it is solved again, so that all
the rest makes room for that. What is fixed, and how, is the matter of a fixing.

Half of it is fixed at once; where that costs something, half as much; what costs something by
itself is fixed the other way.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Protocol, TypeVar

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import IntArray
from scheduler.solving.pricing.column_generation import generate_columns
from scheduler.solving.pricing.pricing import MasterSolution
from scheduler.solving.pricing.tuning import COLUMNS, ColumnTuning

HALF = 0.5
_LITTLE = 1e-6
"""So small a share of a bound is rounding."""

Again = Callable[[CompiledModel, MasterSolution], MasterSolution]
"""Solves the linear program of a model with more fixed, starting from another one's solution."""
SomeFixing = TypeVar("SomeFixing", bound="Fixing")


class Fixing(Protocol):
    """What of a model is fixed so far."""

    @property
    def model(self) -> CompiledModel:
        """The model with that fixed."""
        ...

    def further(self: SomeFixing, master: MasterSolution) -> tuple[SomeFixing, int] | None:
        """With the next portion of what the linear program leaves open fixed, too, and how much
        that is; None where nothing is open."""
        ...

    def smaller(self: SomeFixing) -> SomeFixing:
        """The same, of which the next portion is half as large."""
        ...

    def alone(
        self: SomeFixing,
        further: SomeFixing,
        tried: MasterSolution,
        master: MasterSolution,
        again: Again,
    ) -> tuple[SomeFixing, MasterSolution]:
        """What becomes of one that costs something by itself, `tried` in `further`."""
        ...


def dive(
    fixing: SomeFixing, master: MasterSolution, again: Again, dearest: float = inf
) -> tuple[SomeFixing, MasterSolution]:
    """Fix until nothing is open, or as far as that goes below `dearest` points: what is fixed in
    the end, and the linear program's solution then."""
    while len(master.weight) and master.bound < dearest:
        portion = fixing.further(master)
        if portion is None:
            break
        further, size = portion
        tried = again(further.model, master)
        if not len(tried.weight):
            break
        if not dearer(tried, master):
            fixing, master = further, tried
        elif size > 1:
            fixing = fixing.smaller()
        else:
            fixing, master = fixing.alone(further, tried, master, again)
    return fixing, master


def dearer(one: MasterSolution, other: MasterSolution) -> bool:
    """Whether the one is proven to cost more."""
    return one.bound > other.bound + _LITTLE * max(1.0, abs(other.bound))


def solve_until_dearer(
    model: CompiledModel,
    choice: IntArray,
    known: MasterSolution,
    *,
    seconds: float,
    stop: Callable[[], bool],
    tuning: ColumnTuning = COLUMNS,
) -> MasterSolution:
    """The linear program of a model with fewer options than the `known` one's, as far as is needed
    to know whether it costs more."""
    proven: list[MasterSolution] = []

    def report(now: MasterSolution) -> None:
        if dearer(now, known):
            proven.append(now)

    return generate_columns(
        model,
        choice,
        seconds=seconds,
        stop=lambda: bool(proven) or stop(),
        report=report,
        start=known,
        tuning=tuning,
    )
