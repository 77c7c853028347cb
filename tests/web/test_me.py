"""My service: the next shift, why it is mine, and the calendar that follows it."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flask.testing import FlaskClient
from icalendar import Calendar
from werkzeug.test import TestResponse

from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.words import say
from tests.publishing import publish_as_is
from tests.web.company import AT, Company
from tests.web.conftest import Clock, SignIn, token
from web.staff.me import links

WHY = say("Your first service is due by {day}.", day=AT.date())


def subscribe(client: FlaskClient) -> TestResponse:
    """Press the button for a new address."""
    return client.post("/me/subscription", data={"csrf_token": token(client, "/me/")})


def address(page: str) -> str:
    """The copyable address on the page."""
    found = re.search(r'id="address" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def days(company: Company) -> int:
    """How many days of service the employee has."""
    with company.store.read() as unit:
        return len(unit.calendar.days(company.employee.id))


def test_the_next_shift_stands_first_with_its_agenda_and_hours(
    employee: FlaskClient, company: Company
) -> None:
    text = employee.get("/me/").text
    assert "Your next service: " in text
    assert "09:00–17:00" in text
    assert re.search("introduction|mail", text)


def test_the_page_says_why(employee: FlaskClient) -> None:
    text = employee.get("/me/").text
    assert "Why me, why then?" in text
    assert "executives included" in text
    assert "Due by 30 Nov 2028." in text


def test_after_the_shift_nothing_is_next(employee: FlaskClient, clock: Clock) -> None:
    assert "Your next service" in employee.get("/me/").text
    clock.at = AT + timedelta(days=800)
    assert "No service is planned for you" in employee.get("/me/").text


def test_somebody_without_a_date_hears_when_it_is_due(
    sign_in: SignIn, company: Company, clock: Clock
) -> None:
    with company.store.write() as unit:
        problem = unit.plans.problem(company.draft)
        draft, _ = unit.plans.create(
            "Empty", problem, author="hr", at=AT, programmes=(), rules_version=0, time_limit=1
        )
        publish_as_is(unit, draft, problem, author="hr", at=AT)
    text = sign_in("employee").get("/me/").text
    assert "No service is planned for you" in text
    assert "Your next one is due by" in text
    assert "was called off" in text
    assert "does not take place" in text


def test_past_services_are_listed(sign_in: SignIn, company: Company) -> None:
    record = ServiceRecord(
        employee_id=company.employee.id, programme="cew", days=(date(2024, 5, 14),)
    )
    with company.store.write() as unit:
        unit.ledger.add([record])
    text = sign_in("employee").get("/me/").text
    assert "May 2024" in text


def test_the_download_holds_one_s_own_days(employee: FlaskClient, company: Company) -> None:
    answer = employee.get("/me/service.ics")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert len(Calendar.from_ical(answer.data).walk("VEVENT")) == days(company)


def test_a_subscription_is_shown_once_and_kept_by_nobody(
    employee: FlaskClient, company: Company
) -> None:
    answer = subscribe(employee)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    secret = address(answer.text)
    assert secret.startswith("http://127.0.0.1:8000/feeds/")
    again = employee.get("/me/").text
    assert secret not in again
    assert "You have an address since" in again
    assert "Last fetched: never" in again


def test_a_subscription_leads_to_a_calendar(
    employee: FlaskClient, client: FlaskClient, company: Company
) -> None:
    path = address(subscribe(employee).text).removeprefix("http://127.0.0.1:8000")
    answer = client.get(path)
    assert answer.status_code == 200
    assert len(Calendar.from_ical(answer.data).walk("VEVENT")) == days(company)
    assert "Last fetched: just now" in employee.get("/me/").text


def test_a_new_address_replaces_the_old_one(employee: FlaskClient, client: FlaskClient) -> None:
    first = address(subscribe(employee).text)
    second = address(subscribe(employee).text)
    assert first != second
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_a_revoked_address_is_dead_at_once(employee: FlaskClient, client: FlaskClient) -> None:
    secret = address(subscribe(employee).text)
    employee.post("/me/subscription/revoke", data={"csrf_token": token(employee, "/me/")})
    assert client.get(secret).status_code == 404
    assert ">Subscribe<" in employee.get("/me/").text


def test_cancelled_days_can_be_left_out_of_the_calendar(employee: FlaskClient) -> None:
    subscribe(employee)
    assert "stay in your calendar for 30 days" in employee.get("/me/").text
    for hide, said in (("1", "are left out"), ("0", "stay in your calendar")):
        form = {"csrf_token": token(employee, "/me/"), "hide": hide}
        assert employee.post("/me/cancelled", data=form).status_code == 302
        assert said in employee.get("/me/").text


def test_every_program_gets_its_own_shape_of_the_address() -> None:
    made = links("https://frontline.example/feeds/secret.ics")
    assert made.https == "https://frontline.example/feeds/secret.ics"
    assert made.webcal == "webcal://frontline.example/feeds/secret.ics"
    assert made.google.endswith("?cid=webcal%3A%2F%2Ffrontline.example%2Ffeeds%2Fsecret.ics")
    assert "url=https%3A%2F%2Ffrontline.example%2Ffeeds%2Fsecret.ics" in made.outlook


def test_how_late_calendars_are_is_said(employee: FlaskClient) -> None:
    assert "Google once or twice a day" in employee.get("/me/").text


def test_an_account_that_is_not_on_the_roster_has_no_service(sign_in: SignIn) -> None:
    assert sign_in("hr").get("/me/").status_code == 403
