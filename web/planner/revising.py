"""Re-planning what is published: first how, then the draft's run."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler import planning
from scheduler.domain.calendar import DAY
from scheduler.domain.errors import BadInput
from web.access import access
from web.context import actor, frontline, now, store, today
from web.forms import Control, FormField, TypedForm
from web.gettext import gettext as _
from web.planner.plans import time_limit_field
from web.reading import NUMBER

blueprint = Blueprint("revising", __name__, url_prefix=f"/plans/<{NUMBER}:plan_id>/revise")


@blueprint.get("/")
@access("hr")
def ask(plan_id: int) -> ResponseReturnValue:
    """Say what re-planning does, and ask what has to stay."""
    tomorrow = (today() + DAY).isoformat()
    seconds = f"{frontline().settings.time_limit:.0f}"
    usual = {"freeze_until": tomorrow, "time_limit": seconds}
    return _form_page(plan_id, TypedForm(revision_fields(), usual))


@blueprint.post("/")
@access("hr")
def revise(plan_id: int) -> ResponseReturnValue:
    """Ask for the draft: saved with a queued run, then the run's page."""
    form = TypedForm(revision_fields(), request.form)
    values = form.read()
    if not form.sound:
        return _form_page(plan_id, form), 422
    try:
        _draft_id, run_id = planning.revise_plan(
            store(),
            plan_id,
            actor=actor(),
            at=now(),
            freeze_until=date.fromisoformat(values["freeze_until"]),
            time_limit=values["time_limit"],
        )
    except BadInput as error:
        form.problems[""] = str(error)
        return _form_page(plan_id, form), 422
    return redirect(url_for("runs.show", run_id=run_id))


def revision_fields() -> tuple[FormField, ...]:
    """What re-planning is asked for."""
    return (
        FormField(
            "freeze_until",
            _("Dates before this day stay"),
            Control.DATE,
            _(
                "They change only where they have become impossible. What has begun stays in any "
                "case."
            ),
            needed=True,
        ),
        time_limit_field(),
    )


def _form_page(plan_id: int, form: TypedForm) -> str:
    with store().read() as unit:
        plan = unit.plans.plan(plan_id)
    return render_template("planner/revise.html", plan=plan, form=form)
