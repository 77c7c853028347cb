"""What a linear program decided stays; the others go where its prices say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from scheduler.model.language import GroupBound
from scheduler.solving.heuristics.rounding import heaviest, offer_settled, round_to_plan
from scheduler.solving.search import Search
from tests.solving.models import a_model, choice, each_session, everybody, nowhere


def test_who_is_decided_keeps_their_date_and_the_others_follow_prices() -> None:
    model = a_model(2, 3)
    search = Search(model, nowhere(model))
    weights = np.array([[0, 1, 0], [0.5, 0, 0.5]])
    master = replace(
        search.master,
        solved=np.ones((2, 3), np.bool_),
        weight=weights.ravel(),
        reduced=np.array([[0.0, 9, 9], [4, 0, 2]]),
    )
    assert [part.tolist() for part in heaviest(master)] == [[1, 0], [1, 0.5]]
    phases: list[str] = []
    search.limit(seconds=60, listener=lambda phase, chosen, bound: phases.append(phase))
    round_to_plan(search, master)
    assert search.choice.tolist() == [1, 1]
    assert phases == ["pricing options"]


def test_a_plan_with_too_few_at_a_switch_is_offered_without_them() -> None:
    model = a_model(1, 1)
    limits: dict[str, Any] = {"upper": np.array([[9]]), "lower": np.array([[2]])}
    model.bound(
        GroupBound("group_size", **everybody(model), **each_session(model), **limits, switch=True)
    )
    search = Search(model, choice(0))
    assert search.cost == np.inf, "one is not enough"
    offer_settled(search, choice(0))
    assert (search.choice.tolist(), search.cost) == ([-1], 1000)
