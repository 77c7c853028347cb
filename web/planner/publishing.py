"""Publishing a plan: first what it will do, then doing it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler import planning
from scheduler.domain.plan import Assignment, PlanStatus
from scheduler.store.read_models import PlanRow
from web.access import access
from web.context import actor, now, store
from web.gettext import gettext as _
from web.reading import NUMBER

blueprint = Blueprint("publishing", __name__, url_prefix=f"/plans/<{NUMBER}:plan_id>/publish")


@dataclass(frozen=True)
class Effect:
    """What publishing does to people's calendars: how many get, keep, change, or lose a date."""

    new: int
    same: int
    moved: int
    gone: int


def effect(before: Iterable[Assignment], after: Iterable[Assignment]) -> Effect:
    """Compare two plans by duty."""
    old = {each.duty_id: each.session for each in before}
    new = {each.duty_id: each.session for each in after}
    kept = old.keys() & new.keys()
    same = sum(old[duty] == new[duty] for duty in kept)
    return Effect(
        len(new.keys() - old.keys()), same, len(kept) - same, len(old.keys() - new.keys())
    )


@blueprint.get("/")
@access("hr")
def ask(plan_id: int) -> ResponseReturnValue:
    """Say what publishing will do, and ask for it."""
    with store().read() as unit:
        plan = unit.plans.plan(plan_id)
        published = unit.plans.published()
        before = unit.plans.assignments(published.id) if published else ()
        after = unit.plans.assignments(plan_id)
    return render_template(
        "planner/publish.html",
        plan=plan,
        published=published,
        revision=_next_revision(published),
        effect=effect(before, after),
        late=_short_notice(plan),
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


def _short_notice(plan: PlanRow) -> planning.ShortNotice | None:
    """Who would learn of a date too late; None where nothing can be published."""
    ready = plan.status is PlanStatus.DRAFT and plan.solve_status is not None
    return planning.short_notice(store(), plan.id, now().date()) if ready else None


def _next_revision(published: PlanRow | None) -> int:
    return (published.revision or 0) + 1 if published else 1
