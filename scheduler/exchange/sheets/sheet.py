"""A table from outside, whatever file it came in."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.domain.errors import BadInput, Blemish
from scheduler.domain.words import Message

MEBIBYTE = 2**20

Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Sheet:
    """The first table of a file: headers, and the rows that have as many fields as headers.

    Every row comes with its line (of a workbook: its row). `blemishes` are the rows that could
    not be read as such, `notes` what had to be assumed. `encoding` and `separator` are None for a
    workbook, `worksheet` is None for a text file.
    """

    filename: str
    headers: list[str]
    rows: Rows
    blemishes: tuple[Blemish, ...] = ()
    notes: tuple[Message, ...] = ()
    encoding: str | None = None
    separator: str | None = None
    worksheet: str | None = None


def too_large(
    filename: str, limit_bytes: int, size: int | None = None, *, unpacked: bool = False
) -> BadInput:
    """The error for a file beyond the limit; `size` in bytes where it is known."""
    how = "unpacks to" if unpacked else "is"
    amount = "more than that" if size is None else f"{size / MEBIBYTE:,.0f} MiB"
    return BadInput(
        f"At most {limit_bytes / MEBIBYTE:,.0f} MiB can be read; {filename} {how} {amount}.",
        hint="Leave out columns that are not needed, or split the file.",
    )
