"""A plan as a file: table, workbook, data, calendar."""

from __future__ import annotations

import re
import unicodedata
from codecs import BOM_UTF8
from urllib.parse import urljoin

from flask import Blueprint, Response, abort, url_for
from flask.typing import ResponseReturnValue

from scheduler import planning
from web.access import access
from web.context import actor, frontline, now, store
from web.reading import NUMBER

blueprint = Blueprint("exports", __name__, url_prefix=f"/plans/<{NUMBER}:plan_id>")

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "ics": "text/calendar; charset=utf-8",
}


@blueprint.get("/export.<format>")
@access("hr")
def plan(plan_id: int, format: str) -> ResponseReturnValue:
    """The plan in one of the formats; written down, because it carries everybody's dates."""
    if format not in CONTENT_TYPES:
        abort(404)
    address = urljoin(frontline().settings.base_url, url_for("plan.show", plan_id=plan_id))
    with store().read() as unit:
        name = unit.plans.plan(plan_id).name
    body = planning.export_plan(store(), plan_id, format, actor=actor(), at=now(), page_url=address)
    if format == "csv":
        body = BOM_UTF8 + body  # without it some spreadsheets guess another encoding
    disposition = f'attachment; filename="{file_name(name)}.{format}"'
    return Response(
        body, content_type=CONTENT_TYPES[format], headers={"Content-Disposition": disposition}
    )


def file_name(name: str) -> str:
    """A plan's name as a file name that every system takes."""
    words = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFKD", name))
    plain = words.encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower() or "plan"
