"""The audit log: who did what, when; chained, so that a changed entry shows."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from scheduler.store.read_models import Page
from web.access import access
from web.context import store
from web.reading import page_number

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

PAGE_SIZE = 50


@blueprint.get("/")
@access("admin")
def index() -> ResponseReturnValue:
    """The newest entries first."""
    number = page_number()
    with store().read() as unit:
        entries = unit.audit.entries(PAGE_SIZE, (number - 1) * PAGE_SIZE)
        page = Page(entries, unit.audit.count(), number, PAGE_SIZE)
    return render_template("admin/audit.html", page=page)


@blueprint.post("/verify")
@access("admin")
def verify() -> ResponseReturnValue:
    """Follow the chain through all entries."""
    with store().read() as unit:
        page = Page(unit.audit.entries(PAGE_SIZE, 0), unit.audit.count(), 1, PAGE_SIZE)
        return render_template("admin/audit.html", page=page, intact=unit.audit.verify())
