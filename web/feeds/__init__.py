"""Calendars over HTTP: the address that a calendar program subscribes to, and robots.txt.

Calendar programs have no account. Whoever knows the address may read that one calendar, so a token
in it stands for the person; these answers use no session, set no cookie and lead to no sign-in.
"""

from __future__ import annotations

import gzip
from urllib.parse import urljoin

from flask import Blueprint, Flask, Response, request, url_for
from flask.sansio.blueprints import BlueprintSetupState

from scheduler import planning
from scheduler.store import CachedFeed
from web.access import access
from web.context import frontline, now, store
from web.feeds import redaction
from web.feeds.cookieless import NoSessionsFor

feeds = Blueprint("feeds", __name__)

CONTENT_TYPE = "text/calendar; charset=utf-8"
FILE_NAME = "frontline.ics"
PAGE_BEHIND_SIGN_IN = "me.page"

SECRECY = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}

ROBOTS = "User-agent: *\nAllow: /feeds/\nDisallow: /\n"
"""Google's calendar fetches only what robots.txt lets it; X-Robots-Tag keeps that unlisted."""


@feeds.record
def _set_up(state: BlueprintSetupState) -> None:
    app = state.app
    assert isinstance(app, Flask)
    redaction.install(*redaction.LOGGERS, app.name)
    app.session_interface = NoSessionsFor(app.session_interface, feeds.name)


@feeds.get("/feeds/<token>.ics")
@access("public")
def subscription(token: str) -> Response:
    """The calendar of the person whom the token stands for; 404 for an unknown or revoked one and
    after the person has left."""
    feed = planning.subscribed_feed(store(), token, page_url=_page_url(), at=now())
    return no_such_feed() if feed is None else _answer(feed, "inline")


@feeds.get("/robots.txt")
@access("public")
def robots() -> Response:
    """What programs may fetch by themselves: the calendars, and nothing else."""
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(ROBOTS, content_type="text/plain; charset=utf-8", headers=headers)


def calendar_response(employee_id: str, *, attachment: bool = False) -> Response:
    """Somebody's calendar as an answer to this request, with `attachment` as a download. Whether
    the reader may have it is for the caller to check."""
    feed = planning.own_feed(store(), employee_id, page_url=_page_url(), at=now())
    return _answer(feed, "attachment" if attachment else "inline")


def no_such_feed() -> Response:
    """404 without a page around it: a page would look up who is signed in."""
    headers = SECRECY | {"Cache-Control": "no-store"}
    text = "There is no calendar at this address.\n"
    return Response(text, 404, headers, content_type="text/plain; charset=utf-8")


def _answer(feed: CachedFeed, disposition: str) -> Response:
    """A calendar as an answer to this request: packed where the client takes gzip, and 304 where
    it has the same already."""
    response = _packed(feed) if _takes_gzip() else _plain(feed)
    response.headers["Content-Disposition"] = f'{disposition}; filename="{FILE_NAME}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers.update(SECRECY)
    response.vary.add("Accept-Encoding")
    response.last_modified = feed.modified
    response.make_conditional(request)
    return response


def _plain(feed: CachedFeed) -> Response:
    response = Response(feed.body, content_type=CONTENT_TYPE)
    response.set_etag(feed.etag)
    return response


def _packed(feed: CachedFeed) -> Response:
    response = Response(gzip.compress(feed.body, mtime=0), content_type=CONTENT_TYPE)
    response.headers["Content-Encoding"] = "gzip"
    response.set_etag(f"{feed.etag}-gzip")
    return response


def _takes_gzip() -> bool:
    return bool(request.accept_encodings.quality("gzip") > 0)


def _page_url() -> str:
    return urljoin(frontline().settings.base_url, url_for(PAGE_BEHIND_SIGN_IN))
