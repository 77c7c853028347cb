"""The migrations lead to the tables as they are, and back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from scheduler.store import Store, migrating
from scheduler.store.tables import Base

AT_ONCE = 3


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Store]:
    """A store without any tables."""
    store = Store(empty_database_url)
    yield store
    store.close()


def revision(store: Store) -> str | None:
    with store.engine.connect() as connection:
        return migrating.current(connection)


def test_the_migrations_lead_to_exactly_the_tables_of_the_code(empty: Store) -> None:
    empty.upgrade()
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_every_name_of_a_constraint_is_ours(empty: Store) -> None:
    empty.upgrade()
    with empty.engine.connect() as connection:
        looked_at = inspect(connection)
        for table in Base.metadata.tables.values():
            names = {key["name"] for key in looked_at.get_foreign_keys(table.name)}
            names |= {each["name"] for each in looked_at.get_unique_constraints(table.name)}
            names.add(looked_at.get_pk_constraint(table.name)["name"])
            wanted = {constraint.name for constraint in table.constraints}
            assert names == wanted


def test_up_and_down_and_up_again(empty: Store) -> None:
    assert revision_of_nothing(empty)
    empty.upgrade()
    assert revision(empty) == migrating.head()
    migrating.downgrade(empty.engine, "base")
    with empty.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    empty.upgrade()
    with empty.write() as books:
        assert books.people.count() == 0
        books.accounts.create_account("a@example.org", "hash", ("employee", "lead", "hr", "admin"))


def revision_of_nothing(store: Store) -> bool:
    """Whether there is no database yet, or nothing in it."""
    if store.engine.dialect.name == "sqlite":
        return True
    return revision(store) is None


def test_upgrading_again_changes_nothing(empty: Store) -> None:
    empty.upgrade()
    with empty.write() as books:
        books.catalogue.save_company_name("Example")
    empty.upgrade()
    with empty.read() as books:
        assert books.catalogue.company_name() == "Example"


def test_processes_that_upgrade_at_once_all_succeed(empty: Store) -> None:
    code = "import sys; from scheduler.store import Store; Store(sys.argv[1]).upgrade()"
    processes = [
        subprocess.Popen([sys.executable, "-c", code, empty.url], stderr=subprocess.PIPE, text=True)
        for _ in range(AT_ONCE)
    ]
    errors = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * AT_ONCE, errors
    assert revision(empty) == migrating.head()


def test_a_migration_that_fails_leaves_nothing_behind(
    empty: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty.upgrade()
    migrating.downgrade(empty.engine, "base")
    monkeypatch.setattr("alembic.op.bulk_insert", fail)
    with pytest.raises(RuntimeError, match="broken"):
        empty.upgrade()
    assert revision(empty) is None
    with empty.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}


def fail(*arguments: object) -> None:
    raise RuntimeError("broken")
