"""One plan, seen from all sides: board, list, load, quality, open questions, changes, history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from scheduler import planning
from scheduler.domain.calendar import DAY
from scheduler.domain.plan import PlanStatus
from scheduler.domain.programme import Programme, ServiceCentre
from scheduler.rules import registry
from scheduler.store.read_models import LoadRow, PlanRow
from scheduler.store.unit_of_work import UnitOfWork
from web.access import access, admits
from web.context import now, store, today
from web.planner.heat import (
    SHOWN_DAYS,
    board,
    by_day,
    centre_loads,
    heat,
    shown_from,
    weeks,
    within_centres,
)
from web.reading import NUMBER, choice, day_argument, page_number

blueprint = Blueprint("plan", __name__, url_prefix=f"/plans/<{NUMBER}:plan_id>")

MOST_BREACHES = 200
"""How many broken rules a page shows one by one; the figures above it count them all."""


MOST_CHANGES = 500
"""How many people who change a page shows; the sentence above it counts them all."""


def page(name: str, unit: UnitOfWork, plan_id: int, **values: Any) -> str:
    """A page of the plan, with what all of them show at the top."""
    plan = unit.plans.plan(plan_id)
    published = unit.plans.published()
    return render_template(
        f"planner/plan/{name}.html",
        plan=plan,
        run=unit.runs.of_plan(plan_id),
        tab=name,
        published=published,
        next_revision=(published.revision or 0) + 1 if published else 1,
        programmes=programmes(unit),
        centres=centres(unit),
        today=today(),
        **values,
    )


def programmes(unit: UnitOfWork) -> dict[str, Programme]:
    """All programmes by key."""
    return {programme.key: programme for programme in unit.catalogue.programmes()}


def centres(unit: UnitOfWork) -> dict[str, ServiceCentre]:
    """All service centres by key."""
    return {centre.key: centre for centre in unit.catalogue.centres()}


@blueprint.get("/")
@access("hr")
def show(plan_id: int) -> ResponseReturnValue:
    """The board: load over the year, and two weeks of sessions by centre."""
    with store().read() as unit:
        plan = unit.plans.plan(plan_id)
        load = within_centres(unit.plans.load(plan_id), centres(unit).values())
        first = shown_from(day_argument("day") or _first_busy_day(plan, load))
        sessions = unit.plans.calendar(plan_id, first, first + (SHOWN_DAYS - 1) * DAY)
        mine = [each for each in centres(unit).values() if each.key in plan.centres]
        # Turning to other weeks fetches these alone.
        years = () if request.headers.get("HX-Target") == "weeks" else heat(load)
        return page("board", unit, plan_id, years=years, board=board(first, sessions, mine))


def _first_busy_day(plan: PlanRow, load: Sequence[LoadRow]) -> date:
    busy = [day for day, cell in by_day(load).items() if cell.used]
    return next((day for day in busy if day >= today()), busy[0] if busy else plan.horizon.first)


@blueprint.get("/list")
@access("hr")
def assignments(plan_id: int) -> ResponseReturnValue:
    """Everybody's dates, searched and filtered."""
    with store().read() as unit:
        names = unit.people.departments()
        results = unit.plans.search(
            plan_id,
            request.args.get("q", "").strip(),
            centre=choice("centre", centres(unit)),
            programme=choice("programme", programmes(unit)),
            department=choice("department", names),
            first=day_argument("first"),
            last=day_argument("last"),
            page=page_number(),
            size=50,
        )
        return page("list", unit, plan_id, results=results, departments=names)


@blueprint.get("/load")
@access("hr")
def load(plan_id: int) -> ResponseReturnValue:
    """How evenly the seats are used, week by week and centre by centre."""
    with store().read() as unit:
        rows = within_centres(unit.plans.load(plan_id), centres(unit).values())
        return page("load", unit, plan_id, loads=centre_loads(rows), weeks=weeks(rows))


@blueprint.get("/quality")
@access("hr")
def quality(plan_id: int) -> ResponseReturnValue:
    """Points by rule, the proven gap, and what the end of the run means."""
    with store().read() as unit:
        broken = unit.plans.violations(plan_id)
        hard = [each for each in broken if each.hard]
        soft = sorted((b for b in broken if not b.hard), key=lambda b: -(b.points or 0))
        score = sorted(unit.plans.plan(plan_id).score.items(), key=lambda item: -item[1])
        return page(
            "quality",
            unit,
            plan_id,
            score=score,
            hard=hard[:MOST_BREACHES],
            soft=soft[:MOST_BREACHES],
            counts=(len(hard), len(soft)),
        )


@blueprint.get("/changes")
@access("hr")
def changes(plan_id: int) -> ResponseReturnValue:
    """Who changes when this draft takes the place of what is published, and why."""
    with store().read() as unit:
        plan, published = unit.plans.plan(plan_id), unit.plans.published()
    computed = plan.solve_status is not None and plan.solve_status.has_plan
    compared = plan.status is PlanStatus.DRAFT and published is not None and computed
    difference = planning.plan_changes(store(), plan_id, now()) if compared else None
    beside = planning.compare_plans(store(), plan_id) if compared else None
    shown = difference.changes[:MOST_CHANGES] if difference else ()
    with store().read() as unit:
        people = {
            person.id: person
            for person in unit.people.employees({each.employee_id for each in shown})
        }
        return page(
            "changes",
            unit,
            plan_id,
            difference=difference,
            beside=beside,
            busiest_month=busiest_month(beside) if beside else 0,
            people=people,
            most=MOST_CHANGES,
            titles={key: rule.title for key, rule in registry().items()},
            editable=admits("admin"),
        )


def busiest_month(comparison: planning.Comparison) -> int:
    """The most people who begin in a month of either plan."""
    months = (comparison.before.months, comparison.after.months)
    return max((count for each in months for count in each.values()), default=0)


@blueprint.get("/history")
@access("hr")
def history(plan_id: int) -> ResponseReturnValue:
    """How the plan came about, and the revisions around it."""
    with store().read() as unit:
        revisions = [plan for plan in unit.plans.plans(200, 0) if plan.revision is not None]
        revisions.sort(key=lambda plan: -(plan.revision or 0))
        return page("history", unit, plan_id, revisions=revisions)
