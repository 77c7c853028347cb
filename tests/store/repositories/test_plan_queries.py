"""A plan is listed, searched, and shown as a calendar and as a load."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.domain.plan import SolveStatus
from scheduler.domain.words import say
from scheduler.store import LoadRow, PlanResult, Store
from scheduler.store.repositories.plan_queries import NAMES_SHOWN
from tests.store.examples import (
    AUCKLAND,
    BERLIN,
    TWO_DAYS,
    assignment,
    drafted,
    duty,
    everybody_in,
    person,
    problem,
    session,
)

ANNA = person("1", "Anna Müller", department="Books", team="Payments", executive=True)
BORIS = person("2", "Boris", department="Toys", email="boris@shop.example")
CLEO = person("3", "Cleo", department="Books")
MARCH = session(date(2027, 3, 1), BERLIN, seats=2)
APRIL = session(date(2027, 4, 1), AUCKLAND, seats=5)
GIVEN = problem([ANNA, BORIS, CLEO], [MARCH, APRIL], [BERLIN, AUCKLAND])


@pytest.fixture
def plan_id(store: Store) -> int:
    """A plan with Cleo and Anna in March, Boris in April."""
    result = PlanResult(
        SolveStatus.OPTIMAL,
        assignments=(
            assignment(CLEO, MARCH),
            assignment(BORIS, APRIL),
            assignment(ANNA, MARCH),
        ),
        why={duty(ANNA).id: say("due {day}", day=date(2027, 5, 1))},
    )
    drafted(store, GIVEN, everybody_in(GIVEN, APRIL))  # another plan, not to be seen
    return drafted(store, GIVEN, result)


def test_a_row_shows_everything_about_an_assignment(store: Store, plan_id: int) -> None:
    with store.read() as unit:
        row = unit.plans.search(plan_id, "anna").rows[0]
    assert (row.duty_id, row.employee_id, row.employee_name) == (duty(ANNA).id, "1", "Anna Müller")
    assert (row.department, row.team, row.executive) == ("Books", "Payments", True)
    assert (row.programme, row.centre, row.session) == (TWO_DAYS.key, "berlin", MARCH.key)
    assert (row.first_day, row.last_day, row.days) == (*MARCH.days, MARCH.days)
    assert row.why == say("due {day}", day=date(2027, 5, 1))


@pytest.mark.parametrize(
    ("query", "filters", "expected"),
    [
        ("", {}, ["1", "3", "2"]),
        ("muller", {}, ["1"]),
        ("shop.example", {}, ["2"]),
        ("", {"centre": "auckland"}, ["2"]),
        ("", {"programme": "two-days"}, ["1", "3", "2"]),
        ("", {"programme": "other"}, []),
        ("", {"department": "Books"}, ["1", "3"]),
        ("", {"first": date(2027, 3, 2)}, ["1", "3", "2"]),
        ("", {"first": date(2027, 3, 3)}, ["2"]),
        ("", {"last": date(2027, 3, 31)}, ["1", "3"]),
        ("", {"first": date(2027, 3, 3), "last": date(2027, 3, 31)}, []),
    ],
)
def test_the_list_can_be_searched(
    store: Store, plan_id: int, query: str, filters: dict[str, object], expected: list[str]
) -> None:
    with store.read() as unit:
        page = unit.plans.search(plan_id, query, **filters)  # type: ignore[arg-type]
    assert [row.employee_id for row in page.rows] == expected
    assert page.total == len(expected)


def test_the_list_comes_in_pages(store: Store, plan_id: int) -> None:
    with store.read() as unit:
        page = unit.plans.search(plan_id, page=2, size=2)
    assert [row.employee_id for row in page.rows] == ["2"]
    assert (page.total, page.pages) == (3, 2)


def test_the_calendar_shows_sessions_with_names(store: Store, plan_id: int) -> None:
    with store.read() as unit:
        march, april = unit.plans.calendar(plan_id, date(2027, 3, 2), date(2027, 4, 1))
        only = unit.plans.calendar(plan_id, date(2027, 1, 1), date(2027, 12, 31), "auckland")
        none = unit.plans.calendar(plan_id, date(2027, 3, 3), date(2027, 3, 31))
    assert (march.session, march.programme, march.centre) == (MARCH.key, "two-days", "berlin")
    assert (march.days, march.seats, march.count) == (MARCH.days, 2, 2)
    assert march.names == ("Anna Müller", "Cleo")
    assert only == (april,)
    assert none == ()


def test_the_calendar_shows_empty_sessions_too(store: Store) -> None:
    plan_id = drafted(store, GIVEN)
    with store.read() as unit:
        rows = unit.plans.calendar(plan_id, date(2027, 1, 1), date(2027, 12, 31))
    assert [(row.count, row.names) for row in rows] == [(0, ()), (0, ())]


def test_the_calendar_names_only_the_first_of_many(store: Store) -> None:
    crowd = [person(f"{n:02}", f"Person {n:02}") for n in range(NAMES_SHOWN + 2)]
    given = problem(crowd, [MARCH])
    plan_id = drafted(store, given, everybody_in(given, MARCH))
    with store.read() as unit:
        (row,) = unit.plans.calendar(plan_id, MARCH.first_day, MARCH.first_day)
    assert row.count == NAMES_SHOWN + 2
    assert row.names == tuple(one.name for one in crowd[:NAMES_SHOWN])


def test_the_load_adds_up_by_centre_and_day(store: Store) -> None:
    overlapping = session(date(2027, 3, 2), BERLIN, seats=3)
    given = problem([ANNA, BORIS, CLEO], [MARCH, overlapping, APRIL], [BERLIN, AUCKLAND])
    result = PlanResult(
        SolveStatus.OPTIMAL,
        assignments=(
            assignment(ANNA, MARCH),
            assignment(BORIS, MARCH),
            assignment(CLEO, overlapping),
        ),
    )
    plan_id = drafted(store, given, result)
    with store.read() as unit:
        load = unit.plans.load(plan_id)
    assert load == (
        LoadRow("auckland", date(2027, 4, 1), 0, 5),
        LoadRow("auckland", date(2027, 4, 2), 0, 5),
        LoadRow("berlin", date(2027, 3, 1), 2, 2),
        LoadRow("berlin", date(2027, 3, 2), 3, 5),
        LoadRow("berlin", date(2027, 3, 3), 1, 3),
    )
