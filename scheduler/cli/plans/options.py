"""What commands about plans are told."""

from __future__ import annotations

from typing import Annotated

import typer

PlanId = Annotated[int, typer.Argument(metavar="ID", help="Number of the plan.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
TimeLimit = Annotated[float | None, typer.Option(min=0.1, help="Seconds to solve at most.")]
