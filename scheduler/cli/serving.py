"""Commands that stay: serve and worker; and the feed address."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.console import (
    aside,
    err,
    limits,
    now,
    open_store,
    settings,
    worker_here,
)
from scheduler.cli.lazy_imports import LazyModule
from scheduler.domain.errors import BadInput

if TYPE_CHECKING:
    from scheduler import planning, sample
    from scheduler.jobs import kinds
else:
    planning, sample = LazyModule("scheduler.planning"), LazyModule("scheduler.sample")
    kinds = LazyModule("scheduler.jobs.kinds")

_RESTART_AFTER = 1.0
_GRACE_SECONDS = 10.0


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(feed)
    app.command()(serve)
    app.command()(worker)


def feed(
    employee_id: Annotated[str, typer.Argument(metavar="EMPLOYEE_ID", help="Whose calendar.")],
) -> None:
    """Print a new subscription address of somebody's calendar; the old one stops working."""
    with open_store() as store:
        url = planning.feed_url(store, employee_id, settings().base_url, at=now())
    sys.stdout.write(url + "\n")


def worker() -> None:
    """Compute queued plans until told to stop."""
    _log()
    stop = _stop_on_signals()
    with open_store() as store:
        worker = worker_here(store, f"{socket.gethostname()}-{os.getpid()}")
        aside(lambda: worker.work(kinds.every_kind(limits(settings())), stop))


def serve(
    web_only: Annotated[bool, typer.Option(help="Start no worker beside the web server.")] = False,
) -> None:
    """Start the web server and one worker."""
    with open_store():
        pass  # the tables are made before two processes look at them
    if web_only:
        _serve_pages()
        return
    _log()
    err.print(f"Frontline is at {settings().base_url} (Control-C stops it)", highlight=False)
    sys.exit(supervise())


def supervise(ready: Callable[[], None] = lambda: None) -> int:
    """Keep a web server and a worker running; a worker that dies is started again. Returns the
    exit status of the web server."""
    stop = _stop_on_signals()
    web = _start("serve", "--web-only")
    helper, started = _start("worker"), monotonic()
    ready()
    try:
        while not stop.is_set() and web.poll() is None:
            if helper.poll() is not None and monotonic() - started > _RESTART_AFTER:
                logging.getLogger(__name__).warning("the worker ended; starting another")
                helper, started = _start("worker"), monotonic()
            stop.wait(0.2)
    finally:
        for process in (web, helper):
            process.terminate()
        for process in (web, helper):
            _wait(process)
    return 0 if stop.is_set() else web.returncode


def _start(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "scheduler.cli", *command])


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _serve_pages() -> None:
    from web.serving import run

    run(settings())


def _stop_on_signals() -> Event:
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _signal, _frame: stop.set())
    return stop


def _log() -> None:
    level = settings().log_level
    try:
        logging.basicConfig(
            level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
        )
    except ValueError:
        raise BadInput(
            f"FRONTLINE_LOG_LEVEL is “{level}”.", hint="Write DEBUG, INFO, WARNING or ERROR."
        ) from None
    logging.getLogger("alembic").setLevel(logging.WARNING)
