"""Some duties placed anew, in the order of the objectives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import GroupBound, IntArray
from scheduler.solving.heuristics.reassign import Reassigned, Reassignment, reassign
from tests.processes import AMPLE
from tests.solving.models import a_model, choice, each_session, everybody, nowhere


def ask(
    model: CompiledModel,
    *,
    home: IntArray | None = None,
    person: IntArray | None = None,
    taken: list[IntArray] | None = None,
    **more: Any,
) -> Reassigned:
    """Everybody may go anywhere, and nobody was anywhere before."""
    reassignment = Reassignment(
        model=model,
        duties=np.arange(model.duties),
        options=model.open,
        taken=[np.zeros(f.shape, np.int64) for f in model.group_bounds] if taken is None else taken,
        home=nowhere(model) if home is None else home,
        person=np.arange(model.duties) if person is None else person,
        **more,
    )
    return reassign(reassignment, nowhere(model), seconds=AMPLE)


def places(answer: Reassigned) -> list[int]:
    assert answer.choice is not None
    assert answer.proven == 3
    return [int(place) for place in answer.choice]


def limited(model: CompiledModel, upper: list[int], **more: Any) -> None:
    model.bound(
        GroupBound(
            "seats", **everybody(model), **each_session(model), upper=np.array([upper]), **more
        )
    )


def test_placing_comes_before_staying_and_staying_before_points() -> None:
    model = a_model(2, 3)
    limited(model, [1, 1, 1])
    model.forbid("away", np.array([[True, False, True], [False, False, False]]))
    model.price("late", np.array([[0, 9, 0], [5, 5, 1]]))
    # Duty 1 has the only place of duty 0; it goes where it is cheapest.
    answer = ask(model, home=choice(NOWHERE, 1))
    assert places(answer) == [1, 2]
    assert (answer.objectives.unplaced, answer.objectives.changed, answer.objectives.points) == (
        0,
        1,
        10,
    )
    # Where there is room for both it stays, however dear.
    model.group_bounds.clear()
    assert places(ask(model, home=choice(NOWHERE, 1))) == [1, 1]


def test_the_dearest_to_leave_is_placed() -> None:
    model = a_model(2, 1)
    model.unplaced = np.array([100, 101])
    limited(model, [1])
    answer = ask(model, home=choice(0, NOWHERE))
    assert (places(answer), answer.objectives.unplaced) == ([NOWHERE, 0], 100)


def test_what_others_take_is_not_there() -> None:
    model = a_model(1, 2)
    limited(model, [3, 3])
    assert places(ask(model, taken=[np.array([[3, 2]])])) == [1]


def test_a_person_counts_once_whatever_moves() -> None:
    """One session less: either the two duties of one person go, or those of two."""
    model = a_model(3, 2, unplaced=0)
    model.forbid("closed", np.array([[True, False], [True, False], [False, False]]))
    answer = ask(model, home=choice(0, 0, 0), person=choice(0, 0, 1))
    assert answer.objectives.changed == 1


def test_soft_bounds_cost_points_above_what_is_taken() -> None:
    model = a_model(2, 2)
    limited(model, [2, 1], points=7)
    model.price("late", np.array([[0, 1], [0, 1]]))
    answer = ask(model, taken=[np.array([[2, 0]])])
    # One beside the two costs 7, as does a second one in the other session.
    assert sorted(places(answer)) == [0, 1]
    assert answer.objectives.points == 8


def test_a_lower_limit_draws_people() -> None:
    model = a_model(2, 2)
    limited(model, [5, 5], lower=np.array([[2, 0]]))
    model.price("late", np.array([[9, 0], [9, 0]]))
    assert places(ask(model)) == [0, 0]
    assert sorted(places(ask(model, taken=[np.array([[1, 0]])]))) == [0, 1]


def test_a_lower_limit_that_nobody_can_reach_is_impossible() -> None:
    model = a_model(1, 2)
    limited(model, [5, 5], lower=np.array([[2, 0]]))
    answer = ask(model)
    assert answer.impossible
    assert answer.choice is None


def test_a_soft_lower_limit_costs_what_is_lacking() -> None:
    model = a_model(1, 2)
    limited(model, [5, 5], lower=np.array([[3, 0]]), points=4)
    assert (ask(model).objectives.points, places(ask(model))) == (8, [0])


@pytest.mark.parametrize(
    ("already", "prices", "expected"),
    [(0, [1, 0], [1, 1]), (0, [0, 9], [0, 0]), (1, [0, 9], [0, 0]), (2, [0, 9], [0, 0])],
)
def test_a_session_with_a_switch_takes_enough_or_nobody(
    already: int, prices: list[int], expected: list[int]
) -> None:
    model = a_model(2, 2)
    limited(model, [5, 5], lower=np.array([[2, 2]]), switch=True)
    model.price("late", np.array([prices, prices]))
    assert places(ask(model, taken=[np.array([[already, 0]])])) == expected


def test_one_alone_cannot_switch_a_session_on() -> None:
    model = a_model(1, 1)
    limited(model, [5], lower=np.array([[2]]), switch=True)
    assert places(ask(model)) == [NOWHERE]
    assert places(ask(model, taken=[np.array([[1]])])) == [0]


def test_who_has_to_go_is_asked_without_points_and_lower_limits() -> None:
    model = a_model(3, 1)
    limited(model, [2], lower=np.array([[9]]))
    answer = ask(model, home=choice(0, 0, 0), only_changes=True)
    assert (answer.objectives.changed, answer.objectives.unplaced) == (1, 0)
