"""What an import would change, in the words of people."""

from __future__ import annotations

from scheduler.domain.calendar import Place
from scheduler.domain.people import Employee
from scheduler.exchange.roster.difference import TITLES, FieldChange, difference
from scheduler.exchange.roster.reading import RosterReading
from tests.worlds import LISBON, a_person


def test_every_field_that_can_change_is_called_something() -> None:
    fields = {*Employee.model_fields, *Place.model_fields} - {"id", "place"}
    assert fields <= TITLES.keys()
    assert not any("_" in title for title in TITLES.values())


def test_a_change_names_its_field_as_people_do() -> None:
    reading = RosterReading(
        employees=(a_person("ann", place=LISBON, manager_id="bob"),), named=frozenset({"ann"})
    )
    changes = difference({"ann": a_person("ann")}, reading).changed
    assert FieldChange("ann", "manager_id", "", "bob") in changes
    assert {change.title for change in changes} >= {"Manager", "City", "Country", "Time zone"}
