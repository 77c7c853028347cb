"""Flask-Security signs people in over our tables."""

from __future__ import annotations

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from flask_security import Security, auth_required, current_user, hash_password, roles_required
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from scheduler.store import Store
from scheduler.store.flask_security_models import SignInAccounts, User, login_session
from tests.store.examples import NOW, account_of, on_record, person


@pytest.fixture
def app(store: Store) -> Flask:
    """An application with one page for everybody signed in, and one for admins."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="not a secret",
        SECURITY_PASSWORD_SALT="salt",
        SECURITY_PASSWORD_HASH="plaintext",
        SECURITY_PASSWORD_SCHEMES=["plaintext"],
        SECURITY_PASSWORD_SINGLE_HASH=["plaintext"],
        SECURITY_HASHING_SCHEMES=["sha256_crypt"],
        SECURITY_TRACKABLE=True,
        SECURITY_DATETIME_FACTORY=lambda: NOW,
        WTF_CSRF_ENABLED=False,
    )
    accounts = SignInAccounts(store)
    Security(app, accounts)
    app.teardown_appcontext(lambda error: accounts.let_go())

    @app.get("/me")
    @auth_required("session")
    def me() -> str:
        return f"{current_user.email} {current_user.employee_id}"

    @app.get("/admin")
    @roles_required("admin")
    def admin() -> str:
        return "admin"

    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def sign_up(app: Flask, store: Store, *roles: str) -> int:
    on_record(store, person("anna"))
    with app.app_context():
        hashed = hash_password("correct horse")
    with store.write() as unit:
        return unit.accounts.create_account("anna@example.org", hashed, roles, "anna", at=NOW)


def sign_in(client: FlaskClient, password: str = "correct horse") -> int:
    answer = client.post("/login", json={"email": "anna@example.org", "password": password})
    return answer.status_code


def test_who_has_an_account_signs_in(app: Flask, client: FlaskClient, store: Store) -> None:
    account_id = sign_up(app, store, "employee")
    assert client.get("/me").status_code != 200
    assert sign_in(client, "wrong") == 400
    assert sign_in(client) == 200
    assert client.get("/me").text == "anna@example.org anna"
    assert client.get("/admin").status_code == 403
    with store.read() as unit:
        account = unit.accounts.account(account_id)
    assert (account.login_count, account.last_login_at) == (1, NOW)


def test_a_change_of_roles_bites_at_once(app: Flask, client: FlaskClient, store: Store) -> None:
    account_id = sign_up(app, store, "admin")
    sign_in(client)
    assert client.get("/admin").text == "admin"
    with store.write() as unit:
        unit.accounts.set_roles(account_id, ("employee",))
    assert client.get("/admin").status_code == 403


@pytest.mark.parametrize("how", ["new password", "kept out"])
def test_a_session_ends_with_a_new_password_or_when_kept_out(
    app: Flask, client: FlaskClient, store: Store, how: str
) -> None:
    account_id = sign_up(app, store, "employee")
    sign_in(client)
    with store.write() as unit:
        if how == "new password":
            unit.accounts.set_password(account_id, "another")
        else:
            unit.accounts.set_active(account_id, False)
    assert client.get("/me").status_code != 200


def test_flask_security_makes_accounts_of_its_own(app: Flask, store: Store) -> None:
    with app.app_context():
        datastore = current_app.extensions["security"].datastore
        datastore.create_user(email="hr@example.org", password="hash", roles=["hr"])
        datastore.commit()
    with store.read() as unit:
        account = account_of(unit, "hr@example.org")
    assert (account.roles, account.active) == (("hr",), True)


def test_a_sign_in_is_not_in_the_way_of_somebody_who_writes_meanwhile(
    app: Flask, store: Store, other_store: Store
) -> None:
    """Looking the account up and noting the sign-in are far apart: a password is checked."""
    account_id = sign_up(app, store)
    session = login_session(store)
    account = session.scalars(select(User)).one()
    with other_store.write() as unit:
        unit.accounts.set_active(account_id, True)
    account.login_count = 7
    session.commit()
    session.remove()
    with store.read() as unit:
        assert account_of(unit, "anna@example.org").login_count == 7


def test_a_naive_instant_is_refused(app: Flask, store: Store) -> None:
    sign_up(app, store)
    session = login_session(store)
    session.scalars(select(User)).one().last_login_at = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="timezone"):
        session.commit()
    session.remove()
