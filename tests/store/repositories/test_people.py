"""People are kept, found and counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scheduler.domain.calendar import Place, WorkPattern
from scheduler.domain.errors import BadInput, NotFound
from scheduler.domain.people import Employee, Exemption
from scheduler.store import CoverageRow, Owing, Store
from scheduler.store.mapping.exceptions import EXEMPTIONS
from tests.store.examples import (
    TODAY,
    days,
    everybody_in,
    on_record,
    person,
    problem,
    published,
    session,
)

ANNA = person("1", "Anna Müller", department="Books", team="Payments")
BORIS = person("2", "Boris ÅSTRÖM", department="Books", team="Search", email="boris@shop.example")
CLEO = person("3", "Cleo 100%_sure", department="Toys", executive=True)
DAY = timedelta(days=1)


def found(store: Store, query: str = "", **filters: object) -> list[str]:
    """The ids that a search finds, in order."""
    with store.read() as unit:
        page = unit.people.search(query, today=TODAY, **filters)  # type: ignore[arg-type]
    assert page.total == len(page.rows)
    return [row.id for row in page.rows]


def test_everything_about_a_person_comes_back_as_it_was(store: Store) -> None:
    whole = Employee(
        id="7",
        name="Zoë O’Brien, “the boss”\n",
        email="z@shop.example",
        department="Books",
        team="Payments",
        title="Chief",
        manager_id="nobody on record",
        level=2,
        executive=True,
        place=Place(city="Nürnberg", country="DE", subdivision="BY", timezone="Europe/Berlin"),
        pattern=WorkPattern(weekdays=frozenset({0, 2, 6})),
        languages=("de", "en"),
        hire_date=date(2011, 2, 3),
        leave_date=date(2030, 1, 1),
        centre="berlin",
    )
    on_record(store, whole)
    with store.read() as unit:
        assert unit.people.employee("7") == whole


def test_people_come_in_the_order_of_their_ids_by_code_point(store: Store) -> None:
    ids = ["b", "10", "B", "9", "ä", "a"]
    on_record(store, *(person(key) for key in ids))
    with store.read() as unit:
        everybody = unit.people.employees()
        some = unit.people.employees({"ä", "B", "unknown", "9"})
    assert [one.id for one in everybody] == sorted(ids)
    assert [one.id for one in some] == ["9", "B", "ä"]


def test_somebody_unknown_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="“42”"), store.read() as unit:
        unit.people.employee("42")


def test_saving_again_changes_people_and_keeps_where_they_stand(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    with store.write() as unit:
        unit.people.save_windows([("1", TODAY, TODAY + DAY, date(2025, 1, 1))])
        unit.people.save_employees([ANNA.model_copy(update={"name": "Anna Schmidt"})])
    with store.read() as unit:
        assert unit.people.count() == 2
        row = unit.people.search("schmidt", today=TODAY).rows[0]
    assert (row.name, row.due, row.last_served) == ("Anna Schmidt", TODAY + DAY, date(2025, 1, 1))


def test_saving_nobody_is_fine(store: Store) -> None:
    with store.write() as unit:
        unit.people.save_employees([])
        unit.people.save_windows([])
    with store.read() as unit:
        assert unit.people.employees() == ()
        assert unit.people.employees([]) == ()
        assert unit.people.count() == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["1", "2", "3"]),
        ("mull", ["1"]),
        ("MÜLLER anna", ["1"]),
        ("astrom", ["2"]),
        ("shop.example", ["2"]),
        ("3", ["3"]),
        ("100%_", ["3"]),
        ("%", ["3"]),
        ("_", ["3"]),
        ("/", []),
        ("anna boris", []),
    ],
)
def test_a_search_finds_every_word_in_name_id_or_address(
    store: Store, query: str, expected: list[str]
) -> None:
    on_record(store, ANNA, BORIS, CLEO)
    assert found(store, query) == expected


def test_a_search_takes_whatever_somebody_types(store: Store) -> None:
    on_record(store, ANNA)
    assert found(store, "a " * 100_000) == ["1"]
    assert found(store, "x" * 100_000) == []


def test_a_search_can_be_narrowed(store: Store) -> None:
    on_record(store, ANNA, BORIS, CLEO)
    assert found(store, department="Books") == ["1", "2"]
    assert found(store, department="Books", team="Search") == ["2"]
    assert found(store, executive=True) == ["3"]
    assert found(store, "b", executive=False, department="Books") == ["2"]


def test_a_search_can_be_sorted_with_the_unknown_last(store: Store) -> None:
    on_record(store, ANNA, BORIS, CLEO)
    with store.write() as unit:
        unit.people.save_windows([("2", TODAY, TODAY, None), ("3", TODAY, TODAY + DAY, None)])
    assert found(store, sort="-name") == ["3", "2", "1"]
    assert found(store, sort="due") == ["2", "3", "1"]
    assert found(store, sort="-due") == ["3", "2", "1"]
    assert found(store, sort="team") == ["1", "2", "3"]
    assert found(store, sort="id") == ["1", "2", "3"]


def test_a_search_refuses_to_sort_by_what_it_does_not_know(store: Store) -> None:
    with pytest.raises(BadInput, match="“salary”"):
        found(store, sort="salary")


def test_a_search_comes_in_pages(store: Store) -> None:
    on_record(store, *(person(f"{n:03}") for n in range(25)))
    with store.read() as unit:
        second = unit.people.search(today=TODAY, page=2, size=10)
        third = unit.people.search(today=TODAY, page=3, size=10)
        beyond = unit.people.search(today=TODAY, page=10**30, size=10)
        before = unit.people.search(today=TODAY, page=-1, size=10)
    assert [row.id for row in second.rows] == [f"{n:03}" for n in range(10, 20)]
    assert len(third.rows) == 5
    assert (third.total, third.pages) == (25, 3)
    assert beyond.rows == ()
    assert before.rows[0].id == "000"


def test_who_owes_is_overdue_or_exempt(store: Store) -> None:
    names = ["overdue", "due today", "due", "not yet", "exempt", "was exempt", "left", "no window"]
    everybody = [person(name) for name in names if name != "left"]
    on_record(store, *everybody, person("left", leave_date=TODAY - DAY))
    long_ago = TODAY - 99 * DAY
    with store.write() as unit:
        unit.people.save_windows(
            [
                ("overdue", long_ago, TODAY - DAY, None),
                ("due today", long_ago, TODAY, None),
                ("due", TODAY, TODAY + DAY, None),
                ("not yet", TODAY + DAY, TODAY + 9 * DAY, None),
                ("exempt", long_ago, TODAY - DAY, None),
                ("was exempt", long_ago, TODAY - DAY, None),
                ("left", long_ago, TODAY - DAY, None),
            ]
        )
        unit.exceptions.add(
            EXEMPTIONS,
            [
                Exemption(employee_id=who, category="health", approver="hr", days=days(first, last))
                for who, first, last in (
                    ("exempt", TODAY, TODAY),
                    ("was exempt", long_ago, TODAY - DAY),
                )
            ],
        )
    assert found(store, owing="overdue") == ["overdue", "was exempt"]
    assert found(store, owing=Owing.DUE) == ["due", "due today"]
    assert found(store, owing="exempt") == ["exempt"]
    assert found(store, employed=False) == ["left"]
    assert len(found(store, employed=True)) == 7


def test_a_row_tells_the_next_confirmed_day_of_service(store: Store) -> None:
    soon, later = session(date(2027, 3, 1)), session(date(2027, 6, 1))
    given = problem([ANNA, BORIS], [soon, later])
    published(store, given, everybody_in(problem([ANNA]), later))
    with store.read() as unit:
        rows = unit.people.search(today=TODAY).rows
        after = unit.people.search(today=date(2027, 6, 2)).rows
        too_late = unit.people.search(today=date(2027, 6, 3)).rows
    assert [row.next_service for row in rows] == [date(2027, 6, 1), None]
    assert after[0].next_service == date(2027, 6, 2)
    assert too_late[0].next_service is None


def test_departments_and_teams_are_named_once(store: Store) -> None:
    on_record(store, ANNA, BORIS, CLEO, person("4"))
    with store.read() as unit:
        assert unit.people.departments() == ("Books", "Toys")
        assert unit.people.teams() == ("Payments", "Search")


def test_coverage_counts_executives_apart(store: Store) -> None:
    planned = person("5", department="Books")
    given = problem([planned])
    published(store, given, everybody_in(given, session()))
    on_record(
        store,
        ANNA,
        BORIS,
        CLEO,
        person("4"),
        person("6", department="Books", leave_date=TODAY - DAY),
        person("7", department="Books", hire_date=TODAY + DAY),
    )
    with store.write() as unit:
        unit.people.save_windows(
            [
                ("1", TODAY - 9 * DAY, TODAY - DAY, date(2024, 1, 1)),
                ("2", TODAY, TODAY + DAY, date(2025, 1, 1)),
                ("3", TODAY, TODAY + DAY, None),
            ]
        )
        rows = unit.people.coverage(TODAY)
    assert rows == (
        CoverageRow(None, True, people=1, served_in_cycle=0, overdue=0, planned=0),
        CoverageRow(None, False, people=1, served_in_cycle=0, overdue=0, planned=0),
        CoverageRow("Books", False, people=3, served_in_cycle=1, overdue=1, planned=1),
    )
