"""The web server: gunicorn where processes can fork, waitress elsewhere."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask

from scheduler.settings import Settings
from web import create_app

THREADS = 8


def run(settings: Settings) -> None:
    """Serve the application until told to stop."""
    app = create_app(settings)
    if not hasattr(os, "fork"):
        from waitress import serve

        serve(app, host=settings.host, port=settings.port, threads=THREADS)
        return
    _gunicorn(app, settings)


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
            return app

    Server().run()
