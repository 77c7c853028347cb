"""Dates in the ways people write them; whether the day or the month comes first is decided for a
whole column, because no single cell can tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from scheduler.domain.errors import Blemish
from scheduler.exchange.sheets.columns import SheetRow, UnreadableCell

EARLIEST_YEAR = 1900
LATEST_YEAR = 2199

_CLOCK = r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})" + _CLOCK, re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})", re.ASCII)
_DOTS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_OPEN = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", re.ASCII)
# Personnel systems write 9999-12-31 for a last day that is not known.
_ENDLESS = re.compile(
    r"9\d{3}[-/.]\d{1,2}[-/.]\d{1,2}.{0,32}|\d{1,2}[-/.]\d{1,2}[-/.]9\d{3}", re.ASCII
)
WRITE_ISO = "Write dates as YYYY-MM-DD, like 2026-03-31."


class DateOrder(StrEnum):
    """What comes first in dates like 03/04/2026."""

    DAY = "day"
    MONTH = "month"


def read_date(text: str, order: DateOrder | None = None) -> date:
    """The date that `text` says. Raises `UnreadableCell`."""
    for pattern in (_ISO, _YEAR_FIRST):
        if match := pattern.fullmatch(text):
            return _date(*match.groups()[:3])
    if match := _DOTS.fullmatch(text):
        return _date(*match.groups()[::-1])
    if match := _OPEN.fullmatch(text):
        first, second, year = match.groups()
        if order is DateOrder.MONTH:
            return _date(year, first, second)
        return _date(year, second, first)
    raise UnreadableCell("this is not a date", WRITE_ISO)


def _date(year: str, month: str, day: str) -> date:
    try:
        written = date(int(year), int(month), int(day))
    except ValueError:
        raise UnreadableCell("there is no such day", WRITE_ISO) from None
    if not EARLIEST_YEAR <= written.year <= LATEST_YEAR:
        raise UnreadableCell(f"the year {written.year} cannot be right", WRITE_ISO)
    return written


def is_endless(text: str) -> bool:
    """Whether `text` is a date so far ahead that it means “without end”."""
    return _ENDLESS.fullmatch(text) is not None


@dataclass(frozen=True)
class DateColumn:
    """One column of dates: what comes first in those like 03/04/2026. Where that cannot be told,
    `blemish` says why; it may also be None because the column has no such dates."""

    key: str
    order: DateOrder | None = None
    blemish: Blemish | None = None
    mixed: bool = False

    def of(self, row: SheetRow) -> date | None:
        """The date in this column of `row`; None if it is empty, or wrong, which is noted."""
        text = row.cells.get(self.key, "")
        if self.blemish is not None and _OPEN.fullmatch(text):
            row.skipped = True  # blamed once, for the whole column
            return None
        return row.read(self.key, self._read)

    def _read(self, text: str) -> date:
        return _cached(text, self.order)


_cached = lru_cache(maxsize=65_536)(read_date)


def date_columns(rows: Sequence[SheetRow], keys: Iterable[str]) -> dict[str, DateColumn]:
    """The date columns `keys`, their order of day and month decided. A column that cannot tell
    follows the others of its table where they agree."""
    columns = {key: _decide(rows, key) for key in keys}
    known = {column.order for column in columns.values() if column.order is not None}
    if len(known) != 1:
        return columns
    order = known.pop()
    return {
        key: DateColumn(key, order) if column.blemish is not None and not column.mixed else column
        for key, column in columns.items()
    }


CLEAR_MAJORITY = 10
"""So many times as many dates must have the day first as the month, for the rest to be typing
errors rather than another way of writing."""


def _decide(rows: Sequence[SheetRow], key: str) -> DateColumn:
    matches = [
        (row, match)
        for row in rows
        if (match := _OPEN.fullmatch(row.cells.get(key, ""))) is not None
    ]
    if not matches:
        return DateColumn(key)
    day_first = [row for row, match in matches if int(match[1]) > 12 >= int(match[2])]
    month_first = [row for row, match in matches if int(match[2]) > 12 >= int(match[1])]
    if len(day_first) > CLEAR_MAJORITY * len(month_first):
        return DateColumn(key, DateOrder.DAY)
    if len(month_first) > CLEAR_MAJORITY * len(day_first):
        return DateColumn(key, DateOrder.MONTH)
    if day_first:
        return DateColumn(key, blemish=_mixed(key, day_first[0], month_first[0]), mixed=True)
    return DateColumn(key, blemish=_ambiguous(key, matches[0][0]))


def _mixed(key: str, day_first: SheetRow, month_first: SheetRow) -> Blemish:
    return Blemish(
        line=day_first.line,
        column=day_first.columns[key],
        value=day_first.cells[key],
        problem="the column mixes dates that begin with the day and, as on line "
        f"{month_first.line} (“{month_first.cells[key]}”), with the month",
        hint=WRITE_ISO,
    )


def _ambiguous(key: str, row: SheetRow) -> Blemish:
    return Blemish(
        line=row.line,
        column=row.columns[key],
        value=row.cells[key],
        problem="nothing in the column tells whether the day or the month comes first",
        hint=WRITE_ISO + " Or write the day first with dots, like 31.03.2026.",
    )
