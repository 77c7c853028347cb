"""Drafts, with their exit statuses: 0 done, 1 the answer is no, 2 bad usage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scheduler.store import Store
from tests.cli.conftest import Cli
from tests.cli.plans.drafts import HORIZON, drafted

KEYS = ["id", "status", "placed", "unassigned", "cost", "bound", "gap", "seconds", "violations"]


def test_a_draft_as_json_says_these_things_and_nothing_else(cli: Cli, office: Store) -> None:
    answer = cli("plan", "draft", *HORIZON, "--json")
    assert answer.status == 0
    figures = json.loads(answer.out)
    assert list(figures) == KEYS
    assert figures | {"seconds": 0} == {
        "id": 1, "status": "optimal", "placed": 8, "unassigned": 0, "cost": 0, "bound": 0,
        "gap": 0, "seconds": 0, "violations": 0,
    }  # fmt: skip
    assert json.loads(cli("plan", "show", 1, "--json").out) == figures


def test_a_draft_in_words(cli: Cli, office: Store) -> None:
    answer = cli("plan", "draft", *HORIZON, "--name", "Our [first] plan", "--time-limit", 30)
    assert answer.status == 0
    assert "Plan 1: Our [first] plan" in answer.out
    assert "state draft horizon 2027-01-01 to 2028-12-31 solved optimal placed 8 of 8" in answer.out
    assert cli("plan", "show", 1).out == answer.out
    with office.read() as unit:
        assert unit.plans.plan(1).time_limit == 30


def test_a_draft_of_one_centre_and_programme(cli: Cli, office: Store) -> None:
    figures = drafted(cli, "--centre", "auckland", "--programme", "two_days")
    assert (figures["exit"], figures["placed"], figures["unassigned"]) == (0, 4, 0)
    with office.read() as unit:
        assert unit.plans.plan(1).centres == ("auckland",)


def test_a_draft_in_which_nobody_can_serve_is_a_no(cli: Cli, office: Store, files: Path) -> None:
    (files / "blackouts.csv").write_text("scope,first,last\ncompany,2027-01-01,2028-12-31\n")
    cli("blackouts", "import", files / "blackouts.csv")
    figures = drafted(cli)
    assert (figures["exit"], figures["placed"], figures["unassigned"]) == (1, 0, 8)
    explained = cli("plan", "explain", 1)
    assert "s1, due 2028-12-31: not placed absence: " in explained.out
    assert "sessions: you are away." in explained.out
    assert "8 duties are not placed." in explained.out
    assert "s1, due" in cli("plan", "explain", 1, "--employee", "s1").out
    assert "s2, due" not in cli("plan", "explain", 1, "--employee", "s1").out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--from", "2027-01-01", "--to", "2026-01-01"), "Swap the two dates."),
        (("--from", "tomorrow", "--to", "2026-01-01"), "“tomorrow” is no date"),
        (("--from", "2027-01-09", "--to", "2027-01-10"), "Choose a longer horizon"),
        ((*HORIZON, "--centre", "rome"), "There is no service centre “rome”."),
        ((*HORIZON, "--programme", "cew"), "There is no programme “cew”."),
        ((*HORIZON, "--time-limit", "0"), "0.1"),
        (("--from", "2027-01-01"), "--to"),
    ],
)
def test_a_draft_that_cannot_be_asked_for_is_bad_usage(
    cli: Cli, office: Store, options: tuple[str, ...], says: str
) -> None:
    answer = cli("plan", "draft", *options)
    assert answer.status == 2
    assert says in answer.err
    with office.read() as unit:
        assert unit.plans.count() == 0
