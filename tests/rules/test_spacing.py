"""A smallest time between two services of one person."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from scheduler.domain.ledger import ServiceRecord, ServiceStatus
from scheduler.domain.problem import Mode, Problem
from scheduler.domain.programme import Programme
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import TWO_DAYS, a_duty, a_person, a_session, a_world, day, only

SPREAD = Programme(key="spread", title="Single days", days=2, separate=True, gap_days=7)


def served(*days: int, who: str = "ann", status: str = "attended") -> ServiceRecord:
    return ServiceRecord(
        employee_id=who,
        programme="two_days",
        days=tuple(day(number) for number in days),
        status=ServiceStatus(status),
    )


def world(*records: ServiceRecord, duties: int = 2, **params: Any) -> Problem:
    """Ann owes two services; sessions of two days begin on days 0, 1, 10, 11 and 40."""
    people = [a_person("ann"), a_person("bob")]
    owed = [a_duty("ann", number=n) for n in range(duties)]
    sessions = [a_session(first) for first in (0, 1, 10, 11, 40)]
    rules = only("spacing", **params)
    return a_world(people, sessions, [*owed, a_duty("bob")], rules=rules, records=records)


@pytest.mark.parametrize(
    ("gap", "broken"), [(1, []), (9, []), (10, [1]), (12, [3]), (28, [19]), (400, [391])]
)
def test_the_gap_is_counted_from_the_last_day_to_the_first(gap: int, broken: list[int]) -> None:
    """From day 1 to day 10 are nine days."""
    assert amounts(world(days=gap), "spacing", ("ann", 0), ("ann", 10)) == broken
    assert amounts(world(days=gap), "spacing", ("ann", 10), ("ann", 0)) == broken


def test_services_that_overlap_lack_more_than_the_gap() -> None:
    assert amounts(world(days=3), "spacing", ("ann", 0), ("ann", 1)) == [3]
    assert amounts(world(days=3), "spacing", ("ann", 0), ("ann", 0)) == [4]


def test_both_services_are_named() -> None:
    (violation,) = violations_of(world(days=20), "spacing", ("ann", 0), ("ann", 10))
    assert str(violation.text) == (
        "Ann serves on 2027-01-11 and again on 2027-01-21; 20 days must lie between."
    )
    assert len(violation.sessions) == 2


def test_two_people_are_as_close_as_they_like() -> None:
    assert not violations_of(world(), "spacing", ("ann", 0), ("bob", 0))


def test_every_two_of_three_count() -> None:
    problem = world(days=12, duties=3)
    assert amounts(problem, "spacing", ("ann", 0), ("ann", 11), ("ann", 40)) == [2]
    assert amounts(problem, "spacing", ("ann", 0), ("ann", 1), ("ann", 10)) == [12, 3, 4]


class TestAfterHistory:
    @pytest.mark.parametrize(
        ("last", "broken"), [(-28, []), (-27, [1]), (-1, [27]), (0, [28]), (5, [28])]
    )
    def test_it_lacks_at_most_the_whole_gap(self, last: int, broken: list[int]) -> None:
        assert amounts(world(served(last)), "spacing", ("ann", 0)) == broken

    def test_the_last_day_of_the_latest_service_counts(self) -> None:
        problem = world(served(-20, -19), served(-90), days=20)
        (violation,) = violations_of(problem, "spacing", ("ann", 0))
        assert str(violation.text) == ("Ann serves on 2027-01-11, 1 day too soon after 2026-12-23.")

    @pytest.mark.parametrize("status", ["missed", "excused"])
    def test_what_was_not_attended_was_no_service(self, status: str) -> None:
        assert not violations_of(world(served(-1, status=status)), "spacing", ("ann", 0))

    def test_of_somebody_else_is_theirs(self) -> None:
        assert not violations_of(world(served(-1, who="bob")), "spacing", ("ann", 0))

    def test_and_other_services_may_be_broken_at_once(self) -> None:
        problem = world(served(-5), days=10)
        assert amounts(problem, "spacing", ("ann", 0), ("ann", 10)) == [5, 1]


class TestSeparateDays:
    def _world(self, *programmes: str, gap: int = 7, days: int = 30) -> Problem:
        spread = SPREAD.model_copy(update={"gap_days": gap})
        parts = [
            a_duty("ann", id=f"ann@1#{n}", part=n, parts=2, programmes=programmes) for n in (1, 2)
        ]
        other = a_duty("ann", number=2, programmes=programmes)
        sessions = [a_session(first, length=1, programme="spread") for first in (0, 3, 7, 29, 30)]
        return a_world(
            [a_person("ann")],
            sessions,
            [*parts, other],
            programmes=(TWO_DAYS, spread),
            rules=only("spacing", days=days),
        )

    @pytest.mark.parametrize(("first", "broken"), [(3, [4]), (7, []), (29, [])])
    def test_of_one_service_keep_the_gap_of_their_programme(
        self, first: int, broken: list[int]
    ) -> None:
        assert amounts(self._world("spread"), "spacing", ("ann", 0), ("ann", first)) == broken

    def test_a_programme_of_days_in_a_row_has_no_say_in_it(self) -> None:
        """Its gap is a default that nobody chose."""
        problem = self._world("two_days", "spread", gap=3)
        assert not violations_of(problem, "spacing", ("ann", 0), ("ann", 3))

    def test_another_service_keeps_the_gap_between_services(self) -> None:
        problem = self._world("spread")
        assert amounts(problem, "spacing", ("ann", 0), ("ann", 7), ("ann", 29)) == [1, 8]
        assert amounts(problem, "spacing", ("ann", 0), ("ann", 7), ("ann", 30)) == [7]


@pytest.mark.parametrize("gap", [1, 5, 9, 10, 39])
@pytest.mark.parametrize("mode", [Mode.HARD, Mode.SOFT])
def test_check_and_model_agree_on_every_two_services(gap: int, mode: Mode) -> None:
    problem = with_mode(world(served(-6), days=gap), "spacing", mode)
    for one, other in product((0, 1, 10, 11, 40), repeat=2):
        violations_of(problem, "spacing", ("ann", one), ("ann", other))


def test_softened_every_day_that_lacks_costs_its_weight() -> None:
    problem = with_mode(world(served(-5), days=10), "spacing", Mode.SOFT, weight=7)
    assert points(problem, "spacing", ("ann", 0), ("ann", 10)) == [35, 7]
