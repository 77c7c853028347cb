"""Absences and wishes of people, and blackouts of teams, departments or the company.

Nobody's reason is read: what a row says beyond who, when and which kind is left aside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import Blemish
from scheduler.domain.gc_pause import gc_paused
from scheduler.domain.people import Absence, Blackout, Scope, Wish, WishKind
from scheduler.domain.words import Message, say
from scheduler.exchange.roster.fields import FIELDS as ROSTER_FIELDS
from scheduler.exchange.sheets import columns
from scheduler.exchange.sheets.columns import Field, SheetRow, UnreadableCell, plain
from scheduler.exchange.sheets.ranges import (
    FIRST,
    LAST,
    DateColumns,
    blemishes_of,
    count_of,
    days_of,
    rows_and_dates,
)
from scheduler.exchange.sheets.sheet import Sheet

ABSENCE_FIELDS = (
    Field(
        "employee_id",
        "Employee id",
        "Who is away, as in the roster.",
        next(known.synonyms for known in ROSTER_FIELDS if known.key == "employee_id"),
        needed=True,
    ),
    FIRST,
    LAST,
    Field(
        "kind",
        "Kind",
        "absent, wished or unwished; without this column every row is an absence.",
        ("type", "wish", "preference", "Art", "Typ", "Wunsch"),
    ),
)
BLACKOUT_FIELDS = (
    Field("scope", "Scope", "team, department or company.", ("for", "level", "Bereich"), True),
    Field("name", "Name", "Which team or department.", ("team", "department", "who")),
    FIRST,
    LAST,
)


class AbsenceKind(StrEnum):
    """What a row of an absence file says."""

    ABSENT = "absent"
    WISHED = "wished"
    UNWISHED = "unwished"


_KINDS = {
    AbsenceKind.ABSENT: (
        "absence away leave unavailable vacation holiday holidays annualleave sick sickleave "
        "parentalleave ooo outofoffice abwesend abwesenheit urlaub krank elternzeit congé ferie"
    ),
    AbsenceKind.WISHED: "wish wishes wanted preferred prefers like yes wunsch gewünscht souhaité",
    AbsenceKind.UNWISHED: "avoid unwanted dislike rathernot no unerwünscht nicht nongewünscht",
}
_KIND_BY_WORD = {
    plain(word): kind for kind, words in _KINDS.items() for word in (kind, *words.split())
}


@dataclass(frozen=True)
class AbsenceReading:
    """What a file of absences says: its good rows, and every mistake in the others."""

    absences: tuple[Absence, ...] = ()
    wishes: tuple[Wish, ...] = ()
    blemishes: tuple[Blemish, ...] = ()
    notes: tuple[Message, ...] = ()
    rows: int = 0


@dataclass(frozen=True)
class BlackoutReading:
    """What a file of blackouts says: its good rows, and every mistake in the others."""

    blackouts: tuple[Blackout, ...] = ()
    blemishes: tuple[Blemish, ...] = ()
    notes: tuple[Message, ...] = ()
    rows: int = 0


def guess_absence_mapping(headers: Iterable[str]) -> dict[str, str]:
    """`{field: header}` for the headers of a file of absences."""
    return columns.guess_mapping(headers, ABSENCE_FIELDS)


def guess_blackout_mapping(headers: Iterable[str]) -> dict[str, str]:
    """`{field: header}` for the headers of a file of blackouts."""
    return columns.guess_mapping(headers, BLACKOUT_FIELDS)


@gc_paused()
def read_absences(
    sheet: Sheet, mapping: Mapping[str, str], *, known: Collection[str]
) -> AbsenceReading:
    """Absences and wishes of the people whose ids are `known`. Overlapping absences of a person
    become one. Raises `BadInput` if needed columns are missing."""
    rows, dates = rows_and_dates(sheet, mapping, ABSENCE_FIELDS, ("first", "last"))
    absences: list[Absence] = []
    wishes: list[Wish] = []
    for row in rows:
        employee_id = known_person(row, "employee_id", known)
        kind = row.read("kind", read_kind) or AbsenceKind.ABSENT
        days = days_of(row, dates)
        if days is None or not row.good:
            continue
        if kind is AbsenceKind.ABSENT:
            absences.append(Absence(employee_id=employee_id, days=days))
        else:
            wishes.append(Wish(employee_id=employee_id, kind=WishKind(kind), days=days))
    merged = _merged(absences)
    notes = list(sheet.notes)
    if len(merged) < len(absences):
        count = len(absences) - len(merged)
        notes.append(
            say("Absences that overlap another and were joined with it: {count}.", count=count)
        )
    return AbsenceReading(
        merged, tuple(wishes), blemishes_of(sheet, rows, dates), tuple(notes), count_of(sheet)
    )


def read_blackouts(
    sheet: Sheet,
    mapping: Mapping[str, str],
    *,
    teams: Collection[str],
    departments: Collection[str],
) -> BlackoutReading:
    """Blackouts of the `teams` and `departments` there are, or of the whole company. Raises
    `BadInput` if needed columns are missing."""
    rows, dates = rows_and_dates(sheet, mapping, BLACKOUT_FIELDS, ("first", "last"))
    blackouts = [blackout_of(row, dates, teams, departments) for row in rows]
    return BlackoutReading(
        tuple(blackout for blackout in blackouts if blackout is not None),
        blemishes_of(sheet, rows, dates),
        sheet.notes,
        count_of(sheet),
    )


def blackout_of(
    row: SheetRow, dates: DateColumns, teams: Collection[str], departments: Collection[str]
) -> Blackout | None:
    """The blackout of a row; None if something in it is wrong, which is noted."""
    known = {Scope.TEAM: teams, Scope.DEPARTMENT: departments}
    scope = row.read("scope", _read_scope)
    name = row.cells.get("name", "")
    if scope in known and name not in known[scope]:
        row.blame("name", f"there is no {scope} of this name", "Write it as in the roster.")
    elif not row.cells["scope"]:
        row.blame("scope", "the scope is missing", "Write team, department or company.")
    days = days_of(row, dates)
    if days is None or scope is None or not row.good:
        return None
    return Blackout(scope=scope, name="" if scope is Scope.COMPANY else name, days=days)


def known_person(row: SheetRow, key: str, known: Collection[str]) -> str:
    """The employee id in a cell; one that nobody has is noted."""
    employee_id = row.cells[key]
    if employee_id not in known:
        problem = "nobody has this employee id" if employee_id else "the employee id is missing"
        row.blame(key, problem, "Import the roster first, or correct the id.")
    return employee_id


def read_kind(text: str) -> AbsenceKind:
    """What a row of an absence file says, in many words."""
    kind = _KIND_BY_WORD.get(plain(text))
    if kind is None:
        raise UnreadableCell("a kind that is not known", "Write absent, wished or unwished.")
    return kind


def _read_scope(text: str) -> Scope:
    try:
        return Scope(text.casefold())
    except ValueError:
        raise UnreadableCell(
            "a scope that is not known", "Write team, department or company."
        ) from None


def _merged(absences: Iterable[Absence]) -> tuple[Absence, ...]:
    """Overlapping absences of the same person as one. Absences that only follow each other stay
    apart: a holiday after a parental leave does not make it longer."""
    merged: list[Absence] = []
    ordered = sorted(absences, key=lambda absence: (absence.employee_id, absence.days.first))
    for _, mine in groupby(ordered, key=lambda absence: absence.employee_id):
        joined: list[Absence] = []
        for absence in mine:
            if joined and joined[-1].days.overlaps(absence.days):
                absence = _joined(joined.pop(), absence)
            joined.append(absence)
        merged += joined
    return tuple(merged)


def _joined(one: Absence, other: Absence) -> Absence:
    last = max(one.days.last, other.days.last)
    return Absence(employee_id=one.employee_id, days=DateRange(first=one.days.first, last=last))
