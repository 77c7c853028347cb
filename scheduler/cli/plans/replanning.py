"""Re-planning what is published, and who changes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.console import ACTOR, now, open_store, out, read_day, settings
from scheduler.cli.lazy_imports import LazyModule
from scheduler.cli.plans.drafting import computed, exit_by
from scheduler.cli.plans.options import AsJson, TimeLimit
from scheduler.cli.plans.showing import show_plan, summary
from scheduler.domain.plan import SolveStatus

if TYPE_CHECKING:
    from scheduler import planning, replan
    from scheduler.replan import PersonChange
    from scheduler.store.read_models import PlanRow
    from scheduler.store.store import Store
else:
    planning, replan = LazyModule("scheduler.planning"), LazyModule("scheduler.replan")


def revise(
    plan_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="Default: the published plan.")
    ] = None,
    freeze_until: Annotated[
        str | None, typer.Option(metavar="DATE", help="What begins before this day stays.")
    ] = None,
    time_limit: TimeLimit = None,
    as_json: AsJson = False,
) -> None:
    """Re-plan what is published: a new draft that changes as few people as possible."""
    seconds = time_limit or settings().time_limit
    with open_store() as store:
        draft_id, run_id = planning.revise_plan(
            store,
            plan_id,
            actor=ACTOR,
            at=now(),
            freeze_until=None if freeze_until is None else read_day(freeze_until),
            time_limit=seconds,
        )
        plan = computed(store, draft_id, run_id, seconds)
        changes = planning.plan_changes(store, draft_id, now()).changes
        names = _names(store, changes)
    if as_json:
        sys.stdout.write(json.dumps(summary(plan) | _changes(changes)) + "\n")
    else:
        show_plan(plan)
        _tell(plan, changes, names)
    exit_by(plan)


def _names(store: Store, changes: Iterable[PersonChange]) -> dict[str, str]:
    with store.read() as unit:
        people = unit.people.employees({each.employee_id for each in changes})
    return {person.id: person.name for person in people}


def _changes(changes: Iterable[PersonChange]) -> dict[str, Any]:
    return {
        "changes": [
            {
                "employee": each.employee_id,
                "why": each.why.value,
                "before": [assignment.session for assignment in each.before],
                "after": [assignment.session for assignment in each.after],
            }
            for each in changes
        ]
    }


def _why(change: PersonChange) -> str:
    return {
        replan.Why.NOT_OWED: "owes no service any more",
        replan.Why.IMPOSSIBLE: "the published date is not possible any more",
        replan.Why.MADE_ROOM: "moves because others have to",
    }[change.why]


def _tell(plan: PlanRow, changes: Sequence[PersonChange], names: Mapping[str, str]) -> None:
    """Who changes, from what to what, and why."""
    for each in changes:
        before, after = (
            ", ".join(assignment.session for assignment in assignments) or "nothing"
            for assignments in (each.before, each.after)
        )
        name = names.get(each.employee_id, each.employee_id)
        out.print(f"{name}: {before} → {after}", highlight=False, soft_wrap=True)
        out.print(f"  {_why(each)}", highlight=False, soft_wrap=True)
    proven = plan.solve_status is SolveStatus.OPTIMAL
    out.print(
        f"People who change: {len(changes)}{', proven to be the fewest' if proven else ''}.",
        highlight=False,
    )
