"""`frontline plan fairness`: in words, as JSON, and of plans that have none."""

from __future__ import annotations

import json

from scheduler.store import Store
from tests.cli.conftest import Cli
from tests.planning.office import draft, planned


def test_fairness_in_words(cli: Cli, office: Store) -> None:
    answer = cli("plan", "fairness", planned(office))
    assert answer.status == 0
    assert "100 of 100; by lot" in answer.out
    assert "No group differs from the others by more than chance would explain." in answer.out
    assert "By department people unpopular missed unwished late no date weeks" in answer.out
    assert "everybody 8 0/8 – – 0/8 0/8 0.0" in answer.out


def test_fairness_as_json_says_these_things_and_nothing_else(cli: Cli, office: Store) -> None:
    found = json.loads(cli("plan", "fairness", planned(office), "--json").out)
    assert list(found) == ["score", "scores", "by_lot", "findings", "everybody", "groups"]
    assert list(found["groups"]) == ["department", "level", "rank"]
    assert found["findings"] == []
    assert found["everybody"] == {
        "group": "everybody", "people": 8, "placed": 8, "days": 16, "unpopular_days": 0,
        "mean_weeks_late": 0.0, "unpopular": {"hits": 0, "of": 8, "expected": 0.0},
        "missed": None, "imposed": None, "late": {"hits": 0, "of": 8, "expected": 0.0},
        "unplaced": {"hits": 0, "of": 8, "expected": 0.0},
    }  # fmt: skip


def test_a_plan_that_is_not_computed_has_none(cli: Cli, office: Store) -> None:
    plan_id, _ = draft(office)
    answer = cli("plan", "fairness", plan_id)
    assert answer.status == 2
    assert "has no dates to compare" in answer.err
    assert cli("plan", "fairness", 99).status == 2
