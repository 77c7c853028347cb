"""A plan as a file, in every format there is."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO
from typing import Any

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from scheduler import planning
from scheduler.domain.errors import BadInput, NotFound
from scheduler.planning.plans.exporting import FORMATS
from scheduler.store import Store
from tests.model.test_mps import Mps
from tests.planning.office import AT, HR, ON_SQLITE, STAYING, draft, open_office, planned

pytestmark = ON_SQLITE


def _export(store: Store, plan_id: int, format: str) -> bytes:
    return planning.plan_file(store, plan_id, format, page_url="https://frontline.example/me")


def _events(body: bytes) -> dict[tuple[str, str], str]:
    """Summary and start of every event → its uid."""
    found: list[Any] = list(Calendar.from_ical(body).walk("VEVENT"))
    return {(str(e["SUMMARY"]), e["DTSTART"].dt.isoformat()): str(e["UID"]) for e in found}


def test_the_tables_have_a_line_for_everybody(store: Store) -> None:
    open_office(store)
    plan_id = planned(store)
    lines = list(csv.DictReader(StringIO(_export(store, plan_id, "csv").decode())))
    assert {line["employee_id"] for line in lines} == set(STAYING)
    rows = list(load_workbook(BytesIO(_export(store, plan_id, "xlsx"))).active.values)  # type: ignore[union-attr]
    assert list(rows[0]) == list(lines[0])
    assert [row[0] for row in rows[1:]] == [line["employee_id"] for line in lines]
    assert "auckland" in _export(store, plan_id, "json").decode()
    json.loads(_export(store, plan_id, "json"))


def test_the_calendar_names_everybody_and_keeps_its_uids(store: Store) -> None:
    open_office(store)
    plan_id = planned(store)
    draft_events = _events(_export(store, plan_id, "ics"))
    assert len(draft_events) == 16
    assert any("Dee Seller" in summary for summary, _ in draft_events)
    assert _events(_export(store, plan_id, "ics")) == draft_events
    planning.publish(store, plan_id, actor=HR, at=AT)
    with store.read() as unit:
        uids = {day.uid for day in unit.calendar.days()}
    assert set(_events(_export(store, plan_id, "ics")).values()) == uids


def test_the_model_can_be_solved_elsewhere(store: Store) -> None:
    open_office(store)
    plan_id = planned(store)
    with store.read() as unit:
        cost = unit.plans.plan(plan_id).cost
    solved = Mps(_export(store, plan_id, "mps").decode()).solved_by_highs()
    assert solved == pytest.approx(cost, abs=1e-5)


def test_a_plan_that_is_not_computed_yet_has_a_model_and_an_empty_table(store: Store) -> None:
    open_office(store)
    plan_id, _ = draft(store)
    assert len(_export(store, plan_id, "csv").splitlines()) == 1
    assert _events(_export(store, plan_id, "ics")) == {}
    assert _export(store, plan_id, "mps")


def test_an_unknown_format_names_the_known_ones(store: Store) -> None:
    open_office(store)
    with pytest.raises(BadInput, match="pdf") as caught:
        _export(store, draft(store)[0], "pdf")
    assert all(known in caught.value.hint for known in FORMATS)


def test_an_unknown_plan_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        _export(store, 7, "csv")


def test_an_export_is_written_down_with_who_took_it(store: Store) -> None:
    open_office(store)
    plan_id, _ = draft(store)
    body = planning.export_plan(store, plan_id, "csv", actor=HR, at=AT)
    assert body == _export(store, plan_id, "csv")
    with store.read() as unit:
        latest = unit.audit.entries(limit=1)[0]
    assert (latest.actor, latest.action, latest.subject) == (HR, "exported plan", f"plan {plan_id}")
    assert latest.details == {"format": "csv"}


def test_an_export_that_fails_is_not_written_down(store: Store) -> None:
    open_office(store)
    plan_id, _ = draft(store)
    with pytest.raises(BadInput):
        planning.export_plan(store, plan_id, "pdf", actor=HR, at=AT)
    with store.read() as unit:
        assert unit.audit.entries(limit=1)[0].action == "drafted plan"
