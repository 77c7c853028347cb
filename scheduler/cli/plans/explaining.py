"""Why dates are what they are, and what blocks what could not be placed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.console import counted, open_store, out
from scheduler.cli.lazy_imports import LazyModule
from scheduler.cli.plans.options import PlanId
from scheduler.domain.errors import BadInput

if TYPE_CHECKING:
    from scheduler import planning
    from scheduler.store.read_models import AssignmentRow
    from scheduler.store.unit_of_work import UnitOfWork
else:
    planning = LazyModule("scheduler.planning")


def explain(
    plan_id: PlanId,
    employee: Annotated[str | None, typer.Option(help="Only this employee id.")] = None,
    dates: Annotated[
        bool, typer.Option("--dates", help="With --employee: what speaks against each other date.")
    ] = False,
) -> None:
    """Why the dates are what they are, and what blocks what could not be placed."""
    if dates and employee is None:
        raise BadInput("The dates of everybody are too many.", hint="Name one with --employee.")
    with open_store() as store:
        with store.read() as unit:
            unit.plans.plan(plan_id)
            missing = [
                duty
                for duty in unit.plans.unassigned(plan_id)
                if employee in (None, duty.employee_id)
            ]
            rows = [] if employee is None else _rows_of(unit, plan_id, employee)
        asked = [duty.duty_id for duty in missing] + [row.duty_id for row in rows]
        explained = [planning.explain_duty(store, plan_id, duty) for duty in asked if dates]
    for duty in missing:
        out.print(f"{duty.employee_id}, due {duty.due}: not placed", highlight=False)
        for block in duty.blocks:
            out.print(f"  {block.rule}: {block.text}", highlight=False, soft_wrap=True)
    for row in rows:
        where = f"{row.programme}, {row.centre}, {row.first_day}"
        out.print(f"{row.employee_name}: {where}", highlight=False, soft_wrap=True)
        out.print(f"  {row.why}", highlight=False, soft_wrap=True)
    for each in explained:
        _show_dates(each)
    if employee is None:
        out.print(counted(len(missing), "duty is not placed.", "duties are not placed."))
    elif not missing and not rows:
        out.print(f"{employee} has no duty in plan {plan_id}.", highlight=False)


def _show_dates(explained: planning.Explained) -> None:
    """Every date of a duty: what keeps the person from it, or what it would cost more."""
    words = explained.for_planner
    for each in words.explanation.dates:
        said = [str(text) for text in words.of(each)]
        said += [f"{rule} {points:+d}" for rule, points in each.points.items()]
        if each.verdict == "possible":
            said = [counted(each.more, "point", "points", "+d"), *said]
        line = f"  {each.session.key}: {each.verdict}" + "".join(f"; {text}" for text in said)
        out.print(line, highlight=False, soft_wrap=True, markup=False)


def _rows_of(unit: UnitOfWork, plan_id: int, employee: str) -> list[AssignmentRow]:
    """The services of exactly this person. Raises `NotFound` if there is none of that id."""
    unit.people.employee(employee)
    services: list[AssignmentRow] = []
    page = pages = 1
    while page <= pages:
        # The search finds every id and name that contains this one.
        rows = unit.plans.search(plan_id, employee, page=page, size=1000)
        services += [row for row in rows.rows if row.employee_id == employee]
        page, pages = page + 1, rows.pages
    return services
