"""A kind of job that takes no time: letters that wait to be sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import MetaData, select
from sqlalchemy import update as change
from sqlmodel import Field, SQLModel

from scheduler.domain.run import RunState
from scheduler.jobs.job import Hold, JobSignals, Save
from scheduler.store import Store, UnitOfWork
from scheduler.store.repositories.base import table_of
from scheduler.store.repositories.leases import LeasedRows


class LetterTable(SQLModel, table=True):
    """A letter, with what a worker leaves in its row."""

    metadata = MetaData()
    __tablename__ = "letter"

    id: int | None = Field(None, primary_key=True)
    state: str = RunState.QUEUED.value
    attempt: int = 0
    worker: str | None = None
    lease_until: datetime | None = None
    cancel: bool = False
    started_at: datetime | None = None
    finished_at: datetime | None = None
    error: str = ""
    beats: int = 0
    sent: str = ""


LETTER = table_of(LetterTable)


class LetterRows(LeasedRows):
    """The letters of one transaction."""

    table = LETTER
    called = "letter"

    def queue(self) -> int:
        """One more letter; its number."""
        return self.insert_one(LetterTable, LetterTable(id=None).model_dump(exclude={"id"}))

    def letter(self, number: int) -> LetterTable:
        """A letter as it is now."""
        row = self.session.execute(select(LETTER).where(LETTER.c.id == number)).mappings().one()
        return LetterTable(**row)

    def mark_sent(self, number: int, text: str) -> None:
        """Write down what was sent."""
        self.session.execute(change(LETTER).where(LETTER.c.id == number).values(sent=text))


def rows(unit: UnitOfWork) -> LetterRows:
    """The letters, in a transaction of the store."""
    return LetterRows(unit.runs.session)


def look(store: Store, number: int) -> LetterTable:
    """A letter as it is now."""
    with store.read() as unit:
        return rows(unit).letter(number)


def queue(store: Store) -> int:
    """A letter that waits; its number."""
    with store.write() as unit:
        return rows(unit).queue()


Send = Callable[[JobSignals], str | None]


def sent_at_once(_signals: JobSignals) -> str:
    """Sends a letter without any trouble."""
    return "Dear Ann"


@dataclass
class Letter:
    """A claimed letter."""

    row: LetterTable
    send: Send

    @property
    def number(self) -> int:
        assert self.row.id is not None
        return self.row.id

    @property
    def attempt(self) -> int:
        return self.row.attempt

    @property
    def cancel(self) -> bool:
        return self.row.cancel

    def do(self, store: Store, signals: JobSignals) -> Save | None:
        text = self.send(signals)
        return None if text is None else lambda unit: rows(unit).mark_sent(self.number, text)

    def beat(self, unit: UnitOfWork, hold: Hold) -> bool:
        beats = LETTER.c.beats + 1
        return rows(unit).hold(self.number, hold.worker, at=hold.at, lease=hold.lease, beats=beats)

    def end(self, unit: UnitOfWork, worker: str, at: datetime, error: str | None = None) -> None:
        state = RunState.DONE if error is None else RunState.FAILED
        rows(unit).finish(self.number, worker, at=at, state=state, error=error or "")


@dataclass
class Letters:
    """Letters that wait, all sent in one way."""

    send: Send = sent_at_once
    name: str = field(default="letter", init=False)
    work: str = field(default="sending this letter", init=False)
    broken: str = field(default="The letter was not sent.", init=False)

    def claim(self, unit: UnitOfWork, hold: Hold, only: int | None = None) -> Letter | None:
        number = rows(unit).take(hold.worker, at=hold.at, lease=hold.lease, only=only)
        return None if number is None else Letter(rows(unit).letter(number), self.send)
