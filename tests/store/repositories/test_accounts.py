"""Accounts, what they may do, and how often somebody tried in vain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.domain.errors import Conflict, NotFound
from scheduler.store import Store
from scheduler.store.repositories.accounts import ACCOUNT
from tests.store.examples import MINUTE, NOW, account_of, on_record, person

ANNA, BORIS = person("anna"), person("boris")
WINDOW = timedelta(minutes=15)


def new_account(store: Store, email: str = "hr@example.org", *roles: str) -> int:
    with store.write() as unit:
        return unit.accounts.create_account(email, "hash", roles, at=NOW)


def secrets(store: Store, account_id: int) -> tuple[str, str]:
    """The password's hash and the key of the account's sessions."""
    with store.engine.connect() as connection:
        columns = select(ACCOUNT.c.password, ACCOUNT.c.fs_uniquifier)
        password, key = connection.execute(columns.where(ACCOUNT.c.id == account_id)).one()
        return password, key


def test_an_account_tells_who_it_is_for(store: Store) -> None:
    on_record(store, ANNA)
    with store.write() as unit:
        account_id = unit.accounts.create_account(
            " Anna@Example.ORG ", "hash", ("hr", "employee"), "anna", at=NOW
        )
    with store.read() as unit:
        account = unit.accounts.account(account_id)
        assert account_of(unit, "ANNA@example.org") == account
    assert (account.id, account.email) == (account_id, "anna@example.org")
    assert (account.roles, account.employee_id) == (("employee", "hr"), "anna")
    assert (account.active, account.centres, account.created_at) == (True, (), NOW)
    assert (account.last_login_at, account.login_count) == (None, 0)


def test_an_address_has_one_account(store: Store) -> None:
    new_account(store)
    with pytest.raises(Conflict):
        new_account(store, "HR@example.org")


def test_an_employee_has_one_account(store: Store) -> None:
    on_record(store, ANNA)
    with store.write() as unit:
        unit.accounts.create_account("one@example.org", "hash", (), "anna")
    with pytest.raises(Conflict), store.write() as unit:
        unit.accounts.create_account("other@example.org", "hash", (), "anna")


def test_a_role_that_does_not_exist_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="“emperor”"):
        new_account(store, "a@example.org", "hr", "emperor")
    with store.read() as unit:
        assert unit.accounts.accounts("a@example.org").total == 0


def test_accounts_are_searched_by_address_and_employee(store: Store) -> None:
    on_record(store, ANNA)
    for email in ("c@example.org", "a_@example.org", "b@example.org"):
        new_account(store, email, "hr")
    with store.write() as unit:
        unit.accounts.create_account("z@example.org", "hash", ("employee",), "anna")
    with store.read() as unit:
        everybody = unit.accounts.accounts(size=3)
        assert [row.email[0] for row in everybody.rows] == ["a", "b", "c"]
        assert (everybody.total, everybody.pages) == (4, 2)
        assert [row.email[0] for row in unit.accounts.accounts("ANN").rows] == ["z"]
        assert [row.email[0] for row in unit.accounts.accounts("_").rows] == ["a"]
        assert unit.accounts.accounts(page=2, size=3).rows[0].roles == ("employee",)


def test_roles_are_changed_as_a_whole(store: Store) -> None:
    account_id = new_account(store, "a@example.org", "hr", "admin")
    with store.write() as unit:
        unit.accounts.set_roles(account_id, ("lead", "hr"))
        assert unit.accounts.account(account_id).roles == ("hr", "lead")
        unit.accounts.set_roles(account_id, ())
        assert unit.accounts.account(account_id).roles == ()
        with pytest.raises(NotFound):
            unit.accounts.set_roles(99, ("hr",))


def test_a_new_password_ends_every_session(store: Store) -> None:
    account_id = new_account(store)
    _, before = secrets(store, account_id)
    with store.write() as unit:
        unit.accounts.set_password(account_id, "other")
    password, after = secrets(store, account_id)
    assert password == "other"
    assert after != before


def test_who_is_kept_out_has_no_session_any_more(store: Store) -> None:
    account_id = new_account(store)
    _, before = secrets(store, account_id)
    with store.write() as unit:
        unit.accounts.set_active(account_id, False)
        assert not unit.accounts.account(account_id).active
    assert secrets(store, account_id)[1] != before
    with pytest.raises(NotFound, match="99"), store.write() as unit:
        unit.accounts.set_active(99, False)


def test_a_lead_has_centres(store: Store) -> None:
    on_record(store)
    account_id = new_account(store, "lead@example.org", "lead")
    with store.write() as unit:
        assert unit.accounts.lead_centres(account_id) == ()
        unit.accounts.set_lead_centres(account_id, ["berlin", "auckland", "berlin"])
        assert unit.accounts.lead_centres(account_id) == ("auckland", "berlin")
        assert unit.accounts.account(account_id).centres == ("auckland", "berlin")
        unit.accounts.set_lead_centres(account_id, ["berlin"])
        assert unit.accounts.lead_centres(account_id) == ("berlin",)
    with pytest.raises(NotFound), store.write() as unit:
        unit.accounts.set_lead_centres(account_id, ["atlantis"])


def test_failures_are_counted_by_key_and_time(store: Store) -> None:
    with store.write() as unit:
        for minutes in (0, 5, 10):
            unit.accounts.add_failure("a", NOW + minutes * MINUTE)
        unit.accounts.add_failure("b", NOW)
        assert unit.accounts.count_failures("a", NOW - MINUTE) == 3
        assert unit.accounts.count_failures("a", NOW) == 2
        assert unit.accounts.count_failures("c", NOW - MINUTE) == 0
        unit.accounts.forget_failures(NOW + 5 * MINUTE)
        assert unit.accounts.count_failures("a", NOW - MINUTE) == 2
        unit.accounts.add_failure("b", NOW + 6 * MINUTE)
        unit.accounts.clear_failures("a")
        assert unit.accounts.count_failures("a", NOW - MINUTE) == 0
        assert unit.accounts.count_failures("b", NOW - MINUTE) == 1


def test_too_many_tries_are_turned_away_until_some_time_has_passed(store: Store) -> None:
    def admitted(minutes: int) -> bool:
        with store.write() as unit:
            return unit.accounts.admit("a", at=NOW + minutes * MINUTE, window=WINDOW, limit=3)

    assert [admitted(minutes) for minutes in (0, 1, 2, 3, 14, 15, 15)] == [
        *[True, True, True],
        *[False, False],
        *[True, False],
    ]


def test_no_more_than_the_limit_get_in_at_once(store: Store, other_store: Store) -> None:
    def tried(n: int) -> bool:
        with (store, other_store)[n % 2].write() as unit:
            return unit.accounts.admit("a", at=NOW, window=WINDOW, limit=3)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(tried, range(12))) == 3
