"""Commands that stay, as far as they can be looked at without staying; and the feed address."""

from __future__ import annotations

import logging

import pytest

from scheduler.store import Store
from tests.cli.conftest import Cli


def test_a_feed_address_is_printed_and_nothing_else(cli: Cli, office: Store) -> None:
    answer = cli("feed", "s1")
    assert answer.status == 0
    assert answer.out.startswith("http://127.0.0.1:8000/feeds/")
    assert answer.out.endswith(".ics")
    assert cli("feed", "s1").out != answer.out
    unknown = cli("feed", "nobody")
    assert unknown.status == 2
    assert unknown.out == ""


def test_a_bad_log_level_is_told(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTLINE_LOG_LEVEL", "loud")
    monkeypatch.setattr(logging.root, "handlers", [])
    answer = cli("worker")
    assert answer.status == 2
    assert "FRONTLINE_LOG_LEVEL is “loud”." in answer.err
