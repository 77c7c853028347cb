"""What people's calendars hold: absences, wishes, exemptions, blackouts, pairs, mentors, and the
ledger of services."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy import update as alter

from scheduler.domain.errors import NotFound
from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.people import (
    Absence,
    Blackout,
    Exemption,
    Mentor,
    Pairing,
    StandIns,
    Wish,
)
from scheduler.store.mapping.exceptions import (
    ABSENCES,
    BLACKOUTS,
    EXEMPTIONS,
    MENTORS,
    PAIRINGS,
    RECORDS,
    STAND_INS,
    WISHES,
    Kind,
    V,
)
from scheduler.store.read_models import Kept
from scheduler.store.repositories.base import Repository, chunks, table_of

GONE = "That entry is gone already."


class Exceptions(Repository):
    """The people shelf's second half. Adding what is there already changes nothing; what concerns
    somebody who is not on record is `NotFound`."""

    # Absences

    def absences(self, employee_id: str | None = None) -> tuple[Absence, ...]:
        """Absences of one person, or of all."""
        return self._values(ABSENCES, employee_id)

    def kept_absences(self, employee_id: str | None = None) -> tuple[Kept[Absence], ...]:
        """The same with the numbers to remove them by."""
        return self.kept(ABSENCES, employee_id)

    def add_absences(self, absences: Iterable[Absence]) -> None:
        """Put absences on record."""
        self.put_on_record(ABSENCES, absences)

    def replace_absences(
        self, employee_ids: Collection[str] | None, absences: Iterable[Absence]
    ) -> None:
        """Absences instead of all those of these people (None: of everybody)."""
        self._replace(ABSENCES, employee_ids, absences)

    def remove_absence(self, number: int) -> None:
        """Take an absence off the record."""
        self.take_off(ABSENCES, number)

    # Wishes

    def wishes(self, employee_id: str | None = None) -> tuple[Wish, ...]:
        """Wishes of one person, or of all."""
        return self._values(WISHES, employee_id)

    def kept_wishes(self, employee_id: str | None = None) -> tuple[Kept[Wish], ...]:
        """The same with the numbers to remove them by."""
        return self.kept(WISHES, employee_id)

    def add_wishes(self, wishes: Iterable[Wish]) -> None:
        """Put wishes on record."""
        self.put_on_record(WISHES, wishes)

    def replace_wishes(self, employee_ids: Collection[str] | None, wishes: Iterable[Wish]) -> None:
        """Wishes instead of all those of these people (None: of everybody)."""
        self._replace(WISHES, employee_ids, wishes)

    def remove_wish(self, number: int) -> None:
        """Take a wish off the record."""
        self.take_off(WISHES, number)

    # Exemptions

    def exemptions(self, employee_id: str | None = None) -> tuple[Exemption, ...]:
        """Exemptions of one person, or of all."""
        return self._values(EXEMPTIONS, employee_id)

    def kept_exemptions(self, employee_id: str | None = None) -> tuple[Kept[Exemption], ...]:
        """The same with the numbers to remove them by."""
        return self.kept(EXEMPTIONS, employee_id)

    def add_exemptions(self, exemptions: Iterable[Exemption]) -> None:
        """Put exemptions on record."""
        self.put_on_record(EXEMPTIONS, exemptions)

    def replace_exemptions(
        self, employee_ids: Collection[str] | None, exemptions: Iterable[Exemption]
    ) -> None:
        """Exemptions instead of all those of these people (None: of everybody)."""
        self._replace(EXEMPTIONS, employee_ids, exemptions)

    def remove_exemption(self, number: int) -> None:
        """Take an exemption off the record."""
        self.take_off(EXEMPTIONS, number)

    # Blackouts

    def blackouts(self) -> tuple[Blackout, ...]:
        """All blackouts, by date."""
        return self._values(BLACKOUTS)

    def kept_blackouts(self) -> tuple[Kept[Blackout], ...]:
        """The same with the numbers to remove them by."""
        return self.kept(BLACKOUTS)

    def add_blackouts(self, blackouts: Iterable[Blackout]) -> None:
        """Put blackouts on record."""
        self.put_on_record(BLACKOUTS, blackouts)

    def replace_blackouts(self, blackouts: Iterable[Blackout]) -> None:
        """These blackouts instead of all there are."""
        self._replace(BLACKOUTS, None, blackouts)

    def remove_blackout(self, number: int) -> None:
        """Take a blackout off the record."""
        self.take_off(BLACKOUTS, number)

    # Stand-ins

    def stand_ins(self) -> tuple[StandIns, ...]:
        """All pairs that stand in for each other."""
        return self._values(STAND_INS)

    def kept_stand_ins(self) -> tuple[Kept[StandIns], ...]:
        """The same with the numbers to remove them by."""
        return self.kept(STAND_INS)

    def add_stand_ins(self, pairs: Iterable[StandIns]) -> None:
        """Put pairs on record."""
        self.put_on_record(STAND_INS, pairs)

    def replace_stand_ins(self, pairs: Iterable[StandIns]) -> None:
        """These pairs instead of all there are."""
        self._replace(STAND_INS, None, pairs)

    def remove_stand_in(self, number: int) -> None:
        """Take a pair off the record."""
        self.take_off(STAND_INS, number)

    # Pairings

    def pairings(self) -> tuple[Pairing, ...]:
        """All pairs who asked to serve together, or apart."""
        return self._values(PAIRINGS)

    def kept_pairings(self) -> tuple[Kept[Pairing], ...]:
        """The same with the numbers to remove them by."""
        return self.kept(PAIRINGS)

    def add_pairings(self, pairs: Iterable[Pairing]) -> None:
        """Put pairs on record."""
        self.put_on_record(PAIRINGS, pairs)

    def replace_pairings(self, pairs: Iterable[Pairing]) -> None:
        """These pairs instead of all there are."""
        self._replace(PAIRINGS, None, pairs)

    def remove_pairing(self, number: int) -> None:
        """Take a pair off the record."""
        self.take_off(PAIRINGS, number)

    # Mentors

    def mentors(self) -> tuple[Mentor, ...]:
        """All mentors, by centre."""
        return self._values(MENTORS)

    def kept_mentors(self) -> tuple[Kept[Mentor], ...]:
        """The same with the numbers to remove them by."""
        return self.kept(MENTORS)

    def add_mentors(self, mentors: Iterable[Mentor]) -> None:
        """Put mentors on record."""
        self.put_on_record(MENTORS, mentors)

    def replace_mentors(self, mentors: Iterable[Mentor]) -> None:
        """These mentors instead of all there are."""
        self._replace(MENTORS, None, mentors)

    def remove_mentor(self, number: int) -> None:
        """Take a mentor off the record."""
        self.take_off(MENTORS, number)

    # The ledger

    def records(self, employee_id: str | None = None) -> tuple[ServiceRecord, ...]:
        """The services of one person, or of all, the oldest of each person first."""
        return self._values(RECORDS, employee_id)

    def add_records(self, records: Iterable[ServiceRecord]) -> None:
        """Put services on record. The same service (person, programme, first day) said again is
        corrected; none is ever lost."""
        rows = [RECORDS.write(record) for record in records]
        self.put(RECORDS.model, rows, key=("employee_id", "programme", "first_day"))

    # Whatever the kind

    def kept(self, kind: Kind[V], employee_id: str | None = None) -> tuple[Kept[V], ...]:
        """Everything of a kind, of one person or of all, with the numbers it is kept under."""
        return tuple(Kept(row.id, kind.read(row)) for row in self._rows(kind, employee_id))

    def kept_under(self, kind: Kind[V], number: int) -> V:
        """What is kept under a number; `NotFound` if it is gone."""
        query = select(table_of(kind.model)).where(table_of(kind.model).c.id == number)
        if (row := self.session.execute(query).one_or_none()) is None:
            raise NotFound(GONE)
        return kind.read(row)

    def put_on_record(self, kind: Kind[V], values: Iterable[V]) -> None:
        """Add what is not there already."""
        self.add(kind.model, [kind.write(value) for value in values], new_only=True)

    def change(self, kind: Kind[V], number: int, value: V) -> None:
        """Another value under the same number; `NotFound` if it is gone, `Conflict` if the value
        is kept under another number already."""
        table = table_of(kind.model)
        if not self.changed(alter(table).where(table.c.id == number).values(kind.write(value))):
            raise NotFound(GONE)

    def take_off(self, kind: Kind[V], number: int) -> None:
        """Take what is kept under a number off the record; `NotFound` if it is gone."""
        if not self.remove(kind.model, table_of(kind.model).c.id == number):
            raise NotFound(GONE)

    # The works

    def _rows(self, kind: Kind[V], employee_id: str | None) -> Iterable[Any]:
        table = table_of(kind.model)
        query = select(table).order_by(*(table.c[name] for name in kind.order))
        if employee_id is not None:
            query = query.where(table.c.employee_id == employee_id)
        return self.session.execute(query)

    def _values(self, kind: Kind[V], employee_id: str | None = None) -> tuple[V, ...]:
        return tuple(kind.read(row) for row in self._rows(kind, employee_id))

    def _replace(
        self, kind: Kind[V], employee_ids: Collection[str] | None, values: Iterable[V]
    ) -> None:
        if employee_ids is None:
            self.remove(kind.model)
        else:
            owner: ColumnElement[str] = table_of(kind.model).c.employee_id
            for some in chunks(set(employee_ids)):
                self.remove(kind.model, owner.in_(some))
        self.put_on_record(kind, values)
