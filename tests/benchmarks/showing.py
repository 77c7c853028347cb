"""Measuring, shown while it goes on and kept as it comes."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import typer
from rich.markdown import Markdown
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from scheduler.cli.console import NO, err, now, out
from tests.benchmarks import measuring
from tests.benchmarks.measuring import Options
from tests.benchmarks.plots import draw
from tests.benchmarks.report import page, tables
from tests.benchmarks.results import (
    BenchRun,
    Measurement,
    Results,
    faults,
    load,
    save,
    this_machine,
)

PAGE = "benchmarks.md"


def show_measuring(options: Options, folder: Path | None, *, as_json: bool) -> None:
    """Measure, show what came of it, and write it to `folder`. Exit status 1 if something is
    wrong."""
    book = _Book(folder, _run(now()))
    interrupted = _measured(options, book)
    if as_json:
        sys.stdout.write(book.fresh.model_dump_json() + "\n")
    else:
        _show(book, folder)
    wrong = faults(book.fresh.rows)
    for fault in wrong:
        err.print(f"WRONG: {fault}", style="bold red", highlight=False, soft_wrap=True)
    if interrupted:
        err.print("Stopped; what had been measured is kept.")
    if wrong:
        raise typer.Exit(NO)


class _Book:
    """All figures, saved as they come: those of this run alone, and with the earlier ones."""

    def __init__(self, folder: Path | None, run: BenchRun) -> None:
        self.folder, self.run = folder, run
        self.fresh = Results()
        self.all = load(folder) if folder is not None else Results()

    def keep(self, row: Measurement) -> None:
        self.fresh = self.fresh.with_row(self.run, row)
        self.all = self.all.with_row(self.run, row)
        if self.folder is not None:
            save(self.folder, self.all)


def _run(at: datetime) -> BenchRun:
    # Where things lie on this machine is nobody else's business.
    words = (Path(word).name if Path(word).is_absolute() else word for word in sys.argv[1:])
    command = " ".join(["python -m tests.benchmarks", *words])
    return BenchRun(id=f"{at:%y%m%d-%H%M%S}", at=at, command=command, machine=this_machine())


def _measured(options: Options, book: _Book) -> bool:
    """Measure; returns whether it was stopped before the end."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("starting")

        def tell(what: str, seconds: float) -> None:
            passed = f" ({seconds:.0f} s)" if seconds else ""
            bar.update(task, description=what + passed)

        def keep(row: Measurement) -> None:
            book.keep(row)
            took = f"{row.answer.seconds:.1f} s, {row.answer.status.replace('_', ' ')}"
            bar.console.print(
                f"{row.instance}, {row.request.side}, {row.request.task}: {took}", highlight=False
            )

        try:
            measuring.measure(options, book.run.id, keep, tell)
        except KeyboardInterrupt:
            return True
    return False


def _show(book: _Book, folder: Path | None) -> None:
    """Write the page and its pictures, or show what this run measured."""
    if folder is None:
        out.print(Markdown(tables(book.fresh)))
        return
    folder.mkdir(parents=True, exist_ok=True)
    text = page(book.all, draw(book.all, folder))
    (folder / PAGE).write_text(text, "utf-8", newline="\n")
    out.print(str(folder / PAGE), highlight=False, soft_wrap=True)
