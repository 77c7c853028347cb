"""Imports: read, show what would change, then all or nothing (or, when asked, the good rows)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from scheduler.domain.calendar import Place
from scheduler.domain.errors import BadInput, Blemish
from scheduler.domain.people import Employee, StandIns, with_levels
from scheduler.exchange.absences import (
    AbsenceReading,
    BlackoutReading,
    read_absences,
    read_blackouts,
)
from scheduler.exchange.centres import CentreReading, read_centres
from scheduler.exchange.difference import RosterDifference
from scheduler.exchange.entries import RosterDefaults
from scheduler.exchange.roster import RosterReading, difference, read_roster
from scheduler.exchange.sheet import Sheet
from scheduler.planning.setup import refresh_windows
from scheduler.store.books import Books
from scheduler.store.store import Store

Reading = TypeVar("Reading", RosterReading, AbsenceReading, BlackoutReading, CentreReading)


@dataclass(frozen=True)
class ImportReport(Generic[Reading]):
    """What a file says, for a roster what it would change, and whether it was taken."""

    reading: Reading
    applied: bool
    difference: RosterDifference | None = None

    @property
    def blemishes(self) -> tuple[Blemish, ...]:
        """Every mistake in the file."""
        return self.reading.blemishes


def import_roster(
    store: Store,
    sheet: Sheet,
    mapping: Mapping[str, str],
    *,
    actor: str,
    at: datetime,
    dry_run: bool = False,
    good_rows_only: bool = False,
) -> ImportReport[RosterReading]:
    """Take over a roster: people are added and updated, never deleted, and keep their history.

    Raises `BadInput` with every bad row unless `dry_run` or `good_rows_only`.
    """
    with store.write() as books:
        known = {person.id: person for person in books.people.employees()}
        reading = read_roster(sheet, mapping, known=known, defaults=_defaults(books))
        change = difference(known, reading)
        if dry_run:
            return ImportReport(reading, False, change)
        _all_good(sheet, reading.blemishes, good_rows_only)
        everybody = {**known, **{person.id: person for person in reading.employees}}
        books.people.save_employees(_changed(known, everybody, _executive_level(books)))
        if "stand_in" in reading.mapped:
            books.people.replace_stand_ins(_pairs(books, reading))
        recorded = set(books.people.records())
        books.people.add_records(r for r in reading.records if r not in recorded)
        refresh_windows(books)
        counts = {"added": len(change.added), "changed": change.changed_people}
        books.audit.record(actor, "imported roster", sheet.filename, at, counts)
    return ImportReport(reading, True, change)


def _changed(
    known: Mapping[str, Employee], everybody: Mapping[str, Employee], executive_level: int
) -> Iterable[Employee]:
    """Who differs from the record, levels included: one new manager moves a whole branch."""
    return [
        person
        for person in with_levels(everybody.values(), executive_level)
        if known.get(person.id) != person
    ]


def _pairs(books: Books, reading: RosterReading) -> list[StandIns]:
    """The file's pairs, and those on record of people it does not name."""
    kept = [
        pair
        for pair in books.people.stand_ins()
        if pair.one not in reading.named and pair.other not in reading.named
    ]
    return [*kept, *reading.stand_ins]


def import_absences(
    store: Store,
    sheet: Sheet,
    mapping: Mapping[str, str],
    *,
    actor: str,
    at: datetime,
    dry_run: bool = False,
    good_rows_only: bool = False,
) -> ImportReport[AbsenceReading]:
    """Take over absences and wishes. The file says everything about the absences of whoever has
    one in it, and the same of wishes: those on record are replaced; nobody else's change."""
    with store.write() as books:
        known = {person.id for person in books.people.employees()}
        reading = read_absences(sheet, mapping, known=known)
        if dry_run:
            return ImportReport(reading, False)
        _all_good(sheet, reading.blemishes, good_rows_only)
        away = {absence.employee_id for absence in reading.absences}
        books.people.replace_absences(away, reading.absences)
        wishing = {wish.employee_id for wish in reading.wishes}
        books.people.replace_wishes(wishing, reading.wishes)
        refresh_windows(books)
        counts = {"absences": len(reading.absences), "wishes": len(reading.wishes)}
        books.audit.record(actor, "imported absences", sheet.filename, at, counts)
    return ImportReport(reading, True)


def import_blackouts(
    store: Store,
    sheet: Sheet,
    mapping: Mapping[str, str],
    *,
    actor: str,
    at: datetime,
    dry_run: bool = False,
    good_rows_only: bool = False,
) -> ImportReport[BlackoutReading]:
    """Add blackouts of teams, departments or the company; those on record already stay single."""
    with store.write() as books:
        reading = read_blackouts(
            sheet,
            mapping,
            teams=set(books.people.teams()),
            departments=set(books.people.departments()),
        )
        if dry_run:
            return ImportReport(reading, False)
        _all_good(sheet, reading.blemishes, good_rows_only)
        recorded = set(books.people.blackouts())
        new = [blackout for blackout in reading.blackouts if blackout not in recorded]
        books.people.add_blackouts(new)
        books.audit.record(actor, "imported blackouts", sheet.filename, at, {"added": len(new)})
    return ImportReport(reading, True)


def import_centres(
    store: Store,
    sheet: Sheet,
    mapping: Mapping[str, str],
    *,
    actor: str,
    at: datetime,
    dry_run: bool = False,
    good_rows_only: bool = False,
) -> ImportReport[CentreReading]:
    """Take over service centres; one of the same key is replaced."""
    with store.write() as books:
        reading = read_centres(sheet, mapping)
        if dry_run:
            return ImportReport(reading, False)
        _all_good(sheet, reading.blemishes, good_rows_only)
        books.catalogue.save_centres(reading.centres)
        counts: dict[str, Any] = {"centres": len(reading.centres)}
        books.audit.record(actor, "imported centres", sheet.filename, at, counts)
    return ImportReport(reading, True)


def _all_good(sheet: Sheet, blemishes: tuple[Blemish, ...], good_rows_only: bool) -> None:
    if not blemishes or good_rows_only:
        return
    raise BadInput(
        f"{sheet.filename} was not imported: {len(blemishes)} things are wrong with it.",
        blemishes,
        hint="Mend these rows and import it again, or import only the good rows.",
    )


def _defaults(books: Books) -> RosterDefaults:
    centres = books.catalogue.centres()
    return RosterDefaults(
        executive_level=_executive_level(books),
        # Somebody whose place is not known is taken to work where the first centre is.
        place=centres[0].place.model_copy(update={"city": ""}) if centres else Place(),
        centres={centre.key: centre.name for centre in centres} or None,
        programmes={p.key: p.title for p in books.catalogue.programmes()} or None,
    )


def _executive_level(books: Books) -> int:
    policy = books.catalogue.policy()
    return policy.executive_level if policy else 2
