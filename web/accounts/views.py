"""Signing in and out, changing the password, and the first page of each audience."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user, login_user, logout_user

from scheduler import planning
from scheduler.planning.accounts.signing_in import WINDOW
from web.access import access, admits, is_local
from web.accounts import passwords
from web.accounts.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD
from web.context import actor, frontline, now, store
from web.forms import Control, FieldEntry, FormField, TypedForm
from web.gettext import gettext as _
from web.gettext import ngettext

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/")
@access("public")
def home() -> ResponseReturnValue:
    """To the page where the reader's work begins."""
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in"))
    return redirect(first_page())


def first_page() -> str:
    """Where the reader's work begins."""
    if admits("hr"):
        return url_for("overview.page")
    if admits("employee"):
        return url_for("me.page")
    if admits("lead"):
        return url_for("centre.index")
    return url_for("accounts.password")


@blueprint.get("/sign-in")
@access("public")
def sign_in() -> ResponseReturnValue:
    """The form; somebody who is signed in already goes on."""
    if current_user.is_authenticated:
        return redirect(_next() or first_page())
    return _sign_in_page()


@blueprint.post("/sign-in")
@access("public")
def try_to_sign_in() -> ResponseReturnValue:
    """Let somebody in. Known and unknown names are answered alike, and equally late."""
    name = request.form.get("email", "")[:320].strip()
    password = request.form.get("password", "")[:LONGEST_PASSWORD]
    address = request.remote_addr or ""
    if not planning.admit_try(store(), name, address, now()):
        problem = _("Too many tries. Wait a quarter of an hour, then try again.")
        wait = str(int(WINDOW.total_seconds()))
        return _sign_in_page(name, problem), 429, {"Retry-After": wait}
    account = passwords.check(name, password)
    if account is None:
        problem = _("Name and password do not fit. Check both and try again.")
        return _sign_in_page(name, problem), 401
    planning.forgive_tries(store(), name, address, now())
    target = _next()
    _open_session(account)
    planning.record_sign_in(store(), account.email, at=now())
    return redirect(target or first_page())


def _open_session(account: Any) -> None:
    session.clear()  # what an attacker may have put there ends here
    session.permanent = True
    login_user(account, authn_via=["password"])
    passwords.datastore().commit()


@blueprint.post("/sign-out")
@access("signed_in")
def sign_out() -> ResponseReturnValue:
    """End the session here and everywhere else: a copied cookie opens nothing any more."""
    planning.end_sessions(store(), current_user.id)
    logout_user()
    session.clear()
    flash(_("You are signed out."), "good")
    return redirect(url_for("accounts.sign_in"))


def password_fields() -> tuple[FormField, ...]:
    """What changing one's password asks for."""
    least = ngettext(
        "At least %(num)s character.", "At least %(num)s characters.", SHORTEST_PASSWORD
    )
    return (
        password_field("old", _("Present password"), "current-password"),
        password_field("new", _("New password"), "new-password", least),
        password_field("again", _("The new one again"), "new-password"),
    )


@blueprint.get("/password")
@access("signed_in")
def password() -> ResponseReturnValue:
    """The form for a new password."""
    return render_template("accounts/password.html", form=TypedForm(password_fields()))


@blueprint.post("/password")
@access("signed_in")
def change_password() -> ResponseReturnValue:
    """Change the password; all other sessions of the account end."""
    form = TypedForm(password_fields(), request.form)
    _check_new_password(form)
    if not form.problems:
        _check_old_password(form)
    if form.problems:
        return render_template("accounts/password.html", form=form), 422
    account_id = current_user.id
    planning.change_password(store(), account_id, form.typed["new"], actor=actor(), at=now())
    _open_session(passwords.account(account_id))
    flash(_("Your password is changed. All other sessions of yours have ended."), "good")
    return redirect(first_page())


def _check_old_password(form: TypedForm) -> None:
    address = request.remote_addr or ""
    if not planning.admit_try(store(), actor(), address, now()):
        form.problems["old"] = _("Too many tries. Wait a quarter of an hour, then try again.")
    elif passwords.check(actor(), form.typed["old"][:LONGEST_PASSWORD]) is None:
        form.problems["old"] = _("This is not your present password.")
    else:
        planning.forgive_tries(store(), actor(), address, now())


def _check_new_password(form: TypedForm) -> None:
    new = form.typed["new"]
    if len(new) < SHORTEST_PASSWORD:
        form.problems["new"] = ngettext(
            "Use at least %(num)s character.",
            "Use at least %(num)s characters.",
            SHORTEST_PASSWORD,
        )
    elif len(new) > LONGEST_PASSWORD:
        form.problems["new"] = ngettext(
            "Use at most %(num)s character.", "Use at most %(num)s characters.", LONGEST_PASSWORD
        )
    elif new.casefold() in {form.typed["old"].casefold(), actor().casefold()}:
        form.problems["new"] = _("Use another one than your name or your present password.")
    elif new != form.typed["again"]:
        form.problems["again"] = _("This is not the same as above.")


def _sign_in_page(name: str = "", problem: str = "") -> str:
    return render_template(
        "accounts/sign_in.html",
        entries=_entrance(name),
        problem=problem,
        next=_next(),
        demo=demo_accounts(),
    )


def _entrance(name: str) -> list[FieldEntry]:
    """Who one is, and the password; one begins with what is not typed yet."""
    start = {"autofocus": "autofocus"}
    email = FormField(
        "email",
        _("E-mail"),
        Control.EMAIL,
        needed=True,
        attributes={"autocomplete": "username"} | ({} if name else start),
    )
    password = password_field("password", _("Password"), "current-password")
    more = {"maxlength": str(LONGEST_PASSWORD)} | (start if name else {})
    password = replace(password, attributes={**password.attributes, **more})
    return TypedForm([email, password], {"email": name}).entries()


def password_field(name: str, title: str, remembered_as: str, help_text: str = "") -> FormField:
    """A field for a password; `remembered_as` tells password managers which one it is."""
    return FormField(
        name,
        title,
        Control.PASSWORD,
        help_text,
        needed=True,
        attributes={"autocomplete": remembered_as},
    )


def demo_accounts() -> tuple[Any, ...]:
    """The sample company's accounts, which only a demonstration shows at the door."""
    if not frontline().settings.demo:
        return ()
    with store().read() as unit:
        return unit.accounts.accounts(size=8).rows


def _next() -> str | None:
    target = request.values.get("next")
    return target if is_local(target) else None
