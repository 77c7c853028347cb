"""Users: admins open and close accounts, give roles, and link people."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.store.examples import account_of
from tests.web.company import PASSWORD, Company
from tests.web.conftest import SignIn, token

NEW = "new.person@frontline.example"


def create(client: FlaskClient, **changes: object) -> TestResponse:
    """Send the form for a new account."""
    form: dict[str, object] = {
        "csrf_token": token(client, "/users/"),
        "email": NEW,
        "password": PASSWORD,
        "roles": ["hr"],
        "employee_id": "",
    }
    return client.post("/users/", data=form | changes)


def number(company: Company, email: str) -> int:
    """An account's number."""
    with company.store.read() as unit:
        return account_of(unit, email).id


def send(client: FlaskClient, page: str, **form: object) -> TestResponse:
    """Send a form of an account's page."""
    return client.post(page, data={"csrf_token": token(client, "/users/"), **form})


def test_a_new_account_can_sign_in(app: Flask, admin: FlaskClient) -> None:
    answer = create(admin)
    assert answer.status_code == 302
    assert NEW in admin.get(answer.headers["Location"]).text
    fresh = app.test_client()
    form = {"email": NEW, "password": PASSWORD, "csrf_token": token(fresh, "/sign-in")}
    assert fresh.post("/sign-in", data=form).headers["Location"] == "/overview/"


def test_an_account_is_linked_to_somebody_on_the_roster(
    admin: FlaskClient, company: Company
) -> None:
    with company.store.read() as unit:
        third = unit.people.employees()[2]
    create(admin, employee_id=third.id, roles=["employee"])
    assert third.name in admin.get(f"/users/{number(company, NEW)}").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": ""}, "Please fill this in."),
        ({"email": "nobody"}, "Write an address such as"),
        ({"password": "short"}, "Use 12 to 128 characters."),
        ({"roles": []}, "Choose at least one."),
        ({"roles": ["emperor"]}, "Choose at least one."),
        ({"employee_id": "nobody"}, "Nobody on the roster has this number."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    admin: FlaskClient, changes: dict[str, object], said: str
) -> None:
    answer = create(admin, **changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert NEW in answer.text or "email" in changes
    assert PASSWORD not in answer.text


def test_an_address_has_one_account_only(admin: FlaskClient) -> None:
    answer = create(admin, email="hr@frontline.example")
    assert answer.status_code == 409
    assert "has an account already" in answer.text


def test_other_roles_hold_from_the_next_click_on(
    admin: FlaskClient, sign_in: SignIn, company: Company
) -> None:
    hr = sign_in("hr")
    page = f"/users/{number(company, 'hr@frontline.example')}"
    assert send(admin, f"{page}/roles", roles=["employee"]).status_code == 302
    assert hr.get("/people/").status_code == 403


def test_a_lead_is_given_their_centres(
    admin: FlaskClient, sign_in: SignIn, company: Company
) -> None:
    page = f"/users/{number(company, 'lead@frontline.example')}"
    send(admin, f"{page}/roles", roles=["lead"], centres=[company.centres[1], "atlantis"])
    lead = sign_in("lead")
    assert lead.get(f"/centre/{company.centres[1]}").status_code == 200
    assert lead.get(f"/centre/{company.centres[0]}").status_code == 404


def test_at_least_one_role_is_needed(admin: FlaskClient) -> None:
    answer = send(admin, "/users/1/roles")
    assert answer.status_code == 422
    assert "Choose at least one." in answer.text


def test_an_account_is_closed_and_opened_again(
    admin: FlaskClient, sign_in: SignIn, company: Company
) -> None:
    hr = sign_in("hr")
    page = f"/users/{number(company, 'hr@frontline.example')}"
    send(admin, f"{page}/active", active="0")
    assert hr.get("/people/").status_code == 302
    assert "closed" in admin.get(page).text
    send(admin, f"{page}/active", active="1")
    assert sign_in("hr").get("/people/").status_code == 200


def test_admins_cannot_shut_themselves_out(admin: FlaskClient, company: Company) -> None:
    page = f"/users/{number(company, 'admin@frontline.example')}"
    send(admin, f"{page}/active", active="0")
    assert "You cannot close your own account." in admin.get(page).text
    answer = send(admin, f"{page}/roles", roles=["hr"])
    assert answer.status_code == 422
    assert "cannot take the admin role from yourself" in answer.text


def test_a_lost_password_is_replaced(
    admin: FlaskClient, app: Flask, company: Company, sign_in: SignIn
) -> None:
    hr = sign_in("hr")
    page = f"/users/{number(company, 'hr@frontline.example')}"
    assert send(admin, f"{page}/password", password="short").status_code == 422
    assert send(admin, f"{page}/password", password="quite another one").status_code == 302
    assert hr.get("/people/").status_code == 302


def test_everything_about_accounts_is_in_the_audit_log(
    admin: FlaskClient, company: Company
) -> None:
    create(admin)
    page = f"/users/{number(company, NEW)}"
    send(admin, f"{page}/roles", roles=["employee"])
    send(admin, f"{page}/active", active="0")
    text = admin.get("/audit/").text
    for action in ("created account", "changed roles", "closed account"):
        assert action in text
    assert PASSWORD not in text


def test_the_seals_of_the_log_can_be_checked(admin: FlaskClient) -> None:
    answer = admin.post("/audit/verify", data={"csrf_token": token(admin, "/audit/")})
    assert "Every seal holds" in answer.text
