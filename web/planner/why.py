"""Why somebody serves when they do: the account of one duty of a plan, for HR."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler import planning
from scheduler.explain import Verdict
from web.access import access
from web.context import store
from web.planner.plan import centres, programmes
from web.reading import NUMBER

blueprint = Blueprint("why", __name__)


@blueprint.get(f"/plans/<{NUMBER}:plan_id>/why/<path:duty_id>")
@access("hr")
def show(plan_id: int, duty_id: str) -> ResponseReturnValue:
    """Every date that the duty could have, and what speaks against it."""
    explained = planning.explain_duty(store(), plan_id, duty_id)
    with store().read() as unit:
        return render_template(
            "planner/why.html",
            plan=unit.plans.plan(plan_id),
            account=explained.account,
            words=explained.for_planner,
            counts={verdict: explained.account.count(verdict) for verdict in Verdict},
            programmes=programmes(unit),
            centres=centres(unit),
        )


@blueprint.get("/why/<path:duty_id>")
@access("hr")
def published(duty_id: str) -> ResponseReturnValue:
    """The account of a duty in the plan that gave it its date."""
    plan_id, planned = planning.explained_by(store(), duty_id)
    return redirect(url_for("why.show", plan_id=plan_id, duty_id=planned))
