"""What is published: verified, made a revision, exported."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.console import ACTOR, NO, counted, now, open_store, out, settings
from scheduler.cli.lazy_imports import LazyModule
from scheduler.cli.plans.options import PlanId

if TYPE_CHECKING:
    from scheduler import planning
else:
    planning = LazyModule("scheduler.planning")


def verify(plan_id: PlanId) -> None:
    """Ask every rule about the plan. Exit status 1 if a hard rule is broken."""
    with open_store() as store:
        verdict = planning.verify_plan(store, plan_id)
    for violation in verdict.hard:
        out.print(f"{violation.rule}: {violation.text}", highlight=False)
    broken = counted(len(verdict.hard), "hard violation", "hard violations")
    points = counted(sum(verdict.score.values()), "point", "points")
    out.print(f"{broken}; {points} by soft rules.")
    if verdict.hard:
        raise typer.Exit(NO)


def publish(plan_id: PlanId) -> None:
    """Make the plan the next revision; calendars follow."""
    at = now()
    with open_store() as store:
        effect = planning.effect_of_publishing(store, plan_id, at)
        revision = planning.publish(store, plan_id, actor=ACTOR, at=at)
    out.print(f"Plan {plan_id} is published as revision {revision}.")
    if effect is None:
        return
    said = (
        counted(effect.given, "service is new", "services are new"),
        counted(effect.kept, "stays", "stay"),
        counted(effect.moved, "moves", "move"),
        counted(effect.cancelled, "is called off", "are called off"),
        counted(effect.untouched, "elsewhere is untouched", "elsewhere are untouched"),
    )
    out.print(f"{', '.join(said)}.")
    if effect.late:
        learn = counted(effect.late, "person learns of their", "people learn of their")
        out.print(
            f"{learn} date later than the rules promise; the first serves on {effect.first_late}."
        )


def export(
    plan_id: PlanId,
    format_: Annotated[str, typer.Option("--format", help="One of csv, xlsx, ics, mps, json.")],
    out_: Annotated[
        Path | None, typer.Option("--out", help="File to write; default: standard output.")
    ] = None,
) -> None:
    """The plan as a file."""
    with open_store() as store:
        body = planning.plan_file(store, plan_id, format_, page_url=f"{settings().base_url}/me")
    if out_ is None:
        sys.stdout.buffer.write(body)
    else:
        out_.write_bytes(body)
        out.print(str(out_), highlight=False, soft_wrap=True)
