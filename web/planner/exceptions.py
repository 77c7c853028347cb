"""Exceptions: exemptions, blackouts, wishes, stand-ins, pairs and mentors, one page for each kind.

Every view serves all kinds: what is special about one stands in `exception_kinds`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler import planning
from scheduler.domain.errors import BadInput, Conflict, NotFound
from scheduler.exchange.exceptions.cells import Record
from scheduler.exchange.exceptions.reading import RecordKind
from scheduler.store.read_models import Entry, Page
from scheduler.store.repositories.exception_queries import PERSON_COLUMNS
from scheduler.store.unit_of_work import UnitOfWork
from web.access import access
from web.context import actor, now, store, today
from web.forms import TypedForm
from web.gettext import gettext as _
from web.planner.exception_forms import (
    form_of,
    mark_of,
    plain_text,
    read_form,
    suggested_people,
    suggested_units,
    typed_form,
)
from web.planner.exception_kinds import (
    SOON_DAYS,
    ExceptionKind,
    Names,
    exception_kinds,
)
from web.reading import NUMBER, choice, page_number

blueprint = Blueprint("exceptions", __name__, url_prefix="/exceptions")

KIND = "any({})".format(", ".join(f'"{kind}"' for kind in RecordKind))
"""The part of an address that is a kind."""
PAGE_SIZE = 50
SHOWN = ("all", "soon")
"""Which entries are listed, beside those that are not over."""


@blueprint.get("/")
@access("hr")
def index() -> ResponseReturnValue:
    """The first tab."""
    return redirect(url_for("exceptions.show", kind=RecordKind.EXEMPTIONS))


@blueprint.get("/people")
@access("hr")
def people() -> ResponseReturnValue:
    """Suggestions for a field that names somebody: what was typed comes under the field's name."""
    text = next((request.args[key] for key in PERSON_COLUMNS if key in request.args), "")
    with store().read() as unit:
        return _suggestions(suggested_people(unit, plain_text(text)))


@blueprint.get("/units")
@access("hr")
def units() -> ResponseReturnValue:
    """Suggestions for a field that names a team or a department."""
    with store().read() as unit:
        return _suggestions(suggested_units(unit, request.args.get("name", "")))


@blueprint.get(f"/<{KIND}:kind>/")
@access("hr")
def show(kind: str) -> ResponseReturnValue:
    """What is on record of a kind, page by page, searched by the people it concerns."""
    described = exception_kinds()[kind]
    shown = choice("show", SHOWN if described.key is RecordKind.EXEMPTIONS else SHOWN[:1])
    with store().read() as unit:
        page = unit.exceptions.search(
            described.mapping,
            plain_text(request.args.get("q", "")).strip(),
            since=today() if shown is None else None,
            numbers=expiring() if shown == "soon" else None,
            order=("last",) if shown == "soon" else (),
            page=page_number(),
            size=PAGE_SIZE,
        )
        names = names_of(unit, (entry.value for entry in page.rows))
        anybody = unit.people.count() > 0
    return _list_page(described, page, names, shown, anybody)


def _list_page(
    kind: ExceptionKind, page: Page[Entry[Any]], names: Names, shown: str | None, anybody: bool
) -> str:
    return render_template(
        "planner/exceptions/list.html",
        kinds=exception_kinds(),
        kind=kind,
        results=page,
        names=names,
        shown=shown,
        soon=SOON_DAYS,
        anybody=anybody,
    )


@blueprint.get(f"/<{KIND}:kind>/new")
@access("hr")
def new(kind: str) -> ResponseReturnValue:
    """An empty form, or one that knows already whom it concerns."""
    described = exception_kinds()[kind]
    return _form_page(described, typed_form(described.key, request.args, centre_names()))


@blueprint.post(f"/<{KIND}:kind>/new")
@access("hr")
def add(kind: str) -> ResponseReturnValue:
    """Put an entry on record."""
    described = exception_kinds()[kind]
    form = typed_form(described.key, request.form, centre_names())
    record = read_form(store(), described.key, form)
    if record is not None:
        try:
            planning.add_exception(store(), record, actor=actor(), at=now())
        except BadInput as error:
            form.blame(error)
        else:
            flash(_("It is on record."), "good")
            return redirect(_back(kind))
    return _form_page(described, form), 422


@blueprint.get(f"/<{KIND}:kind>/<{NUMBER}:number>")
@access("hr")
def edit(kind: str, number: int) -> ResponseReturnValue:
    """One entry as a form."""
    described = exception_kinds()[kind]
    return _form_page(
        described, form_of(described.key, on_record(described, number), centre_names()), number
    )


