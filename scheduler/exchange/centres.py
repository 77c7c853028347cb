"""Service centres from a table: where service happens, when it is open, and its seats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time

from scheduler.domain.calendar import FULL_TIME, Place
from scheduler.domain.errors import Blemish
from scheduler.domain.programme import Channel, ServiceCentre
from scheduler.domain.words import Message
from scheduler.exchange.countries import locate, read_country, read_subdivision, read_timezone
from scheduler.exchange.roster.fields import FIELDS as ROSTER_FIELDS
from scheduler.exchange.sheets import columns
from scheduler.exchange.sheets.cells import (
    read_count,
    read_languages,
    read_pattern,
    read_time,
    text_up_to,
)
from scheduler.exchange.sheets.columns import (
    Field,
    SheetRow,
    UnreadableCell,
    check_mapping,
    key_of,
    missing_columns,
    rows_of,
    slug,
)
from scheduler.exchange.sheets.sheet import Sheet

_ROSTER = {known.key: known for known in ROSTER_FIELDS}
CENTRE_FIELDS = (
    Field(
        "name", "Name", "What people call the centre.",
        ("centre", "center", "service centre", "service center", "Name", "Servicezentrum"),
        needed=True,
    ),
    Field("key", "Key", "Short name in files; made from the name where empty.", ("id", "code")),
    Field("address", "Address", "Shown in calendars.", ("street", "Adresse", "Anschrift")),
    *(_ROSTER[key] for key in ("city", "subdivision", "country", "timezone")),
    Field("pattern", "Weekdays open", "Like Mon-Fri.", ("weekdays", "open on", "opening days")),
    Field("opens", "Opens", "Local time, like 09:00.", ("from", "open", "opening time", "von")),
    Field("closes", "Closes", "Local time, like 17:00.", ("to", "until", "closing time", "bis")),
    Field(
        "seats", "Seats a day",
        "Guests on one day over all sessions; empty means no limit but the sessions’.",
        ("seats per day", "capacity", "places", "Plätze"),
    ),
    *(
        Field(
            f"{channel}_seats", f"Seats for {channel}", f"Guests on one day of {channel}.",
            (f"seats {channel}", channel),
        )
        for channel in Channel
    ),
    _ROSTER["languages"],
    Field(
        "programmes", "Programmes", "Keys of the programmes offered here; empty means all.",
        ("programs", "offers"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class CentreReading:
    """What a file of centres says: its good rows, and every mistake in the others."""

    centres: tuple[ServiceCentre, ...] = ()
    blemishes: tuple[Blemish, ...] = ()
    notes: tuple[Message, ...] = ()
    rows: int = 0


def guess_centre_mapping(headers: Iterable[str]) -> dict[str, str]:
    """`{field: header}` for the headers of a file of service centres."""
    return columns.guess_mapping(headers, CENTRE_FIELDS)


def read_centres(
    sheet: Sheet, mapping: Mapping[str, str], *, default_place: Place | None = None
) -> CentreReading:
    """The service centres of a table. Raises `BadInput` if there is no column of names."""
    indexes = check_mapping(mapping, sheet.headers, CENTRE_FIELDS)
    if "name" not in indexes:
        raise missing_columns(["name"], sheet, CENTRE_FIELDS)
    rows = list(rows_of(sheet, indexes))
    centres = _different_centres(
        ((row, _centre(row, default_place or Place())) for row in rows),
        blamed="key" if "key" in indexes else "name",
    )
    blemishes = [*sheet.blemishes, *(blemish for row in rows for blemish in row.blemishes)]
    return CentreReading(
        centres,
        tuple(sorted(blemishes, key=lambda blemish: blemish.line or 0)),
        sheet.notes,
        len(rows) + len(sheet.blemishes),
    )


def _different_centres(
    read: Iterable[tuple[SheetRow, ServiceCentre | None]], *, blamed: str
) -> tuple[ServiceCentre, ...]:
    """Each centre once; the rows that say one again are to blame."""
    centres: dict[str, ServiceCentre] = {}
    lines: dict[str, int] = {}
    for row, centre in read:
        if centre is None:
            continue
        if centre.key in centres:
            row.blame(
                blamed,
                f"the same centre is on line {lines[centre.key]}",
                "Give each centre a name of its own.",
            )
            continue
        centres[centre.key] = centre
        lines[centre.key] = row.line
    return tuple(centres.values())


def _centre(row: SheetRow, default: Place) -> ServiceCentre | None:
    """The centre of a row, or None if something in it is wrong."""
    name = row.read("name", text_up_to()) or ""
    key = row.read("key", _read_key) or slug(name)
    if not name:
        row.blame("name", "the name is missing", "Every centre needs one.")
    elif not key:
        row.blame("name", "the name makes no key", "Give the centre a key of its own.")
    opens = row.read("opens", read_time) or time(9)
    closes = row.read("closes", read_time) or time(17)
    if closes <= opens:
        row.blame("closes", f"the centre closes before it opens at {opens:%H:%M}", "Swap them.")
    place = _place(row, default)
    seats = {channel: row.read(f"{channel}_seats", read_count) for channel in Channel}
    values = {
        "key": key,
        "name": name,
        "place": place,
        "address": row.read("address", text_up_to(500)) or "",
        "pattern": row.read("pattern", read_pattern) or FULL_TIME,
        "opens": opens,
        "closes": closes,
        "seats": row.read("seats", read_count),
        "channel_seats": {key: count for key, count in seats.items() if count is not None},
        "languages": row.read("languages", read_languages) or (),
        "programmes": tuple(row.cells.get("programmes", "").replace(",", " ").split()),
    }
    return ServiceCentre.model_validate(values) if row.good else None


def _read_key(text: str) -> str:
    if key_of(text) != text:
        raise UnreadableCell("this cannot be a key", "Use a-z, 0-9 and hyphens, like berlin-2.")
    return text


def _place(row: SheetRow, default: Place) -> Place:
    country = row.read("country", read_country)
    subdivision = row.cells.get("subdivision") or None
    if country is not None and subdivision is not None:
        subdivision = row.read("subdivision", lambda text: read_subdivision(text, country))
    city = row.read("city", text_up_to()) or ""
    timezone = row.read("timezone", read_timezone)
    return locate(country, subdivision, city, timezone, default).place
