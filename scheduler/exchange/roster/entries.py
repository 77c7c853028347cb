"""One row of a roster as an entry: everything the row says about a person, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from scheduler.domain.calendar import FULL_TIME, Place
from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.people import Employee
from scheduler.exchange.countries import locate, read_country, read_subdivision, read_timezone
from scheduler.exchange.roster.fields import PLACE
from scheduler.exchange.sheets.cells import read_email, read_languages, read_pattern, text_up_to
from scheduler.exchange.sheets.columns import SheetRow, UnreadableCell, key_of, plain, suggestion
from scheduler.exchange.sheets.dates import LATEST_YEAR, DateColumn, is_endless

LONGEST_ID = 64
LONGEST_NAME = 200


@dataclass(frozen=True)
class RosterDefaults:
    """What a roster leaves open: down to which level of the chain people are executives, where
    people work whose country is not given, and the centres and programmes there are (title by
    key), where names in the roster are to be checked against them."""

    executive_level: int = 2
    place: Place = field(default_factory=Place)
    centres: Mapping[str, str] | None = None
    programmes: Mapping[str, str] | None = None


@dataclass(slots=True)
class RosterEntry:
    """A person as one row has it; `values` are the fields of an `Employee`."""

    row: SheetRow
    id: str
    values: dict[str, Any]
    record: ServiceRecord | None = None
    country_assumed: bool = False
    timezone_assumed: bool = False
    named: dict[str, str] = field(default_factory=dict)
    """Ids of the people the row names, by field."""

    @property
    def good(self) -> bool:
        """Whether the row can be taken."""
        return self.row.good

    def employee(self) -> Employee:
        """The person, still without a level."""
        return Employee(**self.values)


@dataclass(frozen=True)
class RosterEntryReader:
    """Reads the rows of one roster. `mapped` are the fields it has columns for; what it does not
    say stays as it is on record."""

    mapped: frozenset[str]
    dates: Mapping[str, DateColumn]
    known: Mapping[str, Employee]
    defaults: RosterDefaults

    def read(self, row: SheetRow) -> RosterEntry:
        """The entry of a row; mistakes are noted in the row."""
        employee_id = row.read("employee_id", read_id)
        if not row.cells["employee_id"]:
            row.blame("employee_id", "the employee id is missing", "Every person needs one.")
        base = self.known.get(employee_id or "")
        entry = RosterEntry(row, employee_id or "", {"id": employee_id})
        entry.values.update(name=self._name(row), **self._dates(row))
        for key, reader in _READERS.items():
            entry.values[key] = self._keep(row, key, reader, getattr(base, key, None))
        entry.values["pattern"] = (
            self._keep(row, "pattern", read_pattern, base.pattern if base else None) or FULL_TIME
        )
        entry.values["languages"] = (
            self._keep(row, "languages", read_languages, base.languages if base else None) or ()
        )
        entry.values["centre"] = self._keep(
            row, "centre", self._centre, base.centre if base else None
        )
        if base is not None:
            for key in ("leave_date", "cleared_until"):
                if key not in self.mapped:
                    entry.values[key] = getattr(base, key)
        self._place(row, entry, base)
        if employee_id is not None:
            entry.record = self._record(row, employee_id)
        return entry

    def _keep(self, row: SheetRow, key: str, reader: Any, kept: Any) -> Any:
        """The cell of field `key`, or `kept` where the roster has no such column."""
        return row.read(key, reader) if key in self.mapped else kept

    def _name(self, row: SheetRow) -> str:
        name = row.cells.get("name") or " ".join(
            part for key in ("first_name", "last_name") if (part := row.cells.get(key))
        )
        key = next(key for key in ("name", "last_name", "first_name") if key in self.mapped)
        if not name:
            row.blame(key, "the name is missing", "Every person needs one.")
        elif len(name) > LONGEST_NAME:
            row.blame(
                key,
                f"the name is too long: {len(name)} characters, at most {LONGEST_NAME}",
                "Shorten it.",
                value=name,
            )
        return name

    def _dates(self, row: SheetRow) -> dict[str, date | None]:
        hired = self.dates["hire_date"].of(row)
        if not row.cells["hire_date"]:
            row.blame("hire_date", "the hire date is missing", "Every person needs one.")
        leaves = None
        if "leave_date" in self.dates and not is_endless(row.cells["leave_date"]):
            leaves = self.dates["leave_date"].of(row)
        if hired is not None and leaves is not None and leaves < hired:
            row.blame(
                "leave_date",
                f"the person leaves before being hired on {hired}",
                "Correct one of the two dates.",
            )
        return {"hire_date": hired, "leave_date": leaves, "cleared_until": self._cleared(row)}

    def _cleared(self, row: SheetRow) -> date | None:
        """Until when the training is valid; one that never ends lasts as long as dates do."""
        if "cleared_until" not in self.dates:
            return None
        if is_endless(row.cells["cleared_until"]):
            return date(LATEST_YEAR, 12, 31)
        return self.dates["cleared_until"].of(row)

    def _place(self, row: SheetRow, entry: RosterEntry, base: Employee | None) -> None:
        if self.mapped.isdisjoint(PLACE):
            entry.values["place"] = base.place if base else self.defaults.place
            return
        country = row.read("country", read_country)
        subdivision = row.cells.get("subdivision") or None
        if country is not None and subdivision is not None:
            subdivision = row.read("subdivision", lambda text: read_subdivision(text, country))
        city = row.read("city", text_up_to()) or ""
        timezone = row.read("timezone", read_timezone)
        located = locate(country, subdivision, city, timezone, self.defaults.place)
        entry.values["place"] = located.place
        entry.country_assumed = located.country_assumed
        entry.timezone_assumed = located.timezone_assumed

    def _centre(self, text: str) -> str:
        return key_among(text, self.defaults.centres, "centre")

    def _record(self, row: SheetRow, employee_id: str) -> ServiceRecord | None:
        """The latest service, where the roster has one. Its programme is empty where the roster
        does not say which it was."""
        served = self.dates["last_served"].of(row) if "last_served" in self.dates else None
        programme = row.read(
            "last_programme", lambda text: key_among(text, self.defaults.programmes, "programme")
        )
        if served is None:
            return None
        return ServiceRecord(employee_id=employee_id, programme=programme or "", days=(served,))


_READERS = {
    "email": read_email,
    "department": text_up_to(),
    "team": text_up_to(),
    "title": text_up_to(),
}


def read_id(text: str) -> str:
    """An employee id. It stands in addresses of pages and in ids of duties, hence the limits."""
    if len(text) > LONGEST_ID:
        raise UnreadableCell(
            f"the employee id is too long: {len(text)} characters, at most {LONGEST_ID}"
        )
    if any(letter in "#/\\" for letter in text) or text in (".", ".."):
        raise UnreadableCell("this cannot be an employee id", "Leave out number signs and slashes.")
    return text


def key_among(text: str, known: Mapping[str, str] | None, what: str) -> str:
    """The key of a centre or a programme from its key or title; made of the text itself where
    nobody said which there are."""
    if known is None:
        if key := key_of(text):
            return key
        raise UnreadableCell(f"this cannot be a {what}", "Use plain letters and digits.")
    for key, title in known.items():
        if plain(text) in (plain(key), plain(title)):
            return key
    names = [*known, *known.values()]
    raise UnreadableCell(
        f"there is no {what} of this name",
        f"{suggestion(text, names)}Known are: {', '.join(known) or 'none'}.",
    )