@blueprint.post(f"/<{KIND}:kind>/<{NUMBER}:number>")
@access("hr")
def change(kind: str, number: int) -> ResponseReturnValue:
    """Put what was typed in its place, unless somebody else changed it meanwhile."""
    described = exception_kinds()[kind]
    form = typed_form(described.key, request.form, centre_names())
    try:
        before = on_record(described, number)
    except NotFound:
        return _gone_page(described, form)
    record = read_form(store(), described.key, form)
    if record is None:
        return _form_page(described, form, number), 422
    try:
        if mark_of(before) != form.was:
            raise Conflict("changed meanwhile")
        planning.replace_exception(store(), number, record, actor=actor(), at=now(), was=before)
    except BadInput as error:
        form.blame(error)
        return _form_page(described, form, number), 422
    except NotFound:
        return _gone_page(described, form)
    except Conflict:
        return _conflict_page(described, form, number)
    flash(_("The change is saved."), "good")
    return redirect(_back(kind))


@blueprint.get(f"/<{KIND}:kind>/<{NUMBER}:number>/remove")
@access("hr")
def ask_to_remove(kind: str, number: int) -> ResponseReturnValue:
    """What would be removed."""
    described = exception_kinds()[kind]
    return _remove_page(described, number, on_record(described, number))


@blueprint.post(f"/<{KIND}:kind>/<{NUMBER}:number>/remove")
@access("hr")
def remove(kind: str, number: int) -> ResponseReturnValue:
    """Take it off the record, unless it is not what was shown any more."""
    described = exception_kinds()[kind]
    record = on_record(described, number)
    if mark_of(record) != request.form.get("was"):
        return _remove_page(described, number, record, changed=True), 409
    planning.remove_exception(store(), described.key, number, actor=actor(), at=now())
    flash(_("It is removed."), "good")
    return redirect(_back(kind))


def on_record(kind: ExceptionKind, number: int) -> Record:
    """The entry of a number. Raises `NotFound`."""
    with store().read() as unit:
        record: Record = unit.exceptions.entry(kind.mapping, number)
    return record


def expiring() -> tuple[int, ...]:
    """The numbers of the exemptions to think of now."""
    return tuple(each.id for each in planning.expiring_exemptions(store(), today(), SOON_DAYS))


def names_of(unit: UnitOfWork, records: Iterable[Any]) -> Names:
    """The people and the centres that some entries name."""
    ids = {getattr(each, key, "") for each in records for key in PERSON_COLUMNS} - {""}
    return Names(
        today=today(),
        people={person.id: person.name for person in unit.people.employees(ids)},
        centres=_centre_names(unit),
    )


def centre_names() -> dict[str, str]:
    """The service centres by key."""
    with store().read() as unit:
        return _centre_names(unit)


def _centre_names(unit: UnitOfWork) -> dict[str, str]:
    return {centre.key: centre.name for centre in unit.catalogue.centres()}


def _suggestions(fitting: list[tuple[str, str]]) -> str:
    return render_template("planner/exceptions/suggestions.html", fitting=fitting)


def _back(kind: str) -> str:
    """Where one came from: the page of a person, or the list."""
    person = request.values.get("for", "")
    if person:
        return url_for("people.person", employee_id=person)
    return url_for("exceptions.show", kind=kind)


def _form_page(
    kind: ExceptionKind,
    form: TypedForm,
    number: int | None = None,
    *,
    trouble: str = "",
    recorded: TypedForm | None = None,
) -> str:
    with store().read() as unit:
        named = [form.typed[key] for key in PERSON_COLUMNS if key in form.typed]
        people = {person.id: person.name for person in unit.people.employees(named)}
    return render_template(
        "planner/exceptions/form.html",
        kind=kind,
        form=form,
        number=number,
        people=people,
        trouble=trouble,
        recorded=recorded,
        back=_back(kind.key),
    )


def _conflict_page(kind: ExceptionKind, form: TypedForm, number: int) -> ResponseReturnValue:
    """What was typed stays, what is on record now stands beside it, and saving again overwrites
    knowingly."""
    recorded = form_of(kind.key, on_record(kind, number), centre_names())
    form.was = recorded.was
    trouble = _("Somebody else changed this entry meanwhile; nothing was saved.")
    return _form_page(kind, form, number, trouble=trouble, recorded=recorded), 409


def _gone_page(kind: ExceptionKind, form: TypedForm) -> ResponseReturnValue:
    """What was typed becomes a new entry, if one wants it."""
    trouble = _("Somebody else removed this entry meanwhile. Saving puts it on record again.")
    return _form_page(kind, form, trouble=trouble), 409


def _remove_page(kind: ExceptionKind, number: int, record: Record, *, changed: bool = False) -> str:
    with store().read() as unit:
        names = names_of(unit, [record])
    return render_template(
        "planner/exceptions/remove.html",
        kind=kind,
        number=number,
        record=record,
        names=names,
        was=mark_of(record),
        changed=changed,
        back=_back(kind.key),
    )
