"""Exceptions on record: absences, wishes, exemptions, blackouts, stand-ins, pairings, mentors."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement
from sqlalchemy import update as change

from scheduler.domain.errors import NotFound
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
    STAND_INS,
    WISHES,
    ExceptionMapping,
    V,
)
from scheduler.store.repositories.base import chunks, table_of
from scheduler.store.repositories.exception_queries import GONE, ExceptionQueries


class ExceptionRecords(ExceptionQueries):
    """Every kind of exception is read and written alike; its mapping says which one is meant.

    What concerns somebody, or a centre, that is not on record is `NotFound`.
    """

    def absences(self, employee_id: str | None = None) -> tuple[Absence, ...]:
        """Absences of one person, or of all."""
        return self.values(ABSENCES, employee_id)

    def wishes(self) -> tuple[Wish, ...]:
        """The wishes of all people."""
        return self.values(WISHES)

    def exemptions(self) -> tuple[Exemption, ...]:
        """The exemptions of all people."""
        return self.values(EXEMPTIONS)

    def blackouts(self) -> tuple[Blackout, ...]:
        """All blackouts, by date."""
        return self.values(BLACKOUTS)

    def stand_ins(self) -> tuple[StandIns, ...]:
        """All pairs that stand in for each other."""
        return self.values(STAND_INS)

    def pairings(self) -> tuple[Pairing, ...]:
        """All pairs who asked to serve together, or apart."""
        return self.values(PAIRINGS)

    def mentors(self) -> tuple[Mentor, ...]:
        """All mentors, by centre."""
        return self.values(MENTORS)

    def add(self, mapping: ExceptionMapping[V], values: Iterable[V]) -> None:
        """Put values on record; those that are there already are left as they are."""
        self.insert(mapping.model, [mapping.write(value) for value in values], new_only=True)

    def change(self, mapping: ExceptionMapping[V], number: int, value: V) -> None:
        """Another value under the same number; `NotFound` if that entry is gone, `Conflict` if
        the value is on record under another number already."""
        table = table_of(mapping.model)
        entry = change(table).where(table.c.id == number)
        if not self.update(entry.values(mapping.write(value))):
            raise NotFound(GONE)

    def remove(self, mapping: ExceptionMapping[V], number: int) -> None:
        """Take the entry of a number off the record; `NotFound` if it is gone."""
        if not self.delete(mapping.model, table_of(mapping.model).c.id == number):
            raise NotFound(GONE)

    def replace(
        self,
        mapping: ExceptionMapping[V],
        employee_ids: Collection[str] | None,
        values: Iterable[V],
    ) -> None:
        """Values instead of all those of these people, or (None) instead of all there are. Only
        kinds that concern one person each can be replaced for some people."""
        if employee_ids is None:
            self.delete(mapping.model)
        else:
            owner: ColumnElement[str] = table_of(mapping.model).c.employee_id
            for some in chunks(set(employee_ids)):
                self.delete(mapping.model, owner.in_(some))
        self.add(mapping, values)
