"""A company on a real SQLite store, the application over it, and clients signed in as everybody."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from scheduler.settings import Settings
from scheduler.store import Store
from tests.databases import sqlite_template  # noqa: F401  # a fixture is found by its name
from tests.web.company import AT, PASSWORD, Company, found
from web import create_app

SignIn = Callable[[str], FlaskClient]


class Clock:
    """Stands still until a test moves it."""

    def __init__(self, at: datetime = AT) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture(scope="session")
def founded(
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_template: Path,  # noqa: F811
) -> tuple[Path, Company]:
    """The company's database, made once; every test gets a copy of the file."""
    path = tmp_path_factory.mktemp("company") / "frontline.sqlite3"
    shutil.copyfile(sqlite_template, path)
    store = Store(f"sqlite:///{path}")
    company = found(store)
    store.close()
    return path, company


@pytest.fixture
def company(founded: tuple[Path, Company], tmp_path: Path) -> Iterator[Company]:
    """The company on a store of this test's own."""
    path, company = founded
    shutil.copyfile(path, tmp_path / "frontline.sqlite3")
    store = Store(f"sqlite:///{tmp_path / 'frontline.sqlite3'}")
    yield replace(company, store=store)
    store.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Small limits, and everything on disk below the test's folder."""
    return Settings(data_dir=tmp_path, upload_limit_bytes=200_000)


@pytest.fixture
def clock() -> Clock:
    """The application's clock."""
    return Clock()


class Compiled(BytecodeCache):
    """Templates compiled once for all applications of a test run."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a template that another application compiled."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template for the others."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()

TAG = re.compile(r"<(?:\"[^\"]*\"|[^\">])*>")
BROKEN_LINE = re.compile(r"\s*\n\s*")


def on_one_line(html: str) -> str:
    """A page without the line breaks that only order its text for whoever reads the template."""
    html = TAG.sub(lambda tag: BROKEN_LINE.sub(" ", tag[0]), html)
    return re.sub(r"(?<=>)(?:\s*\n\s*|\s{2,})|(?:\s*\n\s*|\s{2,})(?=<)", "", html)


class Answer(TestResponse, Response):  # type: ignore[misc]  # as Werkzeug mixes them
    """An answer whose `text` is a page on one line; other files are as they were sent."""

    @property
    def text(self) -> str:
        """The body."""
        sent = self.get_data(as_text=True)
        return on_one_line(sent) if self.mimetype == "text/html" else sent


class Client(FlaskClient):
    """A client that gets such answers."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.response_wrapper = Answer


@pytest.fixture
def app(company: Company, settings: Settings, clock: Clock) -> Flask:
    """The application over the company."""
    app = create_app(settings, company.store, clock)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.jinja_env.bytecode_cache = COMPILED
    app.test_client_class = Client
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody in particular."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """Sign somebody in by the first part of their address."""

    def enter(name: str) -> FlaskClient:
        client = app.test_client()
        answer = client.post(
            "/sign-in",
            data={
                "email": f"{name}@frontline.example",
                "password": PASSWORD,
                "csrf_token": token(client, "/sign-in"),
            },
        )
        assert answer.status_code == 302, answer.text
        return client

    return enter


@pytest.fixture
def hr(sign_in: SignIn) -> FlaskClient:
    """Somebody of HR."""
    return sign_in("hr")


@pytest.fixture
def admin(sign_in: SignIn) -> FlaskClient:
    """An admin."""
    return sign_in("admin")


@pytest.fixture
def employee(sign_in: SignIn) -> FlaskClient:
    """Somebody who serves."""
    return sign_in("employee")


def token(client: FlaskClient, page: str) -> str:
    """The token that the forms of a page carry."""
    text = client.get(page).text
    start = text.index('name="csrf_token" value="') + len('name="csrf_token" value="')
    return text[start : text.index('"', start)]
