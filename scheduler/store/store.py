"""The Store: a database, and transactions over it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakSet

from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from scheduler.domain.errors import Busy
from scheduler.store import migrating
from scheduler.store.engine import TRY_AGAIN, Purpose, engine_for, open_engine
from scheduler.store.unit_of_work import UnitOfWork

PATIENCE_SECONDS = 10.0

_ENGINES: WeakSet[Engine] = WeakSet()
"""All engines of this process."""


class Store:
    """A database at an SQLAlchemy address: sqlite:///… or postgresql://….

    It connects when first used. `patience` is how many seconds one writer waits for another
    before it gives up as `Busy`.
    """

    def __init__(self, url: str, *, patience: float = PATIENCE_SECONDS) -> None:
        self.url = url
        self.engine: Engine = open_engine(url, patience)
        self._readers = engine_for(self.engine, Purpose.READ)
        self._writers = engine_for(self.engine, Purpose.WRITE)
        _ENGINES.add(self.engine)

    def upgrade(self) -> None:
        """Bring the tables up to date; makes the folder of an SQLite file, too. Harmless when
        they are, and when two processes do it at once."""
        if self.engine.dialect.name == "sqlite" and self.engine.url.database:
            Path(self.engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        migrating.upgrade(self._writers)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """One transaction: all of it is written, or after any error nothing. Raises `Busy` where
        the database cannot write now, `Conflict` where somebody else was first."""
        with self._transaction(self._writers) as session:
            unit = UnitOfWork(session)
            yield unit
            unit.audit.write_down()

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """One consistent snapshot, however long it is looked at."""
        with self._transaction(self._readers) as session:
            yield UnitOfWork(session)

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Session]:
        try:
            with Session(engine, autoflush=False) as session, session.begin():
                yield session
        except PoolTimeout as error:
            raise Busy("Too many are at the database at once.", hint=TRY_AGAIN) from error


def _forget_connections() -> None:
    """In a forked child: a connection must not be used on both sides of a fork."""
    for engine in _ENGINES:
        engine.dispose(close=False)


if hasattr(os, "register_at_fork"):  # pragma: no branch  # Windows knows no fork
    os.register_at_fork(after_in_child=_forget_connections)
