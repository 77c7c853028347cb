"""What is published stays: what a change costs, and when there must be none."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.domain.people import Absence, Blackout, Exemption, Scope
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Follows, Mode, Problem
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import a_person, a_session, a_world, day, days, only

HARD: list[int | None] = [None]
EARLY, LATE = "two_days.berlin.20270111", "two_days.berlin.20270118"


def world(freeze: int = -9, **changes: Any) -> Problem:
    """Sessions on days 0, 7 and 14; ann is published on day 0, bob on day 7, cem nowhere."""
    people = [a_person(name) for name in ("ann", "bob", "cem")]
    published = tuple(
        Assignment(duty_id=f"{name}@1", employee_id=name, session=session)
        for name, session in (("ann", EARLY), ("bob", LATE))
    )
    fields: dict[str, Any] = {
        "people": people,
        "sessions": [a_session(0), a_session(7), a_session(14)],
        "rules": only("keep_published"),
        "follows": Follows(plan=1, published=published, freeze=day(freeze)),
    }
    return a_world(**(fields | changes))


def test_a_changed_date_costs_its_weight_and_a_kept_one_nothing() -> None:
    problem = world()
    assert not violations_of(problem, "keep_published", ("ann", 0), ("bob", 7))
    (violation,) = violations_of(problem, "keep_published", ("ann", 7), ("bob", 7))
    assert (violation.amount, violation.points, violation.employee_ids) == (1, 20, ("ann",))
    assert points(problem, "keep_published", ("ann", 7), ("bob", 0)) == [20, 20]


def test_who_was_not_published_may_come_anywhere_and_left_out_is_no_move() -> None:
    assert not violations_of(world(), "keep_published", ("cem", 0))
    assert not violations_of(world(freeze=9), "keep_published")


def test_a_plan_that_follows_none_is_free() -> None:
    problem = world(follows=None)
    assert not violations_of(problem, "keep_published", ("ann", 7), ("bob", 14), ("cem", 0))


def test_before_the_freeze_nobody_moves() -> None:
    problem = world(freeze=1)
    assert points(problem, "keep_published", ("ann", 14)) == HARD
    assert points(problem, "keep_published", ("bob", 14)) == [20]
    assert not violations_of(problem, "keep_published", ("ann", 0), ("bob", 7))


def test_a_session_on_the_day_of_the_freeze_is_free() -> None:
    assert points(world(freeze=0), "keep_published", ("ann", 14)) == [20]
    assert not violations_of(world(freeze=0), "keep_published", ("cem", 0))


def test_before_the_freeze_nobody_joins() -> None:
    problem = world(freeze=1)
    assert points(problem, "keep_published", ("cem", 0)) == HARD
    assert points(problem, "keep_published", ("bob", 0)) == HARD
    assert not violations_of(problem, "keep_published", ("cem", 14))


AWAY = Absence(employee_id="ann", days=days(1))
RELEASED = Exemption(employee_id="ann", category="care", approver="hr", days=days(0, 3))


@pytest.mark.parametrize(
    "changes",
    [
        {"absences": (AWAY,)},
        {"blackouts": (Blackout(scope=Scope.COMPANY, days=days(1)),)},
        {"exemptions": (RELEASED,)},
        {"people": [a_person("ann", leave_date=day(0)), a_person("bob"), a_person("cem")]},
        {"people": [a_person("ann", centre="hamburg"), a_person("bob"), a_person("cem")]},
        {"sessions": [a_session(1), a_session(7), a_session(14)]},
        {"sessions": [a_session(0, seats=0), a_session(7), a_session(14)]},
    ],
    ids=["absence", "blackout", "exemption", "left", "elsewhere", "not offered", "no seat"],
)
def test_what_has_become_impossible_may_change(changes: dict[str, Any]) -> None:
    assert points(world(freeze=1, **changes), "keep_published", ("ann", 14)) == [20]
    hard = with_mode(world(**changes), "keep_published", Mode.HARD)
    assert not violations_of(hard, "keep_published", ("ann", 14))


def test_where_seats_are_fewer_than_people_any_of_them_may_move() -> None:
    """Who does not come leaves the seats to the others."""
    both = tuple(
        Assignment(duty_id=f"{who}@1", employee_id=who, session=EARLY) for who in ("ann", "bob")
    )
    follows = Follows(plan=1, published=both, freeze=day(1))
    sessions = [a_session(0, seats=1), a_session(7)]
    crowded = world(follows=follows, sessions=sessions)
    assert points(crowded, "keep_published", ("bob", 7)) == [20]
    enough = world(follows=follows, sessions=sessions, absences=(AWAY,))
    assert points(enough, "keep_published", ("bob", 7)) == HARD


def test_who_lost_a_frozen_date_may_have_another_before_the_freeze() -> None:
    problem = world(freeze=9, absences=(AWAY,))
    assert points(problem, "keep_published", ("ann", 7)) == [20]


def test_made_hard_nothing_changes_that_need_not() -> None:
    problem = with_mode(world(), "keep_published", Mode.HARD)
    assert amounts(problem, "keep_published", ("ann", 14), ("bob", 14)) == [1, 1]
    assert not violations_of(problem, "keep_published", ("ann", 0), ("bob", 7), ("cem", 14))
