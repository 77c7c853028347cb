"""Transactions: all or nothing, one snapshot, and clear words when the database cannot."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from scheduler.domain.errors import BadInput, Busy, Conflict
from scheduler.domain.plan import PlanStatus
from scheduler.store import Store
from tests.store.examples import (
    MINUTE,
    NOW,
    TODAY,
    draft,
    name_berlin,
    name_of_berlin,
    on_record,
    person,
    problem,
)

ANNA = person("anna")


@pytest.fixture
def impatient(database_url: str) -> Iterator[Store]:
    """A store on the same database that hardly waits for others."""
    store = Store(database_url, patience=0.05)
    yield store
    store.close()


def is_sqlite(store: Store) -> bool:
    return store.engine.dialect.name == "sqlite"


def company(store: Store) -> str:
    with store.read() as unit:
        return name_of_berlin(unit)


def rename(store: Store, name: str) -> None:
    with store.write() as unit:
        name_berlin(unit, name)


def test_what_is_written_is_there_for_others(store: Store, other_store: Store) -> None:
    rename(store, "Example")
    assert company(other_store) == "Example"


def test_after_an_error_nothing_was_written(store: Store) -> None:
    def write_and_fail() -> None:
        with store.write() as unit:
            name_berlin(unit, "Example")
            unit.people.save_employees([ANNA])
            raise RuntimeError("a mistake of the caller")

    with pytest.raises(RuntimeError, match="caller"):
        write_and_fail()
    assert company(store) == ""
    rename(store, "Example")
    with store.read() as unit:
        assert unit.people.count() == 0


def test_a_reader_sees_one_snapshot_however_long_it_reads(store: Store, other_store: Store) -> None:
    rename(store, "Before")
    with store.read() as unit:
        assert name_of_berlin(unit) == "Before"
        rename(other_store, "After")
        assert name_of_berlin(unit) == "Before"
    assert company(store) == "After"


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(Busy, match="only be read"), store.read() as unit:
        name_berlin(unit, "Example")
    rename(store, "Example")
    assert company(store) == "Example"


def test_a_writer_that_waits_too_long_for_another_gives_up(store: Store, impatient: Store) -> None:
    with store.write() as unit:
        name_berlin(unit, "First")
        with pytest.raises(Busy, match="locked") as caught:
            rename(impatient, "Second")
    assert "try again" in caught.value.hint
    assert company(store) == "First"
    rename(impatient, "Second")
    assert company(store) == "Second"


def test_a_reader_never_waits_for_a_writer(store: Store, impatient: Store) -> None:
    rename(store, "Before")
    with store.write() as unit:
        name_berlin(unit, "After")
        assert company(impatient) == "Before"


def test_too_many_at_once_are_turned_away(impatient: Store) -> None:
    def crowd() -> None:
        with ExitStack() as stack:
            for _ in range(100):
                unit = stack.enter_context(impatient.read())
                unit.people.count()

    with pytest.raises(Busy, match="Too many"):
        crowd()
    assert company(impatient) == ""


def test_a_full_disk_is_said_and_nothing_is_torn(store: Store) -> None:
    if not is_sqlite(store):
        pytest.skip("only a file can be kept from growing")
    rename(store, "Before")
    with store.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages + 5}"))

    def write_much() -> None:
        with store.write() as unit:
            name_berlin(unit, "After")
            unit.people.save_employees(person(f"{n:06}", "x" * 200) for n in range(2000))

    with pytest.raises(Busy, match="full"):
        write_much()
    assert company(store) == "Before"


def test_a_database_that_is_not_there_is_said(tmp_path: Path, store: Store) -> None:
    url = (
        f"sqlite:///{tmp_path}/no such folder/x.sqlite3"
        if is_sqlite(store)
        else f"postgresql://postgres@/x?host={tmp_path}/nowhere"
    )
    with pytest.raises(Busy, match=r"cannot be (opened|reached)"):
        company(Store(url))


def test_a_lost_connection_is_said_and_the_next_one_works(store: Store, other_store: Store) -> None:
    if is_sqlite(store):
        pytest.skip("a file has no connections to lose")
    kill = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def write() -> None:
        with store.write() as unit:
            name_berlin(unit, "Lost")
            with other_store.engine.connect() as connection:
                connection.execute(kill)
            unit.people.count()

    with pytest.raises(Busy):
        write()
    assert company(store) == ""
    rename(store, "Found")
    assert company(store) == "Found"


def test_two_changes_in_each_others_way_are_said(store: Store, other_store: Store) -> None:
    if is_sqlite(store):
        pytest.skip("a file has one writer at a time")
    rename(store, "Before")
    with store.engine.connect().execution_options(isolation_level="REPEATABLE READ") as reader:
        reader.execute(text("SELECT * FROM centre"))
        rename(other_store, "After")
        with pytest.raises(Busy, match="each other"):
            reader.execute(text("UPDATE centre SET definition = '{}'"))


def test_what_a_database_cannot_hold_is_refused(store: Store) -> None:
    if is_sqlite(store):
        pytest.skip("a file holds any text")
    with pytest.raises(BadInput, match="cannot be stored"):
        rename_person(store, "An\x00na")


def test_a_number_too_large_for_a_database_is_refused(store: Store) -> None:
    with pytest.raises(BadInput, match="cannot be stored"):
        look_for_plan(store, 10**30)


def look_for_plan(store: Store, plan_id: int) -> None:
    with store.read() as unit:
        unit.plans.plan(plan_id)


def test_a_text_that_is_no_unicode_is_refused(store: Store) -> None:
    with pytest.raises(BadInput, match="cannot be stored"), store.write() as unit:
        unit.accounts.create_account("\ud800@example.org", "hash", ())


def rename_person(store: Store, name: str) -> None:
    with store.write() as unit:
        unit.people.save_employees([person("anna", name)])


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://me:secret@host/x", "oracle://x"])
def test_an_address_of_no_known_kind_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(BadInput, match="postgresql://") as caught:
        Store(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_way_to_say_postgresql_is_taken(scheme: str) -> None:
    store = Store(f"{scheme}://me@host/x")
    assert store.engine.url.drivername == "postgresql+psycopg"


def test_a_missing_driver_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.store.engine.find_spec", lambda name: None)
    with pytest.raises(BadInput, match="driver"):
        Store("postgresql://me@host/x")


FORK = """
import os, sys
from scheduler.store import Store
from tests.store.examples import name_berlin, name_of_berlin
store = Store(sys.argv[1])
with store.write() as unit:
    name_berlin(unit, "Parent")
