"""The form of an exception: its inputs, what was typed into them, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from flask import url_for

from scheduler import planning
from scheduler.domain.errors import BadInput
from scheduler.exchange.exceptions.cells import Record, cells_of
from scheduler.exchange.exceptions.reading import RecordKind, fields_of
from scheduler.exchange.sheets.columns import Field
from scheduler.store.mapping.folding import folded
from scheduler.store.read_models import PersonRow
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork
from web.context import today
from web.forms import Control, FieldChoice, FormField, TypedForm
from web.gettext import gettext as _

LONGEST_TYPED = 2000
SUGGESTED = 20
"""People or teams that a field suggests at most."""
MOST_NAMED = 4
"""People whom a message names where a name fits several."""


_CONTROLS: Mapping[str, Control] = {
    "employee_id": Control.PERSON,
    "one": Control.PERSON,
    "other": Control.PERSON,
    "first": Control.DATE,
    "last": Control.DATE,
    "remind": Control.DATE,
    "shadowing": Control.TICK,
    "most": Control.WHOLE,
    "rest": Control.WHOLE,
    "channels": Control.CHOICE,
    "scope": Control.CHOICE,
    "kind": Control.CHOICE,
    "together": Control.CHOICE,
    "centre": Control.CHOICE,
}
PERSON_FIELDS = tuple(key for key, each in _CONTROLS.items() if each is Control.PERSON)


def form_fields(kind: RecordKind, centres: Mapping[str, str]) -> tuple[FormField, ...]:
    """The fields of a kind's form, from the columns of its tables."""
    return tuple(_field(kind, column, centres) for column in fields_of(kind))


def _field(kind: RecordKind, column: Field, centres: Mapping[str, str]) -> FormField:
    control = _CONTROLS.get(column.key, Control.TEXT)
    if (kind, column.key) == (RecordKind.BLACKOUTS, "name"):
        control = Control.UNIT
    title, help_text = _(column.title), _(column.help)
    if control is Control.PERSON:
        title = _("Person") if column.key == "employee_id" else title
        help_text = _("Number, e-mail address or name; type a part of it to choose.")
    elif control is Control.TICK:
        title, help_text = _("Serves beside somebody else (shadowing)"), ""
    elif control is Control.CHOICE:
        help_text = ""
    return FormField(
        column.key,
        title,
        control,
        help_text,
        needed=column.needed and control not in (Control.WHOLE, Control.CHOICE),
        choices=_choices(column.key, centres),
        attributes=_attributes(column.key, control),
    )


def _attributes(key: str, control: Control) -> dict[str, str]:
    """What the input of a field has beside its name, type and value."""
    match control:
        case Control.PERSON | Control.UNIT:
            offered = "exceptions.people" if control is Control.PERSON else "exceptions.units"
            return {
                "autocomplete": "off",
                "list": f"{key}-offered",
                "hx-get": url_for(offered),
                "hx-trigger": "input changed delay:200ms",
                "hx-target": f"#{key}-offered",
                "hx-sync": "this:replace",
            }
        case Control.TEXT:
            return {"maxlength": "400"}
        case Control.WHOLE:
            return {"inputmode": "numeric"}
        case Control.TICK:
            return {"value": "yes"}
    return {}


def _choices(key: str, centres: Mapping[str, str]) -> tuple[FieldChoice, ...]:
    offered = {
        "channels": (
            ("", _("on nothing: released from service")),
            ("mail", _("mail alone")),
            ("phone", _("phone alone")),
            ("mail, phone", _("mail and phone")),
        ),
        "scope": (
            ("team", _("a team")),
            ("department", _("a department")),
            ("company", _("the whole company")),
        ),
        "kind": (("wished", _("would like to")), ("unwished", _("would rather not"))),
        "together": (("together", _("together")), ("apart", _("apart"))),
        "centre": tuple(sorted(centres.items(), key=lambda pair: pair[1])),
    }
    return tuple(FieldChoice(*each) for each in offered.get(key, ()))


def typed_form(kind: RecordKind, typed: Mapping[str, str], centres: Mapping[str, str]) -> TypedForm:
    """What a request brings for the fields of a kind."""
    cells = {column.key: plain_text(typed.get(column.key, "")) for column in fields_of(kind)}
    return TypedForm(form_fields(kind, centres), cells, was=typed.get("was", ""))


def plain_text(text: str) -> str:
    """What was typed, as far as a database takes it: not all of them take the character NUL."""
    return text.replace("\x00", " ")[:LONGEST_TYPED]


def form_of(kind: RecordKind, record: Record, centres: Mapping[str, str]) -> TypedForm:
    """The form that says what is on record."""
    return TypedForm(form_fields(kind, centres), cells_of(record), was=mark_of(record))


def mark_of(record: Record) -> str:
    """A mark that is another one as soon as anything about the entry is."""
    return sha256(repr(sorted(cells_of(record).items())).encode()).hexdigest()


def read_form(store: Store, kind: RecordKind, form: TypedForm) -> Record | None:
    """The entry that a form says; None if something is wrong, which is told in the form."""
    cells = dict(form.typed)
    with store.read() as unit:
        for key in PERSON_FIELDS:
            if cells.get(key, "").strip():
                cells[key] = _person_number(unit, key, form)
    for column in fields_of(kind):
        if column.needed and not cells[column.key].strip():
            form.problems[column.key] = _("Please fill this in.")
    try:
        record: Record = planning.typed_exception(store, kind, cells)
    except BadInput as error:
        form.blame(error)
        return None
    return record if form.sound else None


def _person_number(unit: UnitOfWork, key: str, form: TypedForm) -> str:
    """The number of the person whom a field names by number, e-mail address or name."""
    text = form.typed[key].strip()
    if unit.people.employees([text]):
        return text
    fitting = unit.people.search(text, today=today(), size=MOST_NAMED)
    exact = [each for each in fitting.rows if text.casefold() in _called(each)]
    if fitting.total == 1 or len(exact) == 1:
        return (exact or fitting.rows)[0].id
    if fitting.total == 0:
        form.problems[key] = _("Nobody on the roster is called so, or has this number or address.")
    else:
        some = ", ".join(f"{each.name} ({each.id})" for each in fitting.rows)
        form.problems[key] = _("Several people fit: %(people)s. Write the number.", people=some)
    return text


def _called(person: PersonRow) -> tuple[str, str]:
    return person.name.casefold(), (person.email or "").casefold()


def suggested_people(unit: UnitOfWork, text: str) -> list[tuple[str, str]]:
    """Numbers and names of people who fit what was typed so far."""
    if not text.strip():
        return []
    fitting = unit.people.search(text, employed=True, today=today(), size=SUGGESTED)
    return [(each.id, _described(each)) for each in fitting.rows]


def _described(person: PersonRow) -> str:
    return " · ".join(part for part in (person.name, person.department, person.email) if part)


def suggested_units(unit: UnitOfWork, text: str) -> list[tuple[str, str]]:
    """Teams and departments that fit what was typed so far."""
    groups: Iterable[tuple[str, Sequence[str]]] = (
        (_("department"), unit.people.departments()),
        (_("team"), unit.people.teams()),
    )
    words = folded(text).split()
    fitting = [
        (name, title)
        for title, names in groups
        for name in names
        if all(word in folded(name) for word in words)
    ]
    return fitting[:SUGGESTED]
