"""Accounts: who may sign in, as what, and linked to whom."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from scheduler import planning
from scheduler.domain.errors import Conflict, NotFound
from web.access import access
from web.accounts.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD
from web.accounts.views import password_field
from web.context import actor, now, store
from web.forms import Control, FieldChoice, FormField, TypedForm
from web.gettext import gettext as _
from web.gettext import ngettext
from web.reading import NUMBER, page_number
from web.words import ROLES, role_name

blueprint = Blueprint("users", __name__, url_prefix="/users")


@blueprint.get("/")
@access("admin")
def index() -> ResponseReturnValue:
    """All accounts, searched by address or employee id."""
    return _list_page(TypedForm(account_fields(), {"roles": "employee"}))


@blueprint.post("/")
@access("admin")
def create() -> ResponseReturnValue:
    """A new account."""
    form = TypedForm(account_fields(), request.form)
    values = form.read()
    _check_email(form)
    _check_password(form)
    _check_employee(form)
    if not form.sound:
        return _list_page(form), 422
    try:
        new = planning.create_account(
            store(),
            values["email"],
            values["password"],
            values["roles"],
            at=now(),
            employee_id=values["employee_id"],
            actor=actor(),
        )
    except Conflict:
        form.problems["email"] = _("This address, or this employee, has an account already.")
        return _list_page(form), 409
    flash(_("%(email)s may sign in now.", email=values["email"]), "good")
    return redirect(url_for("users.show", account_id=new))


@blueprint.get(f"/<{NUMBER}:account_id>")
@access("admin")
def show(account_id: int) -> ResponseReturnValue:
    """One account."""
    return _account_page(account_id)


@blueprint.post(f"/<{NUMBER}:account_id>/roles")
@access("admin")
def set_roles(account_id: int) -> ResponseReturnValue:
    """Other roles, or other centres to lead; they hold from the next click on."""
    form = TypedForm([roles_field()], request.form)
    roles = form.read().get("roles", ())
    if account_id == current_user.id and "admin" not in roles:
        form.problems["roles"] = _("You cannot take the admin role from yourself.")
    if not form.sound:
        return _account_page(account_id, roles_form=form), 422
    centres = request.form.getlist("centres")
    planning.change_roles(store(), account_id, roles, centres, actor=actor(), at=now())
    flash(_("Saved; it holds from the next click on."), "good")
    return redirect(url_for("users.show", account_id=account_id))


@blueprint.post(f"/<{NUMBER}:account_id>/active")
@access("admin")
def set_active(account_id: int) -> ResponseReturnValue:
    """Keep somebody out, or let them in again; it bites at once."""
    active = request.form.get("active") == "1"
    if account_id == current_user.id:
        flash(_("You cannot close your own account."), "bad")
        return redirect(url_for("users.show", account_id=account_id))
    change = planning.open_account if active else planning.close_account
    change(store(), account_id, actor=actor(), at=now())
    flash(_("The account is open again.") if active else _("The account is closed."), "good")
    return redirect(url_for("users.show", account_id=account_id))


@blueprint.post(f"/<{NUMBER}:account_id>/password")
@access("admin")
def set_password(account_id: int) -> ResponseReturnValue:
    """A new password for somebody who lost theirs; all their sessions end."""
    form = TypedForm([new_password_field()], request.form)
    _check_password(form)
    if not form.sound:
        return _account_page(account_id, password_form=form), 422
    planning.give_password(store(), account_id, form.typed["password"], actor=actor(), at=now())
    flash(_("The new password holds; all sessions of the account have ended."), "good")
    return redirect(url_for("users.show", account_id=account_id))


def account_fields() -> tuple[FormField, ...]:
    """What a new account is asked for."""
    return (
        FormField(
            "email",
            _("E-mail"),
            Control.EMAIL,
            needed=True,
            longest=254,
            attributes={"autocomplete": "off"},
        ),
        password_field(
            "password",
            _("First password"),
            "new-password",
            ngettext(
                "At least %(num)s character. Tell it on another way than by mail.",
                "At least %(num)s characters. Tell it on another way than by mail.",
                SHORTEST_PASSWORD,
            ),
        ),
        FormField(
            "employee_id",
            _("Number on the roster"),
            help=_("Needed for “My service”. Empty for somebody who does not serve."),
            optional=True,
            longest=64,
            attributes={"autocomplete": "off"},
        ),
        roles_field(),
    )


def roles_field() -> FormField:
    """The roles of an account."""
    choices = tuple(FieldChoice(role, role_name(role)) for role in ROLES)
    return FormField("roles", _("Roles"), Control.TICKS, needed=True, choices=choices)


def new_password_field() -> FormField:
    """Another password for somebody."""
    return password_field(
        "password",
        _("Password"),
        "new-password",
        ngettext(
            "At least %(num)s character. All sessions of the account end.",
            "At least %(num)s characters. All sessions of the account end.",
            SHORTEST_PASSWORD,
        ),
    )


def _check_email(form: TypedForm) -> None:
    email = form.typed["email"].strip()
    if email and (email.count("@") != 1 or email.startswith("@") or email.endswith("@")):
        form.problems["email"] = _("Write an address such as name@company.example.")


def _check_password(form: TypedForm) -> None:
    if not SHORTEST_PASSWORD <= len(form.typed["password"]) <= LONGEST_PASSWORD:
        form.problems["password"] = _(
            "Use %(least)s to %(most)s characters.", least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD
        )


def _check_employee(form: TypedForm) -> None:
    employee_id = form.typed["employee_id"].strip()
    if not employee_id or "employee_id" in form.problems:
        return
    with store().read() as unit:
        try:
            unit.people.employee(employee_id)
        except NotFound:
            form.problems["employee_id"] = _("Nobody on the roster has this number.")


def _list_page(form: TypedForm) -> str:
    with store().read() as unit:
        query = request.args.get("q", "").strip()
        results = unit.accounts.accounts(query, page=page_number())
        people = {
            person.id: person
            for person in unit.people.employees(
                {r.employee_id for r in results.rows if r.employee_id}
            )
        }
    return render_template(
        "admin/users.html",
        results=results,
        people=people,
        form=form,
    )


def _account_page(
    account_id: int,
    *,
    roles_form: TypedForm | None = None,
    password_form: TypedForm | None = None,
) -> str:
    with store().read() as unit:
        account = unit.accounts.account(account_id)
        people = unit.people.employees([account.employee_id] if account.employee_id else [])
        centres = unit.catalogue.centres()
    return render_template(
        "admin/user.html",
        account=account,
        person=people[0] if people else None,
        centres=centres,
        roles_form=roles_form or TypedForm([roles_field()], {"roles": "\n".join(account.roles)}),
        password_form=password_form or TypedForm([new_password_field()]),
    )
