"""All commands about plans: `frontline plan …`."""

from __future__ import annotations

import typer

from scheduler.cli.plans.drafting import draft
from scheduler.cli.plans.explaining import explain
from scheduler.cli.plans.fairness import fairness
from scheduler.cli.plans.publishing import export, publish, verify
from scheduler.cli.plans.repairs import repairs
from scheduler.cli.plans.replanning import revise
from scheduler.cli.plans.showing import compare, show


def register(app: typer.Typer) -> None:
    """Add the commands of this folder."""
    group = typer.Typer(help="Plans: draft, look at, publish.", no_args_is_help=True)
    for command in (
        draft,
        revise,
        show,
        verify,
        explain,
        compare,
        publish,
        export,
        repairs,
        fairness,
    ):
        group.command()(command)
    app.add_typer(group, name="plan")
