"""Tables whose rows say from when to when: their columns, their days, and what is wrong in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from scheduler.domain import amounts
from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import Blemish
from scheduler.exchange.sheets.columns import (
    Field,
    SheetRow,
    check_mapping,
    missing_columns,
    rows_of,
)
from scheduler.exchange.sheets.dates import DateColumn, date_columns, is_endless
from scheduler.exchange.sheets.sheet import Sheet

DateColumns = Mapping[str, DateColumn]

FIRST = Field(
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
LAST = Field(
    "last",
    "Last day",
    "Last day, itself included; empty for a single day.",
    (
        "last day", "end", "end date", "to", "to date", "until", "till", "through", "ends",
        "ends on", "bis", "Ende", "Enddatum", "letzter Tag", "fin", "au", "hasta", "al", "fine",
        "tot", "til",
    ),
)  # fmt: skip
LONGEST_YEARS = 3
"""Nobody is away for longer; a longer range is a typing error."""


def rows_and_dates(
    sheet: Sheet, mapping: Mapping[str, str], fields: Sequence[Field], dates: Iterable[str]
) -> tuple[list[SheetRow], DateColumns]:
    """The rows of a table, and those of its columns `dates` that it has. Raises `BadInput` if
    needed columns are missing."""
    indexes = check_mapping(mapping, sheet.headers, fields)
    missing = [known.key for known in fields if known.needed and known.key not in indexes]
    if missing:
        raise missing_columns(missing, sheet, fields)
    rows = list(rows_of(sheet, indexes))
    return rows, date_columns(rows, [key for key in dates if key in indexes])


def days_of(row: SheetRow, dates: DateColumns, *, years: int = LONGEST_YEARS) -> DateRange | None:
    """The days of a row, at most so many years; None if something is wrong with them, which is
    noted."""
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
    if (last - first).days >= years * 366:
        row.blame("last", f"longer than {amounts.years(years)}", "Correct one of the two days.")
        return None
    return DateRange(first=first, last=last)


def blemishes_of(sheet: Sheet, rows: Iterable[SheetRow], dates: DateColumns) -> tuple[Blemish, ...]:
    """Everything wrong with a table and its rows, by line."""
    blemishes = [column.blemish for column in dates.values() if column.blemish is not None]
    blemishes += [*sheet.blemishes, *(blemish for row in rows for blemish in row.blemishes)]
    return tuple(sorted(blemishes, key=lambda blemish: blemish.line or 0))


def count_of(sheet: Sheet) -> int:
    """How many rows a table has, those included that could not be read."""
    return len(sheet.rows) + len(sheet.blemishes)
