"""Setting up: presets, the sample company, rules."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scheduler import planning
from scheduler.domain.errors import NotFound
from scheduler.rules import registry
from scheduler.sample import make_company
from scheduler.store import Store
from tests.planning.office import AT, HR, ON_SQLITE, START, import_roster

pytestmark = ON_SQLITE


def _spacing(store: Store) -> int:
    with store.read() as unit:
        settings = unit.catalogue.rules().settings
    return int(next(s for s in settings if s.key == "spacing").params["days"])


def test_a_preset_brings_its_policy_and_programmes(store: Store) -> None:
    chosen = planning.initialise(store, "amazon", at=AT)
    with store.read() as unit:
        policy, programmes = unit.catalogue.policy(), unit.catalogue.programmes()
        entries = unit.audit.entries()
    assert policy == chosen.policy(AT.date())
    assert {p.key for p in programmes} == {p.key for p in chosen.programmes} == {"two_days", "cew"}
    assert [(entry.actor, entry.action) for entry in entries] == [("setup", "chose preset")]


def test_a_policy_keeps_its_start_unless_another_is_given(store: Store) -> None:
    planning.initialise(store, "amazon", at=AT, start=START)
    planning.initialise(store, "amazon_days", at=AT + timedelta(days=100))
    with store.read() as unit:
        assert unit.catalogue.policy().start == START  # type: ignore[union-attr]
    planning.initialise(store, "amazon_days", at=AT, start=date(2028, 1, 1))
    with store.read() as unit:
        assert unit.catalogue.policy().start == date(2028, 1, 1)  # type: ignore[union-attr]


def test_an_unknown_preset_names_those_there_are(store: Store) -> None:
    with pytest.raises(NotFound, match="amazon"):
        planning.initialise(store, "nowhere", at=AT)
    with store.read() as unit:
        assert unit.catalogue.policy() is None


def test_the_time_between_two_services_follows_the_cycle_the_first_time(store: Store) -> None:
    planning.initialise(store, "amazon", at=AT, start=START)
    assert _spacing(store) == (date(2029, 1, 1) - START).days // 4
    settings = [registry()["spacing"].default_setting()]
    planning.change_rules(store, settings, expected_version=1, actor=HR, at=AT)
    planning.initialise(store, "zappos", at=AT)
    assert _spacing(store) == 28, "what an admin chose stays"


def test_a_sample_company_has_seats_for_everybody(store: Store) -> None:
    planning.initialise(store, "amazon", at=AT, start=START)
    company = make_company(120, 2, 1, START)
    planning.load_company(store, company, at=AT)
    with store.read() as unit:
        assert unit.people.employees() == tuple(sorted(company.employees, key=lambda p: p.id))
        seats = {p.key: p.seats for p in unit.catalogue.programmes()}
        assert seats == company.session_seats
        assert len(unit.exceptions.absences()) == len(set(company.absences))
        assert len(unit.exceptions.blackouts()) == len(company.blackouts)
        assert set(unit.exceptions.stand_ins()) == set(company.stand_ins)
        assert set(unit.exceptions.exemptions()) == set(company.exemptions) != set()
        assert set(unit.exceptions.pairings()) == set(company.pairings) != set()
        assert set(unit.exceptions.mentors()) == set(company.mentors) != set()
        due = [row.due for row in unit.people.search(today=START, size=200).rows]
    assert all(due), "everybody's window is worked out"


def test_windows_wait_for_a_policy(store: Store) -> None:
    import_roster(store, "id,name,hire date\na,Ann,2020-01-01\n")
    with store.read() as unit:
        assert unit.people.search(today=START).rows[0].due is None
    planning.initialise(store, "amazon_days", at=AT, start=START)
    with store.read() as unit:
        assert unit.people.search(today=START).rows[0].due == date(2028, 12, 31)
