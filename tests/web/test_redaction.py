"""Tokens of calendar addresses never reach a log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from flask import Flask

from web.feeds import feeds, redaction

TOKEN = "q3-Zk_0123456789abcdefghijklmnopqrstuvwxyzAB"


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """A logger of its own, whose lines go to `lines(logger)`."""
    logger = logging.Logger("a server")
    logger.addHandler(logging.StreamHandler(StringIO()))
    logger.addFilter(redaction.HideFeedTokens())
    yield logger
    logger.handlers.clear()


def lines(logger: logging.Logger) -> str:
    (handler,) = logger.handlers
    assert isinstance(handler, logging.StreamHandler)
    return str(handler.stream.getvalue())


@pytest.mark.parametrize(
    "address",
    [
        f"/feeds/{TOKEN}.ics",
        f"https://frontline.example/feeds/{TOKEN}.ics?from=mail",
        f"webcal://frontline.example/frontline/feeds/{TOKEN}.ics",
        f"/feeds%2F{TOKEN}.ics",
        f"/feeds%2f{TOKEN}",
        f"/feeds//{TOKEN}%2Eics",
        f"/feeds/{TOKEN}",
        f"/feeds/{TOKEN}.ICS",
        f"/me/subscribe?next={TOKEN}.ics",
    ],
)
def test_no_form_of_the_address_keeps_its_token(address: str) -> None:
    line = redaction.redact(f'127.0.0.1 "GET {address} HTTP/1.1" 200 "-" "Calendar/1"')
    assert TOKEN not in line
    assert redaction.REDACTED in line
    assert line.endswith('HTTP/1.1" 200 "-" "Calendar/1"')


@pytest.mark.parametrize(
    "line", ["GET /people?query=feeds HTTP/1.1", "GET /robots.txt", "100 % of 3 feeds", ""]
)
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert redaction.redact(line) == line


def test_a_line_with_positional_values_is_redacted(logger: logging.Logger) -> None:
    logger.warning('%s - "%s" %s', "127.0.0.1", f"GET /feeds/{TOKEN}.ics HTTP/1.1", 200)
    assert lines(logger) == '127.0.0.1 - "GET /feeds/[redacted].ics HTTP/1.1" 200\n'


def test_a_line_with_named_values_is_redacted(logger: logging.Logger) -> None:
    atoms = {"r": f"GET /feeds/{TOKEN}.ics HTTP/1.1", "f": f"https://a.example/feeds/{TOKEN}.ics"}
    logger.warning("%(r)s %(f)s", atoms)
    assert TOKEN not in lines(logger)


def test_a_percent_sign_beside_a_token_is_no_placeholder(logger: logging.Logger) -> None:
    logger.warning("%s", f"/feeds/{TOKEN}.ics?a=%s%d")
    assert lines(logger) == "/feeds/[redacted].ics?a=%s%d\n"


def test_a_traceback_is_redacted(logger: logging.Logger) -> None:
    try:
        raise ValueError(f"cannot answer /feeds/{TOKEN}.ics")
    except ValueError:
        logger.exception("failed")
    assert "ValueError: cannot answer /feeds/[redacted].ics" in lines(logger)
    assert TOKEN not in lines(logger)


def test_a_traceback_without_a_token_is_left_to_the_handler(logger: logging.Logger) -> None:
    try:
        raise ValueError("nothing secret")
    except ValueError:
        logger.exception("failed")
    assert "ValueError: nothing secret" in lines(logger)


def test_an_application_with_calendars_hides_their_tokens_in_its_own_log_and_the_servers() -> None:
    for _ in range(2):
        Flask("an application with calendars").register_blueprint(feeds)
    for name in (*redaction.LOGGERS, "an application with calendars"):
        filters = logging.getLogger(name).filters
        assert sum(isinstance(each, redaction.HideFeedTokens) for each in filters) == 1
