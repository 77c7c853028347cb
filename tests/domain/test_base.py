"""What all domain values share."""

from __future__ import annotations

import pickle
from datetime import date

from scheduler.domain.calendar import DateRange
from scheduler.domain.people import Absence, Employee

HIRED = date(2020, 1, 1)


def test_values_given_the_same_fields_share_the_note_of_which() -> None:
    one, other = (Employee(id=name, name=name, hire_date=HIRED) for name in ("1", "2"))
    assert one.model_fields_set is other.model_fields_set
    moved = [person.model_copy(update={"team": "North"}) for person in (one, other)]
    assert moved[0].model_fields_set is moved[1].model_fields_set
    assert moved[0].model_fields_set == {"id", "name", "hire_date", "team"}
    assert one.model_fields_set == {"id", "name", "hire_date"}


def test_they_share_it_after_a_journey_too() -> None:
    days = DateRange(first=HIRED, last=HIRED)
    pair = tuple(Absence(employee_id=name, days=days) for name in ("1", "2"))
    found = pickle.loads(pickle.dumps(pair))
    assert found == pair
    assert found[0].model_fields_set is found[1].model_fields_set


def test_what_was_not_given_can_still_be_left_out() -> None:
    person = Employee(id="1", name="One", hire_date=HIRED)
    assert person.model_dump(exclude_unset=True) == {"id": "1", "name": "One", "hire_date": HIRED}
