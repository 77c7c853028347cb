"""A live server over a store, with a worker beside it, on a port of its own."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from werkzeug.serving import make_server

from scheduler.jobs.plan_runs import PlanRuns
from scheduler.jobs.worker import JobWorker
from scheduler.settings import Settings
from scheduler.store import Store
from web import create_app
from web.context import utc_now


@dataclass(frozen=True)
class Live:
    """A server that answers at `url`."""

    url: str
    store: Store
    settings: Settings


@contextmanager
def serve(folder: Path) -> Iterator[Live]:
    """Serve an empty store from `folder` until the end of the block."""
    port = _free_port()
    settings = Settings(data_dir=folder, host="127.0.0.1", port=port)
    store = Store(settings.database_url)
    store.upgrade()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", port, create_app(settings, store), threaded=True)
    stop, worker = Event(), JobWorker(store, "worker", utc_now)
    threads = [
        Thread(target=server.serve_forever, name="server"),
        Thread(target=worker.work, args=([PlanRuns()], stop), name="worker"),
    ]
    for thread in threads:
        thread.start()
    try:
        yield Live(settings.base_url, store, settings)
    finally:
        stop.set()
        server.shutdown()
        for thread in threads:
            thread.join()
        server.server_close()
        store.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
