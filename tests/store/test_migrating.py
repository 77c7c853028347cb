"""The migrations lead to the tables as they are, and back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from scheduler.domain.people import Exemption, StandIns
from scheduler.domain.programme import Channel
from scheduler.store import Store, migrating
from scheduler.store.mapping.exceptions import EXEMPTIONS, STAND_INS
from scheduler.store.tables import Base
from tests.store.examples import TODAY, days, person

AT_ONCE = 3
NEW_YEAR = date(2027, 1, 1)
OLD_ROWS = (
    *(
        "INSERT INTO employee (id, name, level, executive, city, timezone, weekdays, languages,"
        " hire_date, sort_name, search_text)"
        f" VALUES ('{name}', '{name}', 1, FALSE, '', 'UTC', '[0]', '[]', '2020-01-01', '', '')"
        for name in ("anna", "boris")
    ),
    "INSERT INTO exemption (employee_id, category, approver, first, last)"
    " VALUES ('anna', 'parental', 'hr', '2027-01-01', '2027-02-01')",
    "INSERT INTO stand_ins (one, other) VALUES ('anna', 'boris')",
)
"""What a database held before the second version of the tables."""


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
    with empty.write() as unit:
        assert unit.people.count() == 0
        unit.accounts.create_account("a@example.org", "hash", ("employee", "lead", "hr", "admin"))


def test_what_was_kept_before_exceptions_had_details_is_kept_still(empty: Store) -> None:
    empty.upgrade()
    migrating.downgrade(empty.engine, "0001")
    with empty.engine.begin() as connection:
        for row in OLD_ROWS:
            connection.execute(text(row))
    empty.upgrade()
    with empty.read() as unit:
        anna = unit.people.employee("anna")
        (released,) = unit.exceptions.exemptions()
        (pair,) = unit.exceptions.entries(STAND_INS)
    assert anna.cleared_until is None
    assert (released.release, released.remind) == (True, None)
    assert (pair.value.one, pair.value.other) == ("anna", "boris")


def test_going_back_no_accommodation_turns_into_a_release(empty: Store) -> None:
    empty.upgrade()
    released, mail_only = (
        Exemption(employee_id="anna", category="x", approver="hr", days=day, channels=channels)
        for day, channels in ((days(TODAY), ()), (days(NEW_YEAR), (Channel.MAIL,)))
    )
    pair = StandIns(one="anna", other="boris")
    with empty.write() as unit:
        unit.people.save_employees([person("anna"), person("boris")])
        unit.exceptions.add(EXEMPTIONS, [released, mail_only])
        unit.exceptions.add(STAND_INS, [pair])
    migrating.downgrade(empty.engine, "0001")
    empty.upgrade()
    with empty.read() as unit:
        assert unit.exceptions.exemptions() == (released,)
        assert unit.exceptions.stand_ins() == (pair,)


def revision_of_nothing(store: Store) -> bool:
    """Whether there is no database yet, or nothing in it."""
    if store.engine.dialect.name == "sqlite":
        return True
    return revision(store) is None


def test_upgrading_again_changes_nothing(empty: Store) -> None:
    empty.upgrade()
    with empty.write() as unit:
        unit.catalogue.save_company_name("Example")
    empty.upgrade()
    with empty.read() as unit:
        assert unit.catalogue.company_name() == "Example"


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
