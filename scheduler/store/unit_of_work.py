"""One transaction, repository by repository."""

from __future__ import annotations

from sqlalchemy.orm import Session

from scheduler.store.repositories.accounts import Accounts
from scheduler.store.repositories.audit import Audit
from scheduler.store.repositories.calendar import Calendar
from scheduler.store.repositories.catalogue import Catalogue
from scheduler.store.repositories.exceptions import ExceptionRecords
from scheduler.store.repositories.ledger import Ledger
from scheduler.store.repositories.people import People
from scheduler.store.repositories.plans import Plans
from scheduler.store.repositories.rota import Rota
from scheduler.store.repositories.runs import Runs


class UnitOfWork:
    """Everything on record, as one transaction sees it. Nothing here commits: leaving the
    `with store.write()` does."""

    def __init__(self, session: Session) -> None:
        self.people = People(session)
        self.exceptions = ExceptionRecords(session)
        self.ledger = Ledger(session)
        self.catalogue = Catalogue(session)
        self.plans = Plans(session)
        self.runs = Runs(session)
        self.rota = Rota(session)
        self.calendar = Calendar(session)
        self.accounts = Accounts(session)
        self.audit = Audit(session)
