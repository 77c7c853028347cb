"""A plan as a file: table, workbook, data, calendar, or the model for another solver."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from scheduler.domain.errors import BadInput
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.domain.revision import ServiceDay, days_of_service
from scheduler.exchange.calendar import write_feed
from scheduler.exchange.plan_tables import plan_csv, plan_json, plan_xlsx
from scheduler.model.compiling import compile_problem
from scheduler.model.mps import write_mps
from scheduler.store.read_models import PlanRow
from scheduler.store.store import Store

FORMATS = ("csv", "xlsx", "ics", "mps", "json")


def export_plan(
    store: Store, plan_id: int, format: str, *, actor: str, at: datetime, page_url: str = ""
) -> bytes:
    """The plan as `plan_file` makes it, for somebody who takes it away: that is written down,
    because it carries everybody's dates."""
    body = plan_file(store, plan_id, format, page_url=page_url)
    with store.write() as unit:
        unit.audit.record(actor, "exported plan", f"plan {plan_id}", at, {"format": format})
    return body


def plan_file(store: Store, plan_id: int, format: str, *, page_url: str = "") -> bytes:
    """The plan in one of `FORMATS`. The calendar has one event for every person and day. Raises
    `BadInput` for another format, `NotFound` where there is no such plan."""
    with store.read() as unit:
        problem = unit.plans.problem(plan_id)
        assignments = unit.plans.assignments(plan_id)
        plan = unit.plans.plan(plan_id)
        published = unit.calendar.days()
    match format:
        case "csv":
            return plan_csv(assignments, problem).encode()
        case "xlsx":
            return plan_xlsx(assignments, problem)
        case "json":
            return plan_json(assignments, problem).encode()
        case "mps":
            return write_mps(compile_problem(problem)).encode()
        case "ics":
            return _calendar(problem, assignments, plan, published, page_url)
    raise BadInput(f"There is no format “{format}”.", hint=f"There are: {', '.join(FORMATS)}.")


def _calendar(
    problem: Problem,
    assignments: Sequence[Assignment],
    plan: PlanRow,
    published: Iterable[ServiceDay],
    page_url: str,
) -> bytes:
    """Everybody's days with their names, for the planner. A day that is published keeps its
    identity; one of a draft gets one that the same draft gets again."""
    known = {(day.duty_id, day.number): day for day in published}
    at = plan.published_at or plan.created_at
    days = days_of_service(
        assignments, problem.session, revision=plan.revision or 0, at=at, new_uid=lambda: "-"
    )
    return write_feed(
        [_same(day, known.get((day.duty_id, day.number)), plan.id) for day in days],
        name=plan.name,
        programmes=problem.programme,
        centres=problem.centre,
        why={},
        page_url=page_url,
        names={person.id: person.name for person in problem.employees},
    )


def _same(day: ServiceDay, published: ServiceDay | None, plan_id: int) -> ServiceDay:
    if (
        published is not None
        and published.status is day.status
        and (published.starts, published.ends) == (day.starts, day.ends)
    ):
        return published
    name = f"{plan_id}/{day.duty_id}/{day.number}"
    return day.model_copy(update={"uid": str(uuid.uuid5(uuid.NAMESPACE_OID, name))})
