"""Who may enter where: every route, for everybody who might knock."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import get_args

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.web.company import HASH, Company
from tests.web.conftest import SignIn
from web.access import Who, access, declared, is_local

KNOCKING = ("anonymous", "employee", "other", "lead", "hr", "admin", "revoked")

ENTER: dict[Who, frozenset[str]] = {
    "public": frozenset(KNOCKING),
    "signed_in": frozenset({"employee", "other", "lead", "hr", "admin"}),
    "employee": frozenset({"employee", "other"}),
    "lead": frozenset({"lead", "hr", "admin"}),
    "hr": frozenset({"hr", "admin"}),
    "admin": frozenset({"admin"}),
}
"""Written out once more, so that a change of the real table shows here."""

WHO: dict[str, Who] = {
    "static": "public",
    "accounts.home": "public",
    "accounts.sign_in": "public",
    "accounts.try_to_sign_in": "public",
    "accounts": "signed_in",
    "overview": "hr",
    "people": "hr",
    "imports": "hr",
    "exceptions": "hr",
    "centres": "hr",
    "plans": "hr",
    "plan": "hr",
    "publishing": "hr",
    "repairs": "hr",
    "revising": "hr",
    "exports": "hr",
    "runs": "hr",
    "why": "hr",
    "fairness": "hr",
    "rules.save": "admin",
    "rules.sentence": "admin",
    "rules.restore": "admin",
    "rules.adopt": "admin",
    "rules": "hr",
    "users": "admin",
    "audit": "admin",
    "me": "employee",
    "centre": "lead",
    "feeds": "public",
    "health": "public",
}
"""Who is meant to enter each route, or all other routes of a blueprint. A new one is added here by
hand: that is the point of it."""


@pytest.fixture
def knocking(app: Flask, sign_in: SignIn, company: Company) -> dict[str, FlaskClient]:
    """A client for everybody. The revoked one was signed in as HR before the account closed."""
    clients = {name: sign_in(name) for name in KNOCKING if name not in ("anonymous", "revoked")}
    clients["anonymous"] = app.test_client()
    with company.store.write() as unit:
        number = unit.accounts.create_account("revoked@frontline.example", HASH, ["hr"])
    clients["revoked"] = sign_in("revoked")
    with company.store.write() as unit:
        unit.accounts.set_active(number, False)
    return clients


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route with each method it takes."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def address(app: Flask, rule: Rule, company: Company) -> str:
    """An address of a route that exists: real numbers and keys for its arguments."""
    values = {
        "plan_id": company.draft,
        "run_id": company.running,
        "account_id": 1,
        "employee_id": company.employee.id,
        "duty_id": company.duty,
        "key": "spacing" if rule.endpoint.startswith("rules") else company.centres[0],
        "kind": "exemptions",
        "number": 1,
        "format": "csv",
        "token": "0" * 32,
        "filename": "frontline.css",
        "version": 1,
    }
    with app.test_request_context():
        return app.url_map.bind("localhost").build(
            rule.endpoint, {name: values[name] for name in rule.arguments}
        )


def meant(endpoint: str) -> Who:
    """Who is meant to enter a route."""
    return WHO.get(endpoint) or WHO[endpoint.partition(".")[0]]


def expected(who: Who, name: str) -> str:
    """What has to come out: in, back to the sign-in page, or a closed door."""
    if name in ENTER[who]:
        return "in"
    return "sign in" if name in ("anonymous", "revoked") else "403"


def outcome(client: FlaskClient, method: str, path: str) -> str:
    """What comes out. A form without its token is refused with 400 only once it is inside."""
    answer = client.open(path, method=method)
    answer.close()
    target = answer.headers.get("Location", "")
    if answer.status_code == 302 and target.startswith("/sign-in"):
        return "sign in"
    if answer.status_code == 403:
        return "403"
    if method == "POST":
        assert answer.status_code == 400, (path, answer.status_code)
        return "in"
    assert answer.status_code in (200, 302, 404), (path, answer.status_code)
    return "in"


def test_every_route_lets_in_exactly_those_it_declares(
    app: Flask, knocking: dict[str, FlaskClient], company: Company
) -> None:
    wrong = []
    for (rule, method), name in itertools.product(routes(app), KNOCKING):
        path = address(app, rule, company)
        if rule.endpoint == "accounts.home":
            continue  # sends everybody somewhere else; tested by itself
        got = outcome(knocking[name], method, path)
        if got != expected(meant(rule.endpoint), name):
            wrong.append((rule.endpoint, method, name, got))
    assert wrong == []


def test_every_route_declares_who_may_enter(app: Flask) -> None:
    undeclared = [rule.endpoint for rule, _ in routes(app) if not declared(app, rule.endpoint)]
    assert undeclared == []


def test_every_route_declares_what_is_meant(app: Flask) -> None:
    for rule, _ in routes(app):
        rights = declared(app, rule.endpoint)
        assert rights is not None
        assert rights.who == meant(rule.endpoint), rule.endpoint


def test_every_kind_of_access_is_known_here() -> None:
    assert set(ENTER) == set(get_args(Who))


def test_a_route_that_declares_nothing_is_shut(app: Flask, sign_in: SignIn) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = sign_in("admin").get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_an_object_of_somebody_else_is_not_there(app: Flask, sign_in: SignIn) -> None:
    view = access("signed_in", owner=lambda number: number == 1)(lambda number: f"no. {number}")
    app.add_url_rule("/things/<int:number>", "things", view)
    client = sign_in("employee")
    assert client.get("/things/1").text == "no. 1"
    assert client.get("/things/2").status_code == 404


def test_a_lead_sees_their_own_centre_only(sign_in: SignIn, company: Company) -> None:
    lead = sign_in("lead")
    mine, other = company.centres
    assert lead.get(f"/centre/{mine}").status_code == 200
    assert lead.get(f"/centre/{other}").status_code == 404
    assert sign_in("hr").get(f"/centre/{other}").status_code == 200


def test_the_day_sheet_of_a_single_centre_opens_at_once(sign_in: SignIn, company: Company) -> None:
    answer = sign_in("lead").get("/centre/")
    assert answer.headers["Location"] == f"/centre/{company.centres[0]}"


def test_two_employees_see_each_their_own_service(sign_in: SignIn, company: Company) -> None:
    mine = sign_in("employee").get("/me/").text
    theirs = sign_in("other").get("/me/").text
    assert company.employee.name in mine
    assert company.other.name not in mine
    assert company.other.name in theirs
    assert company.employee.name not in theirs


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("employee", "/me/"),
        ("lead", "/centre/"),
        ("hr", "/overview/"),
        ("admin", "/overview/"),
    ],
)
def test_everybody_begins_where_their_work_is(sign_in: SignIn, name: str, target: str) -> None:
    assert sign_in(name).get("/").headers["Location"] == target


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(client: FlaskClient) -> None:
    answer = client.get("/runs/3/progress", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_after_signing_in_one_is_back_where_one_wanted_to_go(client: FlaskClient) -> None:
    answer = client.get("/people/?q=ann")
    assert answer.headers["Location"] == "/sign-in?next=/people/?q%3Dann"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "/\tx",
    ],
)
def test_nobody_is_sent_to_another_host(target: str) -> None:
    assert not is_local(target)


def test_a_path_is_a_place_to_go_back_to() -> None:
    assert is_local("/people/?q=a")
