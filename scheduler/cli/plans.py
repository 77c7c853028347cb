"""Commands about plans: draft, revise, show, verify, explain, compare, publish, export."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from scheduler.cli.computing import run_here
from scheduler.cli.console import (
    ACTOR,
    NO,
    counted,
    now,
    open_store,
    out,
    read_day,
    settings,
    table,
)
from scheduler.cli.lazy_imports import LazyModule
from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import BadInput, FrontlineError
from scheduler.domain.plan import SolveStatus, gap_told

if TYPE_CHECKING:
    from scheduler import planning, replan, rules
    from scheduler.replan import PersonChange
    from scheduler.store.read_models import AssignmentRow, PlanRow
    from scheduler.store.store import Store
    from scheduler.store.unit_of_work import UnitOfWork
else:
    planning, replan = LazyModule("scheduler.planning"), LazyModule("scheduler.replan")
    rules = LazyModule("scheduler.rules")

PlanId = Annotated[int, typer.Argument(metavar="ID", help="Number of the plan.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    plan = typer.Typer(help="Plans: draft, look at, publish.", no_args_is_help=True)
    plan.command("draft")(draft)
    plan.command("revise")(revise)
    plan.command("show")(show)
    plan.command("verify")(verify)
    plan.command("explain")(explain)
    plan.command("compare")(compare)
    plan.command("publish")(publish)
    plan.command("export")(export)
    app.add_typer(plan, name="plan")


def draft(
    from_: Annotated[str, typer.Option("--from", help="First day, like 2027-01-01.")],
    to: Annotated[str, typer.Option("--to", help="Last day.")],
    programme: Annotated[
        list[str], typer.Option(help="Key of a programme; repeatable. Default: all.")
    ] = [],  # noqa: B006
    centre: Annotated[
        list[str], typer.Option(help="Key of a service centre; repeatable. Default: all.")
    ] = [],  # noqa: B006
    time_limit: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds to solve at most.")
    ] = None,
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
        plan = _computed(store, plan_id, run_id, request.time_limit)
    if as_json:
        sys.stdout.write(json.dumps(_summary(plan)) + "\n")
    else:
        _show(plan)
    _judge(plan)


def _computed(store: Store, plan_id: int, run_id: int, time_limit: float) -> PlanRow:
    """The plan after its run. Raises `FrontlineError` if that failed."""
    from scheduler.domain.run import RunState

    run_here(store, run_id, time_limit)
    with store.read() as unit:
        plan, run = unit.plans.plan(plan_id), unit.runs.run(run_id)
    if run.state is RunState.FAILED:
        raise FrontlineError(run.error)
    return plan


def _judge(plan: PlanRow) -> None:
    """Exit status 1 where there is no plan, or it breaks a hard rule, or places nobody who owes
    something."""
    none = plan.solve_status is not None and not plan.solve_status.has_plan
    if none or plan.hard_violations or (plan.duties and not plan.placed):
        raise typer.Exit(NO)


def revise(
    plan_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="Default: the published plan.")
    ] = None,
    freeze_until: Annotated[
        str | None, typer.Option(metavar="DATE", help="What begins before this day stays.")
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds to solve at most.")
    ] = None,
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
        plan = _computed(store, draft_id, run_id, seconds)
        found = planning.plan_changes(store, draft_id).changes
        names = _names(store, found)
    if as_json:
        sys.stdout.write(json.dumps(_summary(plan) | _changes(found)) + "\n")
    else:
        _show(plan)
        _tell(plan, found, names)
    _judge(plan)


def _names(store: Store, found: Iterable[PersonChange]) -> dict[str, str]:
    with store.read() as unit:
        people = unit.people.employees({each.employee_id for each in found})
    return {person.id: person.name for person in people}


def _changes(found: Iterable[PersonChange]) -> dict[str, Any]:
    return {
        "changes": [
            {
                "employee": each.employee_id,
                "why": each.why.value,
                "before": [assignment.session for assignment in each.before],
                "after": [assignment.session for assignment in each.after],
            }
            for each in found
        ]
    }


def _why(change: PersonChange) -> str:
    return {
        replan.Why.NOT_OWED: "owes no service any more",
        replan.Why.IMPOSSIBLE: "the published date is not possible any more",
        replan.Why.MADE_ROOM: "moves because others have to",
    }[change.why]


def _tell(plan: PlanRow, found: Sequence[PersonChange], names: Mapping[str, str]) -> None:
    """Who changes, from what to what, and why."""
    for each in found:
        before, after = (
            ", ".join(assignment.session for assignment in assignments) or "nothing"
            for assignments in (each.before, each.after)
        )
        name = names.get(each.employee_id, each.employee_id)
        out.print(f"{name}: {before} → {after}", highlight=False, soft_wrap=True)
        out.print(f"  {_why(each)}", highlight=False, soft_wrap=True)
    proven = plan.solve_status is SolveStatus.OPTIMAL
    out.print(
        f"People who change: {len(found)}{', proven to be the fewest' if proven else ''}.",
        highlight=False,
    )


def _summary(plan: PlanRow) -> dict[str, Any]:
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


def _show(plan: PlanRow) -> None:
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


def show(plan_id: PlanId, as_json: AsJson = False) -> None:
    """A plan in figures."""
    with open_store() as store, store.read() as unit:
        plan = unit.plans.plan(plan_id)
    if as_json:
        sys.stdout.write(json.dumps(_summary(plan)) + "\n")
    else:
        _show(plan)


def verify(plan_id: PlanId) -> None:
    """Ask every rule about the plan. Exit status 1 if a hard rule is broken."""
    with open_store() as store:
        found = planning.verify_plan(store, plan_id)
    for violation in found.hard:
        out.print(f"{violation.rule}: {violation.text}", highlight=False)
    broken = counted(len(found.hard), "hard violation", "hard violations")
    points = counted(sum(found.score.values()), "point", "points")
    out.print(f"{broken}; {points} by soft rules.")
    if found.hard:
        raise typer.Exit(NO)


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
    found: list[AssignmentRow] = []
    page = pages = 1
    while page <= pages:
        # The search finds every id and name that contains this one.
        rows = unit.plans.search(plan_id, employee, page=page, size=1000)
        found += [row for row in rows.rows if row.employee_id == employee]
        page, pages = page + 1, rows.pages
    return found


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


def publish(plan_id: PlanId) -> None:
    """Make the plan the next revision; calendars follow."""
    with open_store() as store:
        late = planning.short_notice(store, plan_id, now().date())
        revision = planning.publish(store, plan_id, actor=ACTOR, at=now())
    out.print(f"Plan {plan_id} is published as revision {revision}.")
    if late.people:
        learn = counted(late.people, "person learns of their", "people learn of their")
        out.print(
            f"{learn} date later than the rules promise; the first serves on {late.first_day}."
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
