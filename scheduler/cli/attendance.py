"""Commands about attendance: what became of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.console import ACTOR, now, open_store, out, read_day
from scheduler.cli.lazy_imports import LazyModule

if TYPE_CHECKING:
    from scheduler import planning
    from scheduler.domain import rota
else:
    planning, rota = LazyModule("scheduler.planning"), LazyModule("scheduler.domain.rota")

SAID = ("attended", "missed", "excused", "confirmed")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    group = typer.Typer(help="What became of services.", no_args_is_help=True)
    group.command("set")(set_)
    # A group with one command would otherwise swallow the command's name.
    group.callback()(lambda: None)
    app.add_typer(group, name="attendance")


def set_(
    employee_id: Annotated[str, typer.Argument(metavar="EMPLOYEE_ID")],
    day: Annotated[str, typer.Argument(metavar="DAY", help="A day of the service.")],
    state: Annotated[
        str, typer.Argument(metavar="STATE", help=f"One of {', '.join(SAID)}; the last undoes.")
    ],
) -> None:
    """Say what became of somebody's service; who missed it gets a new date by re-planning."""
    if state not in SAID:
        raise typer.BadParameter(f"“{state}” is none of {', '.join(SAID)}.")
    with open_store() as store:
        service = planning.note_attendance_on(
            store,
            employee_id,
            read_day(day),
            rota.ServiceState(state),
            actor=ACTOR,
            at=now(),
        )
    out.print(f"{employee_id}, {service.first_day}: {service.state.value}.")
