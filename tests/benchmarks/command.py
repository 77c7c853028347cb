"""The command `python -m tests.benchmarks`: its options, and how it ends."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli.console import complain, exit_status
from scheduler.domain.errors import BadInput, FrontlineError
from tests.benchmarks.measuring import Options
from tests.benchmarks.names import BenchTask, InstanceKind, Side
from tests.benchmarks.showing import PAGE, show_measuring

GIGABYTE = 1_000_000_000

app = typer.Typer(
    name="python -m tests.benchmarks", pretty_exceptions_enable=False, rich_markup_mode=None
)


def run() -> None:
    """Run the command; errors become a message and an exit status."""
    try:
        app()
    except FrontlineError as error:
        complain(error)
        sys.exit(exit_status(error))


@app.command()
def bench(
    size: Annotated[list[int], typer.Option(min=1, help="How many people; repeatable.")] = [1000],  # noqa: B006
    centres: Annotated[
        list[int],
        typer.Option(min=1, help="How many centres: one number for all sizes, or one for each."),
    ] = [1],  # noqa: B006
    seed: Annotated[list[int], typer.Option(help="Of the instances; repeatable.")] = [1],  # noqa: B006
    kind: Annotated[
        list[InstanceKind], typer.Option(help="Which instances; repeatable. Default: both.")
    ] = list(InstanceKind),  # noqa: B006
    side: Annotated[
        list[Side], typer.Option(help="Who is asked; repeatable. Default: all.")
    ] = list(Side),  # noqa: B006
    measure: Annotated[
        list[BenchTask], typer.Option(help="What of us; repeatable. `export` is none.")
    ] = [BenchTask.SOLVE],  # noqa: B006
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
        tasks=tuple(task for task in measure if task is not BenchTask.EXPORT),
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
    show_measuring(options, out_, as_json=as_json)


def _sizes(sizes: Sequence[int], centres: Sequence[int]) -> tuple[tuple[int, int], ...]:
    if len(centres) == 1:
        return tuple((size, centres[0]) for size in sizes)
    if len(centres) != len(sizes):
        raise BadInput(
            f"{len(sizes)} sizes, but {len(centres)} numbers of centres.",
            hint="Give --centres once for all sizes, or once for each.",
        )
    return tuple(zip(sizes, centres, strict=True))
