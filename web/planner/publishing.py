"""Publishing a plan: first what it will do, then doing it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler import planning
from scheduler.domain.plan import PlanStatus
from scheduler.store.read_models import PlanRow
from web.access import access
from web.context import actor, now, store
from web.gettext import gettext as _
from web.reading import NUMBER

blueprint = Blueprint("publishing", __name__, url_prefix=f"/plans/<{NUMBER}:plan_id>/publish")


@blueprint.get("/")
@access("hr")
def ask(plan_id: int) -> ResponseReturnValue:
    """Say what publishing will do, and ask for it."""
    with store().read() as unit:
        plan = unit.plans.plan(plan_id)
        published = unit.plans.published()
        after = unit.plans.assignments(plan_id)
    return render_template(
        "planner/publish.html",
        plan=plan,
        first=published is None,
        revision=_next_revision(published),
        effect=_effect(plan),
        people=len({each.employee_id for each in after}),
    )


@blueprint.post("/")
@access("hr")
def publish(plan_id: int) -> ResponseReturnValue:
    """Make the plan the next revision, if that is still the one the reader was shown."""
    shown = request.form.get("revision", type=int)
    if shown is None:
        abort(400)
    revision = planning.publish(store(), plan_id, actor=actor(), at=now(), follows=shown - 1)
    flash(_("Published as revision %(n)s. Calendars follow by themselves.", n=revision), "good")
    return redirect(url_for("plan.show", plan_id=plan_id))


def _effect(plan: PlanRow) -> planning.Effect | None:
    """What publishing would do; None where nothing can be published."""
    ready = plan.status is PlanStatus.DRAFT and plan.solve_status is not None
    return planning.effect_of_publishing(store(), plan.id, now()) if ready else None


def _next_revision(published: PlanRow | None) -> int:
    return (published.revision or 0) + 1 if published else 1
