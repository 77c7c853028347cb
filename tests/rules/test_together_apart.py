"""Two who asked to serve together, or not to."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.domain.people import Pairing
from scheduler.domain.problem import Mode, Problem
from tests.rules.judging import amounts, points, rule_of, violations_of, with_mode
from tests.worlds import a_duty, a_person, a_session, a_world, day, only

PEOPLE = [a_person(name) for name in ("ann", "bob", "cem")]
TOGETHER = Pairing(one="ann", other="bob", together=True)
APART = Pairing(one="bob", other="ann", together=False)


def world(*pairings: Pairing, **changes: Any) -> Problem:
    """Sessions on days 0 and 7."""
    sessions = [a_session(0), a_session(7)]
    fields = {"rules": only("together_apart"), "pairings": pairings} | changes
    return a_world(PEOPLE, sessions, **fields)


def test_two_who_asked_to_be_apart_are_not_in_one_session() -> None:
    problem = world(APART)
    (violation,) = violations_of(problem, "together_apart", ("ann", 0), ("bob", 0))
    assert (violation.amount, violation.points) == (1, 10)
    assert violation.employee_ids == ("bob", "ann") or violation.employee_ids == ("ann", "bob")
    assert violation.days == (day(0), day(1))
    assert not violations_of(problem, "together_apart", ("ann", 0), ("bob", 7))
    assert not violations_of(problem, "together_apart", ("ann", 0), ("cem", 0))


def test_of_two_who_asked_to_be_together_each_costs_who_serves_without_the_other() -> None:
    problem = world(TOGETHER)
    assert not violations_of(problem, "together_apart", ("ann", 0), ("bob", 0))
    assert points(problem, "together_apart", ("ann", 0), ("bob", 7)) == [10, 10]
    assert points(problem, "together_apart", ("ann", 0)) == [10]
    assert points(problem, "together_apart", ("ann", 0), ("cem", 0)) == [10]
    assert not violations_of(problem, "together_apart", ("cem", 0))


def test_who_is_alone_is_told_by_name() -> None:
    (violation,) = violations_of(world(TOGETHER), "together_apart", ("bob", 7))
    assert str(violation.text) == (
        "Bob and Ann asked to serve together, but Bob serves alone on 2027-01-18."
    )
    assert (violation.employee_ids, violation.days) == (("bob",), (day(7), day(8)))


@pytest.mark.parametrize("pairing", [TOGETHER, APART])
def test_where_one_of_them_owes_nothing_it_says_nothing(pairing: Pairing) -> None:
    problem = world(pairing, duties=[a_duty("ann"), a_duty("ann", number=2), a_duty("cem")])
    assert not violations_of(problem, "together_apart", ("ann", 0), ("cem", 0))
    stranger = world(pairing.model_copy(update={"one": "zoe"}))
    assert not violations_of(stranger, "together_apart", ("ann", 0), ("bob", 0))


def test_a_pair_named_twice_counts_once() -> None:
    again = APART.model_copy(update={"one": "ann", "other": "bob"})
    assert points(world(APART, again), "together_apart", ("ann", 0), ("bob", 0)) == [10]
    alone = Pairing(one="ann", other="ann", together=True)
    assert not violations_of(world(alone), "together_apart", ("ann", 0))


def test_somebody_may_belong_to_several_pairs() -> None:
    other = Pairing(one="ann", other="cem", together=True)
    problem = world(TOGETHER, other)
    assert points(problem, "together_apart", ("ann", 0), ("bob", 0), ("cem", 7)) == [10, 10]


def test_every_service_of_theirs_counts() -> None:
    problem = world(TOGETHER, duties=[a_duty("ann"), a_duty("ann", number=2), a_duty("bob")])
    assert points(problem, "together_apart", ("ann", 0), ("ann", 7), ("bob", 7)) == [10]


def test_made_hard_they_are_together_or_not_at_all() -> None:
    problem = with_mode(world(TOGETHER), "together_apart", Mode.HARD)
    assert amounts(problem, "together_apart", ("ann", 0)) == [1]
    assert not violations_of(problem, "together_apart")
    apart = with_mode(world(APART), "together_apart", Mode.HARD)
    assert amounts(apart, "together_apart", ("ann", 0), ("bob", 0)) == [1]


def test_nobody_is_told_that_somebody_asked() -> None:
    told = str(rule_of(world(APART), "together_apart").because())
    assert "ask" not in told
    assert "apart" not in told
