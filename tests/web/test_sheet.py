"""The day sheet of a service centre: who comes, and whether they came."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from scheduler.domain.rota import Service, ServiceState
from tests.web.company import Company
from tests.web.conftest import Clock, SignIn, token


@pytest.fixture
def service(company: Company) -> Service:
    """A service at the centre that the lead leads."""
    with company.store.read() as unit:
        return unit.rota.services(centre=company.centres[0])[0]


def state_of(company: Company, service: Service) -> ServiceState:
    with company.store.read() as unit:
        return unit.rota.service(service.id).state


def say(client: FlaskClient, service: Service, state: str, centre: str | None = None) -> int:
    """Press a button of the sheet; the status of the answer."""
    page = f"/centre/{service.centre}?day={service.first_day}"
    return client.post(
        f"/centre/{centre or service.centre}/attendance?day={service.first_day}",
        data={"csrf_token": token(client, page), "service": service.id, "state": state},
    ).status_code


def test_before_the_day_there_is_a_box_to_tick_on_paper(
    sign_in: SignIn, company: Company, service: Service
) -> None:
    text = sign_in("lead").get(f"/centre/{service.centre}?day={service.first_day}").text
    assert "to be ticked on paper" in text
    assert "Did not come" not in text


def test_on_the_day_the_lead_says_who_came_and_takes_it_back(
    sign_in: SignIn, company: Company, service: Service, clock: Clock
) -> None:
    clock.at = service.days[0].starts + timedelta(hours=1)
    lead = sign_in("lead")
    assert "not said yet" in lead.get(f"/centre/{service.centre}?day={service.first_day}").text
    for state in ("attended", "confirmed", "missed", "confirmed", "excused"):
        assert say(lead, service, state) == 302
        assert state_of(company, service) == state
    assert "excused" in lead.get(f"/centre/{service.centre}?day={service.first_day}").text


def test_what_cannot_be_said_is_refused(
    sign_in: SignIn, company: Company, service: Service, clock: Clock
) -> None:
    hr = sign_in("hr")
    page = f"/centre/{service.centre}?day={service.first_day}"
    early = {"csrf_token": token(hr, "/plans/new"), "service": service.id, "state": "attended"}
    assert hr.post(f"/centre/{service.centre}/attendance", data=early).status_code == 409
    clock.at = service.days[0].starts + timedelta(hours=1)
    assert say(hr, service, "cancelled") == 400
    assert say(hr, service, "attended", company.centres[1]) == 404
    assert say(sign_in("lead"), service, "attended", company.centres[1]) == 404
    assert state_of(company, service) is ServiceState.CONFIRMED
    assert hr.get(page).status_code == 200
