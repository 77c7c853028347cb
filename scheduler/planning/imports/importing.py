"""Imports: read, show what would change, then all or nothing (or, when asked, the good rows)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, TypeVar

from scheduler.domain.calendar import Place
from scheduler.domain.errors import BadInput, Blemish
from scheduler.domain.people import Employee, StandIns, with_levels
from scheduler.exchange.absences.file import (
    AbsenceReading,
    BlackoutReading,
    read_absences,
    read_blackouts,
)
from scheduler.exchange.centres import CentreReading, read_centres
from scheduler.exchange.exceptions.reading import RecordReading
from scheduler.exchange.roster.difference import RosterDifference, difference
from scheduler.exchange.roster.entries import RosterDefaults
from scheduler.exchange.roster.reading import RosterReading, read_roster
from scheduler.exchange.sheets.sheet import Sheet
from scheduler.planning.company.setup import refresh_windows
from scheduler.store.mapping.exceptions import ABSENCES, BLACKOUTS, STAND_INS, WISHES
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork

Reading = TypeVar(
    "Reading", RosterReading, AbsenceReading, BlackoutReading, CentreReading, RecordReading
)
Counts = dict[str, int]


@dataclass(frozen=True)
class ImportReport(Generic[Reading]):
    """What a file says, and whether it was taken; what it would change: of a roster person by
    person, of exceptions how many."""

    reading: Reading
    applied: bool
    difference: RosterDifference | None = None
    counts: Counts = field(default_factory=dict)

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
    known: dict[str, Employee] = {}

    def read(unit: UnitOfWork) -> RosterReading:
        known.update({person.id: person for person in unit.people.employees()})
        return read_roster(sheet, mapping, known=known, defaults=_defaults(unit))

    def save(unit: UnitOfWork, reading: RosterReading) -> Counts:
        change = difference(known, reading)
        everybody = {**known, **{person.id: person for person in reading.employees}}
        unit.people.save_employees(_changed(known, everybody, _executive_level(unit)))
        if "stand_in" in reading.mapped:
            unit.exceptions.replace(STAND_INS, None, _pairs(unit, reading))
        recorded = set(unit.ledger.records())
        unit.ledger.add(r for r in reading.records if r not in recorded)
        refresh_windows(unit, at)
        return {"added": len(change.added), "changed": change.changed_people}

    doing = Importing(store, sheet, "imported roster", actor, at, dry_run, good_rows_only)
    report = doing.run(read, save)
    return replace(report, difference=difference(known, report.reading))


def _changed(
    known: Mapping[str, Employee], everybody: Mapping[str, Employee], executive_level: int
) -> Iterable[Employee]:
    """Who differs from the record, levels included: one new manager moves a whole branch."""
    return [
        person
        for person in with_levels(everybody.values(), executive_level)
        if known.get(person.id) != person
    ]


def _pairs(unit: UnitOfWork, reading: RosterReading) -> list[StandIns]:
    """The file's pairs, and those on record of people it does not name."""
    kept = [
        pair
        for pair in unit.exceptions.stand_ins()
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

    def read(unit: UnitOfWork) -> AbsenceReading:
        known = {person.id for person in unit.people.employees()}
        return read_absences(sheet, mapping, known=known)

    def save(unit: UnitOfWork, reading: AbsenceReading) -> Counts:
        away = {absence.employee_id for absence in reading.absences}
        unit.exceptions.replace(ABSENCES, away, reading.absences)
        wishing = {wish.employee_id for wish in reading.wishes}
        unit.exceptions.replace(WISHES, wishing, reading.wishes)
        refresh_windows(unit, at)
        return {"absences": len(reading.absences), "wishes": len(reading.wishes)}

    doing = Importing(store, sheet, "imported absences", actor, at, dry_run, good_rows_only)
    return doing.run(read, save)


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

    def read(unit: UnitOfWork) -> BlackoutReading:
        teams, departments = unit.people.teams(), unit.people.departments()
        return read_blackouts(sheet, mapping, teams=set(teams), departments=set(departments))

    def save(unit: UnitOfWork, reading: BlackoutReading) -> Counts:
        recorded = set(unit.exceptions.blackouts())
        new = [blackout for blackout in reading.blackouts if blackout not in recorded]
        unit.exceptions.add(BLACKOUTS, new)
        return {"added": len(new)}

    doing = Importing(store, sheet, "imported blackouts", actor, at, dry_run, good_rows_only)
    return doing.run(read, save)


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

    def save(unit: UnitOfWork, reading: CentreReading) -> Counts:
        unit.catalogue.save_centres(reading.centres)
        return {"centres": len(reading.centres)}

    doing = Importing(store, sheet, "imported centres", actor, at, dry_run, good_rows_only)
    return doing.run(lambda unit: read_centres(sheet, mapping), save)


@dataclass(frozen=True)
class Importing:
    """One import of one file: read it against what is on record, then all or nothing."""

    store: Store
    sheet: Sheet
    action: str
    actor: str
    at: datetime
    dry_run: bool
    good_rows_only: bool

    def run(
        self, read: Callable[[UnitOfWork], Reading], save: Callable[[UnitOfWork, Reading], Counts]
    ) -> ImportReport[Reading]:
        """Read and, unless it is a dry run, save; the counts go into the audit log."""
        if self.dry_run:
            with self.store.read() as unit:
                return ImportReport(read(unit), applied=False)
        with self.store.write() as unit:
            reading = read(unit)
            _all_good(self.sheet, reading.blemishes, self.good_rows_only)
            counts = save(unit, reading)
            unit.audit.record(self.actor, self.action, self.sheet.filename, self.at, counts)
            return ImportReport(reading, applied=True)


def _all_good(sheet: Sheet, blemishes: tuple[Blemish, ...], good_rows_only: bool) -> None:
    if not blemishes or good_rows_only:
        return
    raise BadInput(
        f"{sheet.filename} was not imported: {len(blemishes)} things are wrong with it.",
        blemishes,
        hint="Mend these rows and import it again, or import only the good rows.",
    )


def _defaults(unit: UnitOfWork) -> RosterDefaults:
    centres = unit.catalogue.centres()
    return RosterDefaults(
        executive_level=_executive_level(unit),
        # Somebody whose place is not known is taken to work where the first centre is.
        place=centres[0].place.model_copy(update={"city": ""}) if centres else Place(),
        centres={centre.key: centre.name for centre in centres} or None,
        programmes={p.key: p.title for p in unit.catalogue.programmes()} or None,
    )


def _executive_level(unit: UnitOfWork) -> int:
    policy = unit.catalogue.policy()
    return policy.executive_level if policy else 2
