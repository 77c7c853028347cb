"""All plans, and the request for a new one."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler import planning
from scheduler.domain.calendar import DAY, DateRange, Period
from scheduler.domain.errors import BadInput
from scheduler.domain.programme import Programme, ServiceCentre
from scheduler.store.unit_of_work import UnitOfWork
from web.access import access
from web.context import actor, frontline, now, store, today
from web.forms import Control, FieldChoice, FormField, TypedForm
from web.gettext import gettext as _
from web.gettext import ngettext
from web.reading import page_number

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
        fields = plan_fields(unit)
        offered = {each.name: "\n".join(choice.value for choice in each.choices) for each in fields}
        usual = {
            "name": _("Plan %(first)s–%(last)s", first=first.year, last=last.year),
            "first": first.isoformat(),
            "last": last.isoformat(),
            "time_limit": f"{frontline().settings.time_limit:.0f}",
        }
        return _form_page(unit, TypedForm(fields, offered | usual))


@blueprint.post("/new")
@access("hr")
def create() -> ResponseReturnValue:
    """Ask for a plan: saved with a queued run, then the run's page."""
    with store().read() as unit:
        form = TypedForm(plan_fields(unit), request.form)
        plan = read_plan(form)
        if plan is None:
            return _form_page(unit, form), 422
    try:
        _plan_id, run_id = planning.draft_plan(store(), plan, actor=actor(), at=now())
    except BadInput as error:
        form.problems[""] = str(error)
        with store().read() as unit:
            return _form_page(unit, form), 422
    return redirect(url_for("runs.show", run_id=run_id))


def plan_fields(unit: UnitOfWork) -> tuple[FormField, ...]:
    """What a new plan is asked for."""
    programmes = tuple(_programme_choice(each) for each in unit.catalogue.programmes())
    centres = tuple(_centre_choice(each) for each in unit.catalogue.centres())
    return (
        FormField("name", _("Name"), needed=True, longest=100, attributes={"maxlength": "100"}),
        FormField("first", _("First day"), Control.DATE, needed=True),
        FormField("last", _("Last day"), Control.DATE, needed=True),
        FormField(
            "programmes",
            _("Programmes that discharge a duty"),
            Control.TICKS,
            needed=True,
            choices=programmes,
        ),
        FormField("centres", _("Service centres"), Control.TICKS, needed=True, choices=centres),
        replace(
            time_limit_field(),
            help=_(
                "It ends earlier when the plan is proven to be the best. You can stop it at any "
                "time and keep the best so far."
            ),
        ),
    )


def time_limit_field() -> FormField:
    """How long a run may take."""
    return FormField(
        "time_limit",
        _("Compute for at most (seconds)"),
        Control.WHOLE,
        needed=True,
        least=1,
        most=MOST_SECONDS,
        attributes={"type": "number", "min": "1"},
    )


def _programme_choice(programme: Programme) -> FieldChoice:
    days = ngettext("%(num)s day", "%(num)s days", programme.days)
    seats = ngettext("%(num)s seat a session", "%(num)s seats a session", programme.seats)
    return FieldChoice(programme.key, programme.title, f"{days}, {seats}")


def _centre_choice(centre: ServiceCentre) -> FieldChoice:
    place = ", ".join(part for part in (centre.place.city, centre.place.country) if part)
    return FieldChoice(centre.key, centre.name, place or centre.place.timezone)


def read_plan(form: TypedForm) -> planning.PlanRequest | None:
    """The plan that was asked for; None where something is wrong."""
    values = form.read()
    if "first" in values and "last" in values:
        _check_horizon(form, *_horizon(values))
    if not form.sound:
        return None
    first, last = _horizon(values)
    return planning.PlanRequest(
        values["name"],
        DateRange(first=first, last=last),
        values["programmes"],
        values["centres"],
        values["time_limit"],
    )


def _horizon(values: Mapping[str, str]) -> tuple[date, date]:
    return date.fromisoformat(values["first"]), date.fromisoformat(values["last"])


def default_horizon(day: date) -> tuple[date, date]:
    """Two years from the first day of next month."""
    first = day.replace(day=monthrange(day.year, day.month)[1]) + DAY
    return first, Period(months=24).after(first) - DAY


def _check_horizon(form: TypedForm, first: date, last: date) -> None:
    if last < first:
        form.problems["last"] = _("This is before the first day.")
    elif last > LONGEST_HORIZON.after(first):
        form.problems["last"] = _("A plan covers at most ten years.")


def _form_page(unit: UnitOfWork, form: TypedForm) -> str:
    return render_template(
        "planner/new.html",
        form=form,
        programmes=unit.catalogue.programmes(),
        centres=unit.catalogue.centres(),
        people=unit.people.count(),
    )
