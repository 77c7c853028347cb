"""What an import would change, shown before it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scheduler.domain.people import Employee
from scheduler.exchange.roster.fields import FIELDS
from scheduler.exchange.roster.reading import RosterReading

TITLES = {field.key: field.title for field in FIELDS} | {
    "level": "Level",
    "executive": "Executive",
}
"""What people call the fields of an employee, those that follow from other columns, too."""


@dataclass(frozen=True)
class FieldChange:
    """One field of one employee as it is on record, and as the roster has it."""

    employee_id: str
    field: str
    old: str
    new: str

    @property
    def title(self) -> str:
        """What people call the field."""
        return TITLES[self.field]


@dataclass(frozen=True)
class RosterDifference:
    """A roster against the people on record. Those `gone` from the roster stay on record: only a
    leave date ends an employment."""

    added: tuple[Employee, ...] = ()
    changed: tuple[FieldChange, ...] = ()
    gone: tuple[str, ...] = ()
    unchanged: int = 0

    @property
    def changed_people(self) -> int:
        """How many people have at least one change."""
        return len({change.employee_id for change in self.changed})


def difference(known: Mapping[str, Employee], reading: RosterReading) -> RosterDifference:
    """What taking the good rows of `reading` would add and change."""
    changed: list[FieldChange] = []
    unchanged = 0
    for person in reading.employees:
        old = known.get(person.id)
        if old is None:
            continue
        changes = list(_changes(old, person))
        changed += changes
        unchanged += not changes
    return RosterDifference(
        added=tuple(person for person in reading.employees if person.id not in known),
        changed=tuple(changed),
        gone=tuple(sorted(known.keys() - reading.named)),
        unchanged=unchanged,
    )


def _changes(old: Employee, new: Employee) -> Iterator[FieldChange]:
    if old == new:
        return
    for name in Employee.model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            continue
        if name != "place":
            yield FieldChange(new.id, name, shown(before), shown(after))
            continue
        for part in type(after).model_fields:
            here, there = getattr(before, part), getattr(after, part)
            if here != there:
                yield FieldChange(new.id, part, shown(here), shown(there))


def shown(value: Any) -> str:
    """A value as a person reads it; nothing for None."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(str(part) for part in value)
        case _:
            return str(value)
