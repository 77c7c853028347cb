"""Accounts: who may sign in, as what, and how often somebody tried in vain."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Update, func, or_, select
from sqlalchemy import update as change

from scheduler.domain.errors import NotFound
from scheduler.store import tables
from scheduler.store.read_models import AccountRow, Page
from scheduler.store.repositories.base import Repository, one_page, table_of

ACCOUNT = table_of(tables.Account)
ACCOUNT_ROLE = table_of(tables.AccountRole)
FAILURE = table_of(tables.LoginFailure)
LEAD = table_of(tables.LeadCentre)
ROLE = table_of(tables.Role)

COUNTING = 2
"""The number of the lock that those who count failures take."""


class Accounts(Repository):
    """Who may sign in. Passwords come hashed and never go out."""

    def create_account(
        self,
        email: str,
        password_hash: str,
        roles: Collection[str],
        employee_id: str | None = None,
        *,
        at: datetime | None = None,
    ) -> int:
        """A new account, whose number comes back. `Conflict` if the address or the employee has
        one already."""
        row = {
            "email": email.strip().casefold(),
            "password": password_hash,
            "active": True,
            "fs_uniquifier": uuid.uuid4().hex,
            "created_at": at,
            "confirmed_at": at,
            "employee_id": employee_id,
        }
        account_id = self.insert_one(tables.Account, row)
        self._give(account_id, roles)
        return account_id

    def account(self, account_id: int) -> AccountRow:
        """One account; `NotFound` if there is none of that number."""
        accounts = self._rows(select(ACCOUNT).where(ACCOUNT.c.id == account_id))
        if not accounts:
            raise NotFound("There is no such account.")
        return accounts[0]

    def accounts(self, query: str = "", *, page: int = 1, size: int = 50) -> Page[AccountRow]:
        """Accounts whose address or employee id contains `query`, by address."""
        wanted = or_(
            ACCOUNT.c.email.icontains(query.strip(), autoescape=True),
            ACCOUNT.c.employee_id.icontains(query.strip(), autoescape=True),
        )
        rows = select(ACCOUNT).where(wanted).order_by(ACCOUNT.c.email)
        total = select(func.count()).select_from(ACCOUNT).where(wanted)
        shown = self._rows(one_page(rows, page, size))
        return Page(shown, self.session.scalar(total) or 0, page, size)

    def set_roles(self, account_id: int, roles: Collection[str]) -> None:
        """Give the account these roles instead of those it has."""
        self.account(account_id)
        self.delete(tables.AccountRole, ACCOUNT_ROLE.c.account_id == account_id)
        self._give(account_id, roles)

    def set_active(self, account_id: int, active: bool) -> None:
        """Let somebody in, or keep them out: then every session of theirs ends."""
        self._change(account_id, active=active, fs_uniquifier=uuid.uuid4().hex)

    def set_password(self, account_id: int, password_hash: str) -> None:
        """A new password; every session of the account ends."""
        self._change(account_id, password=password_hash, fs_uniquifier=uuid.uuid4().hex)

    def end_sessions(self, account_id: int) -> None:
        """Every session of the account ends."""
        self._change(account_id, fs_uniquifier=uuid.uuid4().hex)

    # Centre leads

    def lead_centres(self, account_id: int) -> tuple[str, ...]:
        """Keys of the service centres that somebody leads."""
        query = select(LEAD.c.centre).where(LEAD.c.account_id == account_id)
        return tuple(self.session.scalars(query.order_by(LEAD.c.centre)))

    def set_lead_centres(self, account_id: int, centres: Iterable[str]) -> None:
        """Let somebody lead these service centres instead of those they lead."""
        self.delete(tables.LeadCentre, LEAD.c.account_id == account_id)
        rows = [{"account_id": account_id, "centre": centre} for centre in set(centres)]
        self.insert(tables.LeadCentre, rows)

    # Throttle

    def admit(self, key: str, *, at: datetime, window: timedelta, limit: int) -> bool:
        """Whether one more try against `key` is allowed: fewer than `limit` in the last `window`.
        An allowed one counts as failed until `clear_failures`, so that many who try at the same
        time, in whatever process, get no more than `limit` tries."""
        self.lock(COUNTING)
        if self.count_failures(key, at - window) >= limit:
            return False
        self.add_failure(key, at)
        return True

    def count_failures(self, key: str, since: datetime) -> int:
        """How often a try against `key` has failed since then."""
        query = select(func.count()).where(FAILURE.c.key == key, FAILURE.c.at > since)
        return self.session.scalar(query) or 0

    def add_failure(self, key: str, at: datetime) -> None:
        """Count a failed try against `key`."""
        self.insert(tables.LoginFailure, [{"key": key, "at": at}])

    def clear_failures(self, key: str) -> None:
        """Forget the failed tries against `key`."""
        self.delete(tables.LoginFailure, FAILURE.c.key == key)

    def forget_failures(self, before: datetime) -> None:
        """Forget all failed tries before a moment."""
        self.delete(tables.LoginFailure, FAILURE.c.at < before)

    # The works

    def _give(self, account_id: int, roles: Collection[str]) -> None:
        query = select(ROLE.c.name, ROLE.c.id).where(ROLE.c.name.in_(roles))
        ids = dict(self.session.execute(query).all())
        if unknown := sorted(set(roles) - ids.keys()):
            raise NotFound(f"There is no role “{unknown[0]}”.")
        rows = [{"account_id": account_id, "role_id": role_id} for role_id in ids.values()]
        self.insert(tables.AccountRole, rows)

    def _change(self, account_id: int, **values: Any) -> None:
        mine: Update = change(ACCOUNT).where(ACCOUNT.c.id == account_id)
        if not self.update(mine.values(**values)):
            raise NotFound(f"There is no account number {account_id}.")

    def _rows(self, query: Select[Any]) -> tuple[AccountRow, ...]:
        rows = self.session.execute(query).all()
        ids = [row.id for row in rows]
        roles = self._of_each(
            select(ACCOUNT_ROLE.c.account_id, ROLE.c.name)
            .join_from(ACCOUNT_ROLE, ROLE, ROLE.c.id == ACCOUNT_ROLE.c.role_id)
            .where(ACCOUNT_ROLE.c.account_id.in_(ids))
        )
        centres = self._of_each(
            select(LEAD.c.account_id, LEAD.c.centre).where(LEAD.c.account_id.in_(ids))
        )
        return tuple(_account(row, roles[row.id], centres[row.id]) for row in rows)

    def _of_each(self, query: Select[Any]) -> dict[int, list[str]]:
        names: dict[int, list[str]] = defaultdict(list)
        for account_id, name in self.session.execute(query):
            names[account_id].append(name)
        return names


def _account(row: Any, roles: Sequence[str], centres: Sequence[str]) -> AccountRow:
    return AccountRow(
        id=row.id,
        email=row.email,
        active=row.active,
        roles=tuple(sorted(roles)),
        employee_id=row.employee_id,
        centres=tuple(sorted(centres)),
        created_at=row.created_at,
        last_login_at=row.last_login_at,
        login_count=row.login_count or 0,
    )
