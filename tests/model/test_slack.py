"""The room a plan leaves, option by option."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound, IntArray
from scheduler.model.slack import Slack, legal_part
from scheduler.solving.heuristics.greedy import greedy
from tests.solving.companies import a_crowd, a_random_company
from tests.solving.models import a_model, a_random_model, choice, each_session, everybody
from tests.worlds import a_random_world


def _half_a_plan(model: CompiledModel, seed: int) -> tuple[IntArray, Slack]:
    """A legal plan with some duties left out, and its room."""
    chance, slack = random.Random(seed), Slack(model)
    chosen = greedy(model)
    for row in range(model.duties):
        if chance.random() < 0.5:
            chosen[row] = NOWHERE
        elif chosen[row] != NOWHERE:
            slack.take(row, int(chosen[row]))
    return chosen, slack


@pytest.mark.parametrize("seed", range(25))
def test_possible_and_price_are_what_the_model_would_say_of_one_more(seed: int) -> None:
    model = compile_problem(a_random_world(seed, people=5))
    model.group_bounds = [each for each in model.group_bounds if not each.switch]
    chosen, slack = _half_a_plan(model, seed)
    before = model.judge(chosen)
    assert before.legal
    for row in np.flatnonzero(chosen == NOWHERE).tolist():
        possible, prices = slack.prices(row)
        for place in range(model.sessions):
            more = chosen.copy()
            more[row] = place
            after = model.judge(more)
            assert possible[place] == after.legal
            if after.legal:
                assert prices[place] == after.cost - before.cost + model.unplaced[row]


@pytest.mark.parametrize("seed", range(60))
def test_room_knows_the_upper_limits_of_bounds_of_every_kind(seed: int) -> None:
    """A lower limit or a switch takes no room away, and a place gained is not charged for."""
    model = a_random_model(seed)
    most = a_model(model.duties, model.sessions)
    most.blocked, most.unplaced = model.blocked, model.unplaced
    most.price("due_date", model.cost)
    most.group_bounds = [replace(f, lower=None, switch=False) for f in model.group_bounds]
    chosen, slack = _half_a_plan(model, seed)
    before = most.judge(chosen)
    assert before.legal
    for row in np.flatnonzero(chosen == NOWHERE).tolist():
        possible, prices = slack.prices(row)
        for place in range(model.sessions):
            more = chosen.copy()
            more[row] = place
            after = most.judge(more)
            assert possible[place] == after.legal
            if after.legal:
                assert prices[place] == after.cost - before.cost + model.unplaced[row]


@pytest.mark.parametrize("seed", range(20))
def test_taking_all_at_once_is_taking_one_by_one(seed: int) -> None:
    model = compile_problem(a_random_world(seed, people=5))
    chosen, one_by_one = _half_a_plan(model, seed)
    at_once = Slack(model)
    at_once.take_all(chosen)
    for row in range(model.duties):
        for mine, other in zip(one_by_one.prices(row), at_once.prices(row), strict=True):
            assert (mine == other).all()


@pytest.mark.parametrize("seed", range(10))
def test_giving_back_undoes_taking(seed: int) -> None:
    model = compile_problem(a_random_world(seed))
    chosen, slack = _half_a_plan(model, seed)
    expected = [slack.prices(row) for row in range(model.duties)]
    for row in np.flatnonzero(chosen == NOWHERE).tolist():
        slack.take(row, 0)
        slack.give_back(row, 0)
    for row, (possible, prices) in enumerate(expected):
        now_possible, now_prices = slack.prices(row)
        assert (now_possible == possible).all()
        assert (now_prices == prices).all()


def test_full_names_the_rules_without_room() -> None:
    model = a_model(3, 3)
    one_seat = np.array([[1, 1, 1]], np.int64)
    one_day: dict[str, Any] = {"sessions": np.arange(2), "slots": np.zeros(2, np.int64)}
    model.bound(GroupBound("seats", **everybody(model), **each_session(model), upper=one_seat))
    model.bound(GroupBound("seats", **everybody(model), **one_day, upper=np.array([[1]], np.int64)))
    model.bound(
        GroupBound(
            "level_load", **everybody(model), **each_session(model), upper=one_seat, points=3
        )
    )
    slack = Slack(model)
    assert slack.full(1) == {}
    slack.take(0, 0)
    full = {rule: mask.tolist() for rule, mask in slack.full(1).items()}
    assert full == {"seats": [True, True, False]}, "a soft rule leaves room, at a price"
    assert slack.prices(1)[1].tolist() == [3, 0, 0]


@pytest.mark.parametrize("seed", range(100))
def test_of_any_plan_what_keeps_the_upper_limits_stays(seed: int) -> None:
    """Nobody is in the way of others in it, and nobody has to go who is in nobody's way."""
    model = a_random_model(seed)
    random = np.random.default_rng(seed)
    plan = random.integers(-1, model.sessions, model.duties)
    kept = legal_part(model, plan)
    stays = kept != NOWHERE
    assert (kept[stays] == plan[stays]).all()
    assert not model.blocked[stays, kept[stays]].any()
    hard = [bound for bound in model.group_bounds if bound.points is None]
    for bound in hard:
        assert (model.use(bound, kept) <= bound.upper).all()
    if any(bound.switch for bound in hard):
        return
    for duty in np.flatnonzero((plan != NOWHERE) & ~stays).tolist():
        more = kept.copy()
        more[duty] = plan[duty]
        over = any((model.use(bound, more) > bound.upper).any() for bound in hard)
        assert model.blocked[duty, plan[duty]] or over


# What of a plan is legal


@pytest.mark.parametrize("seed", range(60))
def test_of_any_plan_the_legal_part_stays(seed: int) -> None:
    model = compile_problem(a_random_company(seed, count=1, people=6, sessions=4))
    random = np.random.default_rng(seed)
    wanted = random.integers(-1, model.sessions, model.duties)
    kept = legal_part(model, wanted)
    assert model.judge(kept).legal
    assert ((kept == wanted) | (kept == NOWHERE)).all()
    for row in np.flatnonzero(kept != wanted).tolist():
        more = kept.copy()
        more[row] = wanted[row]
        assert not model.judge(more).legal, "nobody is thrown out who could stay"


def test_who_comes_first_stays_unless_others_are_to() -> None:
    model = a_model(3, 1)
    model.bound(
        GroupBound(
            "seats", **everybody(model), **each_session(model), upper=np.array([[1]], np.int64)
        )
    )
    wanted = choice(0, 0, 0)
    assert legal_part(model, wanted).tolist() == [0, NOWHERE, NOWHERE]
    first = np.array([2])
    assert legal_part(model, wanted, first=first).tolist() == [NOWHERE, NOWHERE, 0]


def test_a_legal_plan_stays_as_it_is() -> None:
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    plan = greedy(model)
    assert legal_part(model, plan).tolist() == plan.tolist()
