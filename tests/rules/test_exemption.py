"""Exemptions: what a release and an accommodation keep people from."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.domain.people import Exemption
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Channel
from tests.rules.judging import amounts, rule_of, violations_of
from tests.worlds import a_person, a_session, a_world, days, only

INTRODUCTION, MAIL, PHONE = Channel.INTRODUCTION, Channel.MAIL, Channel.PHONE
Offered = tuple[tuple[Channel, ...], ...]


def exempt(first: int, last: int, who: str = "ann", **changes: Any) -> Exemption:
    return Exemption(
        employee_id=who, category="maternity", approver="hr", days=days(first, last), **changes
    )


def world(*exemptions: Exemption, channels: Offered = ()) -> Problem:
    """A session on days 7 and 8."""
    return a_world(
        [a_person("ann"), a_person("bob")],
        [a_session(0), a_session(7, channels=channels)],
        rules=only("exemption"),
        exemptions=exemptions,
    )


@pytest.mark.parametrize(
    ("first", "last", "broken"),
    [(-9, 6, []), (-9, 7, [1]), (8, 8, [1]), (7, 8, [2]), (-9, 99, [2]), (9, 99, [])],
)
def test_a_release_forbids_every_session_with_a_day_in_it(
    first: int, last: int, broken: list[int]
) -> None:
    assert amounts(world(exempt(first, last)), "exemption", ("ann", 7)) == broken


def test_a_day_in_two_exemptions_counts_once() -> None:
    both = exempt(7, 7), exempt(7, 8, channels=(MAIL,))
    assert amounts(world(*both, channels=((PHONE,), (MAIL,))), "exemption", ("ann", 7)) == [1]


def test_what_somebody_else_was_granted_is_theirs() -> None:
    problem = world(exempt(0, 99, who="bob"), exempt(0, 99, who="gone"))
    assert not violations_of(problem, "exemption", ("ann", 7))
    assert amounts(problem, "exemption", ("ann", 7), ("bob", 7)) == [2]


class TestAccommodation:
    @pytest.mark.parametrize(
        ("channels", "broken"),
        [
            (((MAIL,), (MAIL,)), []),
            (((PHONE,), (MAIL,)), [1]),
            (((PHONE,), (PHONE, INTRODUCTION)), [2]),
            (((PHONE, MAIL), (MAIL,)), []),
            (((), (MAIL,)), []),
            (((), ()), []),
            ((), []),
        ],
    )
    def test_forbids_days_that_offer_none_of_its_channels(
        self, channels: Offered, broken: list[int]
    ) -> None:
        problem = world(exempt(0, 99, channels=(MAIL,)), channels=channels)
        assert amounts(problem, "exemption", ("ann", 7)) == broken
        assert not violations_of(problem, "exemption", ("bob", 7))

    def test_may_leave_several_channels(self) -> None:
        problem = world(exempt(0, 99, channels=(MAIL, PHONE)), channels=((PHONE,), (INTRODUCTION,)))
        assert amounts(problem, "exemption", ("ann", 7)) == [1]

    @pytest.mark.parametrize(
        ("first", "last", "broken"), [(-9, 7, []), (8, 8, [1]), (-9, 8, [1]), (9, 99, [])]
    )
    def test_holds_on_its_days_only(self, first: int, last: int, broken: list[int]) -> None:
        """Mail on day 7, phone on day 8."""
        problem = world(exempt(first, last, channels=(MAIL,)), channels=((MAIL,), (PHONE,)))
        assert amounts(problem, "exemption", ("ann", 7)) == broken

    def test_of_two_at_once_both_hold(self) -> None:
        both = exempt(0, 99, channels=(MAIL,)), exempt(0, 99, channels=(PHONE,))
        problem = world(*both, channels=((MAIL,), (MAIL, PHONE)))
        assert amounts(problem, "exemption", ("ann", 7)) == [1]


def test_shadowing_forbids_nothing_but_what_its_channels_do() -> None:
    offered = ((PHONE,), (MAIL,))
    assert not violations_of(
        world(exempt(0, 99, shadowing=True), channels=offered), "exemption", ("ann", 7)
    )
    problem = world(exempt(0, 99, shadowing=True, channels=(MAIL,)), channels=offered)
    assert amounts(problem, "exemption", ("ann", 7)) == [1]


@pytest.mark.parametrize("channels", [(), (MAIL,)])
def test_nobody_reads_why_or_what_was_agreed(channels: tuple[Channel, ...]) -> None:
    problem = world(exempt(0, 99, channels=channels), channels=((PHONE,), (PHONE,)))
    (violation,) = violations_of(problem, "exemption", ("ann", 7))
    assert str(violation.text) == "An exemption keeps Ann from serving on 2027-01-18."
    assert violation.days == tuple(days(7, 8))
    told = f"{violation.text} {rule_of(problem, 'exemption').because()}".lower()
    assert not [word for word in ("maternity", "mail", "release", "hr") if word in told.split()]
