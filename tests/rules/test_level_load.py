"""Even load: what share each week of a centre and programme takes, and what one more costs."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scheduler.domain.problem import Mode, Problem
from scheduler.domain.programme import Session
from scheduler.rules.level_load import LevelLoad
from tests.rules.judging import amounts, points, rule_of, violations_of, with_mode
from tests.worlds import BERLIN, TWO_DAYS, a_person, a_session, a_world, day, only

FLAT = [1.0] * 12


def world(people: int, sessions: Sequence[Session], **params: Any) -> Problem:
    """So many people who owe one service each; no tolerance unless given."""
    return a_world(
        [a_person(f"p{n}") for n in range(people)],
        sessions,
        rules=only("level_load", **({"tolerance": 0.0} | params)),
        centres=(BERLIN, BERLIN.model_copy(update={"key": "regensburg"})),
        programmes=(TWO_DAYS, TWO_DAYS.model_copy(update={"key": "cew"})),
    )


def weeks(*seats: int) -> list[Session]:
    """A session every Monday with so many seats."""
    return [a_session(7 * n, seats=each) for n, each in enumerate(seats)]


def all_in(problem: Problem, *places: int | str) -> list[int]:
    """By how much a plan with everybody in these sessions, in turn, is broken."""
    people = [person.id for person in problem.employees]
    choices = [(who, places[n % len(places)]) for n, who in enumerate(people)]
    return amounts(problem, "level_load", *choices)


def share(problem: Problem, place: int | str) -> int:
    """How many a week takes before one more is broken: everybody in it, less those too many."""
    return len(problem.employees) - sum(all_in(problem, place))


def test_weeks_share_by_their_seats() -> None:
    problem = world(9, weeks(2, 4))
    assert [share(problem, first) for first in (0, 7)] == [3, 6]


def test_a_week_of_two_sessions_is_one_week() -> None:
    problem = world(8, [a_session(0), a_session(2), a_session(7), a_session(9)])
    assert not all_in(problem, 0, 0, 7, 9)
    assert all_in(problem, 0, 2, 2) == [4]


def test_sunday_ends_a_week() -> None:
    problem = world(4, [a_session(0, length=1), a_session(6, length=1), a_session(7, length=1)])
    assert share(problem, 0) == share(problem, 6) == 3
    assert share(problem, 7) == 1


def test_the_turn_of_the_year_splits_no_week() -> None:
    problem = world(4, [a_session(-13, length=1), a_session(-10, length=1), a_session(0)])
    assert share(problem, -13) == share(problem, -10) == 3
    (violation,) = violations_of(problem, "level_load", *((f"p{n}", -10) for n in range(4)))
    assert str(violation.text) == (
        "4 people begin two_days at berlin in week 2026-W53; an even load has 3."
    )


def test_centres_and_programmes_have_shares_of_their_own() -> None:
    sessions = [a_session(0), a_session(0, centre="regensburg"), a_session(0, programme="cew")]
    problem = world(6, sessions)
    assert [share(problem, session.key) for session in sessions] == [2, 2, 2]


@pytest.mark.parametrize(("tolerance", "most"), [(0.0, 2), (0.25, 3), (0.5, 3), (1.0, 4), (10, 4)])
def test_tolerance_lets_a_week_take_more(tolerance: float, most: int) -> None:
    assert share(world(4, weeks(1, 1), tolerance=tolerance), 0) == most


def test_fractions_are_carried_to_the_next_week() -> None:
    """Three people on six weeks: every second week takes one."""
    problem = world(3, weeks(1, 1, 1, 1, 1, 1))
    assert [share(problem, 7 * n) for n in range(6)] == [1, 0, 1, 0, 1, 0]


@settings(max_examples=40)
@given(st.integers(1, 12), st.lists(st.integers(0, 5), min_size=1, max_size=8), st.integers(0, 10))
def test_a_share_is_right_to_within_one_person_and_in_all(
    people: int, seats: list[int], tenths: int
) -> None:
    problem = world(people, weeks(*seats), tolerance=tenths / 10)
    if not sum(seats):
        return
    fair = [people * (1 + tenths / 10) * each / sum(seats) for each in seats]
    taken = [share(problem, 7 * n) for n in range(len(seats))]
    for wanted, most in zip(fair, taken, strict=True):
        assert abs(most - min(people, wanted)) < 1 + 1e-6 or most == people
    assert sum(taken) >= min(people, ceil(sum(fair) - 1e-6))


def test_demand_follows_the_months() -> None:
    """Day 21 is in February, which wants three times as many."""
    demand = [1.0, 3.0, *FLAT[2:]]
    problem = world(8, [a_session(0), a_session(21)], demand=demand)
    assert [share(problem, first) for first in (0, 21)] == [2, 6]


def test_a_month_may_want_nobody() -> None:
    problem = world(2, [a_session(0), a_session(21)], demand=[0.0, *FLAT[1:]])
    assert [share(problem, first) for first in (0, 21)] == [0, 2]


def test_where_nobody_is_wanted_everybody_is_too_many() -> None:
    assert all_in(world(3, weeks(5), demand=[0.0] * 12), 0) == [3]


def test_a_pause_wants_nobody_and_is_stronger_than_a_peak() -> None:
    days = [{"first": day(7).isoformat(), "last": day(7).isoformat()}]
    assert [share(world(4, weeks(1, 1), pauses=days), n) for n in (0, 7)] == [4, 0]
    assert share(world(4, weeks(1, 1), pauses=days, peaks=days), 7) == 0


@pytest.mark.parametrize(("factor", "most"), [(1.0, 3), (2.0, 4), (5.0, 5)])
def test_a_peak_wants_so_many_times_as_many(factor: float, most: int) -> None:
    days = [{"first": day(1).isoformat(), "last": day(9).isoformat()}]
    problem = world(6, weeks(1, 1), peaks=days, peak_factor=factor)
    assert share(problem, 7) == most


def test_there_may_be_several_pauses_and_peaks() -> None:
    first, second = ({"first": f"{day(n)}", "last": f"{day(n + 6)}"} for n in (0, 7))
    thrice = weeks(1, 1, 1)
    paused = world(3, thrice, pauses=[first, second])
    assert [share(paused, 7 * n) for n in range(3)] == [0, 0, 3]
    peaked = world(5, thrice, peaks=[first, second])
    assert [share(peaked, 7 * n) for n in range(3)] == [2, 2, 1]


def test_no_session_no_load() -> None:
    assert not violations_of(world(3, weeks(1)), "level_load")
    assert not violations_of(world(3, []), "level_load")


def test_one_too_many_costs_the_weight_or_is_forbidden() -> None:
    problem = with_mode(world(4, weeks(1, 1)), "level_load", Mode.SOFT, weight=7)
    three = [(f"p{n}", 0) for n in range(3)]
    assert points(problem, "level_load", *three) == [7]
    assert points(with_mode(problem, "level_load", Mode.HARD), "level_load", *three) == [None]


def test_its_sentence_names_demand_pauses_and_peaks_only_where_there_are_any() -> None:
    days = [{"first": day(0).isoformat(), "last": day(6).isoformat()}]
    plain = str(rule_of(world(1, []), "level_load").sentence())
    assert not any(word in plain for word in ("demand", "pauses", "peaks"))
    full = world(1, [], demand=[2.5, *FLAT[1:]], pauses=days, peaks=days, peak_factor=3)
    said = str(rule_of(full, "level_load").sentence())
    assert "demand from January to December: 2.5 1 1" in said
    assert "nobody in the pauses: 2027-01-11–2027-01-17" in said
    assert "3 times as many in the peaks: 2027-01-11–2027-01-17" in said


@pytest.mark.parametrize(
    "params",
    [
        {"tolerance": -0.1},
        {"demand": FLAT[1:]},
        {"demand": [*FLAT, 1.0]},
        {"demand": [-1.0, *FLAT[1:]]},
        {"pauses": [{"first": "2027-02-01", "last": "2027-01-01"}]},
        {"peak_factor": 0.5},
    ],
)
def test_what_makes_no_sense_is_refused_by_field(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(params))):
        LevelLoad.Params.model_validate(params)
