"""A sample company to look at: `frontline demo`."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
from datetime import date
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import serving
from scheduler.cli.console import (
    NO,
    err,
    now,
    open_store,
    out,
    settings,
    table,
)
from scheduler.cli.lazy_imports import LazyModule
from scheduler.cli.plans.computing import run_here
from scheduler.domain.calendar import DAY, DateRange, Period
from scheduler.domain.errors import FrontlineError

if TYPE_CHECKING:
    from scheduler import planning, sample
    from scheduler.jobs import kinds
    from scheduler.store.store import Store
else:
    planning, sample = LazyModule("scheduler.planning"), LazyModule("scheduler.sample")
    kinds = LazyModule("scheduler.jobs.kinds")

DEMO_PEOPLE, DEMO_CENTRES, DEMO_SEED = 300, 2, 1
PATIENCE_SECONDS = 60.0
"""So long the demo waits for its web server to answer."""
_FIRST_LOOK = 10.0
"""Seconds that the demo's first plan may take: whoever starts it waits for that."""


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(demo)


def demo(
    fresh: Annotated[bool, typer.Option(help="Throw the old demo away first.")] = False,
) -> None:
    """Show a sample company with a published plan, and a draft being solved, in the browser."""
    folder = settings().data_dir / "demo"
    os.environ["FRONTLINE_DATA_DIR"] = str(folder)
    os.environ["FRONTLINE_DATABASE_URL"] = f"sqlite:///{folder / 'frontline.sqlite3'}"
    os.environ["FRONTLINE_DEMO"] = "true"
    if fresh or not (folder / "accounts.json").exists():
        # Its last file is missing where making it was cut short.
        for path in folder.glob("frontline.sqlite3*"):
            path.unlink()
        (folder / "accounts.json").unlink(missing_ok=True)
    _free_port()
    with open_store() as store:
        accounts = _prepare(store, folder)
        _queue_live_run(store)
    sys.exit(serving.supervise(lambda: _welcome(accounts)))


def _free_port() -> None:
    chosen = settings()
    with socket.socket() as probe:
        if probe.connect_ex((chosen.host, chosen.port)) == 0:
            raise FrontlineError(
                f"Something else listens on {chosen.host}:{chosen.port} already.",
                hint="Stop it, or choose another port: FRONTLINE_PORT=8001 make demo",
            )


def _prepare(store: Store, folder: Path) -> dict[str, str]:
    """The sample company with accounts and a published plan; made once."""
    path = folder / "accounts.json"
    with store.read() as unit:
        published = unit.plans.published()
    if published is not None and path.exists():
        known: dict[str, str] = json.loads(path.read_text("utf-8"))
        return known
    horizon = _two_years(now().date())
    with err.status("Making the sample company"):
        planning.initialise(store, "amazon", at=now(), start=horizon.first)
        company = sample.make_company(DEMO_PEOPLE, DEMO_CENTRES, DEMO_SEED, horizon.first)
        planning.load_company(store, company, at=now())
    plan_id = _solve(store, horizon)
    planning.publish(store, plan_id, actor="demo", at=now())
    accounts = _accounts(store)
    path.write_text(json.dumps(accounts), "utf-8")
    path.chmod(0o600)
    return accounts


def _two_years(day: date) -> DateRange:
    """Two years from the first day of next month."""
    first = Period(months=1).after(day.replace(day=1))
    return DateRange(first=first, last=Period(months=24).after(first) - DAY)


def _solve(store: Store, horizon: DateRange) -> int:
    name = f"Plan {horizon.first:%Y}–{horizon.last:%Y}"
    request = planning.PlanRequest(name, horizon, time_limit=_FIRST_LOOK)
    plan_id, run_id = planning.draft_plan(store, request, actor="demo", at=now())
    run_here(store, run_id, request.time_limit)
    return plan_id


def _accounts(store: Store) -> dict[str, str]:
    """One account for every role; the employee is the one who serves first."""
    with store.read() as unit:
        days = unit.calendar.days(since=now(), confirmed_only=True)
        centre = unit.catalogue.centres()[0]
    roles: dict[str, dict[str, Any]] = {
        "hr": {"roles": ["hr"]},
        "admin": {"roles": ["admin"]},
        "lead": {"roles": ["lead"], "centres": [centre.key]},
        "employee": {"roles": ["employee"], "employee_id": days[0].employee_id},
    }
    accounts = {}
    for name, options in roles.items():
        email, password = f"{name}@demo.example", secrets.token_urlsafe(12)
        planning.create_account(store, email, password, at=now(), **options)
        accounts[email] = password
    return accounts


def _queue_live_run(store: Store) -> None:
    """A draft of three cycles, which the worker solves while somebody looks."""
    with store.read() as unit:
        published = unit.plans.published()
        if published is None or unit.runs.active():
            return
    first = published.horizon.first
    horizon = DateRange(first=first, last=Period(months=72).after(first) - DAY)
    request = planning.PlanRequest(f"Draft {first:%Y}–{horizon.last:%Y}", horizon)
    planning.draft_plan(store, request, actor="demo", at=now())


def _welcome(accounts: dict[str, str]) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while not _answers() and monotonic() < deadline:
        sleep(0.2)
    if not _answers():
        err.print("The web server does not answer; its messages are above.")
        raise typer.Exit(NO)
    out.print(f"\nFrontline is at {settings().base_url} (Control-C stops it)\n", highlight=False)
    table("Sign in as", accounts)


def _answers() -> bool:
    from urllib.error import URLError
    from urllib.request import urlopen

    try:
        with urlopen(f"{settings().base_url}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
