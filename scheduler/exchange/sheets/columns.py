"""Columns: which header means which field, and the cells of a row by field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar

from scheduler.domain.errors import BadInput, Blemish
from scheduler.exchange.sheets.sheet import Sheet

LONGEST_SHOWN = 80
"""Characters of a bad value that a message repeats."""

SPREADSHEET_ERRORS = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#SPILL!", "#VALUE!")
)

_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Field:
    """One thing a table may say of each entry. `synonyms` are common names of its column."""

    key: str
    title: str
    help: str
    synonyms: tuple[str, ...]
    needed: bool = False


class UnreadableCell(ValueError):
    """A cell that does not say what its field needs; `hint` says what would mend it."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint


def plain(text: str) -> str:
    """`text` for comparing: no case, accents, punctuation or spaces; “hireDate” = “Hire date”."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())


def guess_mapping(headers: Iterable[str], fields: Iterable[Field]) -> dict[str, str]:
    """`{field: header}` for all headers that are a known name of a field. Each header and each
    field is used once; of several fitting headers the one with the commoner name wins."""
    by_name: dict[str, str] = {}
    for header in headers:
        by_name.setdefault(plain(header), header)
    mapping: dict[str, str] = {}
    for wanted in fields:
        for name in (wanted.key, wanted.title, *wanted.synonyms):
            match = by_name.get(plain(name))
            if match is not None and match not in mapping.values():
                mapping[wanted.key] = match
                break
    return mapping


def check_mapping(
    mapping: Mapping[str, str], headers: Sequence[str], fields: Sequence[Field]
) -> dict[str, int]:
    """`{field: index of its column}`. Raises `BadInput` for unknown fields and columns, and for
    columns that are there twice; the closest known name is suggested."""
    blemishes: list[Blemish] = []
    keys = [known.key for known in fields]
    indexes: dict[str, int] = {}
    for key, header in mapping.items():
        places = _places(header, headers)
        if key not in keys:
            blemishes.append(_unknown("field", key, keys))
        elif not places:
            blemishes.append(_unknown("column", header, [name for name in headers if name]))
        elif len(places) > 1:
            blemishes.append(_said_twice(header, places))
        else:
            indexes[key] = places[0]
    if blemishes:
        raise BadInput(
            "The columns are not mapped right: " + "; ".join(str(b) for b in blemishes), blemishes
        )
    return indexes


def _places(header: str, headers: Sequence[str]) -> list[int]:
    """The columns that are called so, or, where there are none, nearly so."""
    exactly = [n for n, name in enumerate(headers) if name == header]
    return exactly or [n for n, name in enumerate(headers) if plain(name) == plain(header)]


def _said_twice(header: str, places: Iterable[int]) -> Blemish:
    return Blemish(
        line=1,
        column=header,
        problem="the header is there more than once: columns "
        + " and ".join(str(n + 1) for n in places),
        hint="Give each column a name of its own.",
    )


def _unknown(what: str, name: str, known: Sequence[str]) -> Blemish:
    return Blemish(
        value=name,
        problem=f"there is no {what} of this name",
        hint=f"{suggestion(name, known)}Known are: {', '.join(known)}.",
    )


def suggestion(name: str, known: Iterable[str]) -> str:
    """“Did you mean …? ” with the closest of `known`, or nothing."""
    by_plain = {plain(candidate): candidate for candidate in known}
    close = get_close_matches(plain(name), by_plain, n=1, cutoff=0.7)
    return f"Did you mean “{by_plain[close[0]]}”? " if close else ""


def missing_columns(missing: Iterable[str], sheet: Sheet, fields: Iterable[Field]) -> BadInput:
    """The error for a table that lacks needed columns: what is missing, and what was found."""
    title = {known.key: known.title for known in fields}
    wanted = [title[key] for key in missing]
    headers = ", ".join(f"“{header}”" for header in sheet.headers[:40])
    return BadInput(
        f"{sheet.filename} has no column for: {', '.join(wanted)}. Found: {headers}.",
        [Blemish(line=1, problem=f"no column for “{name}”") for name in wanted],
        hint="Rename the column, or say which column it is in the mapping.",
    )


@dataclass(slots=True)
class SheetRow:
    """The cells of one line by field, trimmed; what is wrong with them gathers in `blemishes`.
    A row is `skipped` where its whole column is to blame."""

    line: int
    cells: dict[str, str]
    columns: Mapping[str, str]
    blemishes: list[Blemish] = field(default_factory=list)
    skipped: bool = False

    @property
    def good(self) -> bool:
        """Whether the row can be taken."""
        return not self.blemishes and not self.skipped

    def blame(self, key: str, problem: str, hint: str = "", value: str | None = None) -> None:
        """Note that the cell of field `key` is wrong."""
        shown = self.cells.get(key, "") if value is None else value
        self.blemishes.append(
            Blemish(
                line=self.line,
                column=self.columns.get(key),
                value=_shown(shown) or None,
                problem=problem,
                hint=hint,
            )
        )

    def read(self, key: str, reader: Callable[[str], _Read]) -> _Read | None:
        """The cell of field `key` as `reader` understands it; None if it is empty, or wrong,
        which is noted."""
        text = self.cells.get(key)
        if not text or text.startswith("="):  # a formula is blamed already
            return None
        try:
            return reader(text)
        except UnreadableCell as error:
            self.blame(key, error.problem, error.hint)
            return None


def _shown(value: str) -> str:
    visible = "".join(letter if letter.isprintable() else "·" for letter in value)
    if len(visible) <= LONGEST_SHOWN:
        return visible
    return visible[: LONGEST_SHOWN - 1] + "…"


def rows_of(sheet: Sheet, indexes: Mapping[str, int]) -> Iterator[SheetRow]:
    """Every row of the sheet with the cells that are mapped; formulas, their errors and control
    characters in them are already blamed."""
    columns = {key: sheet.headers[index] for key, index in indexes.items()}
    for line, values in sheet.rows:
        row = SheetRow(line, {}, columns)
        for key, index in indexes.items():
            text = values[index]
            if text and not text.isalnum():  # most cells need no cleaning
                text = " ".join(text.split())
            row.cells[key] = text
            if text.startswith("="):
                cell = f"{column_letters(index)}{line}"
                row.blame(key, f"a formula in cell {cell}", "Paste values instead of formulas.")
            elif text in SPREADSHEET_ERRORS:
                row.blame(key, "a formula that failed left its error here", "Write the value.")
            elif not text.isprintable() and any(is_control(letter) for letter in text):
                row.blame(key, "an invisible control character", "Type the text again.")
        yield row


def is_control(letter: str) -> bool:
    """Whether `letter` steers a machine and is nothing to read (Unicode category Cc)."""
    return unicodedata.category(letter) == "Cc"


def column_letters(index: int) -> str:
    """The name of a column in a spreadsheet: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


_SLUG = re.compile(r"[^a-z0-9]+")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def slug(text: str) -> str:
    """`text` as a key: “São Paulo 2” is “sao-paulo-2”; empty where nothing of it can be written
    in plain letters and digits."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = decomposed.encode("ascii", "ignore").decode("ascii")
    return _SLUG.sub("-", letters).strip("-")[:40].rstrip("-")


def key_of(text: str) -> str:
    """`text` itself where it is a key already, else the key made of it."""
    return text if _KEY.fullmatch(text) else slug(text)
