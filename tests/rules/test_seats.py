"""No more people than seats: of a session, of a centre on a day, of a channel."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.domain.problem import Mode, Problem
from scheduler.domain.programme import Channel, Session
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import BERLIN, a_person, a_session, a_world, day

INTRODUCTION, MAIL, PHONE = Channel.INTRODUCTION, Channel.MAIL, Channel.PHONE
PEOPLE = [a_person(name) for name in ("ann", "bob", "cat")]


def world(*sessions: Session, **centre: Any) -> Problem:
    """Three people, and a second centre without limits."""
    return a_world(
        PEOPLE,
        sessions,
        centres=(
            BERLIN.model_copy(update=centre),
            BERLIN.model_copy(update={"key": "regensburg", "name": "Regensburg"}),
        ),
    )


@pytest.mark.parametrize(("seats", "broken"), [(0, [3]), (1, [2]), (2, [1]), (3, []), (9, [])])
def test_a_session_is_broken_by_the_people_too_many(seats: int, broken: list[int]) -> None:
    problem = world(a_session(0, seats=seats))
    assert amounts(problem, "seats", ("ann", 0), ("bob", 0), ("cat", 0)) == broken


def test_one_session_does_not_lend_seats_to_another() -> None:
    problem = world(a_session(0, seats=1), a_session(7, seats=2))
    assert amounts(problem, "seats", ("ann", 0), ("bob", 0), ("cat", 7)) == [1]
    assert not violations_of(problem, "seats", ("ann", 0), ("bob", 7), ("cat", 7))


def test_a_centre_counts_all_its_sessions_of_a_day() -> None:
    problem = world(a_session(0), a_session(1), seats=2)
    (violation,) = violations_of(problem, "seats", ("ann", 0), ("bob", 0), ("cat", 1))
    assert (violation.amount, violation.days) == (1, (day(1),))
    assert str(violation.text) == "3 people on 2027-01-12 at berlin, which has 2 seats."
    assert not violations_of(problem, "seats", ("ann", 0), ("bob", 1))


def test_a_centre_without_a_limit_has_only_those_of_its_sessions() -> None:
    problem = world(a_session(0), a_session(1))
    assert not violations_of(problem, "seats", ("ann", 0), ("bob", 0), ("cat", 1))


def test_a_centre_of_no_seats_takes_nobody() -> None:
    assert amounts(world(a_session(0), seats=0), "seats", ("ann", 0)) == [1, 1]


def test_centres_do_not_share_their_seats() -> None:
    away = a_session(0, centre="regensburg")
    problem = world(a_session(0), away, seats=1)
    assert not violations_of(problem, "seats", ("ann", a_session(0).key), ("bob", away.key))


def test_a_channel_is_counted_on_the_days_it_is_used() -> None:
    """Mail first, then telephone: two sessions meet on the phones only one day later."""
    first = a_session(0, channels=((MAIL,), (PHONE,)))
    then = a_session(1, channels=((MAIL,), (PHONE,)))
    problem = world(first, then, channel_seats={PHONE: 1})
    assert not violations_of(problem, "seats", ("ann", 0), ("bob", 1))
    (violation,) = violations_of(problem, "seats", ("ann", 0), ("bob", 0))
    assert (violation.amount, violation.days) == (1, (day(1),))
    assert str(violation.text).endswith("which has 1 seat (phone).")


def test_two_programmes_share_a_channel() -> None:
    mail = a_session(0, length=1, channels=((MAIL, INTRODUCTION),))
    both = a_session(0, length=1, programme="cew", channels=((MAIL, PHONE),))
    problem = world(mail, both, channel_seats={MAIL: 1, PHONE: 5})
    assert amounts(problem, "seats", ("ann", mail.key), ("bob", both.key)) == [1]


def test_a_channel_named_twice_on_a_day_takes_one_seat() -> None:
    session = a_session(0, length=1, channels=((MAIL, MAIL),))
    assert not violations_of(world(session, channel_seats={MAIL: 1}), "seats", ("ann", 0))


def test_a_channel_without_a_limit_and_a_session_without_channels_count_nowhere() -> None:
    session = a_session(0, length=1, channels=((INTRODUCTION,),))
    plain = a_session(7)
    problem = world(session, plain, channel_seats={MAIL: 0})
    assert not violations_of(problem, "seats", ("ann", 0), ("bob", 7))


def test_no_admin_can_soften_it() -> None:
    problem = with_mode(world(a_session(0, seats=0)), "seats", Mode.SOFT)
    assert points(problem, "seats", ("ann", 0)) == [None]
