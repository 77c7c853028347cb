"""Signing in and out: who gets in, how often one may guess, and when a session ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from scheduler.planning.accounts.signing_in import (
    TRIES_FOR_AN_ACCOUNT,
    TRIES_FROM_AN_ADDRESS,
    WINDOW,
)
from scheduler.settings import Settings
from tests.store.examples import account_of
from tests.web.company import PASSWORD, Company
from tests.web.conftest import Clock, SignIn, token
from web import create_app
from web.accounts import passwords

HR = "hr@frontline.example"
NEW = "another good password"


def guess(client: FlaskClient, name: str, password: str, **more: str) -> TestResponse:
    """Fill in the sign-in form and send it."""
    form = {"email": name, "password": password, "csrf_token": token(client, "/sign-in"), **more}
    return client.post("/sign-in", data=form)


def test_the_right_password_lets_in(client: FlaskClient) -> None:
    assert guess(client, HR, PASSWORD).headers["Location"] == "/overview/"
    assert client.get("/people/").status_code == 200


def test_names_are_found_whatever_their_case(client: FlaskClient) -> None:
    assert guess(client, " HR@Frontline.Example ", PASSWORD).status_code == 302


def test_one_comes_out_where_one_wanted_to_go(client: FlaskClient) -> None:
    answer = guess(client, HR, PASSWORD, next="/plans/?page=2")
    assert answer.headers["Location"] == "/plans/?page=2"


def test_but_never_on_another_host(client: FlaskClient) -> None:
    answer = guess(client, HR, PASSWORD, next="//evil.example/")
    assert answer.headers["Location"] == "/overview/"


def test_known_and_unknown_names_are_answered_alike(client: FlaskClient) -> None:
    known = guess(client, HR, "wrong password")
    unknown = guess(client, "nobody@frontline.example", "wrong password")
    assert known.status_code == unknown.status_code == 401
    assert "do not fit" in known.text
    name = 'value="{}"'
    same = known.text.replace(name.format(HR), name.format("nobody@frontline.example"))
    assert _without_token(same) == _without_token(unknown.text)


def test_an_unknown_name_costs_a_hash_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    def verify(password: str, stored: str) -> bool:
        hashed.append(stored)
        return False

    monkeypatch.setattr(passwords, "verify_password", verify)
    client = app.test_client()
    guess(client, "nobody@frontline.example", "a guess")
    assert len(hashed) == 1
    assert hashed[0].startswith("$argon2id$")


def test_a_closed_account_lets_nobody_in(client: FlaskClient, company: Company) -> None:
    close(company, HR)
    assert guess(client, HR, PASSWORD).status_code == 401


def test_guessing_at_one_account_ends_after_a_few_tries(client: FlaskClient, clock: Clock) -> None:
    for _ in range(TRIES_FOR_AN_ACCOUNT):
        assert guess(client, HR, "a guess").status_code == 401
    answer = guess(client, HR, PASSWORD)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert "Too many tries" in answer.text
    clock.at += WINDOW + timedelta(seconds=1)
    assert guess(client, HR, PASSWORD).status_code == 302


def test_guessing_at_unknown_names_ends_as_soon(client: FlaskClient) -> None:
    codes = [guess(client, "nobody@x.example", "a guess").status_code for _ in range(6)]
    assert codes == [401] * TRIES_FOR_AN_ACCOUNT + [429]


def test_guessing_at_many_accounts_from_one_address_ends(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "check", lambda *_: None)
    codes = [
        guess(client, f"nobody{n}@x.example", "a guess").status_code
        for n in range(TRIES_FROM_AN_ADDRESS + 2)
    ]
    assert codes == [401] * TRIES_FROM_AN_ADDRESS + [429] * 2


def test_a_hundred_guesses_reach_the_hash_twenty_times_at_most(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = []
    monkeypatch.setattr(passwords, "check", lambda *_: reached.append(1))
    client = app.test_client()
    form = {"csrf_token": token(client, "/sign-in"), "password": "a guess"}
    for n in range(100):
        client.post("/sign-in", data=form | {"email": f"{n % 10}@x.example"})
    assert len(reached) == TRIES_FROM_AN_ADDRESS


def test_a_right_password_gives_the_try_back(client: FlaskClient, app: Flask) -> None:
    for n in range(TRIES_FROM_AN_ADDRESS + 5):
        assert guess(app.test_client(), HR, PASSWORD).status_code == 302, n


def test_throttling_counts_over_processes(
    company: Company, settings: Settings, clock: Clock
) -> None:
    apps = [create_app(settings, company.store, clock) for _ in range(2)]
    clients = [app.test_client() for app in apps]
    codes = [guess(clients[n % 2], HR, "a guess").status_code for n in range(6)]
    assert codes == [401] * TRIES_FOR_AN_ACCOUNT + [429]


def test_a_session_set_before_signing_in_is_thrown_away(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    before = token(client, "/sign-in")
    guess(client, HR, PASSWORD)
    with client.session_transaction() as session:
        assert "planted" not in session
    assert token(client, "/password") != before


def test_signing_out_ends_copies_of_the_cookie_too(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("hr")
    copy = app.test_client()
    cookie = client.get_cookie("frontline")
    assert cookie is not None
    copy.set_cookie("frontline", cookie.value)
    assert copy.get("/people/").status_code == 200
    client.post("/sign-out", data={"csrf_token": token(client, "/password")})
    assert client.get("/people/").headers["Location"].startswith("/sign-in")
    assert copy.get("/people/").headers["Location"].startswith("/sign-in")


def test_signing_out_takes_a_form_and_not_a_link(sign_in: SignIn) -> None:
    client = sign_in("hr")
    assert client.get("/sign-out").status_code == 405
    assert client.get("/people/").status_code == 200


def test_closing_an_account_bites_at_once(sign_in: SignIn, company: Company) -> None:
    client = sign_in("hr")
    close(company, HR)
    assert client.get("/people/").headers["Location"].startswith("/sign-in")


def test_losing_a_role_bites_at_once(sign_in: SignIn, company: Company) -> None:
    client = sign_in("hr")
    with company.store.write() as unit:
        unit.accounts.set_roles(account_of(unit, HR).id, ["employee"])
    assert client.get("/people/").status_code == 403


def test_a_session_ends_after_half_a_day(sign_in: SignIn) -> None:
    cookie = sign_in("hr").get_cookie("frontline")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.expires is not None


def change(client: FlaskClient, **form: str) -> TestResponse:
    """Send the form for a new password."""
    return client.post("/password", data={"csrf_token": token(client, "/password"), **form})


def test_a_password_can_be_changed_and_ends_all_other_sessions(app: Flask, sign_in: SignIn) -> None:
    here, elsewhere = sign_in("hr"), sign_in("hr")
    answer = change(here, old=PASSWORD, new=NEW, again=NEW)
    assert answer.status_code == 302
    assert here.get("/people/").status_code == 200
    assert elsewhere.get("/people/").status_code == 302
    assert guess(app.test_client(), HR, PASSWORD).status_code == 401
    assert guess(app.test_client(), HR, NEW).status_code == 302


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"old": "not this one", "new": NEW, "again": NEW}, "not your present password"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "at least 12 characters"),
        ({"old": PASSWORD, "new": "x" * 200, "again": "x" * 200}, "at most 128 characters"),
        ({"old": PASSWORD, "new": NEW, "again": "something else"}, "not the same as above"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "another one than your name"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said_beside_it(
    sign_in: SignIn, form: dict[str, str], said: str
) -> None:
    answer = change(sign_in("hr"), **form)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_session_left_open_cannot_be_used_to_guess_the_password(sign_in: SignIn) -> None:
    client = sign_in("hr")
    for _ in range(TRIES_FOR_AN_ACCOUNT):
        change(client, old="a guess", new=NEW, again=NEW)
    assert "Too many tries" in change(client, old=PASSWORD, new=NEW, again=NEW).text


def test_signing_in_is_written_down(sign_in: SignIn, company: Company) -> None:
    sign_in("hr")
    with company.store.read() as unit:
        entry = unit.audit.entries(1)[0]
        assert (entry.actor, entry.action) == (HR, "signed in")
        account = account_of(unit, HR)
    assert account.login_count == 1
    assert account.last_login_at is not None


def test_the_door_names_the_accounts_of_a_demonstration_only(
    company: Company, settings: Settings, clock: Clock, client: FlaskClient
) -> None:
    assert HR not in client.get("/sign-in").text
    demo = settings.model_copy(update={"demo": True})
    assert HR in create_app(demo, company.store, clock).test_client().get("/sign-in").text


def close(company: Company, email: str) -> None:
    """Close an account."""
    with company.store.write() as unit:
        unit.accounts.set_active(account_of(unit, email).id, False)


def _without_token(text: str) -> str:
    start = text.index('name="csrf_token" value="')
    return text[:start] + text[text.index(">", start) :]
