"""Pages for what went wrong: each says what is wrong and what to do, in the same look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from scheduler.domain.errors import BadInput, Busy, Conflict, NotFound, NotPublishable
from tests.web.company import Company
from tests.web.conftest import SignIn
from web.access import access

SAID = {
    400: "This could not be understood",
    403: "This page is not for your account",
    404: "There is nothing here",
    409: "Somebody was faster",
    413: "This file is too large",
    429: "Too many tries",
    500: "Something broke on our side",
    503: "Busy for a moment",
}


@pytest.mark.parametrize(("status", "said"), SAID.items())
def test_every_error_has_its_page(app: Flask, client: FlaskClient, status: int, said: str) -> None:
    app.add_url_rule("/broken", "broken", access("public")(lambda: abort(status)))
    answer = client.get("/broken")
    assert answer.status_code == status
    assert said in answer.text
    assert "To the first page" in answer.text
    assert "frontline.css" in answer.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadInput("The file is empty.", hint="Choose another."), 400),
        (NotFound("There is no plan 9."), 404),
        (Conflict("Published meanwhile.", hint="Look again."), 409),
        (NotPublishable("It breaks a rule."), 409),
        (Busy("Locked."), 503),
    ],
)
def test_errors_of_the_domain_become_answers(
    app: Flask, client: FlaskClient, error: Exception, status: int
) -> None:
    def fail() -> str:
        raise error

    app.add_url_rule("/broken", "broken", access("public")(fail))
    answer = client.get("/broken")
    assert answer.status_code == status
    if status != 503:
        assert str(error.args[0]) in answer.text


def test_a_busy_store_says_when_to_come_back(app: Flask, client: FlaskClient) -> None:
    def fail() -> str:
        raise Busy("Locked.")

    app.add_url_rule("/broken", "broken", access("public")(fail))
    assert client.get("/broken").headers["Retry-After"] == "10"


def test_a_store_that_is_away_does_not_break_its_own_error_page(
    app: Flask, sign_in: SignIn, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("hr")

    @contextmanager
    def locked(*_: Any) -> Iterator[None]:
        raise Busy("The database is locked.")
        yield

    monkeypatch.setattr(type(company.store), "read", locked)
    answer = client.get("/overview/")
    assert answer.status_code == 503
    assert "Busy for a moment" in answer.text


def test_what_nobody_foresaw_is_written_down_and_not_shown(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail() -> str:
        raise RuntimeError("the secret is 42")

    app.add_url_rule("/broken", "broken", access("public")(fail))
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert "the secret is 42" not in answer.text
    assert "the secret is 42" in caplog.text


@pytest.mark.parametrize(
    "path",
    ["/plans/999/", "/plans/99999999999999999999/", "/runs/999/", "/people/nobody", "/users/999"],
)
def test_what_is_not_there_is_404(sign_in: SignIn, path: str) -> None:
    assert sign_in("admin").get(path).status_code == 404


def test_a_method_that_a_page_does_not_take(sign_in: SignIn) -> None:
    answer = sign_in("hr").post("/overview/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_form_without_its_token_changes_nothing(sign_in: SignIn, company: Company) -> None:
    answer = sign_in("hr").post(f"/plans/{company.draft}/publish/", data={"revision": "2"})
    assert answer.status_code == 400
    assert "This form is out of date" in answer.text
    with company.store.read() as unit:
        assert unit.plans.plan(company.draft).revision is None


def test_an_address_with_a_character_that_no_database_takes_is_refused(hr: FlaskClient) -> None:
    assert hr.get("/people/?q=a%00b").status_code == 400
    assert hr.get("/people/?q=ab").status_code == 200
