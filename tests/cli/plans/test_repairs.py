"""What a plan leaves open, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scheduler.store import Store
from tests.cli.conftest import Cli


@pytest.fixture
def short(cli: Cli, office: Store, files: Path) -> Store:
    """A plan that leaves somebody out, who is there on a Thursday and a Friday only: sessions
    begin on Mondays and Wednesdays."""
    (files / "away.csv").write_text(
        "employee id,first,last\ns1,2027-01-01,2027-03-03\ns1,2027-03-06,2028-12-31\n"
    )
    assert cli("absences", "import", files / "away.csv").status == 0
    with office.write() as unit:  # such an absence would stop the clock
        policy = unit.catalogue.policy()
        assert policy is not None
        unit.catalogue.save_policy(policy.model_copy(update={"long_leave_months": 99}))
    answer = cli("plan", "draft", "--from", "2027-01-01", "--to", "2028-12-31")
    assert "placed 7 of 8" in answer.out, answer
    return office


def test_what_blocks_and_what_would_help(cli: Cli, short: Store) -> None:
    answer = cli("plan", "repairs", 1)
    assert answer.status == 0
    assert "Duties without a date: 1. Dee Seller, due 2028-12-31: blocked by Nobody" in answer.out
    assert "one more session of Two customer days in Berlin on 2027-03-04 (cost 8)" in answer.out


def test_a_draft_with_a_repair_places_everybody(cli: Cli, short: Store) -> None:
    found = json.loads(cli("plan", "repairs", 1, "--json").out)
    [duty] = found["duties"]
    assert (duty["employee"], duty["chance"], duty["blocked_by"]) == ("s1", "instead", ["absence"])
    answer = cli("plan", "repairs", 1, "--draft", duty["repairs"][0]["key"])
    assert "Plan 2: placed 8 of 8." in answer.out
    assert cli("plan", "publish", 2).status == 0


def test_a_repair_nobody_offered_is_refused(cli: Cli, short: Store) -> None:
    answer = cli("plan", "repairs", 1, "--draft", "made-up")
    assert answer.status == 1
    assert "has no such repair any more" in answer.err
