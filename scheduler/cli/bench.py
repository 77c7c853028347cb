"""`frontline bench`: the engine measured against others, every answer checked."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markdown import Markdown
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from scheduler.bench import measuring
from scheduler.bench.instances import Kind
from scheduler.bench.measuring import Options
from scheduler.bench.plots import draw
from scheduler.bench.report import page, tables
from scheduler.bench.results import Results, Row, Run, faults, load, save, this_machine
from scheduler.bench.talk import Side, Task
from scheduler.cli.console import NO, err, now, out
from scheduler.domain.errors import BadInput

PAGE = "benchmarks.md"
GIGABYTE = 1_000_000_000


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(bench)


def bench(
    size: Annotated[list[int], typer.Option(min=1, help="How many people; repeatable.")] = [1000],  # noqa: B006
    centres: Annotated[
        list[int],
        typer.Option(min=1, help="How many centres: one number for all sizes, or one for each."),
    ] = [1],  # noqa: B006
    seed: Annotated[list[int], typer.Option(help="Of the instances; repeatable.")] = [1],  # noqa: B006
    kind: Annotated[
        list[Kind], typer.Option(help="Which instances; repeatable. Default: both.")
    ] = list(Kind),  # noqa: B006
    side: Annotated[
        list[Side], typer.Option(help="Who is asked; repeatable. Default: all.")
    ] = list(Side),  # noqa: B006
    measure: Annotated[
        list[Task], typer.Option(help="What of us; repeatable. `export` is none.")
    ] = [Task.SOLVE],  # noqa: B006
    time_limit: Annotated[float, typer.Option(min=0.1, help="Our seconds at most.")] = 60,
    gap: Annotated[
        float, typer.Option(min=0, max=1, help="Good enough for us: 0.001 for 0.1 %. Default: 0.")
    ] = 0,
    peer_limit: Annotated[float, typer.Option(min=0.1, help="The others' seconds.")] = 600,
    peers_up_to: Annotated[
        int, typer.Option(help="Others are not asked about more people than this.")
    ] = 10_000,
    threads: Annotated[int, typer.Option(min=1, help="Of every side.")] = 1,
    textbook_threads: Annotated[
        int | None, typer.Option(min=1, help="Of the textbook's model. Default: --threads.")
    ] = None,
    processes: Annotated[int, typer.Option(min=1, help="Ours at most.")] = 1,
    split: Annotated[
        bool, typer.Option("--split", help="One source for each centre at every size.")
    ] = False,
    memory: Annotated[
        float, typer.Option(min=0, help="Gigabytes at which a side is ended; 0: never.")
    ] = 0,
    rosters: Annotated[
        Path | None, typer.Option(help="Folder of rosters: NAME/employees.csv or .csv.gz.")
    ] = None,
    out_: Annotated[
        Path | None, typer.Option("--out", help=f"Folder for {PAGE}, pictures and JSON.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Measure the engine against others, and check every answer. Exit status 1 if one is wrong.

    Control-C keeps what has been measured so far.
    """
    options = Options(
        sizes=_sizes(size, centres),
        kinds=tuple(kind),
        seeds=tuple(seed),
        sides=tuple(side),
        tasks=tuple(task for task in measure if task is not Task.EXPORT),
        seconds=time_limit,
        peer_seconds=peer_limit,
        gap=gap,
        peers_up_to=peers_up_to,
        threads=threads,
        textbook_threads=textbook_threads or threads,
        processes=processes,
        split=split,
        rosters=rosters,
        most_memory=int(memory * GIGABYTE),
    )
    book = _Book(out_, _run(now()))
    interrupted = _measured(options, book)
    if as_json:
        sys.stdout.write(book.fresh.model_dump_json() + "\n")
    else:
        _show(book, out_)
    wrong = faults(book.fresh.rows)
    for fault in wrong:
        err.print(f"WRONG: {fault}", style="bold red", highlight=False, soft_wrap=True)
    if interrupted:
        err.print("Stopped; what had been measured is kept.")
    if wrong:
        raise typer.Exit(NO)


class _Book:
    """All figures, saved as they come: those of this run alone, and with the earlier ones."""

    def __init__(self, folder: Path | None, run: Run) -> None:
        self.folder, self.run = folder, run
        self.fresh = Results()
        self.all = load(folder) if folder is not None else Results()

    def keep(self, row: Row) -> None:
        self.fresh = self.fresh.with_row(self.run, row)
        self.all = self.all.with_row(self.run, row)
        if self.folder is not None:
            save(self.folder, self.all)


def _sizes(sizes: Sequence[int], centres: Sequence[int]) -> tuple[tuple[int, int], ...]:
    if len(centres) == 1:
        return tuple((size, centres[0]) for size in sizes)
    if len(centres) != len(sizes):
        raise BadInput(
            f"{len(sizes)} sizes, but {len(centres)} numbers of centres.",
            hint="Give --centres once for all sizes, or once for each.",
        )
    return tuple(zip(sizes, centres, strict=True))


def _run(at: datetime) -> Run:
    # Where things lie on this machine is nobody else's business.
    words = (Path(word).name if Path(word).is_absolute() else word for word in sys.argv[1:])
    command = " ".join(["frontline", *words])
    return Run(id=f"{at:%y%m%d-%H%M%S}", at=at, command=command, machine=this_machine())


def _measured(options: Options, book: _Book) -> bool:
    """Measure; returns whether it was stopped before the end."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("starting")

        def tell(what: str, seconds: float) -> None:
            passed = f" ({seconds:.0f} s)" if seconds else ""
            bar.update(task, description=what + passed)

        def keep(row: Row) -> None:
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
