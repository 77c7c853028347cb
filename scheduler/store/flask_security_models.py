"""The account tables as Flask-Security wants them.

Only the web application may import this module: it is the one that brings Flask-Security in.
"""

from __future__ import annotations

from flask_security import RoleMixin, SQLAlchemySessionUserDatastore, UserMixin
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, relationship, scoped_session
from sqlalchemy.orm import sessionmaker as session_maker

from scheduler.store import tables
from scheduler.store.engine import Purpose, engine_for
from scheduler.store.repositories.base import table_of
from scheduler.store.store import Store


class _Mapped(DeclarativeBase):
    metadata = tables.Base.metadata


class SecurityRole(RoleMixin, _Mapped):
    """What an account may do."""

    __table__ = table_of(tables.Role)


class User(UserMixin, _Mapped):
    """Somebody who may sign in."""

    __table__ = table_of(tables.Account)

    roles: Mapped[list[RoleMixin]] = relationship(
        SecurityRole, secondary=table_of(tables.AccountRole), order_by=table_of(tables.Role).c.id
    )


def login_session(store: Store) -> scoped_session[Session]:
    """A session for each thread; call its `remove` at the end of every request.

    Each statement commits by itself: checking a password takes long, and no transaction may stay
    open meanwhile (SQLite would refuse to let it write after somebody else has).
    """
    return scoped_session(session_maker(bind=engine_for(store.engine, Purpose.EACH)))


class SignInAccounts(SQLAlchemySessionUserDatastore):
    """What Flask-Security reads and writes accounts with. Its instants must be aware: give
    `Security` a `datetime_factory` that says so."""

    def __init__(self, store: Store) -> None:
        self._session = login_session(store)
        super().__init__(self._session, User, SecurityRole)

    def as_it_is_now(self, account_id: int) -> User | None:
        """An account as the database has it, not as this request saw it before."""
        self._session.expire_all()
        return self._session.get(User, account_id)

    def let_go(self) -> None:
        """Give the session back; for the end of every request."""
        self._session.remove()
