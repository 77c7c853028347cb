"""Keeps sessions, and with them cookies, away from calendars."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SessionInterface, SessionMixin


class NoSessionsFor(SessionInterface):
    """The sessions of `usual`, which are not saved while the views of one blueprint answer.

    The application may look up who is there before every view; these answers still carry no
    cookie, and do not claim to vary with one.
    """

    def __init__(self, usual: SessionInterface, blueprint: str) -> None:
        self.usual = usual
        self.blueprint = blueprint

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        """The session of a request, as ever."""
        return self.usual.open_session(app, request)

    def is_null_session(self, obj: Any) -> bool:
        """Whether there is none, as ever."""
        return self.usual.is_null_session(obj)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Save a session, unless the blueprint answered."""
        if request.blueprint != self.blueprint:
            self.usual.save_session(app, session, response)
