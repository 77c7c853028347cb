"""A small company that is set up by the use cases alone, the way HR does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest

from scheduler import planning
from scheduler.domain.calendar import DateRange
from scheduler.exchange.absences.file import guess_absence_mapping, guess_blackout_mapping
from scheduler.exchange.centres import guess_centre_mapping
from scheduler.exchange.roster.reading import guess_mapping
from scheduler.exchange.sheets.reading import read_table
from scheduler.exchange.sheets.sheet import Sheet
from scheduler.jobs.job import JobSignals
from scheduler.jobs.plan_runs import PlanRuns
from scheduler.jobs.worker import JobWorker
from scheduler.store import Store
from scheduler.store.read_models import AccountRow, RunRow
from tests.processes import AMPLE
from tests.solving.companies import a_puzzle

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For use cases that a database has no say in."""

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
START = date(2027, 1, 1)
YEARS = DateRange(first=START, last=date(2028, 12, 31))
HR = "hr@example.org"
_AS_HR: dict[str, Any] = {"actor": HR, "at": AT}

CENTRES = """name,city,country,subdivision,timezone,seats
Berlin,Berlin,DE,BE,Europe/Berlin,20
Auckland,Auckland,NZ,,Pacific/Auckland,20
"""
ROSTER = """employee id,name,manager id,department,team,hire date,leave date,country,centre
boss,Ada Boss,,Board,board,2010-01-01,,DE,
lead1,Bo Lead,boss,Sales,sales,2012-01-01,,DE,berlin
lead2,Cy Lead,boss,Works,works,2012-01-01,,NZ,auckland
s1,Dee Seller,lead1,Sales,sales,2015-03-01,,DE,berlin
s2,Eli Seller,lead1,Sales,sales,2016-03-01,,DE,berlin
s3,Fay Seller,lead1,Sales,sales,2017-03-01,,DE,berlin
w1,Gus Worker,lead2,Works,works,2015-03-01,,NZ,auckland
w2,Hal Worker,lead2,Works,works,2016-03-01,,NZ,auckland
gone,Ivy Gone,lead2,Works,works,2016-03-01,2026-06-30,NZ,auckland
"""
STAYING = ("boss", "lead1", "lead2", "s1", "s2", "s3", "w1", "w2")


def a_sheet(text: str, filename: str = "file.csv") -> Sheet:
    """A table as somebody would upload it."""
    return read_table(BytesIO(text.encode()), filename=filename, limit_bytes=1_000_000)


def import_roster(store: Store, text: str, **options: Any) -> Any:
    """Import a roster with the columns guessed."""
    sheet = a_sheet(text, "roster.csv")
    mapping = guess_mapping(sheet.headers)
    return planning.import_roster(store, sheet, mapping, **_AS_HR | options)


def import_centres(store: Store, text: str = CENTRES, **options: Any) -> Any:
    """Import service centres with the columns guessed."""
    sheet = a_sheet(text, "centres.csv")
    mapping = guess_centre_mapping(sheet.headers)
    return planning.import_centres(store, sheet, mapping, **_AS_HR | options)


def import_absences(store: Store, text: str, **options: Any) -> Any:
    """Import absences and wishes with the columns guessed."""
    sheet = a_sheet(text, "absences.csv")
    mapping = guess_absence_mapping(sheet.headers)
    return planning.import_absences(store, sheet, mapping, **_AS_HR | options)


def import_blackouts(store: Store, text: str, **options: Any) -> Any:
    """Import blackouts with the columns guessed."""
    sheet = a_sheet(text, "blackouts.csv")
    mapping = guess_blackout_mapping(sheet.headers)
    return planning.import_blackouts(store, sheet, mapping, **_AS_HR | options)


def an_account(store: Store, *roles: str) -> int:
    """The account of one@example.org; its number."""
    return planning.create_account(store, "one@example.org", "long enough for all", roles, at=AT)


def look_up(store: Store, account_id: int) -> AccountRow:
    """An account as it is now."""
    with store.read() as unit:
        return unit.accounts.account(account_id)


def open_office(store: Store) -> None:
    """Nine people, one of whom has left, and two centres a world apart."""
    planning.initialise(store, "amazon_days", at=AT, start=START)
    import_centres(store)
    import_roster(store, ROSTER)


class Clock:
    """Moves a second every time somebody looks."""

    def __init__(self, at: datetime = AT) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def draft(store: Store, horizon: DateRange = YEARS, **options: Any) -> tuple[int, int]:
    """A draft with a queued run."""
    request = planning.PlanRequest("A plan", horizon, **{"time_limit": AMPLE} | options)
    return planning.draft_plan(store, request, actor=HR, at=AT)


def claim(store: Store, worker: str = "worker", at: datetime = AT) -> RunRow:
    """The next run of the queue."""
    with store.write() as unit:
        run = unit.runs.claim(worker, at=at, lease=MINUTE)
    assert run is not None
    return run


def compute(
    store: Store,
    run_id: int | None = None,
    *,
    clock: Callable[[], datetime] | None = None,
    kind: PlanRuns | None = None,
    signals: JobSignals | None = None,
) -> bool:
    """Claim a run, the next one unless it is said which, and compute it; whether it was
    written."""
    worker, kind = JobWorker(store, "worker", clock or Clock(), MINUTE), kind or PlanRuns()
    job = worker.claim(kind, only=run_id)
    assert job is not None
    return worker.perform(kind, job, signals)


def planned(store: Store, horizon: DateRange = YEARS, **options: Any) -> int:
    """A computed draft."""
    plan_id, _ = draft(store, horizon, **options)
    assert compute(store)
    return plan_id


def published(
    store: Store, horizon: DateRange = YEARS, *, at: datetime = AT, **options: Any
) -> int:
    """A computed plan that is published."""
    plan_id = planned(store, horizon, **options)
    planning.publish(store, plan_id, actor=HR, at=at)
    return plan_id


def puzzled(store: Store, *, time_limit: float = AMPLE) -> tuple[int, int]:
    """A draft that keeps every solver busy for as long as it may: (plan id, run id)."""
    problem = a_puzzle()
    with store.write() as unit:
        unit.catalogue.save_programmes(problem.programmes)
        unit.catalogue.save_centres(problem.centres)
        unit.people.save_employees(problem.employees)
        return unit.plans.create(
            "A puzzle",
            problem,
            author=HR,
            at=AT,
            programmes=tuple(problem.programme),
            rules_version=0,
            time_limit=time_limit,
        )
