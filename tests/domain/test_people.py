"""People: employment, the management chain, and who is an executive."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scheduler.domain.calendar import DateRange, Place, WorkPattern
from scheduler.domain.people import (
    Employee,
    ManagementCycle,
    levels,
    with_levels,
)
from tests.worlds import a_person, day, days


class TestEmployee:
    def test_is_employed_from_the_first_day_to_the_last(self) -> None:
        ann = a_person("ann", hire_date=day(1), leave_date=day(3))
        assert [ann.employed_on(day(n)) for n in range(5)] == [False, True, True, True, False]

    def test_without_a_last_day_stays(self) -> None:
        assert a_person("ann", hire_date=day(1)).employed_on(date.max)

    def test_may_leave_on_the_day_of_being_hired_but_not_before(self) -> None:
        assert a_person("ann", hire_date=day(1), leave_date=day(1)).employed_on(day(1))
        with pytest.raises(ValidationError, match="leaves on 2027-01-11, before being hired on"):
            a_person("ann", hire_date=day(1), leave_date=day(0))

    @pytest.mark.parametrize(
        ("field", "value"), [("id", ""), ("id", "x" * 65), ("name", ""), ("level", 0)]
    )
    def test_needs_an_id_a_name_and_a_level(self, field: str, value: object) -> None:
        with pytest.raises(ValidationError, match=field):
            Employee.model_validate(
                {"id": "ann", "name": "Ann", "hire_date": day(0)} | {field: value}
            )

    def test_knows_no_field_but_its_own(self) -> None:
        with pytest.raises(ValidationError, match="salary"):
            a_person("ann", salary=1)

    def test_works_on_the_days_of_the_pattern_that_are_no_holidays(self) -> None:
        bavarian = a_person(
            "ann",
            pattern=WorkPattern(weekdays=frozenset([1, 2])),
            place=Place(country="DE", subdivision="BY"),
        )
        week = [date(2027, 1, 4 + n) for n in range(7)]
        assert [d.day for d in week if bavarian.works_on(d)] == [5]  # the 6th is Epiphany


class TestLevels:
    def test_count_down_from_the_top(self) -> None:
        assert levels({"boss": None, "lead": "boss", "ann": "lead"}) == {
            "boss": 1,
            "lead": 2,
            "ann": 3,
        }

    def test_do_not_depend_on_the_order_of_the_roster(self) -> None:
        assert levels({"ann": "lead", "lead": "boss", "boss": None})["ann"] == 3

    def test_a_manager_who_is_not_on_the_roster_is_nobody(self) -> None:
        assert levels({"ann": "gone", "bob": "ann"}) == {"ann": 1, "bob": 2}

    def test_of_nobody_are_none(self) -> None:
        assert levels({}) == {}

    def test_there_may_be_several_at_the_top(self) -> None:
        assert levels({"a": None, "b": None, "c": "b"}) == {"a": 1, "b": 1, "c": 2}

    def test_a_cycle_is_told_by_its_members_only(self) -> None:
        managers = {"below": "a", "a": "b", "b": "c", "c": "a", "boss": None}
        with pytest.raises(ManagementCycle, match="management cycle: a → b → c → a") as caught:
            levels(managers)
        assert caught.value.members == ("a", "b", "c")

    def test_nobody_manages_themselves(self) -> None:
        with pytest.raises(ManagementCycle, match="management cycle: a → a"):
            levels({"a": "a"})

    @settings(deadline=None)
    @given(st.data(), st.integers(1, 30))
    def test_everybody_is_one_below_their_manager(self, data: st.DataObject, size: int) -> None:
        names = data.draw(st.permutations([f"p{n}" for n in range(size)]))
        managers = {
            f"p{n}": f"p{data.draw(st.integers(0, n - 1))}" if n else None for n in range(size)
        }
        found = levels({name: managers[name] for name in names})
        assert found.keys() == managers.keys()
        for name, manager in managers.items():
            assert found[name] == (1 if manager is None else found[manager] + 1)

    def test_a_chain_of_thousands_is_no_problem(self) -> None:
        chain: dict[str, str | None] = {f"p{n}": f"p{n + 1}" for n in range(5000)}
        assert levels(chain)["p0"] == 5000


class TestExecutives:
    def _chain(self) -> list[Employee]:
        return [
            a_person("boss"),
            a_person("lead", manager_id="boss"),
            a_person("assistant", manager_id="boss"),
            a_person("sub", manager_id="lead"),
            a_person("ann", manager_id="sub"),
        ]

    def _executives(self, level: int) -> list[str]:
        return [person.id for person in with_levels(self._chain(), level) if person.executive]

    def test_stand_at_or_above_the_level_and_lead_somebody(self) -> None:
        assert self._executives(1) == ["boss"]
        assert self._executives(2) == ["boss", "lead"]
        assert self._executives(3) == ["boss", "lead", "sub"]

    def test_nobody_is_one_on_a_roster_without_managers(self) -> None:
        people = with_levels([a_person("ann"), a_person("bob")], 2)
        assert [(person.level, person.executive) for person in people] == [(1, False), (1, False)]

    def test_are_derived_anew_each_time(self) -> None:
        former = a_person("ann", executive=True, level=1, manager_id="boss")
        people = with_levels([a_person("boss"), former], 1)
        assert [(person.id, person.level, person.executive) for person in people] == [
            ("boss", 1, True),
            ("ann", 2, False),
        ]


def test_values_are_equal_by_their_fields_and_never_change() -> None:
    assert DateRange(first=day(0), last=day(1)) == days(0, 1)
    with pytest.raises(ValidationError, match="frozen"):
        a_person("ann").name = "Bob"  # type: ignore[misc]
