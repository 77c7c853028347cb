"""What people's calendars hold: absences, wishes, exemptions, blackouts, stand-ins, and the
ledger of services."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, select
from sqlmodel import SQLModel

from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import NotFound
from scheduler.domain.ledger import ServiceRecord, ServiceStatus
from scheduler.domain.people import (
    Absence,
    Blackout,
    Exemption,
    Scope,
    StandIns,
    Wish,
    WishKind,
)
from scheduler.store import tables
from scheduler.store.rows import Kept
from scheduler.store.shelf import Row, Shelf, chunks, table_of

V = TypeVar("V")


@dataclass(frozen=True)
class Kind(Generic[V]):
    """How one kind of value becomes a row and a row the value."""

    model: type[SQLModel]
    read: Callable[[Any], V]
    write: Callable[[V], Row]
    order: tuple[str, ...] = ("employee_id", "first", "last")


def _days(row: Any) -> DateRange:
    return DateRange(first=row.first, last=row.last)


ABSENCES = Kind[Absence](
    tables.Absence,
    read=lambda row: Absence(employee_id=row.employee_id, days=_days(row)),
    write=lambda absence: {
        "employee_id": absence.employee_id,
        "first": absence.days.first,
        "last": absence.days.last,
    },
)
WISHES = Kind[Wish](
    tables.Wish,
    read=lambda row: Wish(employee_id=row.employee_id, kind=WishKind(row.kind), days=_days(row)),
    write=lambda wish: {
        "employee_id": wish.employee_id,
        "kind": wish.kind.value,
        "first": wish.days.first,
        "last": wish.days.last,
    },
)
EXEMPTIONS = Kind[Exemption](
    tables.Exemption,
    read=lambda row: Exemption(
        employee_id=row.employee_id,
        category=row.category,
        approver=row.approver,
        days=_days(row),
    ),
    write=lambda exemption: {
        "employee_id": exemption.employee_id,
        "category": exemption.category,
        "approver": exemption.approver,
        "first": exemption.days.first,
        "last": exemption.days.last,
    },
)
BLACKOUTS = Kind[Blackout](
    tables.Blackout,
    read=lambda row: Blackout(scope=Scope(row.scope), name=row.name, days=_days(row)),
    write=lambda blackout: {
        "scope": blackout.scope.value,
        "name": blackout.name,
        "first": blackout.days.first,
        "last": blackout.days.last,
    },
    order=("first", "last", "scope", "name"),
)
STAND_INS = Kind[StandIns](
    tables.StandIns,
    read=lambda row: StandIns(one=row.one, other=row.other),
    write=lambda pair: {"one": pair.one, "other": pair.other},
    order=("one", "other"),
)
RECORDS = Kind[ServiceRecord](
    tables.ServiceRecord,
    read=lambda row: ServiceRecord(
        employee_id=row.employee_id,
        programme=row.programme,
        centre=row.centre,
        days=tuple(date.fromisoformat(day) for day in row.days),
        status=ServiceStatus(row.status),
    ),
    write=lambda record: {
        "employee_id": record.employee_id,
        "programme": record.programme,
        "centre": record.centre,
        "first_day": min(record.days),
        "days": [day.isoformat() for day in record.days],
        "status": record.status.value,
    },
    order=("employee_id", "first_day", "programme"),
)


class Circumstances(Shelf):
    """The people shelf's second half. Adding what is there already changes nothing; what concerns
    somebody who is not on record is `NotFound`."""

    # Absences

    def absences(self, employee_id: str | None = None) -> tuple[Absence, ...]:
        """Absences of one person, or of all."""
        return self._values(ABSENCES, employee_id)

    def kept_absences(self, employee_id: str | None = None) -> tuple[Kept[Absence], ...]:
        """The same with the numbers to remove them by."""
        return self._kept(ABSENCES, employee_id)

    def add_absences(self, absences: Iterable[Absence]) -> None:
        """Put absences on record."""
        self._add(ABSENCES, absences)

    def replace_absences(
        self, employee_ids: Collection[str] | None, absences: Iterable[Absence]
    ) -> None:
        """Absences instead of all those of these people (None: of everybody)."""
        self._replace(ABSENCES, employee_ids, absences)

    def remove_absence(self, number: int) -> None:
        """Take an absence off the record."""
        self._remove(ABSENCES, number)

    # Wishes

    def wishes(self, employee_id: str | None = None) -> tuple[Wish, ...]:
        """Wishes of one person, or of all."""
        return self._values(WISHES, employee_id)

    def kept_wishes(self, employee_id: str | None = None) -> tuple[Kept[Wish], ...]:
        """The same with the numbers to remove them by."""
        return self._kept(WISHES, employee_id)

    def add_wishes(self, wishes: Iterable[Wish]) -> None:
        """Put wishes on record."""
        self._add(WISHES, wishes)

    def replace_wishes(self, employee_ids: Collection[str] | None, wishes: Iterable[Wish]) -> None:
        """Wishes instead of all those of these people (None: of everybody)."""
        self._replace(WISHES, employee_ids, wishes)

    def remove_wish(self, number: int) -> None:
        """Take a wish off the record."""
        self._remove(WISHES, number)

    # Exemptions

    def exemptions(self, employee_id: str | None = None) -> tuple[Exemption, ...]:
        """Exemptions of one person, or of all."""
        return self._values(EXEMPTIONS, employee_id)

    def kept_exemptions(self, employee_id: str | None = None) -> tuple[Kept[Exemption], ...]:
        """The same with the numbers to remove them by."""
        return self._kept(EXEMPTIONS, employee_id)

    def add_exemptions(self, exemptions: Iterable[Exemption]) -> None:
        """Put exemptions on record."""
        self._add(EXEMPTIONS, exemptions)

    def replace_exemptions(
        self, employee_ids: Collection[str] | None, exemptions: Iterable[Exemption]
    ) -> None:
        """Exemptions instead of all those of these people (None: of everybody)."""
        self._replace(EXEMPTIONS, employee_ids, exemptions)

    def remove_exemption(self, number: int) -> None:
        """Take an exemption off the record."""
        self._remove(EXEMPTIONS, number)

    # Blackouts

    def blackouts(self) -> tuple[Blackout, ...]:
        """All blackouts, by date."""
        return self._values(BLACKOUTS)

    def kept_blackouts(self) -> tuple[Kept[Blackout], ...]:
        """The same with the numbers to remove them by."""
        return self._kept(BLACKOUTS)

    def add_blackouts(self, blackouts: Iterable[Blackout]) -> None:
        """Put blackouts on record."""
        self._add(BLACKOUTS, blackouts)

    def remove_blackout(self, number: int) -> None:
        """Take a blackout off the record."""
        self._remove(BLACKOUTS, number)

    # Stand-ins

    def stand_ins(self) -> tuple[StandIns, ...]:
        """All pairs that stand in for each other."""
        return self._values(STAND_INS)

    def replace_stand_ins(self, pairs: Iterable[StandIns]) -> None:
        """These pairs instead of all there are."""
        self._replace(STAND_INS, None, pairs)

    # The ledger

    def records(self, employee_id: str | None = None) -> tuple[ServiceRecord, ...]:
        """The services of one person, or of all, the oldest of each person first."""
        return self._values(RECORDS, employee_id)

    def add_records(self, records: Iterable[ServiceRecord]) -> None:
        """Put services on record. The same service (person, programme, first day) said again is
        corrected; none is ever lost."""
        rows = [RECORDS.write(record) for record in records]
        self.put(RECORDS.model, rows, key=("employee_id", "programme", "first_day"))

    # The works

    def _rows(self, kind: Kind[V], employee_id: str | None) -> Iterable[Any]:
        table = table_of(kind.model)
        query = select(table).order_by(*(table.c[name] for name in kind.order))
        if employee_id is not None:
            query = query.where(table.c.employee_id == employee_id)
        return self.session.execute(query)

    def _values(self, kind: Kind[V], employee_id: str | None = None) -> tuple[V, ...]:
        return tuple(kind.read(row) for row in self._rows(kind, employee_id))

    def _kept(self, kind: Kind[V], employee_id: str | None = None) -> tuple[Kept[V], ...]:
        return tuple(Kept(row.id, kind.read(row)) for row in self._rows(kind, employee_id))

    def _add(self, kind: Kind[V], values: Iterable[V]) -> None:
        self.add(kind.model, [kind.write(value) for value in values], new_only=True)

    def _replace(
        self, kind: Kind[V], employee_ids: Collection[str] | None, values: Iterable[V]
    ) -> None:
        if employee_ids is None:
            self.remove(kind.model)
        else:
            owner: ColumnElement[str] = table_of(kind.model).c.employee_id
            for some in chunks(set(employee_ids)):
                self.remove(kind.model, owner.in_(some))
        self._add(kind, values)

    def _remove(self, kind: Kind[V], number: int) -> None:
        if not self.remove(kind.model, table_of(kind.model).c.id == number):
            raise NotFound("That entry is gone already.")
