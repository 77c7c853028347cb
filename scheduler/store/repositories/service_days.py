"""Writing published days of service."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.domain.programme import ServiceCentre
from scheduler.domain.revision import ServiceDay
from scheduler.store import tables
from scheduler.store.mapping.service_days import row_of
from scheduler.store.repositories.base import Repository, table_of

CENTRE = table_of(tables.Centre)


def save_days(repository: Repository, days: Sequence[ServiceDay]) -> None:
    """Write days of service; those known by their uid are changed."""
    zones = _zones(repository)
    repository.upsert(tables.ServiceDay, [row_of(day, zones.get(day.centre)) for day in days])


def _zones(repository: Repository) -> dict[str, ZoneInfo]:
    definitions = repository.session.scalars(select(CENTRE.c.definition))
    centres = [ServiceCentre.model_validate(definition) for definition in definitions]
    return {centre.key: ZoneInfo(centre.place.timezone) for centre in centres}
