"""Commands about exceptions: exemptions, wishes, stand-ins, pairings, mentors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.company import DryRun, GoodRows, MapOption, end_import, import_file
from scheduler.cli.console import ExistingFile, now, open_store, out, table
from scheduler.cli.lazy_imports import LazyModule

if TYPE_CHECKING:
    from scheduler import planning
    from scheduler.exchange.exceptions import reading
else:
    planning = LazyModule("scheduler.planning")
    reading = LazyModule("scheduler.exchange.exceptions.reading")

KINDS = {
    "exemptions": "Releases and accommodations.",
    "wishes": "Days people would like to serve on, or would rather not.",
    "stand-ins": "Who stands in for whom.",
    "pairings": "Who asked to serve together, or apart.",
    "mentors": "Experienced agents of the centres.",
}
"""Kinds of exceptions with a group of commands; that of blackouts is the company's."""
SOON = 30
"""Days before its end at which an exemption is spoken of unless asked otherwise."""


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for kind, about in KINDS.items():
        group = typer.Typer(help=about, no_args_is_help=True)
        group.command("import", help=f"Take over a file of {kind}.")(_importer(kind))
        # A group with one command would otherwise swallow the command's name.
        group.callback()(lambda: None)
        if kind == "exemptions":
            group.command("expiring")(expiring)
        app.add_typer(group, name=kind)


def _importer(kind: str) -> Callable[..., None]:
    def import_(
        file: ExistingFile,
        map_: MapOption = [],  # noqa: B006  # typer reads the default, nobody changes it
        dry_run: DryRun = False,
        good_rows: GoodRows = False,
    ) -> None:
        chosen = reading.RecordKind(kind)
        with open_store() as store:
            report = import_file(
                store,
                file,
                map_,
                lambda headers: reading.guess_record_mapping(chosen, headers),
                lambda store, *told, **options: planning.import_exceptions(
                    store, chosen, *told, **options
                ),
                dry_run,
                good_rows,
            )
        table("Would change" if dry_run else "Imported", report.counts)
        end_import(report, dry_run)

    return import_


def expiring(
    within: Annotated[int, typer.Option(min=0, help="Days from today.")] = SOON,
) -> None:
    """Exemptions that end soon, or of which HR asked to be reminded by now."""
    today = now().date()
    with open_store() as store:
        ending = planning.expiring_exemptions(store, today, within)
    if not ending:
        out.print(f"None ends before {today + timedelta(days=within + 1)}.", highlight=False)
    for entry in ending:
        exemption = entry.value
        line = f"{exemption.days.last}  {exemption.employee_id}  approved by {exemption.approver}"
        out.print(line, highlight=False, soft_wrap=True)
