"""Passwords are kept so that nobody can read them back."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from scheduler import planning
from scheduler.domain.errors import BadInput
from scheduler.planning.company.setup import SHORTEST_PASSWORD


def test_a_password_is_kept_as_an_argon2id_hash() -> None:
    hashed = planning.hash_password("x" * SHORTEST_PASSWORD)
    assert hashed.startswith("$argon2id$")
    assert PasswordHasher().verify(hashed, "x" * SHORTEST_PASSWORD)


def test_a_short_password_is_refused() -> None:
    with pytest.raises(BadInput, match=str(SHORTEST_PASSWORD)):
        planning.hash_password("x" * (SHORTEST_PASSWORD - 1))
