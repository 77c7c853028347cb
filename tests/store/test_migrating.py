"""The migrations lead to the tables as they are, and back."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.exc import IntegrityError

from scheduler.domain.errors import Conflict, NotFound
from scheduler.domain.people import Exemption, StandIns
from scheduler.domain.programme import Channel
from scheduler.domain.rota import ServiceState
from scheduler.store import Store, migrating
from scheduler.store.engine import Purpose, engine_for
from scheduler.store.mapping.exceptions import EXEMPTIONS, STAND_INS
from scheduler.store.tables import Base
from tests.store.examples import TODAY, days, name_berlin, name_of_berlin, person

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


ROWS = (
    OLD_ROWS[0],
    "INSERT INTO plan (name, status, first, last, programmes, centres, author, created_at, duties,"
    " rules_version, time_limit, solve_status, score) VALUES ('P', 'draft', '2027-01-01',"
    " '2027-12-31', '[]', '[]', 'hr', '2027-01-01 00:00:00', 1, 0, 60, 'optimal', '{}')",
    "INSERT INTO plan_session VALUES"
    " (1, 's', 'two-days', 'berlin', '2027-03-01', '2027-03-02', '[]', 10)",
    "INSERT INTO assignment VALUES (1, 'anna@20270401', 'anna', 's', '2027-03-01', NULL)",
    "INSERT INTO run (plan_id, state, attempt, cancel, time_limit, created_at, phase, placed,"
    " total, elapsed, error)"
    " VALUES (1, 'done', 1, FALSE, 60, '2027-01-01 00:00:00', '', 1, 1, 2.5, '')",
    "INSERT INTO run_point (run_id, number, seconds) VALUES (1, 0, 0.5)",
    "INSERT INTO account (email, active, fs_uniquifier) VALUES ('a@example.org', TRUE, 'x')",
    "INSERT INTO account_role SELECT 1, id FROM role WHERE name = 'hr'",
    "INSERT INTO wish (employee_id, kind, first, last)"
    " VALUES ('anna', 'wished', '2027-03-01', '2027-03-02')",
    "INSERT INTO blackout (scope, name, first, last)"
    " VALUES ('company', '', '2027-12-24', '2027-12-31')",
    "INSERT INTO service_record (employee_id, programme, centre, first_day, days, status)"
    " VALUES ('anna', 'two-days', 'berlin', '2025-03-03', '[]', 'attended')",
    "INSERT INTO service (id, employee_id, duty_id, session, programme, centre, state, first, last)"
    " VALUES ('v', 'anna', 'anna@1', 's', 'two-days', 'berlin', 'confirmed', '2027-03-01',"
    " '2027-03-01')",
    "INSERT INTO service_change (service_id, employee_id, kind, actor, at, reason)"
    " VALUES ('v', 'anna', 'given', 'hr', '2027-01-01 00:00:00', '')",
    "INSERT INTO service_day (uid, service_id, employee_id, duty_id, number, of, session,"
    " programme, centre, starts, ends, day, status, sequence, changed_at, revision)"
    " VALUES ('u', 'v', 'anna', 'anna@1', 0, 2, 's', 'two-days', 'berlin',"
    " '2027-03-01 08:00:00', '2027-03-01 16:00:00', '2027-03-01', 'confirmed', 0,"
    " '2027-01-01 00:00:00', 1)",
)
"""A row of every table that an enumeration stands in, and of those that refer to them."""
NO_SUCH_VALUE = tuple(
    f"UPDATE {table} SET {column} = 'unheard of'"
    for table, column in (
        ("blackout", "scope"),
        ("plan", "status"),
        ("plan", "solve_status"),
        ("role", "name"),
        ("run", "state"),
        ("service", "state"),
        ("service_change", "kind"),
        ("service_day", "status"),
        ("service_record", "status"),
        ("wish", "kind"),
    )
)


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
            names |= {each["name"] for each in looked_at.get_check_constraints(table.name)}
            names.add(looked_at.get_pk_constraint(table.name)["name"])
            wanted = {constraint.name for constraint in table.constraints}
            assert names == wanted


def test_the_database_takes_what_the_enumerations_say(empty: Store) -> None:
    empty.upgrade()
    with empty.engine.connect() as connection:
        looked_at = inspect(connection)
        for table in Base.metadata.tables.values():
            there = {
                each["name"]: values_in(each["sqltext"])
                for each in looked_at.get_check_constraints(table.name)
            }
            wanted = {
                each.name: values_in(str(each.sqltext))
                for each in table.constraints
                if isinstance(each, CheckConstraint)
            }
            assert there == wanted


def values_in(condition: str) -> set[str]:
    """The values that a check names."""
    return set(re.findall(r"'([^']*)'", condition))


@pytest.mark.parametrize("statement", NO_SUCH_VALUE)
def test_what_no_enumeration_knows_is_refused(empty: Store, statement: str) -> None:
    empty.upgrade()
    with empty.engine.begin() as connection:
        for row in ROWS:
            connection.execute(text(row))
    with pytest.raises(IntegrityError, match="ck_"), empty.engine.begin() as connection:
        connection.execute(text(statement))


def test_what_refers_to_a_table_written_anew_is_still_there(empty: Store) -> None:
    """Without care SQLite deletes whatever refers to a plan when the table of plans is dropped."""
    empty.upgrade()
    with empty.engine.begin() as connection:
        for row in ROWS:
            connection.execute(text(row))
    before = everything(empty)
    migrating.downgrade(empty.engine, "0002")
    assert everything(empty) == before
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE plan SET status = 'unheard of' WHERE id = 1"))
        connection.execute(text("UPDATE plan SET status = 'draft' WHERE id = 1"))
    empty.upgrade()
    assert everything(empty) == before
    with empty.engine.begin() as connection:
        connection.execute(text("DELETE FROM plan"))
        assert connection.execute(text("SELECT count(*) FROM run_point")).scalar() == 0


def everything(store: Store) -> dict[str, list[Any]]:
    """All rows of all tables but those of the rota, which has a test of its own."""
    rota = {"service", "service_change", "service_day"}
    with store.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(text(f"SELECT * FROM {name}"))))
            for name in Base.metadata.tables.keys() - rota
        }


def test_a_value_that_no_enumeration_knows_stops_the_upgrade(empty: Store) -> None:
    empty.upgrade()
    migrating.downgrade(empty.engine, "0002")
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE role SET name = 'owner' WHERE name = 'hr'"))
    with pytest.raises(Conflict, match="“role” holds “owner”"):
        empty.upgrade()
    assert revision(empty) == "0002"


def test_a_migration_of_a_damaged_database_is_refused(empty: Store) -> None:
    if empty.engine.dialect.name != "sqlite":
        pytest.skip("no other database lets rows refer to nothing")
    empty.upgrade()
    with engine_for(empty.engine, Purpose.MIGRATE).begin() as connection:
        connection.execute(text("INSERT INTO feed VALUES ('nobody', 'x', '2027-01-01', NULL)"))
    with pytest.raises(Conflict, match="“feed” refer to rows of “employee”"):
        migrating.downgrade(empty.engine, "0002")
    assert revision(empty) == migrating.head()
    with pytest.raises(NotFound, match="not on record"), empty.engine.begin() as connection:
        connection.execute(text("INSERT INTO feed VALUES ('noone', 'y', '2027-01-01', NULL)"))


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
        name_berlin(unit, "Example")
    empty.upgrade()
    with empty.read() as unit:
        assert name_of_berlin(unit) == "Example"


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


# The rota: a database of the time before it.

DAY_OF_OLD = (
    "INSERT INTO service_day (uid, employee_id, duty_id, number, of, session, programme, centre,"
    " starts, ends, day, status, sequence, changed_at, revision) VALUES ('{uid}', 'anna', '{duty}',"
    " {number}, 2, 's', 'two-days', 'berlin', '{day} 08:00:00', '{day} 16:00:00', '{day}',"
    " '{status}', {sequence}, '2027-01-01 00:00:00', 1)"
)
OLD_DAYS = (
    ("u1", "anna@20290401", 0, "2029-03-05", "confirmed", 0),
    ("u2", "anna@20290401", 1, "2029-03-06", "confirmed", 0),
    ("u3", "anna@20270401", 0, "2027-03-01", "confirmed", 2),
    ("u4", "anna@20270401", 1, "2027-03-02", "cancelled", 3),
    ("u5", "anna@20310401#1", 0, "2031-03-01", "cancelled", 1),
    ("u6", "anna@20310401#2", 0, "2031-03-08", "confirmed", 0),
)


def before_the_rota(store: Store) -> None:
    """A database as the third version of the tables held it."""
    store.upgrade()
    migrating.downgrade(store.engine, "0003")
    with store.engine.begin() as connection:
        connection.execute(text(ROWS[0]))
        connection.execute(text(ROWS[1].replace("'draft'", "'published'")))
        connection.execute(
            text(
                "INSERT INTO assignment VALUES"
                " (1, 'anna@20270401', 'anna', 's', '2027-03-01', :why)"
            ),
            {"why": '{"text": "you are due", "values": {}}'},
        )
        for uid, duty, number, day, status, sequence in OLD_DAYS:
            row = DAY_OF_OLD.format(
                uid=uid, duty=duty, number=number, day=day, status=status, sequence=sequence
            )
            connection.execute(text(row))


def test_no_day_is_lost_when_the_rota_comes(empty: Store) -> None:
    before_the_rota(empty)
    empty.upgrade()
    with empty.read() as unit:
        services = {service.duty_id: service for service in unit.rota.services()}
        days = unit.calendar.days("anna")
        reasons = unit.calendar.why("anna")
    assert {day.uid: day.sequence for day in days} == {row[0]: row[5] for row in OLD_DAYS}
    assert {day.uid: day.status for day in days} == {row[0]: row[4] for row in OLD_DAYS}
    assert services.keys() == {"anna@1", "anna@2", "anna@3#1", "anna@3#2"}
    first = services["anna@1"]
    assert (first.state, first.dates) == (ServiceState.CONFIRMED, (date(2027, 3, 1),))
    assert {day.uid for day in first.days} == {"u3", "u4"}
    assert services["anna@2"].dates == (date(2029, 3, 5), date(2029, 3, 6))
    assert services["anna@3#1"].state is ServiceState.CANCELLED
    assert {duty: str(why) for duty, why in reasons.items()} == {"anna@1": "you are due"}


def test_and_none_when_it_goes_again(empty: Store) -> None:
    before_the_rota(empty)
    empty.upgrade()
    migrating.downgrade(empty.engine, "0003")
    with empty.engine.connect() as connection:
        rows = connection.execute(text("SELECT uid, sequence, status FROM service_day"))
        assert {tuple(row) for row in rows} == {(row[0], row[5], row[4]) for row in OLD_DAYS}
