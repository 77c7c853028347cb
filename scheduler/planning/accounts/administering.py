"""What an admin does with accounts: who may sign in, as what, and linked to whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from scheduler.planning.accounts.passwords import hash_password
from scheduler.store.store import Store

LEAD = "lead"
"""The role whose accounts lead service centres."""


def create_account(
    store: Store,
    email: str,
    password: str,
    roles: Collection[str],
    *,
    at: datetime,
    employee_id: str | None = None,
    centres: Collection[str] = (),
    actor: str = "setup",
) -> int:
    """Let somebody sign in; the number of the account. Raises `Conflict` if the address or the
    employee has an account, and `NotFound` for an unknown role or employee."""
    hashed = hash_password(password)
    with store.write() as unit:
        if employee_id is not None:
            unit.people.employee(employee_id)
        account_id = unit.accounts.create_account(email, hashed, roles, employee_id, at=at)
        unit.accounts.set_lead_centres(account_id, centres)
        unit.audit.record(actor, "created account", email, at, {"roles": sorted(roles)})
    return account_id


def change_roles(
    store: Store,
    account_id: int,
    roles: Sequence[str],
    centres: Collection[str],
    *,
    actor: str,
    at: datetime,
) -> None:
    """Other roles, and the service centres that a lead leads, as far as there are such centres;
    both hold from the next request on. Raises `NotFound` for an unknown account or role."""
    with store.write() as unit:
        account = unit.accounts.account(account_id)
        known = {centre.key for centre in unit.catalogue.centres()}
        led = [key for key in centres if key in known]
        unit.accounts.set_roles(account_id, roles)
        unit.accounts.set_lead_centres(account_id, led if LEAD in roles else ())
        details = {"roles": list(roles), "centres": led}
        unit.audit.record(actor, "changed roles", account.email, at, details)


def open_account(store: Store, account_id: int, *, actor: str, at: datetime) -> None:
    """Let somebody in again. Raises `NotFound` for an unknown account."""
    _set_active(store, account_id, True, "opened account", actor, at)


def close_account(store: Store, account_id: int, *, actor: str, at: datetime) -> None:
    """Keep somebody out; every session of theirs ends. Raises `NotFound` for an unknown
    account."""
    _set_active(store, account_id, False, "closed account", actor, at)


def _set_active(
    store: Store, account_id: int, active: bool, action: str, actor: str, at: datetime
) -> None:
    with store.write() as unit:
        account = unit.accounts.account(account_id)
        unit.accounts.set_active(account_id, active)
        unit.audit.record(actor, action, account.email, at, {})
