"""Duties without a date: what blocks them, and the repairs that are one click from a new draft."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from scheduler.planning.plans import repairs
from scheduler.store.read_models import Page
from scheduler.store.unit_of_work import UnitOfWork
from web.access import access
from web.context import actor, now, store, today
from web.planner import plan
from web.reading import NUMBER, page_number

ENTRIES = 200
"""So many entries of the audit log are read at a time."""

blueprint = Blueprint("repairs", __name__, url_prefix=f"/plans/<{NUMBER}:plan_id>/open")


@plan.blueprint.get("/open")
@access("hr")
def questions(plan_id: int) -> ResponseReturnValue:
    """Duties without a date, the smallest set of rules that blocks each, and their repairs."""
    page = page_number()
    first = (page - 1) * repairs.AT_ONCE
    unplaced = repairs.open_questions(store(), plan_id, today=today(), first=first)
    listed = Page(rows=unplaced.duties, total=unplaced.total, page=page, size=repairs.AT_ONCE)
    with store().read() as unit:
        stored = {each.duty_id: each.blocks for each in unit.plans.unassigned(plan_id)}
        return plan.page(
            "open",
            unit,
            plan_id,
            unplaced=unplaced,
            listed=listed,
            stored=stored,
            made_with=_made_with(unit, plan_id),
        )


@blueprint.post("/repair")
@access("hr")
def repair(plan_id: int) -> ResponseReturnValue:
    """Ask for a new draft with one of the repairs: saved with a queued run, then its page."""
    key = request.form.get("repair", "")
    first = max(0, request.form.get("first", 0, type=int))
    draft_id, run_id = repairs.draft_repaired(
        store(), plan_id, key, first=first, actor=actor(), at=now()
    )
    with store().read() as unit:
        made_with = _made_with(unit, draft_id)
    flash(_("This draft alone has the change: %(repair)s.", repair=made_with), "good")
    return redirect(url_for("runs.show", run_id=run_id))


def _made_with(unit: UnitOfWork, plan_id: int) -> str | None:
    """The repair that a plan was drafted with, as the audit log has it; None if with none."""
    created, first = unit.plans.plan(plan_id).created_at, 0
    while entries := unit.audit.entries(ENTRIES, first):
        for entry in entries:
            if (entry.action, entry.subject) == ("drafted repair", f"plan {plan_id}"):
                return str(entry.details["repair"])
            if entry.at < created:
                return None
        first += len(entries)
    return None
