"""The first plan is legal, whatever the rules say, and useful."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.solving.compiled import NOWHERE, compile_problem
from scheduler.solving.greedy import greedy
from tests.solving.companies import a_company, a_crowd
from tests.solving.models import a_model, each_session, everybody, nowhere
from tests.worlds import a_random_world


@pytest.mark.parametrize("seed", range(50))
def test_it_is_always_legal_and_never_dearer_than_leaving_everybody_out(seed: int) -> None:
    model = compile_problem(a_random_world(seed, people=6))
    verdict = model.judge(greedy(model))
    assert verdict.legal
    assert verdict.cost <= model.judge(nowhere(model)).cost


def test_it_fills_every_seat_of_a_crowded_half_year() -> None:
    model = compile_problem(a_crowd(60, pairs=10, seats=2))
    chosen = greedy(model)
    assert model.judge(chosen).legal
    assert (chosen != NOWHERE).sum() >= 0.8 * min(model.duties, 2 * model.sessions)


def test_it_places_everybody_of_a_company_with_room() -> None:
    model = compile_problem(a_company(60))
    assert (greedy(model) != NOWHERE).all()


def test_the_cheapest_date_is_taken_while_it_is_free() -> None:
    model = a_model(2, 2)
    model.price("due_date", np.array([[0, 5], [0, 5]], np.int64))
    one_seat = np.array([[1, 1]], np.int64)
    model.bound("seats", **everybody(model), **each_session(model), upper=one_seat)
    assert greedy(model).tolist() == [0, 1]
    assert greedy(model, order=np.array([1, 0])).tolist() == [1, 0]


def test_whoever_has_fewest_options_goes_first() -> None:
    model = a_model(2, 2)
    model.forbid("absence", np.array([[False, False], [False, True]]))
    one_seat = np.array([[1, 1]], np.int64)
    model.bound("seats", **everybody(model), **each_session(model), upper=one_seat)
    assert greedy(model).tolist() == [1, 0]


def test_a_date_dearer_than_leaving_is_not_taken() -> None:
    model = a_model(1, 1, unplaced=10)
    model.price("level_load", np.array([[11]], np.int64))
    assert greedy(model).tolist() == [NOWHERE]


def test_who_has_a_place_already_keeps_it() -> None:
    model = a_model(3, 3)
    model.price("due_date", np.array([[0, 5, 9]] * 3, np.int64))
    one_seat = np.array([[1, 1, 1]], np.int64)
    model.bound("seats", **everybody(model), **each_session(model), upper=one_seat)
    start = np.array([NOWHERE, 2, NOWHERE])
    assert greedy(model, start=start).tolist() == [0, 2, 1]
    assert start.tolist() == [NOWHERE, 2, NOWHERE]
