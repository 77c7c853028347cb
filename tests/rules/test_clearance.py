"""Training in data protection: valid to the last day of the service."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.domain.problem import Mode, Problem
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import a_person, a_session, a_world, day, only


def world(until: int | None, **params: Any) -> Problem:
    """A session on days 7 and 8; Ann is trained until some day, nobody recorded Bob's training."""
    ann = a_person("ann", cleared_until=None if until is None else day(until))
    sessions = [a_session(7)]
    return a_world([ann, a_person("bob")], sessions, rules=only("clearance", **params))


@pytest.mark.parametrize(("until", "broken"), [(-99, [1]), (7, [1]), (8, []), (9, [])])
def test_training_holds_on_every_day(until: int, broken: list[int]) -> None:
    assert amounts(world(until), "clearance", ("ann", 7)) == broken


@pytest.mark.parametrize(("margin", "broken"), [(0, []), (3, []), (4, [1])])
def test_and_some_days_longer(margin: int, broken: list[int]) -> None:
    """From day 8 to day 11 are three days in hand."""
    assert amounts(world(11, margin_days=margin), "clearance", ("ann", 7)) == broken


@pytest.mark.parametrize("margin", [0, 3])
def test_nobody_recorded_counts_as_trained_unless_told_otherwise(margin: int) -> None:
    assert not violations_of(world(99, margin_days=margin), "clearance", ("bob", 7))
    strict = world(99, margin_days=margin, unknown_counts=False)
    assert amounts(strict, "clearance", ("ann", 7), ("bob", 7)) == [1]


def test_what_is_missing_is_said() -> None:
    (late,) = violations_of(world(7), "clearance", ("ann", 7))
    assert str(late.text) == (
        "The training of Ann in data protection is valid until 2027-01-18, which is not enough "
        "for 2027-01-19."
    )
    (none,) = violations_of(world(None, unknown_counts=False), "clearance", ("ann", 7))
    assert str(none.text) == "Ann has no recorded training in data protection."


def test_softened_every_such_service_costs_the_weight() -> None:
    problem = with_mode(world(7, unknown_counts=False), "clearance", Mode.SOFT, weight=7)
    assert points(problem, "clearance", ("ann", 7), ("bob", 7)) == [7, 7]
