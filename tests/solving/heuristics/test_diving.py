"""The loop that all dives share: half at once, less where that costs, one alone the other way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf

import numpy as np
import pytest

from scheduler.model.compiled import CompiledModel
from scheduler.solving.heuristics.diving import Again, dearer, dive
from scheduler.solving.pricing.pricing import MasterSolution, PricedOptions
from tests.solving.models import a_model

OPEN = 8


def a_solution(bound: float, *, solved: bool = True) -> MasterSolution:
    """What a linear program says: a bound, and weights if it was solved at all."""
    model = a_model(1, 1)
    proven = PricedOptions(model.cost.astype(np.float64), 0.0).lagrangian_bound(model)
    return replace(proven, bound=bound, weight=np.ones(1) if solved else np.zeros(0))


@dataclass(frozen=True)
class Counted:
    """Fixes numbers from 0 on; the duties of its model are how many it has fixed."""

    fixed: tuple[int, ...] = ()
    turned: tuple[int, ...] = ()
    portion: float = 0.5
    sizes: list[int] = field(default_factory=list)

    @property
    def model(self) -> CompiledModel:
        return a_model(len(self.fixed), 1)

    def further(self, master: MasterSolution) -> tuple[Counted, int] | None:
        rest = [n for n in range(OPEN) if n not in (*self.fixed, *self.turned)]
        if not rest:
            return None
        some = rest[: max(1, int(self.portion * len(rest)))]
        self.sizes.append(len(some))
        return replace(self, fixed=(*self.fixed, *some), portion=0.5), len(some)

    def smaller(self) -> Counted:
        return replace(self, portion=self.portion / 2)

    def alone(
        self, further: Counted, tried: MasterSolution, master: MasterSolution, again: Again
    ) -> tuple[Counted, MasterSolution]:
        (one,) = set(further.fixed) - set(self.fixed)
        return replace(self, turned=(*self.turned, one), portion=0.5), master


def test_what_costs_nothing_is_fixed_by_halves() -> None:
    start = Counted()
    end, _ = dive(start, a_solution(10), lambda model, known: a_solution(10))
    assert end.fixed == tuple(range(OPEN))
    assert start.sizes == [4, 2, 1, 1]


def test_where_it_costs_something_half_as_many_are_tried_and_one_alone_is_turned() -> None:
    """More than two at once cost a point, and so does every one beyond these."""
    start = Counted()

    def again(model: CompiledModel, known: MasterSolution) -> MasterSolution:
        return a_solution(10 if model.duties <= 2 else 11)

    end, master = dive(start, a_solution(10), again)
    assert (end.fixed, end.turned) == ((0, 1), (2, 3, 4, 5, 6, 7))
    assert start.sizes[:5] == [4, 2, 3, 1, 2]
    assert master.bound == 10


def test_it_goes_on_below_the_dearest_only() -> None:
    asked: list[int] = []

    def again(model: CompiledModel, known: MasterSolution) -> MasterSolution:
        asked.append(model.duties)
        return a_solution(10)

    dive(Counted(), a_solution(10), again, dearest=10)
    assert asked == []
    dive(Counted(), a_solution(10), again, dearest=10.5)
    assert asked == [4, 6, 7, 8]


def test_where_there_was_no_time_it_is_what_it_was() -> None:
    known = a_solution(10)
    end, master = dive(Counted(), known, lambda model, known: a_solution(11, solved=False))
    assert (end.fixed, master) == ((), known)
    asked = a_solution(10, solved=False)
    assert dive(Counted(), asked, lambda model, known: known)[0].fixed == ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (10, 10, False),
        (10 + 1e-7, 10, False),
        (10.1, 10, True),
        (1e9 + 1, 1e9, False),
        (9, inf, False),
    ],
)
def test_rounding_makes_nothing_dearer(one: float, other: float, expected: bool) -> None:
    assert dearer(a_solution(one), a_solution(other)) is expected
