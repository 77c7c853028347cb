"""The form of an exception: its inputs, what was typed into them, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

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
from web.gettext import gettext as _

LONGEST_TYPED = 2000
SUGGESTED = 20
"""People or teams that a field suggests at most."""
MOST_NAMED = 4
"""People whom a message names where a name fits several."""


class Control(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TICK = "tick"
    CHOICE = "choice"
    PERSON = "person"
    UNIT = "unit"


@dataclass(frozen=True)
class Input:
    """One field of the form; `choices` are values with what they are called."""

    key: str
    title: str
    help: str
    control: Control
    needed: bool = False
    choices: tuple[tuple[str, str], ...] = ()

    def offered(self, value: str) -> list[tuple[str, str]]:
        """The choices, and a value on record that is none of them."""
        strange = value and value not in dict(self.choices)
        return [*self.choices, *([(value, value)] if strange else [])]


_CONTROLS: Mapping[str, Control] = {
    "employee_id": Control.PERSON,
    "one": Control.PERSON,
    "other": Control.PERSON,
    "first": Control.DATE,
    "last": Control.DATE,
    "remind": Control.DATE,
    "shadowing": Control.TICK,
    "most": Control.NUMBER,
    "rest": Control.NUMBER,
    "channels": Control.CHOICE,
    "scope": Control.CHOICE,
    "kind": Control.CHOICE,
    "together": Control.CHOICE,
    "centre": Control.CHOICE,
}
PERSON_FIELDS = tuple(key for key, each in _CONTROLS.items() if each is Control.PERSON)


def inputs(kind: RecordKind, centres: Mapping[str, str]) -> tuple[Input, ...]:
    """The inputs of a kind, from the fields of its tables."""
    return tuple(_input(kind, known, centres) for known in fields_of(kind))


def _input(kind: RecordKind, known: Field, centres: Mapping[str, str]) -> Input:
    control = _CONTROLS.get(known.key, Control.TEXT)
    if (kind, known.key) == (RecordKind.BLACKOUTS, "name"):
        control = Control.UNIT
    title, help_text = _(known.title), _(known.help)
    if control is Control.PERSON:
        title = _("Person") if known.key == "employee_id" else title
        help_text = _("Number, e-mail address or name; type a part of it to choose.")
    elif control is Control.TICK:
        title, help_text = _("Serves beside somebody else (shadowing)"), ""
    elif control is Control.CHOICE:
        help_text = ""
    return Input(known.key, title, help_text, control, known.needed, _choices(known.key, centres))


def _choices(key: str, centres: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
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
    return offered.get(key, ())


@dataclass
class EntryForm:
    """What was typed, and what is wrong with it, by field; `wrong` belongs to no field. `was` is
    the mark of what was on record when the change began."""

    typed: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    was: str = ""

    def blame(self, error: BadInput) -> None:
        """Tell each mistake beside its field."""
        for blemish in error.blemishes:
            text = f"{blemish.problem[:1].upper()}{blemish.problem[1:]}. {blemish.hint}".strip()
            if blemish.column in self.typed:
                self.problems.setdefault(blemish.column, text)
            else:
                self.wrong.append(text)
        if not error.blemishes:
            self.wrong.append(str(error))


def typed_form(kind: RecordKind, typed: Mapping[str, str]) -> EntryForm:
    """What a request brings for the fields of a kind."""
    cells = {known.key: plain_text(typed.get(known.key, "")) for known in fields_of(kind)}
    return EntryForm(cells, was=typed.get("was", ""))


def plain_text(text: str) -> str:
    """What was typed, as far as a database takes it: not all of them take the character NUL."""
    return text.replace("\x00", " ")[:LONGEST_TYPED]


def form_of(record: Record) -> EntryForm:
    """The form that says what is on record."""
    return EntryForm(cells_of(record), was=mark_of(record))


def mark_of(record: Record) -> str:
    """A mark that is another one as soon as anything about the entry is."""
    return sha256(repr(sorted(cells_of(record).items())).encode()).hexdigest()


def read_form(store: Store, kind: RecordKind, form: EntryForm) -> Record | None:
    """The entry that a form says; None if something is wrong, which is told in the form."""
    cells = dict(form.typed)
    with store.read() as unit:
        for key in PERSON_FIELDS:
            if cells.get(key, "").strip():
                cells[key] = _found(unit, key, form)
    for known in fields_of(kind):
        if known.needed and not cells[known.key].strip():
            form.problems[known.key] = _("Please fill this in.")
    try:
        record: Record = planning.typed_exception(store, kind, cells)
    except BadInput as error:
        form.blame(error)
        return None
    return None if form.problems else record


def _found(unit: UnitOfWork, key: str, form: EntryForm) -> str:
    """The number of the person whom a field names by number, e-mail address or name."""
    text = form.typed[key].strip()
    if unit.people.employees([text]):
        return text
    found = unit.people.search(text, today=today(), size=MOST_NAMED)
    exact = [each for each in found.rows if text.casefold() in _called(each)]
    if found.total == 1 or len(exact) == 1:
        return (exact or found.rows)[0].id
    if found.total == 0:
        form.problems[key] = _("Nobody on the roster is called so, or has this number or address.")
    else:
        some = ", ".join(f"{each.name} ({each.id})" for each in found.rows)
        form.problems[key] = _("Several people fit: %(people)s. Write the number.", people=some)
    return text


def _called(person: PersonRow) -> tuple[str, str]:
    return person.name.casefold(), (person.email or "").casefold()


def suggested_people(unit: UnitOfWork, text: str) -> list[tuple[str, str]]:
    """Numbers and names of people who fit what was typed so far."""
    if not text.strip():
        return []
    found = unit.people.search(text, employed=True, today=today(), size=SUGGESTED)
    return [(each.id, _described(each)) for each in found.rows]


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
