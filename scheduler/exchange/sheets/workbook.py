"""Workbooks (.xlsx): the first worksheet with anything in it, its cells as text."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO

import openpyxl
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from scheduler.domain.errors import BadInput
from scheduler.exchange.sheets.sheet import Rows, Sheet, too_large

UNPACKED_LIMIT = 10
"""A workbook may unpack to this many times the limit of its file: XML is wordy."""
MOST_ROWS = 1_048_576
MOST_COLUMNS = 400
HIGHEST_ROWS = 1_000
"""The header line is looked for in so many rows."""


def read_workbook(file: BinaryIO, filename: str, limit_bytes: int) -> Sheet:
    """The first worksheet that is not empty. A formula stays text that begins with “=”."""
    _refuse_bombs(file, filename, limit_bytes * UNPACKED_LIMIT)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations that nobody needs here
            table = _first_table(file)
    except BadInput:
        raise
    except Exception as error:  # a broken workbook breaks its reader in any way it likes
        raise _broken(filename, error) from error
    if table is None:
        raise BadInput(f"{filename} is empty.", hint="Choose a file with a header line and rows.")
    title, headers, rows = table
    return Sheet(filename=filename, headers=headers, rows=rows, worksheet=title)


def _refuse_bombs(file: BinaryIO, filename: str, limit: int) -> None:
    """Refuse by the sizes the archive declares; its reader never unpacks more than these."""
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _broken(filename, error) from error
    if size > limit:
        raise too_large(filename, limit, size, unpacked=True)
    if "[Content_Types].xml" not in names:
        raise BadInput(
            f"{filename} is a zip archive but no workbook.", hint="Choose an .xlsx or a CSV file."
        )


def _broken(filename: str, error: Exception) -> BadInput:
    return BadInput(
        f"{filename} is a damaged workbook ({type(error).__name__}).",
        hint="Open it in a spreadsheet program and save it again as .xlsx, or as CSV.",
    )


def _first_table(file: BinaryIO) -> tuple[str, list[str], Rows] | None:
    book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
    try:
        for worksheet in book.worksheets:
            worksheet.reset_dimensions()  # what a file declares may be a million empty cells
            top = worksheet.iter_rows(max_row=HIGHEST_ROWS, max_col=MOST_COLUMNS, values_only=True)
            number, headers = next(_lines(top, 1), (0, []))
            if headers:
                headers = _trimmed(headers)
                below = worksheet.iter_rows(
                    min_row=number + 1, max_col=len(headers), values_only=True
                )
                return str(worksheet.title), headers, list(_lines(below, number + 1))
        return None
    finally:
        book.close()


def _lines(rows: Iterable[tuple[Any, ...]], start: int) -> Iterator[tuple[int, list[str]]]:
    """The rows with anything in them, as text, with their number."""
    for number, values in enumerate(rows, start):
        if number > MOST_ROWS:
            raise BadInput(f"The workbook has more than {MOST_ROWS:,} rows.", hint="Split it.")
        cells = [as_text(value) for value in values]
        if any(cells):
            yield number, cells


def _trimmed(headers: list[str]) -> list[str]:
    while not headers[-1]:
        headers.pop()
    return headers


def as_text(value: Any) -> str:
    """A cell as CSV would write it: dates as ISO, whole numbers without a decimal point."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case ArrayFormula() | DataTableFormula():
            return f"={getattr(value, 'text', None) or ''}".replace("==", "=", 1)
        case _:
            return str(value).strip()
