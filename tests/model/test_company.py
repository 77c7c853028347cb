"""The works below all rules: what belongs to whom, labels, and what is found out only once."""

from __future__ import annotations

from datetime import date

import numpy as np

from scheduler.model.company import Belonging, CompanyArrays, Labels, Ranges, Spans, numbered
from tests.worlds import a_duty, a_person, a_session, a_world, day, days


def _lists(arrays: tuple[np.ndarray, ...]) -> list[list[int]]:
    return [array.tolist() for array in arrays]


class TestBelonging:
    THINGS = Belonging(np.array([2, 0, -1, 2, 0]), 4)

    def test_finds_the_things_of_each_in_order(self) -> None:
        assert _lists(self.THINGS.of(np.array([0, 1, 2, 3]))) == [[0, 0, 2, 2], [1, 4, 0, 3]]

    def test_may_be_asked_twice_for_the_same_and_for_nobody(self) -> None:
        assert _lists(self.THINGS.of(np.array([2, -1, 2]))) == [[0, 0, 2, 2], [0, 3, 0, 3]]
        assert _lists(self.THINGS.of(np.array([], np.int64))) == [[], []]

    def test_tells_things_by_a_number_of_their_own(self) -> None:
        things = Belonging(np.array([1, -1, 1, 0]), 2, np.array([7, 8, 7, 9]))
        assert _lists(things.of(np.array([1, 0]))) == [[0, 0, 1], [7, 7, 9]]

    def test_of_nothing_is_empty(self) -> None:
        nothing = Belonging(np.zeros(0, np.int64), 0)
        assert _lists(nothing.of(np.array([-1, -1]))) == [[], []]


def test_ranges_are_spans_of_whoever_is_asked_for() -> None:
    ranges = Ranges(np.array([1, 0, 1]), [days(0, 4), days(2), days(7, 8)], 2)
    spans = ranges.of(np.array([0, -1, 1]))
    first = day(0).toordinal()
    assert _lists((spans.rows, spans.first - first, spans.last - first)) == [
        [0, 2, 2],
        [2, 0, 7],
        [2, 4, 8],
    ]


def test_spans_are_joined_and_chosen_from() -> None:
    one = Spans(np.array([0]), np.array([3]), np.array([4]))
    both = Spans.joined(one, Spans(np.array([1]), np.array([5]), np.array([9])))
    kept = both.only(both.last > 4)
    assert _lists((kept.rows, kept.first, kept.last)) == [[1], [5], [9]]


def test_labels_are_numbered_as_they_appear_and_none_is_no_label() -> None:
    labels = Labels.of(["red", None, "blue", "red"])
    assert (labels.numbers.tolist(), labels.names) == ([0, -1, 1, 0], ("red", "blue"))


def test_numbers_are_given_in_order_of_first_appearance() -> None:
    assert _lists(numbered(np.array([7, 3, 7, 5]))) == [[0, 1, 0, 2], [7, 3, 5]]
    assert _lists(numbered(np.zeros(0, np.int64))) == [[], []]


class TestCompany:
    COMPANY = CompanyArrays(
        a_world(
            [a_person("ann", team="red"), a_person("bob", leave_date=day(9))],
            [a_session(4), a_session(-3, length=1)],
            [a_duty("bob", first=True), a_duty("ann"), a_duty("bob", number=2)],
        )
    )

    def test_numbers_employees_and_knows_nobody_else(self) -> None:
        assert self.COMPANY.numbers(["bob", "eve", "ann"]).tolist() == [1, -1, 0]
        assert self.COMPANY.employee.tolist() == [1, 0, 1]
        assert self.COMPANY.labels("team").numbers.tolist() == [0, -1]

    def test_an_employment_without_an_end_goes_on_for_ever(self) -> None:
        always = date.max.toordinal()
        assert self.COMPANY.left.tolist() == [always, day(9).toordinal()]

    def test_days_of_sessions_are_places_among_all_days(self) -> None:
        assert self.COMPANY.days == (day(-3), day(4), day(5))
        assert _lists(self.COMPANY.session_days.of(np.array([1, 0]))) == [[0, 1, 1], [0, 1, 2]]

    def test_finds_out_a_thing_once_for_every_question(self) -> None:
        asked: list[int] = []

        def find(company: CompanyArrays, about: int) -> int:
            assert company is self.COMPANY
            asked.append(about)
            return about * 2

        answers = [self.COMPANY.once(find, about) for about in (1, 2, 1, 2)]
        assert (answers, asked) == ([2, 4, 2, 4], [1, 2])
