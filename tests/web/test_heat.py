"""The map of the load and the board of two weeks: pure functions over rows of the store."""

from __future__ import annotations

from datetime import date

from scheduler.domain.programme import ServiceCentre
from scheduler.store import CalendarRow, LoadRow
from web.planner.heat import board, centre_loads, heat, shown_from, weeks, within_centres

MONDAY = date(2027, 1, 4)
TUESDAY = date(2027, 1, 5)


def row(day: date, used: int, seats: int, centre: str = "berlin") -> LoadRow:
    return LoadRow(centre=centre, day=day, used=used, seats=seats)


def test_nothing_offered_empty_and_four_quarters_have_their_shades() -> None:
    used = [row(date(2027, 1, 4 + n), n * 5, 20) for n in range(5)]
    year = heat([*used, row(date(2027, 1, 11), 1, 20)])[0]
    shades = [cells[0].shade for _weekday, cells in year.rows]
    assert shades == ["0", "1", "2", "3", "4"]
    assert year.rows[0][1][1].shade == "1"
    assert year.rows[1][1][1].shade == "-none"


def test_centres_are_added_up() -> None:
    cell = heat([row(MONDAY, 1, 4), row(MONDAY, 3, 6, "regensburg")])[0].rows[0][1][0]
    assert (cell.used, cell.seats) == (4, 10)


def test_a_centre_offers_no_more_seats_than_it_has() -> None:
    centre = ServiceCentre(key="berlin", name="Berlin", seats=6)
    limited = within_centres([row(MONDAY, 1, 22), row(MONDAY, 1, 9, "oslo")], [centre])
    assert [each.seats for each in limited] == [6, 9]


def test_the_map_begins_in_the_first_week_and_breaks_after_a_year() -> None:
    years = heat([row(date(2026, 12, 1), 1, 2), row(date(2028, 11, 30), 1, 2)])
    assert [year.first for year in years] == [date(2026, 11, 30), date(2027, 12, 6)]
    assert years[0].months()[:6] == (
        date(2026, 12, 1),
        None,
        None,
        None,
        date(2027, 1, 1),
        None,
    )


def test_a_month_is_not_named_where_its_name_has_no_room() -> None:
    months = heat([row(date(2027, 1, 4), 1, 2), row(date(2028, 1, 3), 1, 2)])[0].months()
    assert len(months) == 53
    assert months[-2:] == (None, None)
    assert heat([row(date(2027, 1, 11), 1, 2)])[0].months()[-3] == date(2028, 1, 1)


def test_weekends_are_shown_only_when_somebody_serves_then() -> None:
    assert len(heat([row(MONDAY, 1, 2)])[0].rows) == 5
    assert len(heat([row(date(2027, 1, 9), 1, 2)])[0].rows) == 6


def test_no_load_has_no_map_and_no_weeks() -> None:
    assert heat([]) == ()
    assert weeks([]) == ()


def test_weeks_without_sessions_are_not_left_out() -> None:
    found = weeks([row(MONDAY, 2, 4), row(TUESDAY, 1, 4), row(date(2027, 1, 18), 3, 4)])
    assert [(week.used, week.seats) for week in found] == [(3, 8), (0, 0), (3, 4)]


def test_a_board_begins_on_the_monday_and_leaves_unused_weekends_out() -> None:
    session = CalendarRow("s", "cew", "berlin", (MONDAY, TUESDAY), 12, 2, ("Ann", "Bob"))
    centre = ServiceCentre(key="berlin", name="Berlin")
    shown = board(shown_from(TUESDAY), [session], [centre])
    assert shown.first == MONDAY
    assert len(shown.days) == 10
    assert [len(day) for day in shown.rows[0].days] == [1, 1] + [0] * 8
    assert (shown.rows[0].used, shown.rows[0].seats) == (2, 12)
    assert (shown.before, shown.after) == (date(2026, 12, 21), date(2027, 1, 18))


def test_each_centre_s_load_names_its_busiest_day() -> None:
    loads = centre_loads([row(MONDAY, 1, 4), row(TUESDAY, 3, 4), row(MONDAY, 0, 2, "oslo")])
    assert [(each.centre, each.used, each.seats, each.days) for each in loads] == [
        ("berlin", 4, 8, 2),
        ("oslo", 0, 2, 0),
    ]
    assert loads[0].busiest is not None
    assert loads[0].busiest.day == TUESDAY
    assert loads[0].share == 0.5
    assert loads[1].busiest is None
