"""Accounts: who may sign in, as what, and linked to whom."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from scheduler import planning
from scheduler.domain.errors import Conflict, NotFound
from scheduler.store.unit_of_work import UnitOfWork
from web.access import access
from web.accounts.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD
from web.context import actor, now, store
from web.gettext import gettext as _
from web.reading import NUMBER, Form, page_number
from web.words import ROLES

blueprint = Blueprint("users", __name__, url_prefix="/users")


@blueprint.get("/")
@access("admin")
def index() -> ResponseReturnValue:
    """All accounts, searched by address or employee id."""
    return _list_page(Form({}))


@blueprint.post("/")
@access("admin")
def create() -> ResponseReturnValue:
    """A new account."""
    form = Form(request.form)
    email, password = _read_email(form), _read_password(form)
    roles = _roles(form)
    with store().read() as unit:
        employee_id = _read_employee(form, unit)
    if form.problems:
        return _list_page(form), 422
    try:
        new = planning.create_account(
            store(), email, password, roles, at=now(), employee_id=employee_id, actor=actor()
        )
    except Conflict:
        form.problems["email"] = _("This address, or this employee, has an account already.")
        return _list_page(form), 409
    flash(_("%(email)s may sign in now.", email=email), "good")
    return redirect(url_for("users.show", account_id=new))


@blueprint.get(f"/<{NUMBER}:account_id>")
@access("admin")
def show(account_id: int) -> ResponseReturnValue:
    """One account."""
    return _account_page(account_id, Form({}))


@blueprint.post(f"/<{NUMBER}:account_id>/roles")
@access("admin")
def set_roles(account_id: int) -> ResponseReturnValue:
    """Other roles, or other centres to lead; they hold from the next click on."""
    form = Form(request.form)
    roles = _roles(form)
    if account_id == current_user.id and "admin" not in roles:
        form.problems["roles"] = _("You cannot take the admin role from yourself.")
    if form.problems:
        return _account_page(account_id, form), 422
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
    form = Form(request.form)
    password = _read_password(form)
    if form.problems:
        return _account_page(account_id, form), 422
    planning.give_password(store(), account_id, password, actor=actor(), at=now())
    flash(_("The new password holds; all sessions of the account have ended."), "good")
    return redirect(url_for("users.show", account_id=account_id))


def _read_email(form: Form) -> str:
    email = form.text("email", longest=254)
    if email and (email.count("@") != 1 or email.startswith("@") or email.endswith("@")):
        form.problems["email"] = _("Write an address such as name@company.example.")
    return email


def _read_password(form: Form) -> str:
    password = form.typed.get("password", "")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        form.problems["password"] = _(
            "Use %(least)s to %(most)s characters.", least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD
        )
    return password


def _roles(form: Form) -> tuple[str, ...]:
    roles = tuple(role for role in ROLES if role in request.form.getlist("roles"))
    if not roles:
        form.problems["roles"] = _("Choose at least one.")
    return roles


def _read_employee(form: Form, unit: UnitOfWork) -> str | None:
    employee_id = form.text("employee_id", longest=64, needed=False)
    if not employee_id:
        return None
    try:
        return unit.people.employee(employee_id).id
    except NotFound:
        form.problems["employee_id"] = _("Nobody on the roster has this number.")
        return None


def _list_page(form: Form) -> str:
    with store().read() as unit:
        query = request.args.get("q", "").strip()
        found = unit.accounts.accounts(query, page=page_number())
        people = {
            person.id: person
            for person in unit.people.employees(
                {r.employee_id for r in found.rows if r.employee_id}
            )
        }
    return render_template(
        "admin/users.html",
        found=found,
        people=people,
        form=form,
        roles=ROLES,
        shortest=SHORTEST_PASSWORD,
        ticked=request.form.getlist("roles") or ["employee"],
    )


def _account_page(account_id: int, form: Form) -> str:
    with store().read() as unit:
        account = unit.accounts.account(account_id)
        people = unit.people.employees([account.employee_id] if account.employee_id else [])
        centres = unit.catalogue.centres()
    return render_template(
        "admin/user.html",
        account=account,
        person=people[0] if people else None,
        centres=centres,
        form=form,
        roles=ROLES,
        shortest=SHORTEST_PASSWORD,
    )
