"""Text with separators (CSV): which separator, and the rows with their lines."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from scheduler.domain.errors import BadInput, Blemish
from scheduler.exchange.sheets.sheet import Rows, Sheet
from scheduler.exchange.sheets.unpacking import Text

SEPARATORS = (",", ";", "\t", "|")
SAMPLED_CHARACTERS = 65_536
SAMPLED_ROWS = 30
LONGEST_FIELD = csv.field_size_limit()


def read_text(text: Text, filename: str) -> Sheet:
    """The table in `text`; its first line that is not empty holds the headers."""
    separator = recognise_separator(text.text)
    blemishes: list[Blemish] = []
    records = _records(text.text, separator, blemishes)
    headers = [cell.strip(" \t\ufeff") for _, cells in islice(records, 1) for cell in cells]
    if not headers:
        raise blemishes_or_empty(filename, blemishes)
    rows: Rows = []
    for line, cells in records:
        if len(cells) > len(headers) and not any(cells[len(headers) :]):
            cells = cells[: len(headers)]  # separators at the end of a line say nothing
        problem = _wrong_row(cells, headers)
        if problem is None:
            rows.append((line, cells))
        else:
            blemishes.append(_blemish_of_row(line, cells, problem, separator))
    return Sheet(
        filename=filename,
        headers=headers,
        rows=rows,
        blemishes=tuple(blemishes),
        notes=text.notes,
        encoding=text.encoding,
        separator=separator,
    )


def blemishes_or_empty(filename: str, blemishes: list[Blemish]) -> BadInput:
    """The error for a file without a header line."""
    if blemishes:
        return BadInput(f"{filename} has no header line that can be read.", blemishes)
    return BadInput(f"{filename} is empty.", hint="Choose a file with a header line and rows.")


def recognise_separator(text: str) -> str:
    """The separator that splits the first rows into the same number of fields, and the most."""
    sample = text[:SAMPLED_CHARACTERS]
    return max(SEPARATORS, key=lambda separator: _fit(sample, separator))


def _fit(sample: str, separator: str) -> float:
    """How well `separator` splits the sample: fields of the header × share of rows like it."""
    rows = [cells for _, cells in islice(_records(sample, separator, []), SAMPLED_ROWS)]
    if not rows or len(rows[0]) == 1:
        return 0
    widths = Counter(len(cells) for cells in rows)
    return len(rows[0]) * widths[len(rows[0])] / len(rows)


def _records(
    text: str, separator: str, blemishes: list[Blemish]
) -> Iterator[tuple[int, list[str]]]:
    """The records that are not empty, each with the line it begins on."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            blemishes.append(_broken_quotes(line, error))
            continue
        if any(cells) and not all(cell.isspace() or not cell for cell in cells):
            yield line, cells


def _broken_quotes(line: int, error: csv.Error) -> Blemish:
    if "limit" in str(error):
        problem = f"a field is longer than {LONGEST_FIELD:,} characters"
    else:
        problem = "the quotation marks do not match"
    return Blemish(
        line=line,
        problem=problem,
        hint='Close every quotation mark, and write one inside a quoted field twice: "".',
    )


def _wrong_row(cells: list[str], headers: list[str]) -> str | None:
    if len(cells) != len(headers):
        many = "many" if len(cells) > len(headers) else "few"
        return f"too {many} fields: {len(cells)} where the header line has {len(headers)}"
    if any("\0" in cell for cell in cells):
        return "the line holds a NUL byte"
    return None


def _blemish_of_row(line: int, cells: list[str], problem: str, separator: str) -> Blemish:
    hint = f"Put a field that contains “{separator}” between quotation marks."
    if "NUL" in problem:
        hint = "Export the file again: it is damaged or not a text file."
    elif separator == "\t":
        hint = "Put a field that contains a tab between quotation marks."
    shown = separator.join(cells).replace("\0", "␀")
    return Blemish(line=line, value=shown[:80], problem=problem, hint=hint)
