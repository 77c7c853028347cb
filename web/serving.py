"""The web server: gunicorn where processes can fork, waitress elsewhere."""

from __future__ import annotations

import logging
import os
from threading import Thread
from typing import Any

from flask import Flask

from scheduler import planning
from scheduler.settings import Settings
from web import create_app
from web.context import Frontline

log = logging.getLogger(__name__)

THREADS = 8


def run(settings: Settings) -> None:
    """Serve the application until told to stop."""
    app = create_app(settings)
    if not hasattr(os, "fork"):
        from waitress import serve

        Thread(target=_be_ready, args=(app,), name="ready", daemon=True).start()
        serve(app, host=settings.host, port=settings.port, threads=THREADS)
        return
    _gunicorn(app, settings)


def _be_ready(app: Flask) -> None:
    """The first who asks why they serve does not wait longer than the others."""
    mine: Frontline = app.extensions["frontline"]
    try:
        planning.be_ready(mine.store)
    except Exception:  # whoever asks then reads the plan, or is told what is wrong with it
        log.warning("The published plan could not be read ahead", exc_info=True)


def _gunicorn(app: Flask, settings: Settings) -> None:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]  # it ships no types
        """gunicorn with our settings instead of a file of its own."""

        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": f"{settings.host}:{settings.port}",
                "workers": 1,
                "threads": THREADS,
                "worker_class": "gthread",
                "loglevel": settings.log_level.lower(),
                "proc_name": "frontline",
                "control_socket_disable": True,
            }
            for key, value in options.items():
                self.cfg.set(key, value)

        def load(self) -> Flask:
            Thread(target=_be_ready, args=(app,), name="ready", daemon=True).start()
            return app

    Server().run()
