"""A run while it computes: what it has found so far, and the button that stops it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler import planning
from web.access import access
from web.context import actor, now, store
from web.reading import NUMBER

blueprint = Blueprint("runs", __name__, url_prefix=f"/runs/<{NUMBER}:run_id>")

STOP_POLLING = 286
"""The status that tells htmx to ask no more."""


@blueprint.get("/")
@access("hr")
def show(run_id: int) -> ResponseReturnValue:
    """The run, brought up to date every second until it has ended."""
    with store().read() as unit:
        run = unit.runs.run(run_id)
        plan = unit.plans.plan(run.plan_id)
        people = unit.people.count()
    return render_template("planner/run.html", run=run, plan=plan, people=people)


@blueprint.get("/progress")
@access("hr")
def progress(run_id: int) -> ResponseReturnValue:
    """The part of the page that changes."""
    with store().read() as unit:
        run = unit.runs.run(run_id)
        plan = unit.plans.plan(run.plan_id)
    status = STOP_POLLING if run.state.final else 200
    return render_template("planner/progress.html", run=run, plan=plan), status


@blueprint.post("/stop")
@access("hr")
def stop(run_id: int) -> ResponseReturnValue:
    """End the run and keep the best plan it has found."""
    planning.stop_run(store(), run_id, actor=actor(), at=now())
    return redirect(url_for("runs.show", run_id=run_id))
