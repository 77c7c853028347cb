"""The ledger is corrected, and never loses a service."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.domain.errors import NotFound
from scheduler.domain.ledger import ServiceRecord, ServiceStatus
from scheduler.store import Store
from tests.store.examples import on_record, person

ANNA, BORIS = person("anna"), person("boris")


def test_the_ledger_is_corrected_and_never_shortened(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    first = ServiceRecord(
        employee_id="anna",
        programme="two-days",
        centre="berlin",
        days=(date(2025, 3, 3), date(2025, 3, 4)),
    )
    older = first.model_copy(update={"days": (date(2023, 3, 3),), "centre": ""})
    other = first.model_copy(update={"employee_id": "boris"})
    missed = first.model_copy(update={"status": ServiceStatus.MISSED})
    with store.write() as unit:
        unit.ledger.add([first, other, older])
        unit.ledger.add([missed])
        unit.people.save_employees([ANNA])
    with store.read() as unit:
        assert unit.ledger.records() == (older, missed, other)
        assert unit.ledger.records("boris") == (other,)


def test_a_service_of_somebody_unknown_is_refused(store: Store) -> None:
    record = ServiceRecord(employee_id="nobody", programme="two-days", days=(date(2025, 3, 3),))
    with pytest.raises(NotFound, match="not on record"), store.write() as unit:
        unit.ledger.add([record])
