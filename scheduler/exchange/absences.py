"""Absences and wishes of people, and blackouts of teams, departments or the company.

Nobody's reason is read: what a row says beyond who, when and which kind is left aside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import Blemish
from scheduler.domain.people import Absence, Blackout, Scope, Wish, WishKind
from scheduler.domain.words import Message, say
from scheduler.exchange import columns
from scheduler.exchange.columns import (
    Field,
    Row,
    Unreadable,
    check_mapping,
    missing_columns,
    plain,
    rows_of,
)
from scheduler.exchange.dates import DateColumn, date_columns, is_endless
from scheduler.exchange.fields import FIELDS as ROSTER_FIELDS
from scheduler.exchange.memory import without_collection
from scheduler.exchange.sheet import Sheet

_FIRST = Field(
    "first",
    "First day",
    "First day of the absence or wish.",
    (
        "first day", "start", "start date", "from", "from date", "begin", "begins", "begin date",
        "starts", "starts on", "day", "date", "von", "Beginn", "Startdatum", "erster Tag",
        "Datum", "début", "du", "desde", "inicio", "dal", "inizio", "van", "fra",
    ),
    needed=True,
)  # fmt: skip
_LAST = Field(
    "last",
    "Last day",
    "Last day, itself included; empty for a single day.",
    (
        "last day", "end", "end date", "to", "to date", "until", "till", "through", "ends",
        "ends on", "bis", "Ende", "Enddatum", "letzter Tag", "fin", "au", "hasta", "al", "fine",
        "tot", "til",
    ),
)  # fmt: skip
ABSENCE_FIELDS = (
    Field(
        "employee_id",
        "Employee id",
        "Who is away, as in the roster.",
        next(known.synonyms for known in ROSTER_FIELDS if known.key == "employee_id"),
        needed=True,
    ),
    _FIRST,
    _LAST,
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
    _FIRST,
    _LAST,
)
LONGEST_DAYS = 3 * 366
"""Nobody is away for longer; a longer range is a typing error."""


class Kind(StrEnum):
    """What a row of an absence file says."""

    ABSENT = "absent"
    WISHED = "wished"
    UNWISHED = "unwished"


_KINDS = {
    Kind.ABSENT: (
        "absence away leave unavailable vacation holiday holidays annualleave sick sickleave "
        "parentalleave ooo outofoffice abwesend abwesenheit urlaub krank elternzeit congé ferie"
    ),
    Kind.WISHED: "wish wishes wanted preferred prefers like yes wunsch gewünscht souhaité",
    Kind.UNWISHED: "avoid unwanted dislike rathernot no unerwünscht nicht nongewünscht",
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


@without_collection()
def read_absences(
    sheet: Sheet, mapping: Mapping[str, str], *, known: Collection[str]
) -> AbsenceReading:
    """Absences and wishes of the people whose ids are `known`. Overlapping absences of a person
    become one. Raises `BadInput` if needed columns are missing."""
    rows, dates = _rows(sheet, mapping, ABSENCE_FIELDS)
    absences: list[Absence] = []
    wishes: list[Wish] = []
    for row in rows:
        employee_id = row.cells["employee_id"]
        if employee_id not in known:
            problem = "nobody has this employee id" if employee_id else "the employee id is missing"
            row.blame("employee_id", problem, "Import the roster first, or correct the id.")
        kind = row.read("kind", _read_kind) or Kind.ABSENT
        days = _days(row, dates)
        if days is None or not row.good:
            continue
        if kind is Kind.ABSENT:
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
        merged, tuple(wishes), _blemishes(sheet, rows, dates), tuple(notes), _count(sheet)
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
    rows, dates = _rows(sheet, mapping, BLACKOUT_FIELDS)
    known = {Scope.TEAM: teams, Scope.DEPARTMENT: departments}
    blackouts: list[Blackout] = []
    for row in rows:
        scope = row.read("scope", _read_scope)
        name = row.cells.get("name", "")
        if scope in known and name not in known[scope]:
            row.blame("name", f"there is no {scope} of this name", "Write it as in the roster.")
        elif not row.cells["scope"]:
            row.blame("scope", "the scope is missing", "Write team, department or company.")
        days = _days(row, dates)
        if days is not None and scope is not None and row.good:
            name = "" if scope is Scope.COMPANY else name
            blackouts.append(Blackout(scope=scope, name=name, days=days))
    return BlackoutReading(
        tuple(blackouts), _blemishes(sheet, rows, dates), sheet.notes, _count(sheet)
    )


def _rows(
    sheet: Sheet, mapping: Mapping[str, str], fields: tuple[Field, ...]
) -> tuple[list[Row], dict[str, DateColumn]]:
    indexes = check_mapping(mapping, sheet.headers, fields)
    missing = [known.key for known in fields if known.needed and known.key not in indexes]
    if missing:
        raise missing_columns(missing, sheet, fields)
    rows = list(rows_of(sheet, indexes))
    return rows, date_columns(rows, [key for key in ("first", "last") if key in indexes])


def _days(row: Row, dates: Mapping[str, DateColumn]) -> DateRange | None:
    first = dates["first"].of(row)
    if not row.cells["first"]:
        row.blame("first", "the first day is missing", "Every row needs one.")
    last: date | None = None
    if "last" in dates:
        if is_endless(row.cells["last"]):
            row.blame("last", "an end that is not known", "Write the last day known so far.")
        else:
            last = dates["last"].of(row) if row.cells["last"] else first
    else:
        last = first
    if first is None or last is None:
        return None
    if last < first:
        row.blame("last", f"the last day is before the first day {first}", "Swap the two days.")
        return None
    if (last - first).days >= LONGEST_DAYS:
        row.blame("last", "longer than three years", "Correct one of the two days.")
        return None
    return DateRange(first=first, last=last)


def _read_kind(text: str) -> Kind:
    kind = _KIND_BY_WORD.get(plain(text))
    if kind is None:
        raise Unreadable("a kind that is not known", "Write absent, wished or unwished.")
    return kind


def _read_scope(text: str) -> Scope:
    try:
        return Scope(text.casefold())
    except ValueError:
        raise Unreadable(
            "a scope that is not known", "Write team, department or company."
        ) from None


def _merged(absences: Iterable[Absence]) -> tuple[Absence, ...]:
    """Overlapping absences of the same person as one. Absences that only follow each other stay
    apart: a holiday after a parental leave does not make it longer."""
    found: list[Absence] = []
    ordered = sorted(absences, key=lambda absence: (absence.employee_id, absence.days.first))
    for _, mine in groupby(ordered, key=lambda absence: absence.employee_id):
        joined: list[Absence] = []
        for absence in mine:
            if joined and joined[-1].days.overlaps(absence.days):
                absence = _joined(joined.pop(), absence)
            joined.append(absence)
        found += joined
    return tuple(found)


def _joined(one: Absence, other: Absence) -> Absence:
    last = max(one.days.last, other.days.last)
    return Absence(employee_id=one.employee_id, days=DateRange(first=one.days.first, last=last))


def _blemishes(
    sheet: Sheet, rows: Iterable[Row], dates: Mapping[str, DateColumn]
) -> tuple[Blemish, ...]:
    found = [column.blemish for column in dates.values() if column.blemish is not None]
    found += [*sheet.blemishes, *(blemish for row in rows for blemish in row.blemishes)]
    return tuple(sorted(found, key=lambda blemish: blemish.line or 0))


def _count(sheet: Sheet) -> int:
    return len(sheet.rows) + len(sheet.blemishes)
