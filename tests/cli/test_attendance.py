"""`frontline attendance set`."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from scheduler.domain.rota import ServiceState
from scheduler.store import Store
from tests.cli.conftest import Cli
from tests.planning.office import published


def test_attendance_is_said_and_taken_back(cli: Cli, office: Store) -> None:
    published(office)
    with office.read() as unit:
        service = unit.rota.services("s1")[0]
    day = service.first_day
    early = cli("attendance", "set", "s1", day, "attended")
    assert (early.status, "has not begun yet" in early.err) == (1, True)
    with time_machine.travel(service.days[0].starts + timedelta(hours=1)):
        for state in ("missed", "confirmed", "attended"):
            answer = cli("attendance", "set", "s1", day, state)
            assert (answer.status, answer.out) == (0, f"s1, {day}: {state}.")
        nothing = cli("attendance", "set", "s1", day - timedelta(days=30), "missed")
        assert (nothing.status, "has no service on" in nothing.err) == (2, True)
        assert cli("attendance", "set", "s1", day, "late").status == 2
    with office.read() as unit:
        assert unit.rota.service(service.id).state is ServiceState.ATTENDED
