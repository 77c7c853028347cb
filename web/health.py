"""Whether the application is ready to answer."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from web.access import access
from web.context import store

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@access("public")
def ready() -> ResponseReturnValue:
    """200 when the database answers; the error page of a busy store (503) when it does not."""
    with store().read() as unit:
        unit.catalogue.rules()
    return "ready\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
