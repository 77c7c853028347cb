"""Re-planning what is published: first how, then the draft's run."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler import planning
from scheduler.domain.calendar import DAY
from scheduler.domain.errors import BadInput
from web.access import access
from web.context import actor, frontline, now, store, today
from web.planner.plans import MOST_SECONDS
from web.reading import NUMBER, Form

blueprint = Blueprint("revising", __name__, url_prefix=f"/plans/<{NUMBER}:plan_id>/revise")


@blueprint.get("/")
@access("hr")
def ask(plan_id: int) -> ResponseReturnValue:
    """Say what re-planning does, and ask what has to stay."""
    tomorrow = (today() + DAY).isoformat()
    seconds = f"{frontline().settings.time_limit:.0f}"
    return _form(plan_id, Form({"freeze_until": tomorrow, "time_limit": seconds}))


@blueprint.post("/")
@access("hr")
def revise(plan_id: int) -> ResponseReturnValue:
    """Ask for the draft: saved with a queued run, then the run's page."""
    form = Form(request.form)
    freeze = form.day("freeze_until")
    seconds = form.whole("time_limit", 1, MOST_SECONDS)
    if form.problems:
        return _form(plan_id, form), 422
    try:
        _draft_id, run_id = planning.revise_plan(
            store(), plan_id, actor=actor(), at=now(), freeze_until=freeze, time_limit=seconds
        )
    except BadInput as error:
        form.problems[""] = str(error)
        return _form(plan_id, form), 422
    return redirect(url_for("runs.show", run_id=run_id))


def _form(plan_id: int, form: Form) -> str:
    with store().read() as unit:
        plan = unit.plans.plan(plan_id)
    return render_template("planner/revise.html", plan=plan, form=form)
