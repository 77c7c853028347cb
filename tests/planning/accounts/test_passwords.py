"""Passwords are kept so that nobody can read them back, and a new one ends every session."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher

from scheduler import planning
from scheduler.domain.errors import BadInput, NotFound
from scheduler.planning.accounts.passwords import SHORTEST_PASSWORD
from scheduler.store import Store
from scheduler.store.flask_security_models import User, login_session
from tests.planning.office import AT, ON_SQLITE, an_account

NEW = "another good password"


def test_a_password_is_kept_as_an_argon2id_hash() -> None:
    hashed = planning.hash_password("x" * SHORTEST_PASSWORD)
    assert hashed.startswith("$argon2id$")
    assert PasswordHasher().verify(hashed, "x" * SHORTEST_PASSWORD)


def test_a_short_password_is_refused() -> None:
    with pytest.raises(BadInput, match=str(SHORTEST_PASSWORD)):
        planning.hash_password("x" * (SHORTEST_PASSWORD - 1))


def _secrets(store: Store, account_id: int) -> tuple[str, str]:
    """The hash of an account's password, and what its sessions are known by."""
    session = login_session(store)
    try:
        user = session.get_one(User, account_id)
        assert user.password is not None
        return user.password, user.fs_uniquifier
    finally:
        session.remove()


@ON_SQLITE
@pytest.mark.parametrize(
    ("use_case", "action", "subject"),
    [
        (planning.give_password, "set password", "one@example.org"),
        (planning.change_password, "changed password", "account 1"),
    ],
)
def test_a_new_password_ends_every_session(
    store: Store, use_case: Callable[..., None], action: str, subject: str
) -> None:
    account_id = an_account(store, "hr")
    _, sessions = _secrets(store, account_id)
    use_case(store, account_id, NEW, actor="somebody", at=AT)
    hashed, new_sessions = _secrets(store, account_id)
    assert PasswordHasher().verify(hashed, NEW)
    assert new_sessions != sessions
    with store.read() as unit:
        latest = unit.audit.entries(limit=1)[0]
    assert (latest.actor, latest.action, latest.subject) == ("somebody", action, subject)
    assert NEW not in str(latest.details)


@ON_SQLITE
@pytest.mark.parametrize("use_case", [planning.give_password, planning.change_password])
def test_nobody_without_an_account_gets_a_password(
    store: Store, use_case: Callable[..., None]
) -> None:
    with pytest.raises(NotFound):
        use_case(store, 7, NEW, actor="somebody", at=AT)
