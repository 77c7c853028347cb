"""What all commands share: where the data is, how things are shown, what an error says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from scheduler.domain.errors import (
    BadInput,
    Blemish,
    Busy,
    Conflict,
    FrontlineError,
    NotPublishable,
)
from scheduler.settings import Settings

if TYPE_CHECKING:  # they take seconds to load, which nobody has who asks for help
    from scheduler.jobs.worker import JobWorker
    from scheduler.solving.result import Limits
    from scheduler.store.store import Store

MOST_SHOWN = 50
"""Bad rows shown one by one before the rest are only counted."""
Answer = TypeVar("Answer")
ACTOR = "command line"
"""Who does it, as the audit log says."""
NO = 1
BAD_USAGE = 2

# Names and messages are shown as they are: “[Anna]” is no markup, and “:cat:” no picture.
out = Console(markup=False, emoji=False)
err = Console(stderr=True, markup=False, emoji=False)


def settings() -> Settings:
    """The settings of this installation. Raises `BadInput` naming the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        raise BadInput(
            "A setting is wrong.",
            [
                Blemish(
                    column=f"FRONTLINE_{'_'.join(str(part) for part in each['loc']).upper()}",
                    value=str(each["input"]),
                    problem=each["msg"],
                )
                for each in error.errors()
            ],
        ) from error


def worker_here(store: Store, name: str) -> JobWorker:
    """A worker of this name in this process, with the lease that the settings say."""
    from scheduler.jobs.worker import JobWorker

    return JobWorker(store, name, now, timedelta(seconds=settings().lease_seconds))


def limits(chosen: Settings) -> Limits:
    """What a run may use of this machine, or of a cluster."""
    from scheduler.solving.result import Limits

    return Limits(
        workers=chosen.workers,
        processes=chosen.processes,
        cluster=chosen.dask,
        memory=chosen.memory,
    )


@contextmanager
def open_store() -> Iterator[Store]:
    """The store of this installation, its tables brought up to date."""
    from scheduler.store.store import Store

    store = Store(settings().database_url)
    try:
        store.upgrade()
        yield store
    finally:
        store.close()


def now() -> datetime:
    """The clock, read at the edge and handed inwards."""
    return datetime.now(UTC)


def aside(work: Callable[[], Answer]) -> Answer:
    """Do `work` in a thread beside: this one stays free to hear signals, as no thread is that
    waits for a solver."""
    answer: Future[Answer] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:
            answer.set_exception(error)

    Thread(target=run, daemon=True).start()
    return answer.result()


def complain(error: FrontlineError) -> None:
    """Say what is wrong, where, and how to mend it."""
    err.print(error.message, style="bold red", highlight=False, soft_wrap=True)
    if isinstance(error, BadInput):
        show_blemishes(error.blemishes)
    if error.hint:
        err.print(error.hint, highlight=False, soft_wrap=True)


def show_blemishes(blemishes: tuple[Blemish, ...]) -> None:
    """The first bad rows one by one, and how many more there are."""
    for blemish in blemishes[:MOST_SHOWN]:
        err.print(f"  {blemish}", highlight=False, soft_wrap=True)
    if len(blemishes) > MOST_SHOWN:
        err.print(f"  … and {len(blemishes) - MOST_SHOWN} more.")


def exit_status(error: FrontlineError) -> int:
    """1 where the answer is no, 2 where the question was wrong."""
    return NO if isinstance(error, Conflict | NotPublishable | Busy) else BAD_USAGE


def table(title: str, rows: Mapping[str, object]) -> None:
    """A small table of names and values."""
    grid = Table(title=title, show_header=False, title_justify="left", box=None)
    for name, value in rows.items():
        grid.add_row(name, str(value))
    out.print(grid)


def counted(number: float, one: str, many: str, form: str = ",.0f") -> str:
    """1 point, 2,000 points; `form` writes the number, and what is written decides."""
    written = f"{number:{form}}"
    return f"{written} {one if written == '1' else many}"


def read_day(text: str) -> date:
    """A date from the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}” is no date; write it like 2027-01-31.") from None


def read_mapping(pairs: list[str]) -> dict[str, str]:
    """`field=column` pairs from the command line."""
    mapping = {}
    for pair in pairs:
        field, equals, header = pair.partition("=")
        if not equals or not field or not header:
            raise typer.BadParameter(f"“{pair}” is not of the form field=column.")
        mapping[field.strip()] = header
    return mapping


ExistingFile = Annotated[Path, typer.Argument(metavar="FILE", help="CSV, CSV in gzip, or XLSX.")]