before = store.engine.pool.checkedin()
child = os.fork()
if not child:
    inherited = store.engine.pool.checkedin()
    with store.write() as unit:
        name_berlin(unit, name_of_berlin(unit) + " and child")
    os._exit(inherited)
_, status = os.waitpid(child, 0)
with store.read() as unit:
    print(before, os.waitstatus_to_exitcode(status), name_of_berlin(unit))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no fork")
def test_a_child_process_uses_none_of_its_parents_connections(store: Store) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FORK, store.url], capture_output=True, text=True, check=True
    )
    assert told.stdout.split(maxsplit=2) == ["1", "0", "Parent and child\n"]


KILLED = """
import os, signal, sys
from scheduler.store import Store
from tests.store.examples import *
given = problem([person("anna")])
with Store(sys.argv[1]).write() as unit:
    result = everybody_in(given, session())
    unit.plans.save_result(1, result)
    publish_as_is(unit, 1, given, author="hr", at=NOW)
    unit.audit.record("hr", "published", "plan 1", NOW)
    unit.audit.write_down()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_publisher_killed_in_the_middle_leaves_nothing_torn(store: Store) -> None:
    on_record(store, ANNA)
    with store.write() as unit:
        plan_id = draft(unit, problem([ANNA]))
    killed = subprocess.run([sys.executable, "-c", KILLED, store.url], check=False)
    assert killed.returncode == -9
    with store.read() as unit:
        assert unit.plans.plan(plan_id).status is PlanStatus.DRAFT
        assert unit.plans.assignments(plan_id) == ()
        assert unit.calendar.days() == ()
        assert unit.audit.entries() == ()
    with store.write() as unit:
        assert unit.plans.publish(plan_id, author="hr", at=NOW) == 1


def test_progress_and_a_wish_to_stop_do_not_get_into_each_others_way(
    store: Store, other_store: Store
) -> None:
    on_record(store, ANNA)
    with store.write() as unit:
        draft(unit, problem([ANNA]))
    with store.write() as unit:
        run = unit.runs.claim("worker", at=NOW, lease=MINUTE)
    assert run is not None
    with store.read() as looking:
        assert looking.people.search(today=TODAY).total == 1
        with other_store.write() as unit:
            unit.runs.ask_to_stop(run.id)
        assert not looking.runs.run(run.id).cancel
    with store.read() as unit:
        assert unit.runs.run(run.id).cancel


def test_writing_the_same_thing_twice_is_a_conflict(store: Store) -> None:
    with store.write() as unit:
        unit.accounts.create_account("hr@example.org", "hash", ())
    with pytest.raises(Conflict, match="same thing"), store.write() as unit:
        unit.accounts.create_account("hr@example.org", "hash", ())
