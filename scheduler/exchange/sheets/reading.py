"""Reads a table from any file that can hold one: CSV, CSV in gzip, or a workbook.

What kind of file it is shows by its content, never by its name.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from scheduler.domain.errors import BadInput
from scheduler.exchange.sheets.delimited import read_text
from scheduler.exchange.sheets.sheet import Sheet, too_large
from scheduler.exchange.sheets.unpacking import GZIP, decode, unpack
from scheduler.exchange.sheets.workbook import read_workbook

ZIP = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


def read_table(
    source: Path | BinaryIO, *, filename: str, limit_bytes: int, encoding: str | None = None
) -> Sheet:
    """The table in `source`, which is read at most to `limit_bytes`. `filename` only names it in
    messages. `encoding` overrules what would be recognised. Raises `BadInput`."""
    content = _content(source, filename, limit_bytes)
    if not content.strip():
        raise BadInput(f"{filename} is empty.", hint="Choose a file with a header line and rows.")
    if content.startswith(OLD_WORKBOOK):
        raise BadInput(
            f"{filename} is an old Excel workbook (.xls).", hint="Save it as .xlsx or as CSV."
        )
    if content.startswith(ZIP):
        sheet = read_workbook(BytesIO(content), filename, limit_bytes)
    else:
        if content.startswith(GZIP):
            content = unpack(content, filename, limit_bytes)
        sheet = read_text(decode(content, filename, encoding), filename)
    if not sheet.rows and not sheet.blemishes:
        raise BadInput(
            f"{filename} holds a header line and no rows: {', '.join(sheet.headers[:20])}.",
            hint="Add one row for each entry below the header line.",
        )
    return sheet


def _content(source: Path | BinaryIO, filename: str, limit_bytes: int) -> bytes:
    """All of `source`; a file that is too large is refused by its size, before it is read."""
    if isinstance(source, Path):
        if not source.is_file():
            raise BadInput(f"{filename} is not a file.", hint="Check the path.")
        with source.open("rb") as file:
            return _content(file, filename, limit_bytes)
    if source.seekable():
        size = source.seek(0, 2)
        source.seek(0)
        if size > limit_bytes:
            raise too_large(filename, limit_bytes, size)
    content = source.read(limit_bytes + 1)
    if len(content) > limit_bytes:
        raise too_large(filename, limit_bytes)
    return content
