"""Where the parts of small drawings stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduler.domain.run import RunState
from scheduler.store import RunRow
from tests.web.company import Company
from web.planner.charts import mark_at, share_bar, time_used, week_chart
from web.planner.heat import WeekLoad

MONDAY = date(2027, 1, 4)


def load(*figures: tuple[int, int]) -> list[WeekLoad]:
    """Seats used and offered, week by week."""
    return [
        WeekLoad(MONDAY + number * timedelta(weeks=1), used, seats)
        for number, (used, seats) in enumerate(figures)
    ]


def test_a_bar_reaches_as_far_as_its_share_and_never_out_of_its_box() -> None:
    bar = share_bar(1, 3, planned=1)
    assert (bar.reaches, bar.planned) == (33.3, 66.7)
    assert share_bar(5, 4, planned=4).reaches == share_bar(5, 4, planned=4).planned == 100.0


def test_a_bar_of_nothing_is_empty() -> None:
    assert share_bar(0, 0).reaches == 0


def test_all_of_a_mark_stands_within_its_bar() -> None:
    assert [mark_at(share) for share in (0.0, 50.04, 98.0, 100.0)] == [0.0, 50.0, 98.0, 98.0]


def test_columns_stand_on_the_base_side_by_side() -> None:
    chart = week_chart(load((2, 4), (4, 8)), width=240)
    assert [column.x for column in chart.columns] == [34.0, 134.0]
    assert chart.column_width == 98.0
    first, second = chart.columns
    assert (first.seats.top, first.seats.height) == (70.0, 60.0)
    assert (first.used.top, first.used.height) == (100.0, 30.0)
    assert second.seats.top + second.seats.height == chart.base == 130
    assert (chart.first, chart.last) == (MONDAY, MONDAY + timedelta(weeks=1))


def test_the_scale_ends_with_the_most_seats_of_a_week() -> None:
    chart = week_chart(load((2, 4), (4, 8)))
    assert [(line.y, line.seats) for line in chart.scale] == [(70, 4.0), (10, 8.0)]
    assert chart.right == chart.width - 6


def test_weeks_without_any_seat_have_columns_without_height() -> None:
    chart = week_chart(load((0, 0)))
    assert chart.most == 1
    assert chart.columns[0].seats.height == 0


def test_many_columns_keep_most_of_their_narrow_places() -> None:
    chart = week_chart(load(*[(1, 2)] * 500))
    assert chart.column_width == round(1080 / 500 * 0.7, 2)


def test_months_are_named_where_they_begin_and_every_third_of_a_long_time() -> None:
    few = week_chart(load(*[(1, 2)] * 60))
    assert [c.label for c in few.columns if c.label][:3] == [
        date(2027, 1, 4),
        date(2027, 2, 1),
        date(2027, 3, 1),
    ]
    many = week_chart(load(*[(1, 2)] * 61))
    assert [c.label.month for c in many.columns if c.label] == [1, 4, 7, 10, 1]


@pytest.fixture
def run(company: Company) -> RunRow:
    """A run that waits for a worker."""
    with company.store.read() as unit:
        return unit.runs.run(company.running)


def test_a_run_uses_its_time_up_to_the_limit_and_all_of_it_at_its_end(run: RunRow) -> None:
    assert time_used(replace(run, elapsed=6.24, time_limit=60)) == 6.2
    assert time_used(replace(run, elapsed=61.0, time_limit=60)) == 60
    assert time_used(replace(run, elapsed=6.2, time_limit=60, state=RunState.DONE)) == 60
