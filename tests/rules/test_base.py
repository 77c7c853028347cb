"""What every rule stands on: plans looked up, violations told, problems as arrays."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from scheduler.domain.calendar import DateRange
from scheduler.domain.problem import Mode
from scheduler.model.company import Spans, ordinals
from scheduler.model.language import narrow
from scheduler.model.world import World
from scheduler.rules import registry
from scheduler.rules.base import PlanView
from tests.rules.judging import found, rule_of, with_mode
from tests.worlds import a_duty, a_person, a_session, a_world, day, days, placed


def test_a_plan_is_looked_up_by_person_and_by_day() -> None:
    people = [a_person("ann"), a_person("bob")]
    duties = [a_duty("ann"), a_duty("ann", number=2), a_duty("bob")]
    problem = a_world(people, [a_session(0), a_session(1), a_session(7)], duties)
    plan = PlanView(problem, placed(problem, ("ann", 7), ("ann", 0), ("bob", 1)))
    first_days = {
        who: [choice.session.first_day for choice in choices]
        for who, choices in plan.by_employee.items()
    }
    assert first_days == {"ann": [day(0), day(7)], "bob": [day(1)]}
    assert {on: [choice.employee.id for choice in who] for on, who in plan.by_day.items()} == {
        day(0): ["ann"],
        day(1): ["ann", "bob"],
        day(2): ["bob"],
        day(7): ["ann"],
        day(8): ["ann"],
    }
    assert list(plan.by_day) == sorted(plan.by_day)


@pytest.mark.parametrize(("mode", "points"), [(Mode.HARD, None), (Mode.SOFT, 6)])
def test_a_violation_names_everybody_once_and_costs_only_where_soft(
    mode: Mode, points: int | None
) -> None:
    problem = with_mode(a_world([a_person("ann")], [a_session(0)]), "spacing", mode, weight=3)
    rule = rule_of(problem, "spacing")
    (choice,) = PlanView(problem, placed(problem, ("ann", 0)))
    violation = rule.broken(2, rule.because(), choices=[choice, choice], days=[day(0)])
    assert violation.points == points
    assert violation.employee_ids == ("ann",)
    assert violation.sessions == (choice.session.key,)
    assert violation.days == (day(0),)


@pytest.mark.parametrize(
    ("most", "size"), [(0, 1), (127, 1), (128, 2), (32_767, 2), (32_768, 4), (2**31, 8)]
)
def test_points_take_as_few_bytes_as_hold_them(most: int, size: int) -> None:
    points = narrow(np.array([[0, most]]))
    assert points.dtype.itemsize == size
    assert points.tolist() == [[0, most]]


@pytest.mark.parametrize("mode", [Mode.HARD, Mode.SOFT])
@pytest.mark.parametrize("sessions", [0, 1])
@pytest.mark.parametrize("people", [0, 1])
@pytest.mark.parametrize("key", registry())
def test_every_rule_has_nothing_to_say_of_an_empty_plan(
    key: str, people: int, sessions: int, mode: Mode
) -> None:
    problem = a_world([a_person("ann")] * people, [a_session(0)] * sessions)
    assert not found(with_mode(problem, key, mode), key)


class TestWorld:
    WORLD = World(
        a_world(
            [a_person("idle"), a_person("bob", team="red"), a_person("ann")],
            [a_session(-3, length=1), a_session(0), a_session(1)],
            [a_duty("ann"), a_duty("bob"), a_duty("ann", number=2)],
        )
    )

    def test_counts_rows_and_columns(self) -> None:
        assert (self.WORLD.duties, self.WORLD.sessions) == (3, 3)

    def test_knows_people_who_owe_something_once_in_order_of_their_duties(self) -> None:
        assert [person.id for person in self.WORLD.people] == ["ann", "bob"]
        assert self.WORLD.person.tolist() == [0, 1, 0]

    def test_counts_days_from_the_first_that_matters(self) -> None:
        assert self.WORLD.first_day == day(-3).toordinal()
        assert self.WORLD.days == (day(-3), day(0), day(1), day(2))

    def test_finds_the_sessions_that_fall_on_days_away(self) -> None:
        away = np.array([[False, False, True, False], [True, False, False, True]])
        assert self.WORLD.touching(away).tolist() == [[False, True, True], [True, False, True]]

    def test_finds_the_sessions_of_ranges_of_days(self) -> None:
        ranges = [days(-9, 0), days(2, 9), days(20, 30), days(-2, -1)]
        assert self._touched(range(4), ranges, 5) == [
            [True, True, False],
            [False, False, True],
            *[[False] * 3] * 3,
        ]

    def test_finds_the_sessions_of_all_ranges_of_a_row_together(self) -> None:
        ranges = [days(-3), days(1), days(2), days(9), days(1)]
        assert self._touched([1, 0, 1, 1, 1], ranges, 2) == [[False, True, True], [True] * 3]

    def _touched(self, rows: Iterable[int], ranges: list[DateRange], count: int) -> object:
        first, last = ordinals(r.first for r in ranges), ordinals(r.last for r in ranges)
        spans = Spans(np.array([*rows], np.int64), first, last)
        return self.WORLD.touched(spans, count).tolist()

    def test_groups_duties_and_leaves_out_who_has_no_group(self) -> None:
        """Labels are those of idle, bob and ann, in this order."""
        found = [part.tolist() for part in self.WORLD.grouped(np.array([5, 7, -1]))]
        assert found == [[1], [0], [7]]
        found = [part.tolist() for part in self.WORLD.grouped(np.array([5, 4, 7]))]
        assert found == [[0, 1, 2], [0, 1, 0], [7, 4]]

    def test_of_nothing_is_empty(self) -> None:
        empty = World(a_world([], []))
        assert (empty.duties, empty.sessions, empty.days) == (0, 0, ())
        assert [part.tolist() for part in empty.session_days] == [[], []]
        nothing = np.zeros(0, np.int64)
        assert empty.touched(Spans(nothing, nothing, nothing), 2).shape == (2, 0)
        assert [len(part) for part in empty.grouped(nothing)] == [0, 0, 0]
