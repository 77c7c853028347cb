"""Problems as arrays."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from scheduler.domain.calendar import DateRange
from scheduler.model.company import Spans, ordinals
from scheduler.model.world import World
from tests.worlds import a_duty, a_person, a_session, a_world, day, days


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
        grouped = [part.tolist() for part in self.WORLD.grouped(np.array([5, 7, -1]))]
        assert grouped == [[1], [0], [7]]
        grouped = [part.tolist() for part in self.WORLD.grouped(np.array([5, 4, 7]))]
        assert grouped == [[0, 1, 2], [0, 1, 0], [7, 4]]

    def test_of_nothing_is_empty(self) -> None:
        empty = World(a_world([], []))
        assert (empty.duties, empty.sessions, empty.days) == (0, 0, ())
        assert [part.tolist() for part in empty.session_days] == [[], []]
        nothing = np.zeros(0, np.int64)
        assert empty.touched(Spans(nothing, nothing, nothing), 2).shape == (2, 0)
        assert [len(part) for part in empty.grouped(nothing)] == [0, 0, 0]
