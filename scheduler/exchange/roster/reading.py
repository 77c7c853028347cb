"""Rosters: who works here, from whatever table HR has.

Reading never stops at the first mistake: everything wrong is noted with line, column and hint,
and the good rows are there for whoever wants only those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scheduler.domain.errors import Blemish
from scheduler.domain.gc_pause import gc_paused
from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.people import Employee, StandIns, with_levels
from scheduler.domain.words import Message, say
from scheduler.exchange.roster.entries import RosterDefaults, RosterEntry, RosterEntryReader
from scheduler.exchange.roster.fields import DATES, FIELDS, NAMES
from scheduler.exchange.roster.references import (
    blame_duplicates,
    name_people,
    settle_managers,
    teams_by_manager,
)
from scheduler.exchange.sheets import columns
from scheduler.exchange.sheets.columns import SheetRow, check_mapping, missing_columns, rows_of
from scheduler.exchange.sheets.dates import DateColumn, date_columns
from scheduler.exchange.sheets.sheet import Sheet


@dataclass(frozen=True)
class RosterReading:
    """What a roster says: the people of its good rows (with levels), who stands in for whom, and
    when people last served. `blemishes` are all mistakes by line, `notes` oddities that are none.

    `mapped` are the fields the roster has columns for: where `stand_in` is not among them, it
    says nothing about stand-ins. `named` are all ids in the file, also those of bad rows.
    """

    employees: tuple[Employee, ...]
    stand_ins: tuple[StandIns, ...] = ()
    records: tuple[ServiceRecord, ...] = ()
    blemishes: tuple[Blemish, ...] = ()
    notes: tuple[Message, ...] = ()
    mapped: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    rows: int = 0


def guess_mapping(headers: Iterable[str]) -> dict[str, str]:
    """`{field: header}` for the headers of a roster that are known names of a field."""
    return columns.guess_mapping(headers, FIELDS)


@gc_paused()
def read_roster(
    sheet: Sheet,
    mapping: Mapping[str, str],
    *,
    known: Mapping[str, Employee],
    defaults: RosterDefaults,
) -> RosterReading:
    """Everything a roster says. `known` are the people on record by id: they may be managers of
    people in the file, and what the file has no column for stays as it is on record. Raises
    `BadInput` if the columns do not make a roster."""
    indexes = _columns(sheet, mapping)
    rows = list(rows_of(sheet, indexes))
    dates = date_columns(rows, [key for key in DATES if key in indexes])
    reader = RosterEntryReader(frozenset(indexes), dates, known, defaults)
    entries = [reader.read(row) for row in rows]
    blame_duplicates(entries)
    name_people(entries, known)
    orphans = settle_managers(entries, known, mapped="manager_id" in indexes)
    good = [entry for entry in entries if entry.good]
    if "team" not in indexes:
        teams_by_manager(good, known)
    oddities = _oddities(good, known, orphans, frozenset(indexes))
    there = (oddity for oddity in oddities if oddity.values["count"])
    return RosterReading(
        employees=_employees(good, known, defaults),
        stand_ins=_stand_ins(good, known),
        records=tuple(entry.record for entry in good if entry.record is not None),
        blemishes=_blemishes(sheet, dates.values(), rows),
        notes=(*sheet.notes, *_unused_columns(sheet, indexes), *there),
        mapped=frozenset(indexes),
        named=frozenset(entry.id for entry in entries if entry.id),
        rows=len(sheet.rows) + len(sheet.blemishes),
    )


def _columns(sheet: Sheet, mapping: Mapping[str, str]) -> Mapping[str, int]:
    """The number of each field's column. Raises `BadInput` where a needed one is missing; a name
    may stand in one column or in two."""
    indexes = check_mapping(mapping, sheet.headers, FIELDS)
    missing = [known.key for known in FIELDS if known.needed and known.key not in indexes]
    if not any(key in indexes for key in NAMES):
        missing.insert(1 if "employee_id" in missing else 0, "name")
    if missing:
        raise missing_columns(missing, sheet, FIELDS)
    return indexes


def _blemishes(
    sheet: Sheet, dates: Iterable[DateColumn], rows: Iterable[SheetRow]
) -> tuple[Blemish, ...]:
    """Everything wrong with columns, lines and cells, by line."""
    blemishes = [column.blemish for column in dates if column.blemish is not None]
    blemishes += [*sheet.blemishes, *(blemish for row in rows for blemish in row.blemishes)]
    return tuple(sorted(blemishes, key=lambda blemish: blemish.line or 0))


def _employees(
    good: Sequence[RosterEntry], known: Mapping[str, Employee], defaults: RosterDefaults
) -> tuple[Employee, ...]:
    """The people of the good rows; their levels count managers who are only on record too."""
    ids = {entry.id for entry in good}
    others = [person for person in known.values() if person.id not in ids]
    everybody = with_levels(
        [*(entry.employee() for entry in good), *others], defaults.executive_level
    )
    return everybody[: len(good)]


def _stand_ins(good: Sequence[RosterEntry], known: Mapping[str, Employee]) -> tuple[StandIns, ...]:
    """Each pair once, however many rows name it."""
    ids = {entry.id for entry in good} | known.keys()
    pairs = {
        (min(entry.id, other), max(entry.id, other))
        for entry in good
        if (other := entry.named.get("stand_in")) is not None and other in ids
    }
    return tuple(StandIns(one=one, other=other) for one, other in sorted(pairs))


def _unused_columns(sheet: Sheet, indexes: Mapping[str, int]) -> Iterator[Message]:
    unused = [
        header for n, header in enumerate(sheet.headers) if header and n not in indexes.values()
    ]
    if unused:
        yield say("Columns that are not used: {columns}.", columns=", ".join(unused[:40]))


def _oddities(
    good: Sequence[RosterEntry], known: Mapping[str, Employee], orphans: int, mapped: frozenset[str]
) -> Iterator[Message]:
    """What is unusual but no mistake, and how often it is there."""
    yield say(
        "People whose manager’s row has mistakes, taken without a manager: {count}.", count=orphans
    )
    yield say(
        "People hired before their manager: {count}.", count=_before_their_managers(good, known)
    )
    if "department" in mapped:
        lost = sum(entry.values["department"] is None for entry in good)
        yield say("People without a department: {count}.", count=lost)
    yield say(
        "People without a country, placed where the company is: {count}.",
        count=sum(entry.country_assumed for entry in good),
    )
    yield say(
        "People whose time zone cannot be told from country and city, and was assumed: {count}.",
        count=sum(entry.timezone_assumed for entry in good),
    )
    emails = Counter(email.casefold() for e in good if (email := e.values["email"]) is not None)
    yield say(
        "E-mail addresses without a domain: {count}.", count=sum("@" not in each for each in emails)
    )
    yield say(
        "E-mail addresses shared by several people: {count}.",
        count=sum(times > 1 for times in emails.values()),
    )


def _before_their_managers(good: Sequence[RosterEntry], known: Mapping[str, Employee]) -> int:
    """How many were hired before their manager was."""
    hired = {person.id: person.hire_date for person in known.values()}
    hired |= {entry.id: entry.values["hire_date"] for entry in good}
    return sum(
        entry.values["hire_date"] < hired[manager]
        for entry in good
        if (manager := entry.values["manager_id"]) is not None
    )
