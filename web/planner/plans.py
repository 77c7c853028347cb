"""All plans, and the request for a new one."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler import planning
from scheduler.domain.calendar import DAY, DateRange, Period
from scheduler.domain.errors import BadInput
from scheduler.store.unit_of_work import UnitOfWork
from web.access import access
from web.context import actor, frontline, now, store, today
from web.gettext import gettext as _
from web.reading import Form, page_number

blueprint = Blueprint("plans", __name__, url_prefix="/plans")

PAGE_SIZE = 50
LONGEST_HORIZON = Period(months=120)
MOST_SECONDS = 24 * 3600


@blueprint.get("/")
@access("hr")
def index() -> ResponseReturnValue:
    """All plans, the newest first, with the runs that are going on."""
    page = page_number()
    with store().read() as unit:
        plans = unit.plans.plans(PAGE_SIZE + 1, (page - 1) * PAGE_SIZE)
        runs = {run.plan_id: run for run in unit.runs.active()}
        people = unit.people.count()
    return render_template(
        "planner/plans.html",
        plans=plans[:PAGE_SIZE],
        runs=runs,
        people=people,
        page=page,
        more=len(plans) > PAGE_SIZE,
    )


@blueprint.get("/new")
@access("hr")
def new() -> ResponseReturnValue:
    """The form for a new plan, filled with what most will want."""
    first, last = default_horizon(today())
    with store().read() as unit:
        return _form(
            unit,
            Form(
                {
                    "name": _("Plan %(first)s–%(last)s", first=first.year, last=last.year),
                    "first": first.isoformat(),
                    "last": last.isoformat(),
                    "time_limit": f"{frontline().settings.time_limit:.0f}",
                }
            ),
        )


@blueprint.post("/new")
@access("hr")
def create() -> ResponseReturnValue:
    """Ask for a plan: saved with a queued run, then the run's page."""
    form = Form(request.form)
    name = form.text("name", longest=100)
    first, last = form.day("first"), form.day("last")
    limit = form.whole("time_limit", 1, MOST_SECONDS)
    with store().read() as unit:
        programmes = chosen(form, "programmes", [each.key for each in unit.catalogue.programmes()])
        centres = chosen(form, "centres", [each.key for each in unit.catalogue.centres()])
        _check_horizon(form, first, last)
        if form.problems or first is None or last is None:
            return _form(unit, form), 422
    plan = planning.PlanRequest(name, DateRange(first=first, last=last), programmes, centres, limit)
    try:
        _plan_id, run_id = planning.draft_plan(store(), plan, actor=actor(), at=now())
    except BadInput as error:
        form.problems[""] = str(error)
        with store().read() as unit:
            return _form(unit, form), 422
    return redirect(url_for("runs.show", run_id=run_id))


def default_horizon(day: date) -> tuple[date, date]:
    """Two years from the first day of next month."""
    first = day.replace(day=monthrange(day.year, day.month)[1]) + DAY
    return first, Period(months=24).after(first) - DAY


def chosen(form: Form, name: str, offered: list[str]) -> tuple[str, ...]:
    """The ticked ones of those offered, at least one."""
    ticked = tuple(key for key in offered if key in request.form.getlist(name))
    if not ticked:
        form.problems[name] = _("Choose at least one.")
    return ticked


def _check_horizon(form: Form, first: date | None, last: date | None) -> None:
    if first is None or last is None:
        return
    if last < first:
        form.problems["last"] = _("This is before the first day.")
    elif last > LONGEST_HORIZON.after(first):
        form.problems["last"] = _("A plan covers at most ten years.")


def _form(unit: UnitOfWork, form: Form) -> str:
    return render_template(
        "planner/new.html",
        form=form,
        ticked=request.form.getlist if request.method == "POST" else None,
        programmes=unit.catalogue.programmes(),
        centres=unit.catalogue.centres(),
        people=unit.people.count(),
    )
