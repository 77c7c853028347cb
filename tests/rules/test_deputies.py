"""People who stand in for each other are not away on the same day."""

from __future__ import annotations

from scheduler.domain.people import StandIns
from scheduler.domain.problem import Mode, Problem
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import a_duty, a_person, a_session, a_world, day


def world(*pairs: str, owing: str = "abc") -> Problem:
    """People a, b and c with pairs such as "ab"; sessions on days 0–1, 1–2 and 2–3."""
    return a_world(
        [a_person(name) for name in "abc"],
        [a_session(first) for first in (0, 1, 2)],
        [a_duty(name) for name in owing],
        stand_ins=tuple(StandIns(one=pair[0], other=pair[1]) for pair in pairs),
    )


def test_only_days_in_common_count() -> None:
    assert amounts(world("ab"), "deputies", ("a", 0), ("b", 0)) == [1, 1]
    (violation,) = violations_of(world("ab"), "deputies", ("b", 1), ("a", 0))
    assert (violation.days, set(violation.employee_ids)) == ((day(1),), {"a", "b"})
    assert str(violation.text) == (
        "A and B stand in for each other and are both away on 2027-01-12."
    )
    assert not violations_of(world("ab"), "deputies", ("a", 0), ("b", 2))


def test_pairs_are_no_circles() -> None:
    assert not violations_of(world("ab", "bc"), "deputies", ("a", 0), ("c", 0))
    assert amounts(world("ab", "bc"), "deputies", ("a", 0), ("b", 0), ("c", 0)) == [1, 1, 1, 1]


def test_who_owes_nothing_is_never_away() -> None:
    assert not violations_of(world("ab", owing="a"), "deputies", ("a", 0))


def test_a_pair_named_both_ways_is_one() -> None:
    problem = with_mode(world("ab", "ba", "ab"), "deputies", Mode.SOFT, weight=5)
    assert points(problem, "deputies", ("a", 0), ("b", 0)) == [5, 5]


def test_nobody_stands_in_for_themselves() -> None:
    """A roster may say so; they could never serve at all."""
    assert not violations_of(world("aa"), "deputies", ("a", 0))
