"""Passwords: kept as argon2id hashes, given anew by an admin or chosen by their owner."""

from __future__ import annotations

from datetime import datetime

from argon2 import PasswordHasher

from scheduler.domain.errors import BadInput
from scheduler.store.store import Store

SHORTEST_PASSWORD = 12


def hash_password(password: str) -> str:
    """The argon2id hash of a password. Raises `BadInput` for a short one."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(f"A password needs at least {SHORTEST_PASSWORD} characters.")
    return PasswordHasher().hash(password)


def give_password(
    store: Store, account_id: int, password: str, *, actor: str, at: datetime
) -> None:
    """A new password for somebody who lost theirs; all sessions of the account end. Raises
    `BadInput` for a short one, `NotFound` for an unknown account."""
    hashed = hash_password(password)
    with store.write() as unit:
        account = unit.accounts.account(account_id)
        unit.accounts.set_password(account_id, hashed)
        unit.audit.record(actor, "set password", account.email, at, {})


def change_password(
    store: Store, account_id: int, password: str, *, actor: str, at: datetime
) -> None:
    """A password that the owner of the account chose; all sessions of the account end. Whether
    the owner knows the old one is for the caller to check. Raises as `give_password` does."""
    hashed = hash_password(password)
    with store.write() as unit:
        unit.accounts.set_password(account_id, hashed)
        unit.audit.record(actor, "changed password", f"account {account_id}", at, {})
