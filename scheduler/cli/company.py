"""Commands about the company: init, sample, imports, accounts."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from scheduler.cli.console import (
    ACTOR,
    BAD_USAGE,
    ExistingFile,
    counted,
    err,
    now,
    open_store,
    out,
    read_day,
    read_mapping,
    settings,
    show_blemishes,
    table,
)
from scheduler.cli.lazy_imports import LazyModule
from scheduler.domain.errors import BadInput
from scheduler.presets import DEFAULT_PRESET, presets

if TYPE_CHECKING:
    from scheduler import planning
    from scheduler import sample as samples
    from scheduler.exchange import centres
    from scheduler.exchange.absences import file as absences
    from scheduler.exchange.roster import reading as roster
    from scheduler.exchange.sheets import reading
    from scheduler.exchange.sheets.sheet import Sheet
    from scheduler.store.store import Store
else:
    planning, samples = LazyModule("scheduler.planning"), LazyModule("scheduler.sample")
    absences = LazyModule("scheduler.exchange.absences.file")
    centres = LazyModule("scheduler.exchange.centres")
    reading, roster = (
        LazyModule("scheduler.exchange.sheets.reading"),
        LazyModule("scheduler.exchange.roster.reading"),
    )

Guess = Callable[[list[str]], dict[str, str]]

MapOption = Annotated[
    list[str],
    typer.Option("--map", help="field=column, where a column is not recognised; repeatable."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and stop.")]
GoodRows = Annotated[
    bool, typer.Option("--good-rows", help="Take the good rows although others are bad.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(init)
    app.command()(sample)
    for name, command, about in (
        ("staff", staff_import, "The roster."),
        ("absences", absences_import, "Absences and wishes."),
        ("blackouts", blackouts_import, "Days on which nobody of a group serves."),
        ("centres", centres_import, "Service centres."),
    ):
        group = typer.Typer(help=about, no_args_is_help=True)
        group.command("import")(command)
        # A group with one command would otherwise swallow the command's name.
        group.callback()(lambda: None)
        app.add_typer(group, name=name)
    accounts = typer.Typer(help="Who may sign in.", no_args_is_help=True)
    accounts.command("create")(account_create)
    accounts.callback()(lambda: None)
    app.add_typer(accounts, name="account")


def init(
    preset: Annotated[
        str, typer.Option(help=f"One of: {', '.join(p.key for p in presets())}.")
    ] = DEFAULT_PRESET,
    start: Annotated[
        str | None, typer.Option(help="First day of the programme. Default: today.")
    ] = None,
) -> None:
    """Set up the database with the policy and programmes of a preset."""
    first = read_day(start) if start else None
    with open_store() as store:
        chosen = planning.initialise(store, preset, at=now(), actor=ACTOR, start=first)
    out.print(f"{chosen.title} is set up in {settings().database_url}", soft_wrap=True)
    for programme in chosen.programmes:
        days = counted(programme.days, "day", "days")
        out.print(f"  {programme.key}: {programme.title}, {days}", highlight=False)
    out.print("Next: frontline centres import FILE, then frontline staff import FILE")


def sample(
    employees: Annotated[int, typer.Option(min=1, help="How many people.")] = 300,
    centres: Annotated[int, typer.Option(min=1, help="How many service centres.")] = 2,
    seed: Annotated[int, typer.Option(help="The same seed makes the same files.")] = 1,
    out_: Annotated[Path, typer.Option("--out", help="Folder to write to.")] = Path("sample"),
    start: Annotated[str, typer.Option(help="First day of the programme.")] = "2027-01-01",
) -> None:
    """Write the files of a company that nobody works at."""
    company = samples.make_company(employees, centres, seed, read_day(start))
    for path in samples.write_company(company, out_):
        out.print(str(path), highlight=False, soft_wrap=True)


def staff_import(
    file: ExistingFile,
    map_: MapOption = [],  # noqa: B006  # typer reads the default, nobody changes it
    dry_run: DryRun = False,
    good_rows: GoodRows = False,
) -> None:
    """Add and update people from a roster; nobody is deleted."""
    with open_store() as store:
        report = import_file(
            store, file, map_, roster.guess_mapping, planning.import_roster, dry_run, good_rows
        )
    change = report.difference
    table(
        "Would change" if dry_run else "Imported",
        {
            "people in the file": len(report.reading.employees),
            "added": len(change.added),
            "changed": change.changed_people,
            "unchanged": change.unchanged,
            "on record, not in the file": len(change.gone),
        },
    )
    if dry_run:
        for each in change.changed[:20]:
            out.print(f"  {each.employee_id} {each.title}: {each.old or '–'} → {each.new or '–'}")
    end_import(report, dry_run)


def absences_import(
    file: ExistingFile,
    map_: MapOption = [],  # noqa: B006
    dry_run: DryRun = False,
    good_rows: GoodRows = False,
) -> None:
    """Take over absences and wishes of the people that the file names."""
    with open_store() as store:
        report = import_file(
            store,
            file,
            map_,
            absences.guess_absence_mapping,
            planning.import_absences,
            dry_run,
            good_rows,
        )
    reading = report.reading
    counts = {"absences": len(reading.absences), "wishes": len(reading.wishes)}
    table("Would take over" if dry_run else "Imported", counts)
    end_import(report, dry_run)


def blackouts_import(
    file: ExistingFile,
    map_: MapOption = [],  # noqa: B006
    dry_run: DryRun = False,
    good_rows: GoodRows = False,
) -> None:
    """Add days on which nobody of a team, a department or the company serves."""
    with open_store() as store:
        report = import_file(
            store,
            file,
            map_,
            absences.guess_blackout_mapping,
            planning.import_blackouts,
            dry_run,
            good_rows,
        )
    table(
        "Would take over" if dry_run else "Imported", {"blackouts": len(report.reading.blackouts)}
    )
    end_import(report, dry_run)


def centres_import(
    file: ExistingFile,
    map_: MapOption = [],  # noqa: B006
    dry_run: DryRun = False,
    good_rows: GoodRows = False,
) -> None:
    """Add and replace service centres."""
    with open_store() as store:
        report = import_file(
            store,
            file,
            map_,
            centres.guess_centre_mapping,
            planning.import_centres,
            dry_run,
            good_rows,
        )
    table("Would take over" if dry_run else "Imported", {"centres": len(report.reading.centres)})
    end_import(report, dry_run)


def import_file(
    store: Store,
    file: Path,
    pairs: list[str],
    guess: Guess,
    use_case: Callable[..., Any],
    dry_run: bool,
    good_rows: bool,
) -> Any:
    """Read a file and hand it to the use case, its columns guessed where `pairs` names none."""
    sheet = _sheet(file)
    mapping: Mapping[str, str] = guess(sheet.headers) | read_mapping(pairs)
    return use_case(
        store,
        sheet,
        mapping,
        actor=ACTOR,
        at=now(),
        dry_run=dry_run,
        good_rows_only=good_rows,
    )


def _sheet(file: Path) -> Sheet:
    with err.status(Text(f"Reading {file.name}")):
        return reading.read_table(
            file, filename=file.name, limit_bytes=settings().upload_limit_bytes
        )


def end_import(report: Any, dry_run: bool) -> None:
    """Notes and bad rows; bad rows in a dry run are bad input."""
    for note in report.reading.notes:
        out.print(f"  {note}", highlight=False, soft_wrap=True)
    show_blemishes(report.blemishes)
    if report.blemishes and dry_run:
        raise typer.Exit(BAD_USAGE)


def account_create(
    email: Annotated[str, typer.Argument(help="The address to sign in with.")],
    role: Annotated[list[str], typer.Option(help="employee, lead, hr, or admin; repeatable.")],
    employee: Annotated[str | None, typer.Option(help="Employee id of this person.")] = None,
    centre: Annotated[
        list[str], typer.Option(help="A service centre this person leads; repeatable.")
    ] = [],  # noqa: B006
    password_stdin: Annotated[
        bool, typer.Option(help="Read the password from standard input.")
    ] = False,
) -> None:
    """Let somebody sign in. Asks for the password."""
    at: datetime = now()
    with open_store() as store:
        planning.create_account(
            store,
            email,
            _password(password_stdin),
            role,
            at=at,
            employee_id=employee,
            centres=centre,
            actor=ACTOR,
        )
    out.print(f"{email} may sign in.", highlight=False)


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise BadInput("The two passwords differ.", hint="Type the same one twice.")
    return first
