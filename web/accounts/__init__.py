"""Accounts: Flask-Security over the store, without its own pages."""

from __future__ import annotations

from flask import Flask
from flask_security import Security

from scheduler.store.flask_security_models import SignInAccounts
from web.accounts import views
from web.context import Frontline, now

blueprints = (views.blueprint,)


def install(app: Flask) -> None:
    """Let people sign in. The pages are ours (`views`), so that each declares who may enter."""
    frontline: Frontline = app.extensions["frontline"]
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        # The hash is plain argon2id, which the command line makes, too.
        SECURITY_PASSWORD_SINGLE_HASH={"argon2"},
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_TRACKABLE=True,
        SECURITY_DATETIME_FACTORY=now,
        SECURITY_REGISTERABLE=False,
        SECURITY_RECOVERABLE=False,
        SECURITY_CHANGEABLE=False,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
    )
    accounts = SignInAccounts(frontline.store)
    Security(app, accounts, register_blueprint=False)

    def let_go(_error: BaseException | None) -> None:
        accounts.let_go()

    app.teardown_appcontext(let_go)
