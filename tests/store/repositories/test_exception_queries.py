"""Exceptions are searched by the people they concern, page by page."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.domain.people import Blackout, Exemption, Pairing, Scope, Wish, WishKind
from scheduler.store import Store
from scheduler.store.mapping.exceptions import BLACKOUTS, EXEMPTIONS, PAIRINGS, WISHES
from tests.store.examples import days, on_record, person

ANNA = person("anna", "Anna Ångström", email="aa@sample.example")
BORIS, CLEO = person("boris", "Boris Bär"), person("cleo", "Cleo Bär")


def wish(who: str, day: int) -> Wish:
    return Wish(employee_id=who, kind=WishKind.WISHED, days=days(date(2027, 5, day)))


@pytest.fixture
def recorded(store: Store) -> Store:
    """Three people with wishes, a pair and two blackouts."""
    on_record(store, ANNA, BORIS, CLEO)
    with store.write() as unit:
        unit.exceptions.add(WISHES, [wish("anna", 3), wish("anna", 4), wish("boris", 5)])
        unit.exceptions.add(PAIRINGS, [Pairing(one="anna", other="cleo", together=True)])
        may = days(date(2027, 5, 1))
        names = ("Zoll", "Büro Süd")
        unit.exceptions.add(
            BLACKOUTS, [Blackout(scope=Scope.TEAM, name=n, days=may) for n in names]
        )
    return store


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 3), ("angstrom", 2), ("AA@sample", 2), ("bär", 1), ("boris anna", 0), ("100%", 0)],
)
def test_entries_are_found_by_name_number_and_address(
    recorded: Store, query: str, found: int
) -> None:
    with recorded.read() as unit:
        page = unit.exceptions.search(WISHES, query)
    assert (page.total, len(page.rows)) == (found, found)


@pytest.mark.parametrize(("query", "found"), [("anna", 1), ("cleo", 1), ("boris", 0)])
def test_a_pair_is_found_by_either_of_the_two(recorded: Store, query: str, found: int) -> None:
    with recorded.read() as unit:
        assert unit.exceptions.search(PAIRINGS, query).total == found
        assert len(unit.exceptions.about(PAIRINGS, query)) == found


def test_blackouts_are_found_by_their_own_name(recorded: Store) -> None:
    with recorded.read() as unit:
        page = unit.exceptions.search(BLACKOUTS, "sud BURO")
        second = unit.exceptions.search(BLACKOUTS, "o", page=2, size=1)
    assert [kept.value.name for kept in page.rows] == ["Büro Süd"]
    assert (second.total, [kept.value.name for kept in second.rows]) == (2, ["Zoll"])


def test_the_page_asked_for_comes_with_the_number_of_all(recorded: Store) -> None:
    with recorded.read() as unit:
        page = unit.exceptions.search(WISHES, page=2, size=2)
    assert [entry.value for entry in page.rows] == [wish("boris", 5)]
    assert (page.total, page.pages) == (3, 2)


def test_what_is_over_and_what_is_not_asked_for_is_left_out(recorded: Store) -> None:
    with recorded.read() as unit:
        later = unit.exceptions.search(WISHES, since=date(2027, 5, 4)).rows
        one = unit.exceptions.search(WISHES, numbers=[later[0].id]).rows
        none = unit.exceptions.search(WISHES, numbers=[])
        assert unit.exceptions.search(PAIRINGS, since=date(2027, 5, 4)).total == 1
    assert [entry.value for entry in later] == [wish("anna", 4), wish("boris", 5)]
    assert one == later[:1]
    assert none.total == 0


def test_another_order_may_be_asked_for(recorded: Store) -> None:
    with recorded.write() as unit:
        for who, last in (("anna", 9), ("boris", 2), ("cleo", 5)):
            span = days(date(2027, 5, 1), date(2027, 5, last))
            unit.exceptions.add(
                EXEMPTIONS,
                [Exemption(employee_id=who, category="care", approver="Mara", days=span)],
            )
    with recorded.read() as unit:
        rows = unit.exceptions.search(EXEMPTIONS, order=("last",)).rows
    assert [kept.value.employee_id for kept in rows] == ["boris", "cleo", "anna"]
