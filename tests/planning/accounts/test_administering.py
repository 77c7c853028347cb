"""What an admin does with accounts: create, change roles, close and open."""

from __future__ import annotations

import pytest

from scheduler import planning
from scheduler.domain.errors import BadInput, Conflict, NotFound
from scheduler.planning.accounts.passwords import SHORTEST_PASSWORD
from scheduler.store import Store
from scheduler.store.read_models import AuditRow
from tests.planning.office import AT, ON_SQLITE, an_account, import_centres, look_up, open_office

pytestmark = ON_SQLITE

ADMIN = "admin@example.org"


def _latest(store: Store) -> AuditRow:
    with store.read() as unit:
        return unit.audit.entries(limit=1)[0]


def test_an_account_may_be_an_employees_and_lead_centres(store: Store) -> None:
    open_office(store)
    account_id = planning.create_account(
        store,
        "Bo@Example.org",
        "a long enough password",
        ["lead", "employee"],
        at=AT,
        employee_id="lead1",
        centres=["berlin"],
    )
    with store.read() as unit:
        account = unit.accounts.account(account_id)
        latest = unit.audit.entries(limit=1)[0]
    assert (account.email, account.employee_id) == ("bo@example.org", "lead1")
    assert set(account.roles) == {"lead", "employee"}
    assert account.centres == ("berlin",)
    assert "password" not in str(latest.details)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"password": "x" * (SHORTEST_PASSWORD - 1)}, BadInput),
        ({"roles": ["emperor"]}, NotFound),
        ({"employee_id": "nobody"}, NotFound),
        ({"centres": ["nowhere"]}, NotFound),
    ],
)
def test_an_account_that_cannot_be_is_not_created(
    store: Store, changes: dict[str, object], error: type[Exception]
) -> None:
    options = {"email": "a@b.example", "password": "long enough for all", "roles": ["hr"]} | changes
    with pytest.raises(error):
        planning.create_account(store, at=AT, **options)  # type: ignore[arg-type]
    with store.read() as unit:
        assert unit.accounts.accounts().total == 0


def test_one_address_has_one_account(store: Store) -> None:
    planning.create_account(store, "a@b.example", "long enough for all", ["hr"], at=AT)
    with pytest.raises(Conflict):
        planning.create_account(store, "A@B.example", "long enough for all", ["hr"], at=AT)


def test_other_roles_take_the_place_of_those_there_were(store: Store) -> None:
    import_centres(store)
    account_id = an_account(store, "lead")
    planning.change_roles(
        store, account_id, ("lead", "hr"), ["berlin", "nowhere"], actor=ADMIN, at=AT
    )
    account, entry = look_up(store, account_id), _latest(store)
    assert set(account.roles) == {"lead", "hr"}
    assert account.centres == ("berlin",), "a centre that is gone meanwhile is left out"
    assert (entry.actor, entry.action, entry.subject) == (ADMIN, "changed roles", account.email)
    assert entry.details == {"roles": ["lead", "hr"], "centres": ["berlin"]}


def test_who_is_no_lead_leads_no_centre(store: Store) -> None:
    import_centres(store)
    account_id = an_account(store, "lead")
    planning.change_roles(store, account_id, ("lead",), ["berlin"], actor=ADMIN, at=AT)
    planning.change_roles(store, account_id, ("hr",), ["berlin"], actor=ADMIN, at=AT)
    assert look_up(store, account_id).centres == ()


def test_roles_that_cannot_be_given_leave_those_there_were(store: Store) -> None:
    account_id = an_account(store, "hr")
    with pytest.raises(NotFound):
        planning.change_roles(store, account_id, ("emperor",), (), actor=ADMIN, at=AT)
    assert look_up(store, account_id).roles == ("hr",)
    assert _latest(store).action == "created account"


def test_an_account_is_closed_and_opened_again(store: Store) -> None:
    account_id = an_account(store, "hr")
    planning.close_account(store, account_id, actor=ADMIN, at=AT)
    assert (look_up(store, account_id).active, _latest(store).action) == (False, "closed account")
    planning.open_account(store, account_id, actor=ADMIN, at=AT)
    assert (look_up(store, account_id).active, _latest(store).action) == (True, "opened account")
