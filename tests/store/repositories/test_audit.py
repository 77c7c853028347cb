"""The audit log tells who did what, and every later change of it shows."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, update

from scheduler.store import Store
from scheduler.store.repositories.audit import ENTRY
from tests.store.examples import MINUTE, NOW


def test_entries_come_the_newest_first(store: Store) -> None:
    with store.write() as unit:
        unit.audit.record("hr@example.org", "published", "plan 7", NOW, {"revision": 3})
    with store.write() as unit:
        unit.audit.record("admin@example.org", "changed rules", "rules", NOW + MINUTE)
        unit.audit.record("system", "finished", "run 1", NOW + 2 * MINUTE, {"ü": [1.0, None]})
    with store.read() as unit:
        newest, middle, oldest = unit.audit.entries()
        assert unit.audit.entries(limit=1, offset=1) == (middle,)
        assert unit.audit.count() == 3
        assert unit.audit.verify()
    assert (oldest.actor, oldest.action, oldest.subject) == (
        "hr@example.org",
        "published",
        "plan 7",
    )
    assert (oldest.at, oldest.details) == (NOW, {"revision": 3})
    assert newest.details == {"ü": [1.0, None]}
    assert len({entry.digest for entry in (newest, middle, oldest)}) == 3


def test_entries_are_seen_in_the_transaction_that_makes_them(store: Store) -> None:
    with store.write() as unit:
        unit.audit.record("hr", "did", "something", NOW)
        assert len(unit.audit.entries()) == unit.audit.count() == 1
        unit.audit.record("hr", "did", "more", NOW)
        assert unit.audit.verify()
    with store.read() as unit:
        assert unit.audit.count() == 2


def test_what_is_undone_leaves_no_entry(store: Store) -> None:
    def fail() -> None:
        with store.write() as unit:
            unit.audit.record("hr", "did", "something", NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.read() as unit:
        assert unit.audit.entries() == ()
        assert unit.audit.verify()


def test_an_instant_in_another_zone_is_the_same_instant(store: Store) -> None:
    east = timezone(timedelta(hours=9))
    with store.write() as unit:
        unit.audit.record("hr", "did", "something", NOW.astimezone(east))
    with store.read() as unit:
        assert unit.audit.entries()[0].at == NOW
        assert unit.audit.verify()


@pytest.mark.parametrize("column", ["actor", "action", "subject", "at", "details", "digest"])
def test_a_changed_entry_shows(store: Store, column: str) -> None:
    two_entries(store)
    value: str | datetime = NOW - MINUTE if column == "at" else "{}"
    with store.engine.begin() as connection:
        connection.execute(update(ENTRY).where(ENTRY.c.id == 1).values({column: value}))
    with store.read() as unit:
        assert not unit.audit.verify()


def test_a_missing_entry_shows(store: Store) -> None:
    two_entries(store)
    with store.engine.begin() as connection:
        connection.execute(delete(ENTRY).where(ENTRY.c.id == 1))
    with store.read() as unit:
        assert not unit.audit.verify()


def two_entries(store: Store) -> None:
    with store.write() as unit:
        unit.audit.record("hr", "did", "something", NOW, {"a": 1})
        unit.audit.record("hr", "did", "something else", NOW)
