"""Absences, wishes, exemptions, blackouts, pairs and mentors as rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlmodel import SQLModel

from scheduler.domain.calendar import DateRange, WorkPattern
from scheduler.domain.people import (
    Absence,
    Blackout,
    Exemption,
    Mentor,
    Pairing,
    Scope,
    StandIns,
    Wish,
    WishKind,
)
from scheduler.domain.programme import Channel
from scheduler.store import tables
from scheduler.store.mapping.row import Row

V = TypeVar("V")


@dataclass(frozen=True)
class ExceptionMapping(Generic[V]):
    """How one kind of exception becomes a row of its table (`write`) and a row the value (`read`);
    `order` names the columns by which a list is sorted."""

    model: type[SQLModel]
    read: Callable[[Any], V]
    write: Callable[[V], Row]
    order: tuple[str, ...] = ("employee_id", "first", "last")


def _days(row: Any) -> DateRange:
    return DateRange(first=row.first, last=row.last)


ABSENCES = ExceptionMapping[Absence](
    tables.Absence,
    read=lambda row: Absence(employee_id=row.employee_id, days=_days(row)),
    write=lambda absence: {
        "employee_id": absence.employee_id,
        "first": absence.days.first,
        "last": absence.days.last,
    },
)
WISHES = ExceptionMapping[Wish](
    tables.Wish,
    read=lambda row: Wish(employee_id=row.employee_id, kind=WishKind(row.kind), days=_days(row)),
    write=lambda wish: {
        "employee_id": wish.employee_id,
        "kind": wish.kind.value,
        "first": wish.days.first,
        "last": wish.days.last,
    },
)
EXEMPTIONS = ExceptionMapping[Exemption](
    tables.Exemption,
    read=lambda row: Exemption(
        employee_id=row.employee_id,
        category=row.category,
        approver=row.approver,
        days=_days(row),
        channels=tuple(Channel(channel) for channel in row.channels),
        shadowing=row.shadowing,
        remind=row.remind,
    ),
    write=lambda exemption: {
        "employee_id": exemption.employee_id,
        "category": exemption.category,
        "approver": exemption.approver,
        "first": exemption.days.first,
        "last": exemption.days.last,
        "channels": [channel.value for channel in exemption.channels],
        "shadowing": exemption.shadowing,
        "remind": exemption.remind,
    },
)
BLACKOUTS = ExceptionMapping[Blackout](
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
STAND_INS = ExceptionMapping[StandIns](
    tables.StandIns,
    read=lambda row: StandIns(one=row.one, other=row.other),
    write=lambda pair: {"one": pair.one, "other": pair.other},
    order=("one", "other"),
)
PAIRINGS = ExceptionMapping[Pairing](
    tables.Pairing,
    read=lambda row: Pairing(one=row.one, other=row.other, together=row.together),
    write=lambda pair: {"one": pair.one, "other": pair.other, "together": pair.together},
    order=("one", "other"),
)
MENTORS = ExceptionMapping[Mentor](
    tables.Mentor,
    read=lambda row: Mentor(
        id=row.mentor_id,
        name=row.name,
        centre=row.centre,
        pattern=WorkPattern(weekdays=frozenset(row.weekdays)),
        away=tuple(DateRange(first=first, last=last) for first, last in row.away),
        most=row.most,
        rest=row.rest,
    ),
    write=lambda mentor: {
        "mentor_id": mentor.id,
        "name": mentor.name,
        "centre": mentor.centre,
        "weekdays": sorted(mentor.pattern.weekdays),
        "away": [[f"{days.first}", f"{days.last}"] for days in mentor.away],
        "most": mentor.most,
        "rest": mentor.rest,
    },
    order=("centre", "mentor_id"),
)
