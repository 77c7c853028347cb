"""Exceptions: exemptions, blackouts, wishes, stand-ins, pairings and mentors, one by one or by
the file. Every change is judged by what is on record, and is told to the audit log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from scheduler.domain.errors import BadInput, Blemish, Conflict
from scheduler.domain.people import Blackout, Exemption, Mentor, Pairing, StandIns, Wish
from scheduler.exchange.exceptions.cells import Record, cells_of
from scheduler.exchange.exceptions.reading import (
    NamesOnRecord,
    RecordKind,
    RecordReading,
    identity_of,
    naming_field,
    read_record,
    read_records,
)
from scheduler.exchange.sheets.sheet import Sheet
from scheduler.planning.imports.importing import Counts, Importing, ImportReport
from scheduler.store.mapping import exceptions as mappings
from scheduler.store.mapping.exceptions import ExceptionMapping
from scheduler.store.read_models import Entry
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class _Sort:
    """One kind of records: what an entry is, how it becomes a row, what the audit log calls it."""

    kind: RecordKind
    entry: type[Record]
    mapping: ExceptionMapping[Any]
    called: str


_SORTS = (
    _Sort(RecordKind.EXEMPTIONS, Exemption, mappings.EXEMPTIONS, "exemption"),
    _Sort(RecordKind.BLACKOUTS, Blackout, mappings.BLACKOUTS, "blackout"),
    _Sort(RecordKind.WISHES, Wish, mappings.WISHES, "wish"),
    _Sort(RecordKind.STAND_INS, StandIns, mappings.STAND_INS, "stand-ins"),
    _Sort(RecordKind.PAIRINGS, Pairing, mappings.PAIRINGS, "pairing"),
    _Sort(RecordKind.MENTORS, Mentor, mappings.MENTORS, "mentor"),
)
_SORT: Mapping[RecordKind, _Sort] = {sort.kind: sort for sort in _SORTS}
_SORT_OF: Mapping[type[Record], _Sort] = {sort.entry: sort for sort in _SORTS}
_NOBODYS_BUSINESS = "category"
"""Why somebody is exempt is for HR alone, and the audit log is read by others."""


def typed_exception(store: Store, kind: RecordKind, cells: Mapping[str, str]) -> Any:
    """The entry that a form says, whose cells are named by the fields of its kind. Raises
    `BadInput` with a blemish for each bad field, which is its column."""
    with store.read() as unit:
        return read_record(kind, cells, _directory(unit, cells.values()))


def add_exception(store: Store, record: Record, *, actor: str, at: datetime) -> int:
    """Put an entry on record; the number it has. Raises `BadInput` where it names what
    is not on record, or says what is said already."""
    sort = _SORT_OF[type(record)]
    with store.write() as unit:
        record = _judged(unit, record, _beside(unit, record))
        unit.exceptions.add(sort.mapping, [record])
        number = next(entry.id for entry in _beside(unit, record) if entry.value == record)
        _tell(unit, "added", number, record, actor, at)
    return number


def replace_exception(
    store: Store, number: int, record: Record, *, actor: str, at: datetime, was: Any = None
) -> None:
    """Put another entry of the same kind in the place of the one of this number. Raises `NotFound`
    if that is gone, `Conflict` if it is not `was` any more, what it looked like when the change
    began, and `BadInput` as `add_exception` does."""
    sort = _SORT_OF[type(record)]
    with store.write() as unit:
        before = unit.exceptions.entry(sort.mapping, number)
        if was is not None and before != was:
            raise Conflict(
                "Somebody else changed this entry meanwhile; nothing was saved.",
                hint="Look at it again, then make your change.",
            )
        others = [entry for entry in _beside(unit, record) if entry.id != number]
        record = _judged(unit, record, others)
        unit.exceptions.change(sort.mapping, number, record)
        _tell(unit, "changed", number, record, actor, at)


def remove_exception(
    store: Store, kind: RecordKind, number: int, *, actor: str, at: datetime
) -> None:
    """Take an entry off the record. Raises `NotFound` if it is gone already."""
    with store.write() as unit:
        gone = unit.exceptions.entry(_SORT[kind].mapping, number)
        unit.exceptions.remove(_SORT[kind].mapping, number)
        _tell(unit, "removed", number, gone, actor, at)


def expiring_exemptions(
    store: Store, today: date, within_days: int
) -> tuple[Entry[Exemption], ...]:
    """Exemptions that still hold and end within so many days, or of which HR asked to be reminded
    by now; those that end first come first."""
    soon = today + timedelta(days=within_days)
    with store.read() as unit:
        entries = unit.exceptions.entries(mappings.EXEMPTIONS)
    holding = [entry for entry in entries if entry.value.days.last >= today]
    ending = [
        entry
        for entry in holding
        if entry.value.days.last <= soon
        or (entry.value.remind is not None and entry.value.remind <= today)
    ]
    return tuple(sorted(ending, key=lambda entry: (entry.value.days.last, entry.value.employee_id)))


def import_exceptions(
    store: Store,
    kind: RecordKind,
    sheet: Sheet,
    mapping: Mapping[str, str],
    *,
    actor: str,
    at: datetime,
    dry_run: bool = False,
    good_rows_only: bool = False,
) -> ImportReport[RecordReading]:
    """Take over a file of exceptions: what is on record already stays single, a changed entry
    (the same person, pair or mentor) is replaced, and nothing else is touched; only wishes are
    replaced as a whole for everybody whom the file names. The counts say what changes, in a dry
    run as well. Raises `BadInput` with every bad row unless `dry_run` or `good_rows_only`."""
    counts: Counts = {}

    def read(unit: UnitOfWork) -> RecordReading:
        reading = read_records(kind, sheet, mapping, _directory(unit))
        counts.update(_difference(unit, kind, reading.values).counts)
        return reading

    def save(unit: UnitOfWork, reading: RecordReading) -> Counts:
        _difference(unit, kind, reading.values).take_over(unit, kind)
        return counts

    doing = Importing(store, sheet, f"imported {kind}", actor, at, dry_run, good_rows_only)
    return replace(doing.run(read, save), counts=counts)


def _beside(unit: UnitOfWork, record: Any) -> tuple[Entry[Any], ...]:
    """What an entry may be the same as: all entries about the same person, or all of its kind
    where that is about nobody."""
    mapping = _SORT_OF[type(record)].mapping
    person = getattr(record, "employee_id", None) or getattr(record, "one", None)
    return unit.exceptions.about(mapping, person) if person else unit.exceptions.entries(mapping)


def _directory(unit: UnitOfWork, named: Iterable[str] | None = None) -> NamesOnRecord:
    """What is on record; of the people only those `named`, if it is said whom the entry names."""
    ids = None if named is None else {name.strip() for name in named}
    return NamesOnRecord(
        people={person.id for person in unit.people.employees(ids)},
        teams=set(unit.people.teams()),
        departments=set(unit.people.departments()),
        centres={centre.key: centre.name for centre in unit.catalogue.centres()},
    )


def _judged(unit: UnitOfWork, record: Any, others: Iterable[Entry[Any]]) -> Any:
    """The entry as its form would have said it: what is wrong with it is told by its field."""
    kind = _SORT_OF[type(record)].kind
    cells = cells_of(record)
    record = read_record(kind, cells, _directory(unit, cells.values()))
    identity = identity_of(kind, record)
    if any(identity_of(kind, entry.value) == identity for entry in others):
        field = naming_field(kind)
        raise BadInput(
            f"There is such an entry among the {kind} already.",
            [Blemish(column=field, value=cells_of(record)[field], problem="this is said already")],
            hint="Change the entry that is there.",
        )
    return record


def _tell(
    unit: UnitOfWork, what: str, number: int, record: Record, actor: str, at: datetime
) -> None:
    cells = {key: text for key, text in cells_of(record).items() if key != _NOBODYS_BUSINESS}
    called = _SORT_OF[type(record)].called
    unit.audit.record(actor, f"{what} {called}", f"{called} {number}", at, cells)


@dataclass(frozen=True)
class _Difference:
    """What a file of one kind adds, changes (by number), leaves, and takes away (numbers)."""

    added: tuple[Any, ...]
    changed: Mapping[int, Any]
    unchanged: int
    removed: tuple[int, ...]

    @property
    def counts(self) -> Counts:
        return {
            "added": len(self.added),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "removed": len(self.removed),
        }

    def take_over(self, unit: UnitOfWork, kind: RecordKind) -> None:
        for number in self.removed:
            unit.exceptions.remove(_SORT[kind].mapping, number)
        for number, value in self.changed.items():
            unit.exceptions.change(_SORT[kind].mapping, number, value)
        unit.exceptions.add(_SORT[kind].mapping, self.added)


def _difference(unit: UnitOfWork, kind: RecordKind, values: Iterable[Any]) -> _Difference:
    recorded = unit.exceptions.entries(_SORT[kind].mapping)
    known = {identity_of(kind, entry.value): entry for entry in recorded}
    said = {identity_of(kind, value): value for value in values}
    both = [(known[identity], value) for identity, value in said.items() if identity in known]
    changed = {entry.id: value for entry, value in both if entry.value != value}
    wishing = {value.employee_id for value in said.values()} if kind is RecordKind.WISHES else set()
    return _Difference(
        added=tuple(value for identity, value in said.items() if identity not in known),
        changed=changed,
        unchanged=len(both) - len(changed),
        removed=tuple(
            entry.id
            for identity, entry in known.items()
            if identity not in said and wishing and entry.value.employee_id in wishing
        ),
    )
