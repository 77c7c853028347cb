"""Exceptions as tables: exemptions, blackouts, wishes, stand-ins, pairings, mentors.

All kinds are read alike, and a form is a table of one row: whatever is wrong is said with line,
column and hint.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from scheduler.domain.calendar import FULL_TIME
from scheduler.domain.errors import BadInput, Blemish
from scheduler.domain.gc_pause import gc_paused
from scheduler.domain.people import Blackout, Exemption, Mentor, Pairing, StandIns, Wish, WishKind
from scheduler.domain.words import Message
from scheduler.exchange.absences.file import (
    BLACKOUT_FIELDS,
    AbsenceKind,
    blackout_of,
    known_person,
    read_kind,
)
from scheduler.exchange.exceptions.fields import (
    EXEMPTION_FIELDS,
    MENTOR_FIELDS,
    PAIRING_FIELDS,
    STAND_IN_FIELDS,
    WISH_FIELDS,
)
from scheduler.exchange.roster.entries import LONGEST_NAME, key_among, read_id
from scheduler.exchange.sheets import columns
from scheduler.exchange.sheets.cells import (
    count_up_to,
    read_channels,
    read_pattern,
    read_ranges,
    read_together,
    read_yes,
    text_up_to,
)
from scheduler.exchange.sheets.columns import Field, SheetRow
from scheduler.exchange.sheets.ranges import (
    DateColumns,
    blemishes_of,
    count_of,
    days_of,
    rows_and_dates,
)
from scheduler.exchange.sheets.sheet import Sheet

LONGEST_EXEMPTION = 5
"""Years after which an exemption must be looked at and approved again."""
MOST_SESSIONS = 31
MOST_WEEKS = 52


class RecordKind(StrEnum):
    """The kinds of exceptions, as files and commands call them."""

    EXEMPTIONS = "exemptions"
    BLACKOUTS = "blackouts"
    WISHES = "wishes"
    STAND_INS = "stand-ins"
    PAIRINGS = "pairings"
    MENTORS = "mentors"


@dataclass(frozen=True)
class NamesOnRecord:
    """What is on record and may be named: people by id, teams and departments by name, centres
    by key with their names."""

    people: Collection[str] = ()
    teams: Collection[str] = ()
    departments: Collection[str] = ()
    centres: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordReading:
    """What a file of exceptions says: its good rows, and every mistake in the others."""

    values: tuple[Any, ...] = ()
    blemishes: tuple[Blemish, ...] = ()
    notes: tuple[Message, ...] = ()
    rows: int = 0


Read = Callable[[SheetRow, DateColumns, NamesOnRecord], Any]


@dataclass(frozen=True)
class RecordFormat:
    """How one kind is written: its fields, those of them that are dates, and its reader. Two
    entries of the same `identity` are the same entry said twice."""

    fields: tuple[Field, ...]
    dates: tuple[str, ...]
    read: Read
    identity: Callable[[Any], Hashable]
    unique: str
    """The field to blame for the same entry said twice."""


def fields_of(kind: RecordKind) -> tuple[Field, ...]:
    """The columns of a table of this kind."""
    return FORMATS[kind].fields


def identity_of(kind: RecordKind, value: Any) -> Hashable:
    """What tells an entry from all others of its kind: two pairs of the same people are one."""
    return FORMATS[kind].identity(value)


def naming_field(kind: RecordKind) -> str:
    """The field to look at where two entries of this kind are the same."""
    return FORMATS[kind].unique


def guess_record_mapping(kind: RecordKind, headers: Iterable[str]) -> dict[str, str]:
    """`{field: header}` for the headers of a file of this kind."""
    return columns.guess_mapping(headers, FORMATS[kind].fields)


@gc_paused()
def read_records(
    kind: RecordKind, sheet: Sheet, mapping: Mapping[str, str], directory: NamesOnRecord
) -> RecordReading:
    """The exceptions of one kind in a table. Raises `BadInput` if needed columns are missing."""
    form = FORMATS[kind]
    rows, dates = rows_and_dates(sheet, mapping, form.fields, form.dates)
    values: dict[Hashable, Any] = {}
    lines: dict[Hashable, int] = {}
    for row in rows:
        value = form.read(row, dates, directory)
        if value is None or not row.good:
            continue
        identity = form.identity(value)
        if identity in values:
            row.blame(form.unique, f"the same is said on line {lines[identity]}", "Say it once.")
            continue
        values[identity] = value
        lines[identity] = row.line
    return RecordReading(
        tuple(values.values()), blemishes_of(sheet, rows, dates), sheet.notes, count_of(sheet)
    )


def read_record(kind: RecordKind, cells: Mapping[str, str], directory: NamesOnRecord) -> Any:
    """The exception that a form says, whose cells are named by the fields of the kind. Raises
    `BadInput` with a blemish for each bad field, which is its column."""
    names = [known.key for known in FORMATS[kind].fields]
    given = [cells.get(name, "").strip() for name in names]
    sheet = Sheet("form", names, [(1, given)])
    reading = read_records(kind, sheet, {name: name for name in names}, directory)
    if reading.blemishes:
        wrong = [blemish.model_copy(update={"line": None}) for blemish in reading.blemishes]
        raise BadInput("Something is wrong with this entry.", wrong)
    return reading.values[0]


def _exemption(row: SheetRow, dates: DateColumns, directory: NamesOnRecord) -> Exemption | None:
    employee_id = known_person(row, "employee_id", directory.people)
    for key, what in (("category", "category"), ("approver", "name of the approver")):
        if not row.cells[key]:
            row.blame(key, f"the {what} is missing", "Every exemption needs one.")
    if not row.cells["last"]:
        row.blame("last", "the last day is missing", "Every exemption expires.")
    days = days_of(row, dates, years=LONGEST_EXEMPTION)
    remind = dates["remind"].of(row) if "remind" in dates else None
    if days is not None and remind is not None and remind > days.last:
        row.blame("remind", f"the reminder comes after the last day {days.last}", "Remind earlier.")
    category, approver = row.read("category", text_up_to()), row.read("approver", text_up_to())
    channels = row.read("channels", read_channels) or ()
    shadowing = row.read("shadowing", read_yes) or False
    if days is None or category is None or approver is None or not row.good:
        return None
    return Exemption(
        employee_id=employee_id,
        category=category,
        approver=approver,
        days=days,
        channels=channels,
        shadowing=shadowing,
        remind=remind,
    )


def _blackout(row: SheetRow, dates: DateColumns, directory: NamesOnRecord) -> Blackout | None:
    return blackout_of(row, dates, directory.teams, directory.departments)


def _wish(row: SheetRow, dates: DateColumns, directory: NamesOnRecord) -> Wish | None:
    employee_id = known_person(row, "employee_id", directory.people)
    kind = row.read("kind", read_kind)
    if not row.cells["kind"] or kind is AbsenceKind.ABSENT:
        row.blame("kind", "this is no kind of wish", "Write wished or unwished.")
    days = days_of(row, dates)
    if days is None or kind is None or not row.good:
        return None
    return Wish(employee_id=employee_id, kind=WishKind(kind), days=days)


def _two(row: SheetRow, directory: NamesOnRecord) -> tuple[str, str]:
    """The two people of a row, in the order of their ids."""
    one = known_person(row, "one", directory.people)
    other = known_person(row, "other", directory.people)
    if one and one == other:
        row.blame("other", "both are the same person", "Name two people.")
    return min(one, other), max(one, other)


def _stand_ins(row: SheetRow, dates: DateColumns, directory: NamesOnRecord) -> StandIns | None:
    one, other = _two(row, directory)
    return StandIns(one=one, other=other) if row.good else None


def _pairing(row: SheetRow, dates: DateColumns, directory: NamesOnRecord) -> Pairing | None:
    one, other = _two(row, directory)
    together = row.read("together", read_together)
    if not row.cells["together"]:
        row.blame("together", "together or apart is missing", "Write one of the two.")
    if together is None or not row.good:
        return None
    return Pairing(one=one, other=other, together=together)


def _mentor(row: SheetRow, dates: DateColumns, directory: NamesOnRecord) -> Mentor | None:
    for key, what in (("id", "mentor id"), ("name", "name"), ("centre", "service centre")):
        if not row.cells[key]:
            row.blame(key, f"the {what} is missing", "Every mentor needs one.")
    most = row.read("most", count_up_to(MOST_SESSIONS))
    values = {
        "id": row.read("id", read_id),
        "name": row.read("name", text_up_to(LONGEST_NAME)),
        "centre": row.read("centre", lambda text: key_among(text, directory.centres, "centre")),
        "pattern": row.read("pattern", read_pattern) or FULL_TIME,
        "away": row.read("away", read_ranges) or (),
        "most": Mentor.model_fields["most"].default if most is None else most,
        "rest": row.read("rest", count_up_to(MOST_WEEKS)) or 0,
    }
    return Mentor.model_validate(values) if row.good else None


FORMATS: Mapping[RecordKind, RecordFormat] = {
    RecordKind.EXEMPTIONS: RecordFormat(
        EXEMPTION_FIELDS,
        ("first", "last", "remind"),
        _exemption,
        lambda exemption: (exemption.employee_id, exemption.category, exemption.days),
        "employee_id",
    ),
    RecordKind.BLACKOUTS: RecordFormat(
        BLACKOUT_FIELDS, ("first", "last"), _blackout, lambda blackout: blackout, "scope"
    ),
    RecordKind.WISHES: RecordFormat(
        WISH_FIELDS, ("first", "last"), _wish, lambda wish: wish, "kind"
    ),
    RecordKind.STAND_INS: RecordFormat(
        STAND_IN_FIELDS, (), _stand_ins, lambda pair: frozenset((pair.one, pair.other)), "other"
    ),
    RecordKind.PAIRINGS: RecordFormat(
        PAIRING_FIELDS, (), _pairing, lambda pair: frozenset((pair.one, pair.other)), "other"
    ),
    RecordKind.MENTORS: RecordFormat(MENTOR_FIELDS, (), _mentor, lambda mentor: mentor.id, "id"),
}
