"""Pages for what went wrong: what is wrong in the reader's words, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from scheduler.domain.errors import (
    BadInput,
    Busy,
    Conflict,
    FrontlineError,
    NotFound,
    NotPublishable,
)
from web.gettext import gettext as _

RETRY_SECONDS = 10
"""When to come back after the store was locked or away."""

STATUS_OF: dict[type[FrontlineError], HTTPStatus] = {
    BadInput: HTTPStatus.BAD_REQUEST,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    NotPublishable: HTTPStatus.CONFLICT,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    FrontlineError: HTTPStatus.BAD_REQUEST,
}


@dataclass(frozen=True)
class Trouble:
    """An error page: what is wrong, and what to do."""

    status: int
    title: str
    advice: str
    details: str = ""


def install(app: Flask) -> None:
    """Answer every error with its page."""
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(FrontlineError, _ours)
    app.register_error_handler(Exception, _unforeseen)


def _forged(error: CSRFError) -> ResponseReturnValue:
    advice = _("Your session may have ended. Go back, load the page again, and send it once more.")
    return page(Trouble(400, _("This form is out of date"), advice))


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error  # a redirect of the router
    headers = dict(error.get_headers())
    names: tuple[str, ...] = ("Allow", "Retry-After")
    kept = {name: headers[name] for name in names if name in headers}
    return page(http_trouble(error.code), kept)


def _ours(error: FrontlineError) -> ResponseReturnValue:
    status = next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)
    plain = http_trouble(status)
    if isinstance(error, Busy):
        current_app.logger.warning("the store is busy: %s", error)
        return page(plain, {"Retry-After": str(RETRY_SECONDS)})
    if isinstance(error, NotPublishable):
        plain = replace(plain, title=_("This plan cannot be published"), advice="")
    return page(replace(plain, advice=error.hint or plain.advice, details=error.message))


def _unforeseen(error: Exception) -> ResponseReturnValue:
    current_app.logger.exception("%s %s failed", request.method, request.path)
    if current_app.config["PROPAGATE_EXCEPTIONS"]:
        raise error
    return page(http_trouble(500))


def page(trouble: Trouble, headers: dict[str, str] | None = None) -> ResponseReturnValue:
    """The error page; without navigation where even looking up the reader may have failed."""
    g.bare = trouble.status >= 500
    return render_template("errors/trouble.html", trouble=trouble), trouble.status, headers or {}


def http_trouble(status: int) -> Trouble:
    """What to say about a status of HTTP."""
    title, advice = _told().get(status) or (
        _("That did not work"),
        _("Go back and try it another way."),
    )
    return Trouble(status, title, advice)


def _told() -> dict[int, tuple[str, str]]:
    return {
        400: (_("This could not be understood"), _("Go back, check what you sent, and try again.")),
        403: (
            _("This page is not for your account"),
            _("If you need it for your work, ask an administrator for the role."),
        ),
        404: (
            _("There is nothing here"),
            _("The address may be mistyped, or what stood here is gone."),
        ),
        405: (_("That cannot be done here"), _("Go back and use the buttons of the page.")),
        409: (
            _("Somebody was faster"),
            _("Nothing of yours was saved. Load the page again to see what changed."),
        ),
        413: (
            _("This file is too large"),
            _("Take the sheets apart, or leave out columns that are not needed."),
        ),
        429: (_("Too many tries"), _("Wait a few minutes, then try again.")),
        500: (
            _("Something broke on our side"),
            _("It has been written down. Try again; if it stays, tell your administrator."),
        ),
        503: (
            _("Busy for a moment"),
            _("The database is locked or restarting. Nothing is lost; try again in ten seconds."),
        ),
    }
