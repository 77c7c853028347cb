"""The demo: a sample company, made once, and where it is."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from scheduler.cli import demo as demos
from scheduler.cli import serving
from scheduler.domain.plan import PlanStatus
from scheduler.domain.run import RunState
from scheduler.store import Store
from tests.cli.conftest import Cli
from tests.processes import a_free_port


@pytest.fixture
def demo(cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small demo that starts no server; its folder."""
    for name in ("DATA_DIR", "DATABASE_URL", "DEMO"):
        monkeypatch.setenv(f"FRONTLINE_{name}", str(folder) if name == "DATA_DIR" else "")
    monkeypatch.setenv("FRONTLINE_PORT", str(a_free_port()))
    monkeypatch.setattr(demos, "DEMO_PEOPLE", 24)
    monkeypatch.setattr(serving, "supervise", lambda ready: 0)
    return folder / "demo"


def _start(cli: Cli, demo: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> dict[str, str]:
    """Start the demo as a new process would, with its variables as they were; its accounts."""
    monkeypatch.setenv("FRONTLINE_DATA_DIR", str(demo.parent))
    answer = cli("demo", *options)
    assert answer.status == 0, answer.err
    accounts: dict[str, str] = json.loads((demo / "accounts.json").read_text())
    return accounts


def _plans(demo: Path) -> list[PlanStatus]:
    store = Store(f"sqlite:///{demo / 'frontline.sqlite3'}")
    with store.read() as unit:
        found = [plan.status for plan in unit.plans.plans()]
        assert [run.state for run in unit.runs.active()] == [RunState.QUEUED]
        assert unit.accounts.accounts().total == 4
    store.close()
    return found


def test_the_demo_has_a_published_plan_a_draft_and_an_account_for_every_role(
    cli: Cli, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = _start(cli, demo, monkeypatch)
    assert list(accounts) == [f"{who}@demo.example" for who in ("hr", "admin", "lead", "employee")]
    assert _plans(demo) == [PlanStatus.DRAFT, PlanStatus.PUBLISHED]
    assert stat.S_IMODE((demo / "accounts.json").stat().st_mode) == 0o600
    again = _start(cli, demo, monkeypatch)
    assert again == accounts, "the same passwords the next time"
    assert _plans(demo) == [PlanStatus.DRAFT, PlanStatus.PUBLISHED]


def test_a_fresh_demo_throws_the_old_one_away(
    cli: Cli, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _start(cli, demo, monkeypatch)
    assert _start(cli, demo, monkeypatch, "--fresh") != before
    assert len(_plans(demo)) == 2


def test_a_demo_that_was_cut_short_is_made_anew(
    cli: Cli, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _start(cli, demo, monkeypatch)
    (demo / "accounts.json").unlink()
    assert _start(cli, demo, monkeypatch) != before
    assert len(_plans(demo)) == 2


def test_a_port_in_use_is_told_before_anything_is_made(
    cli: Cli, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("FRONTLINE_PORT", str(other.getsockname()[1]))
        answer = cli("demo")
    assert answer.status == 2
    assert "Something else listens" in answer.err
    assert "FRONTLINE_PORT" in answer.err
    assert not demo.exists()


class Healthy(BaseHTTPRequestHandler):
    """A server that is always ready."""

    def do_GET(self) -> None:
        """Say so."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def _listening(port: int) -> Iterator[None]:
    server = HTTPServer(("127.0.0.1", port), Healthy)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_demo_says_where_it_is_once_it_answers(
    cli: Cli, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = a_free_port()
    monkeypatch.setenv("FRONTLINE_PORT", str(port))

    def supervise(ready: Callable[[], None]) -> int:
        with _listening(port):
            ready()
        return 0

    monkeypatch.setattr(serving, "supervise", supervise)
    answer = cli("demo")
    assert f"Frontline is at http://127.0.0.1:{port}" in answer.out
    assert "hr@demo.example" in answer.out


def test_a_demo_whose_server_does_not_answer_says_so(
    cli: Cli, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def supervise(ready: Callable[[], None]) -> int:
        ready()
        return 0

    monkeypatch.setattr(serving, "supervise", supervise)
    monkeypatch.setattr(demos, "PATIENCE_SECONDS", 0.1)
    answer = cli("demo")
    assert answer.status == 1
    assert "The web server does not answer" in answer.err
