"""People as rows."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from scheduler.domain.calendar import Place, WorkPattern
from scheduler.domain.people import Employee
from scheduler.store.mapping.folding import folded
from scheduler.store.mapping.row import Row


def row_of(person: Employee) -> Row:
    """Everything but where the person stands with their service: the windows are written apart."""
    place = person.place
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "department": person.department,
        "team": person.team,
        "title": person.title,
        "manager_id": person.manager_id,
        "level": person.level,
        "executive": person.executive,
        "city": place.city,
        "country": place.country,
        "subdivision": place.subdivision,
        "timezone": place.timezone,
        "weekdays": sorted(person.pattern.weekdays),
        "languages": list(person.languages),
        "hire_date": person.hire_date,
        "leave_date": person.leave_date,
        "centre": person.centre,
        "cleared_until": person.cleared_until,
        "sort_name": folded(person.name),
        "search_text": folded(f"{person.name}\n{person.id}\n{person.email or ''}"),
    }


def employee_of(row: Any) -> Employee:
    """The person in a row."""
    return Employee(
        id=row.id,
        name=row.name,
        email=row.email,
        department=row.department,
        team=row.team,
        title=row.title,
        manager_id=row.manager_id,
        level=row.level,
        executive=row.executive,
        place=_place(row.city, row.country, row.subdivision, row.timezone),
        pattern=_pattern(tuple(row.weekdays)),
        languages=tuple(row.languages),
        hire_date=row.hire_date,
        leave_date=row.leave_date,
        centre=row.centre,
        cleared_until=row.cleared_until,
    )


# Few places and patterns are shared by many people; each is made once.


@lru_cache(maxsize=4096)
def _place(city: str, country: str | None, subdivision: str | None, timezone: str) -> Place:
    return Place(city=city, country=country, subdivision=subdivision, timezone=timezone)


@lru_cache(maxsize=256)
def _pattern(weekdays: tuple[int, ...]) -> WorkPattern:
    return WorkPattern(weekdays=frozenset(weekdays))
