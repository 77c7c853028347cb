"""Mentors are put on the rota as the rule counts them, as many as there can be, and evenly."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, product
from typing import Any

import pytest
from ortools.math_opt.python import mathopt  # type: ignore[import-untyped]

from scheduler.domain.calendar import WorkPattern
from scheduler.domain.people import Mentor
from scheduler.domain.programme import Programme, Session
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.mentors import Mentors
from scheduler.solving.mentor_rota import assign_mentors
from tests.worlds import TWO_DAYS, a_duty, a_person, a_session, a_world, assignments_of, days

ALWAYS = WorkPattern(weekdays=frozenset(range(7)))


def a_programme(guests: int | None = 2, centres: int = 1) -> Programme:
    changes = {"key": "cew", "days": 3, "guests_per_mentor": guests, "mentor_centres": centres}
    return TWO_DAYS.model_copy(update=changes)


def a_week(first: int, seats: int = 4, centre: str = "berlin") -> Session:
    return a_session(first, length=3, seats=seats, centre=centre, programme="cew")


def a_mentor(name: str, **changes: Any) -> Mentor:
    fields: dict[str, Any] = {"id": name, "name": name, "centre": "berlin", "most": 31}
    return Mentor(**(fields | changes))


def planned(
    sessions: Sequence[Session], mentors: Sequence[Mentor], programme: Programme
) -> list[tuple[str, ...]]:
    """The mentors of each session."""
    rota = assign_mentors(sessions, mentors, [programme, TWO_DAYS])
    assert [session.model_copy(update={"mentors": ()}) for session in rota] == list(sessions)
    return [session.mentors for session in rota]


def accompanied(
    sessions: Sequence[Session], mentors: Sequence[Mentor], programme: Programme
) -> int:
    """How many seats the rule lets people have."""
    most = 0
    for number, session in enumerate(sessions):
        people = [a_person(f"p{n}") for n in range(session.seats)]
        duties = [a_duty(person.id, programmes=("cew",)) for person in people]
        problem = a_world(people, sessions, duties, programmes=(programme,), mentors=tuple(mentors))
        plan = PlanView(problem, assignments_of(problem, [number] * len(people)))
        most += session.seats - sum(each.amount for each in Mentors().check(plan))
    return most


def test_every_session_gets_as_many_as_its_seats_need() -> None:
    mentors = [a_mentor(name) for name in ("cy", "al", "bo")]
    (there,) = planned([a_week(0, seats=4)], mentors, a_programme(guests=2))
    assert len(there) == 2
    (there,) = planned([a_week(0, seats=5)], mentors, a_programme(guests=2))
    assert there == ("al", "bo", "cy")


def test_who_needs_none_gets_none() -> None:
    sessions = [a_week(0), a_session(7)]
    assert planned(sessions, [a_mentor("al")], a_programme(guests=None)) == [(), ()]
    assert planned(sessions, [], a_programme()) == [(), ()]
    assert planned([a_week(0, seats=0)], [a_mentor("al")], a_programme()) == [()]


def test_mentors_stay_at_their_centre_unless_several_are_asked_for() -> None:
    mentors = [a_mentor("al"), a_mentor("bo", centre="regensburg")]
    assert planned([a_week(0)], mentors, a_programme()) == [("al",)]
    assert planned([a_week(0)], mentors, a_programme(centres=2)) == [("al", "bo")]
    assert planned([a_week(0)], mentors[:1], a_programme(centres=2)) == [()]


def test_one_more_is_there_where_only_that_makes_two_centres() -> None:
    mentors = [a_mentor("al"), a_mentor("bo", centre="regensburg")]
    assert planned([a_week(0, seats=2)], mentors, a_programme(centres=2)) == [("al", "bo")]


def test_the_sessions_are_shared_out_evenly() -> None:
    mentors = [a_mentor(name) for name in ("al", "bo", "cy")]
    sessions = [a_week(7 * n, seats=2) for n in range(6)]
    load = Counter(name for there in planned(sessions, mentors, a_programme()) for name in there)
    assert load == {"al": 2, "bo": 2, "cy": 2}


def test_where_mentors_are_too_few_the_most_seats_are_accompanied() -> None:
    sessions = [a_week(0, seats=2), a_week(2, seats=4), a_week(4, seats=2)]
    mentor = a_mentor("al", pattern=ALWAYS)
    assert planned(sessions, [mentor], a_programme(guests=4)) == [(), ("al",), ()]
    assert planned(sessions, [mentor], a_programme(guests=2)) == [("al",), (), ("al",)]


def _case(seed: int) -> tuple[list[Session], list[Mentor], Programme]:
    chance = random.Random(seed)
    firsts = chance.sample([0, 2, 5, 7, 12, 16, 21], 4)
    sessions = [
        a_week(first, chance.randint(1, 5), chance.choice(["berlin", "regensburg"]))
        for first in firsts
    ]
    mentors = [
        a_mentor(
            name,
            centre=chance.choice(["berlin", "regensburg"]),
            pattern=ALWAYS,
            away=chance.choice([(), (days(6, 8),)]),
            most=chance.choice([1, 2, 9]),
            rest=chance.choice([0, 1, 2]),
        )
        for name in ("al", "bo", "cy")
    ]
    return sessions, mentors, a_programme(chance.randint(1, 3), chance.choice([1, 2]))


Rotas = tuple[tuple[bool, ...], ...]
"""[mentor, session] → whether they accompany it."""


def _ways(
    sessions: Sequence[Session], mentors: Sequence[Mentor], programme: Programme
) -> list[list[tuple[bool, ...]]]:
    """Every way for every mentor."""
    return [
        [
            way
            for way in product((False, True), repeat=len(sessions))
            if _may(mentor, [s for s, on in zip(sessions, way, strict=True) if on], programme)
        ]
        for mentor in mentors
    ]


def _seats_of(
    sessions: Sequence[Session], mentors: Sequence[Mentor], rotas: Rotas, programme: Programme
) -> int:
    """The seats that these rotas accompany."""
    return sum(
        _seats(session, [m for m, way in zip(mentors, rotas, strict=True) if way[n]], programme)
        for n, session in enumerate(sessions)
    )


def _seats_at_best(
    sessions: Sequence[Session], mentors: Sequence[Mentor], programme: Programme
) -> int:
    """The most of any rota."""
    return max(
        _seats_of(sessions, mentors, rotas, programme)
        for rotas in product(*_ways(sessions, mentors, programme))
    )


def _may(mentor: Mentor, sessions: Sequence[Session], programme: Programme) -> bool:
    """Whether a mentor can accompany these."""
    mine = sorted(sessions, key=lambda session: session.first_day)
    months = Counter(session.first_day.month for session in mine)
    return (
        all(each.centre == mentor.centre or programme.mentor_centres > 1 for each in mine)
        and all(mentor.works_on(day) for session in mine for day in session.days)
        and max(months.values(), default=0) <= mentor.most
        and all(
            (after.first_day - before.last_day).days > 7 * mentor.rest
            for before, after in pairwise(mine)
        )
    )


def _seats(session: Session, mentors: Sequence[Mentor], programme: Programme) -> int:
    if len({mentor.centre for mentor in mentors}) < programme.mentor_centres:
        return 0
    return min(session.seats, (programme.guests_per_mentor or 0) * len(mentors))


@pytest.mark.parametrize("seed", range(40))
def test_no_rota_accompanies_more_seats_and_the_rule_counts_as_many(seed: int) -> None:
    sessions, mentors, programme = _case(seed)
    made = assign_mentors(sessions, mentors, [programme])
    assert assign_mentors(sessions, mentors, [programme]) == made
    best = _seats_at_best(sessions, mentors, programme)
    assert accompanied(made, mentors, programme) == best
    for mentor in mentors:
        assert _may(mentor, [each for each in made if mentor.id in each.mentors], programme)


def test_the_cases_are_short_of_mentors_now_and_then() -> None:
    """Otherwise everybody on everything would do."""
    short = 0
    for seed in range(40):
        sessions, mentors, programme = _case(seed)
        best = _seats_at_best(sessions, mentors, programme)
        short += 0 < best < sum(session.seats for session in sessions)
    assert short > 20


def _squares_at_best(
    sessions: Sequence[Session], mentors: Sequence[Mentor], programme: Programme
) -> int:
    """The smallest sum of squares of any rota that accompanies the most seats."""
    best = _seats_at_best(sessions, mentors, programme)
    return min(
        sum(sum(way) ** 2 for way in rotas)
        for rotas in product(*_ways(sessions, mentors, programme))
        if _seats_of(sessions, mentors, rotas, programme) == best
    )


@pytest.mark.parametrize("seed", range(20))
def test_no_rota_of_as_many_seats_is_more_even(seed: int) -> None:
    sessions, mentors, programme = _case(seed)
    made = assign_mentors(sessions, mentors, [programme])
    load = Counter(name for each in made for name in each.mentors)
    squares = sum(n * n for n in load.values())
    assert squares == _squares_at_best(sessions, mentors, programme)


def test_a_rota_that_cannot_be_found_in_time_leaves_everybody_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rather than to fail: the rule then counts the seats that nobody accompanies."""
    sessions, mentors, programme = _case(0)
    never = [each.model_copy(update={"away": (days(-400, 400),)}) for each in mentors]
    assert all(each.mentors == () for each in assign_mentors(sessions, never, [programme]))
    monkeypatch.setattr(mathopt, "solve", lambda *_, **__: _Nothing())
    assert all(each.mentors == () for each in assign_mentors(sessions, mentors, [programme]))


class _Nothing:
    """A search that ended without a solution."""

    def has_primal_feasible_solution(self) -> bool:
        """It has none."""
        return False
