"""Exceptions as the cells of a table or a form: what `records` reads, written."""

from __future__ import annotations

from typing import Any

from scheduler.domain.calendar import FULL_TIME, DateRange
from scheduler.domain.people import Blackout, Exemption, Mentor, Pairing, StandIns, Wish

Record = Exemption | Blackout | Wish | StandIns | Pairing | Mentor
Cells = dict[str, str]


def cells_of(record: Record) -> Cells:
    """The cells that say this entry, by field."""
    match record:
        case Exemption():
            return _exemption(record)
        case Blackout():
            return {"scope": record.scope.value, "name": record.name, **_days(record.days)}
        case Wish():
            named = {"employee_id": record.employee_id, "kind": record.kind.value}
            return named | _days(record.days)
        case StandIns():
            return {"one": record.one, "other": record.other}
        case Pairing():
            together = "together" if record.together else "apart"
            return {"one": record.one, "other": record.other, "together": together}
        case Mentor():
            return _mentor(record)


def _days(days: DateRange) -> Cells:
    return {"first": f"{days.first}", "last": f"{days.last}"}


def _exemption(exemption: Exemption) -> Cells:
    return {
        "employee_id": exemption.employee_id,
        "category": exemption.category,
        "approver": exemption.approver,
        **_days(exemption.days),
        "channels": ", ".join(exemption.channels),
        "shadowing": "yes" if exemption.shadowing else "",
        "remind": _or_nothing(exemption.remind),
    }


def _mentor(mentor: Mentor) -> Cells:
    return {
        "id": mentor.id,
        "name": mentor.name,
        "centre": mentor.centre,
        "pattern": "" if mentor.pattern == FULL_TIME else str(mentor.pattern),
        "away": "; ".join(f"{days.first}..{days.last}" for days in mentor.away),
        "most": str(mentor.most),
        "rest": str(mentor.rest),
    }


def _or_nothing(value: Any) -> str:
    return "" if value is None else str(value)
