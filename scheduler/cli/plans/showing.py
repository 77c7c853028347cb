"""Plans in figures, one by itself or two side by side."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from scheduler.cli.console import open_store, out, table
from scheduler.cli.lazy_imports import LazyModule
from scheduler.cli.plans.options import AsJson, PlanId
from scheduler.domain.errors import BadInput
from scheduler.domain.plan import gap_told

if TYPE_CHECKING:
    from scheduler import rules
    from scheduler.store.read_models import PlanRow
else:
    rules = LazyModule("scheduler.rules")


def show(plan_id: PlanId, as_json: AsJson = False) -> None:
    """A plan in figures."""
    with open_store() as store, store.read() as unit:
        plan = unit.plans.plan(plan_id)
    if as_json:
        sys.stdout.write(json.dumps(summary(plan)) + "\n")
    else:
        show_plan(plan)


def summary(plan: PlanRow) -> dict[str, Any]:
    """A plan in figures, for programs."""
    return {
        "id": plan.id,
        "status": plan.solve_status.value if plan.solve_status else None,
        "placed": plan.placed,
        "unassigned": plan.unassigned,
        "cost": plan.cost,
        "bound": plan.bound,
        "gap": plan.gap,
        "seconds": plan.seconds,
        "violations": plan.hard_violations,
    }


def show_plan(plan: PlanRow) -> None:
    """A plan in figures, for people."""
    state = plan.status.value
    if plan.revision is not None:
        state += f", revision {plan.revision}"
    rows: dict[str, object] = {
        "state": state,
        "horizon": f"{plan.horizon.first} to {plan.horizon.last}",
        "solved": plan.solve_status.value.replace("_", " ") if plan.solve_status else "not yet",
    }
    if plan.solve_status:
        rows |= {
            "placed": f"{plan.placed:,} of {plan.duties:,}",
            "hard rules broken": plan.hard_violations,
            "points": f"{plan.cost:,}",
        }
        if plan.bound is not None and plan.gap is not None:
            rows |= {"bound": f"{plan.bound:,.0f}", "gap": f"{gap_told(plan.gap):.2%}"}
        rows |= {
            "seconds": f"{plan.seconds:.1f}",
        }
    table(f"Plan {plan.id}: {plan.name}", rows)
    if plan.score:
        points = {rules.registry()[key].title: total for key, total in plan.score.items()}
        table("Points by rule", points)


def compare(
    plan_id: PlanId,
    other: Annotated[
        int | None, typer.Argument(metavar="[OTHER]", help="Default: the published plan.")
    ] = None,
) -> None:
    """What differs between two plans."""
    with open_store() as store, store.read() as unit:
        published = unit.plans.published()
        if other is None and published is None:
            raise BadInput("Nothing is published yet.", hint="Name the plan to compare with.")
        second = other if other is not None else published.id  # type: ignore[union-attr]
        plans = unit.plans.plan(plan_id), unit.plans.plan(second)
        mine = {a.duty_id: a for a in unit.plans.assignments(plan_id)}
        theirs = {a.duty_id: a for a in unit.plans.assignments(second)}
    both = mine.keys() & theirs.keys()
    moved = [duty for duty in both if mine[duty].session != theirs[duty].session]
    grid = Table(title=f"Plan {plan_id} and plan {second}", title_justify="left", box=None)
    for heading in ("", f"plan {plan_id}", f"plan {second}"):
        grid.add_column(heading, justify="left" if not heading else "right")
    for label, field in (("placed", "placed"), ("unassigned", "unassigned"), ("points", "cost")):
        grid.add_row(label, *(str(getattr(plan, field)) for plan in plans))
    out.print(grid)
    table(
        "Duties",
        {
            "the same": len(both) - len(moved),
            "on another date": len(moved),
            f"only in plan {plan_id}": len(mine.keys() - theirs.keys()),
            f"only in plan {second}": len(theirs.keys() - mine.keys()),
        },
    )
