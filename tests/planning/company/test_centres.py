"""Service centres, one by one."""

from __future__ import annotations

import pytest

from scheduler import planning
from scheduler.domain.calendar import Place
from scheduler.domain.errors import Conflict
from scheduler.domain.programme import ServiceCentre
from scheduler.store import Store
from tests.planning.office import AT, HR, ON_SQLITE, import_centres

pytestmark = ON_SQLITE


def _centre(key: str, name: str) -> ServiceCentre:
    return ServiceCentre(key=key, name=name, place=Place(city=name, timezone="Europe/Oslo"))


def test_a_centre_is_added_beside_those_there_are(store: Store) -> None:
    import_centres(store)
    planning.add_centre(store, _centre("oslo", "Oslo"), actor=HR, at=AT)
    with store.read() as unit:
        assert {centre.key for centre in unit.catalogue.centres()} == {"auckland", "berlin", "oslo"}
        latest = unit.audit.entries(limit=1)[0]
    assert (latest.actor, latest.action, latest.subject) == (HR, "added centre", "oslo")
    assert latest.details == {"name": "Oslo"}


def test_a_centre_that_is_there_stays_as_it_is(store: Store) -> None:
    import_centres(store)
    with pytest.raises(Conflict, match="berlin"):
        planning.add_centre(store, _centre("berlin", "Another"), actor=HR, at=AT)
    with store.read() as unit:
        assert unit.catalogue.centre("berlin").name == "Berlin"
        assert unit.audit.entries(limit=1)[0].action == "imported centres"
