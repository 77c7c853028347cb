"""Drafting a plan: solved at once, its progress shown."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.console import ACTOR, NO, now, open_store, read_day, settings
from scheduler.cli.lazy_imports import LazyModule
from scheduler.cli.plans.computing import run_here
from scheduler.cli.plans.options import AsJson, TimeLimit
from scheduler.cli.plans.showing import show_plan, summary
from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import BadInput, FrontlineError

if TYPE_CHECKING:
    from scheduler import planning
    from scheduler.store.read_models import PlanRow
    from scheduler.store.store import Store
else:
    planning = LazyModule("scheduler.planning")


def draft(
    from_: Annotated[str, typer.Option("--from", help="First day, like 2027-01-01.")],
    to: Annotated[str, typer.Option("--to", help="Last day.")],
    programme: Annotated[
        list[str], typer.Option(help="Key of a programme; repeatable. Default: all.")
    ] = [],  # noqa: B006
    centre: Annotated[
        list[str], typer.Option(help="Key of a service centre; repeatable. Default: all.")
    ] = [],  # noqa: B006
    time_limit: TimeLimit = None,
    name: Annotated[str, typer.Option(help="What to call the plan.")] = "",
    as_json: AsJson = False,
) -> None:
    """Draft, solve and verify a plan. Control-C stops and keeps the best plan so far."""
    first, last = read_day(from_), read_day(to)
    if last < first:
        raise BadInput(f"--to {last} is before --from {first}.", hint="Swap the two dates.")
    request = planning.PlanRequest(
        name=name or f"Plan {first:%Y}–{last:%Y}",
        horizon=DateRange(first=first, last=last),
        programmes=tuple(programme),
        centres=tuple(centre),
        time_limit=time_limit or settings().time_limit,
    )
    with open_store() as store:
        plan_id, run_id = planning.draft_plan(store, request, actor=ACTOR, at=now())
        plan = computed(store, plan_id, run_id, request.time_limit)
    if as_json:
        sys.stdout.write(json.dumps(summary(plan)) + "\n")
    else:
        show_plan(plan)
    exit_by(plan)


def computed(store: Store, plan_id: int, run_id: int, time_limit: float) -> PlanRow:
    """The plan after its run. Raises `FrontlineError` if that failed."""
    from scheduler.domain.run import RunState

    run_here(store, run_id, time_limit)
    with store.read() as unit:
        plan, run = unit.plans.plan(plan_id), unit.runs.run(run_id)
    if run.state is RunState.FAILED:
        raise FrontlineError(run.error)
    return plan


def exit_by(plan: PlanRow) -> None:
    """Exit status 1 where there is no plan, or it breaks a hard rule, or places nobody who owes
    something."""
    none = plan.solve_status is not None and not plan.solve_status.has_plan
    if none or plan.hard_violations or (plan.duties and not plan.placed):
        raise typer.Exit(NO)
