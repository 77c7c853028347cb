"""Service centres, one by one."""

from __future__ import annotations

from datetime import datetime

from scheduler.domain.errors import Conflict
from scheduler.domain.programme import ServiceCentre
from scheduler.store.store import Store


def add_centre(store: Store, centre: ServiceCentre, *, actor: str, at: datetime) -> None:
    """Add a service centre. Raises `Conflict` if there is one of its key already."""
    with store.write() as unit:
        if any(each.key == centre.key for each in unit.catalogue.centres()):
            raise Conflict(
                f"There is a service centre “{centre.key}” already.", hint="Choose another name."
            )
        unit.catalogue.save_centres([centre])
        unit.audit.record(actor, "added centre", centre.key, at, {"name": centre.name})
