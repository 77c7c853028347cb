"""The web application: pages for HR, employees, centre leads and admins.

Views read what came in, call a use case, and render; the rules of the business stand in
`scheduler`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFProtect

from scheduler.settings import Settings
from scheduler.store.store import Store
from web import (
    access,
    accounts,
    admin,
    centre,
    errors,
    headers,
    health,
    language,
    navigation,
    planner,
    reading,
    staff,
    words,
)
from web.context import Frontline, utc_now
from web.feeds import feeds, redaction
from web.planner import charts

SESSION_LASTS = timedelta(hours=12)
FORM_ROOM_BYTES = 1024 * 1024
"""What a form may hold beside the file uploaded with it."""


def create_app(
    settings: Settings,
    store: Store | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Flask:
    """The application over a store. Nothing is connected to before the first request."""
    app = Flask(__name__)
    app.extensions["frontline"] = Frontline(
        store or Store(settings.database_url), settings, clock or utc_now
    )
    _configure(app, settings)
    headers.install(app, https=settings.cookie_secure)
    errors.install(app)
    app.before_request(access.guard)
    app.before_request(reading.refuse_nul)
    CSRFProtect(app)
    accounts.install(app)
    language.install(app)
    navigation.install(app)
    words.install(app)
    charts.install(app)
    redaction.install()
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    return app


def blueprints() -> tuple[Blueprint, ...]:
    """All blueprints, by audience."""
    return (
        *accounts.blueprints,
        *planner.blueprints,
        *admin.blueprints,
        *staff.blueprints,
        *centre.blueprints,
        feeds,
        health.blueprint,
    )


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.signing_key(),
        SESSION_COOKIE_NAME="frontline",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.cookie_secure,
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
        # A late answer would bring an older cookie back, without the message that waits in it.
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=settings.upload_limit_bytes + FORM_ROOM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_ROOM_BYTES,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=True,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
