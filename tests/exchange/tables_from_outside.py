"""Tables as files, in two words: a CSV from text, a workbook from rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from scheduler.domain.calendar import Place
from scheduler.domain.people import Employee
from scheduler.exchange.roster.entries import RosterDefaults
from scheduler.exchange.roster.reading import RosterReading, guess_mapping, read_roster
from scheduler.exchange.sheets.reading import read_table
from scheduler.exchange.sheets.sheet import Sheet

MEBIBYTE = 2**20
ROSTERS = Path(__file__).parents[2].parent / "shared" / "rosters"
BERLIN = Place(city="Berlin", country="DE", subdivision="BE", timezone="Europe/Berlin")


def table(content: str | bytes, *, filename: str = "people.csv", limit: int = MEBIBYTE) -> Sheet:
    """The sheet that a file with this content gives."""
    data = content.encode() if isinstance(content, str) else content
    return read_table(BytesIO(data), filename=filename, limit_bytes=limit)


def workbook(rows: Iterable[Sequence[Any]], *, empty_sheets: int = 0) -> bytes:
    """An .xlsx with these rows in its last sheet."""
    book = openpyxl.Workbook()
    for _ in range(empty_sheets):
        book.create_sheet()
    sheet = book.worksheets[-1]
    for row in rows:
        sheet.append(list(row))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def roster(
    content: str | bytes,
    *,
    known: Iterable[Employee] = (),
    mapping: dict[str, str] | None = None,
    defaults: RosterDefaults | None = None,
) -> RosterReading:
    """What a roster file with this content says."""
    sheet = table(content)
    return read_roster(
        sheet,
        {**guess_mapping(sheet.headers), **(mapping or {})},
        known={person.id: person for person in known},
        defaults=defaults or RosterDefaults(executive_level=2, place=BERLIN),
    )


def person(id: str, **values: Any) -> Employee:
    """Somebody on record."""
    return Employee(**{"id": id, "name": f"Person {id}", "hire_date": date(2020, 1, 1), **values})
