"""Plans verified, published and exported."""

from __future__ import annotations

import json
from pathlib import Path

from icalendar import Calendar
from openpyxl import load_workbook

from scheduler import planning
from scheduler.cli.console import now
from scheduler.domain.plan import SolveStatus
from scheduler.planning.plans.exporting import FORMATS
from scheduler.store import PlanResult, Store
from tests.cli.conftest import Cli
from tests.cli.plans.drafts import drafted
from tests.planning.office import YEARS


def test_a_verified_plan_is_a_yes_and_a_spoilt_one_a_no(cli: Cli, office: Store) -> None:
    drafted(cli)
    good = cli("plan", "verify", 1)
    assert (good.status, good.out) == (0, "0 hard violations; 0 points by soft rules.")
    with office.write() as unit:
        plan = unit.plans.assignments(1)
        spoilt = tuple(a.model_copy(update={"session": plan[0].session}) for a in plan)
        unit.plans.save_result(1, PlanResult(status=SolveStatus.OPTIMAL, assignments=spoilt))
    bad = cli("plan", "verify", 1)
    assert bad.status == 1
    assert "executive_cover: 3 executives are away" in bad.out
    refused = cli("plan", "publish", 1)
    assert refused.status == 1
    assert "Plan 1 breaks" in refused.err
    assert "Draft a new plan." in refused.err


def test_a_plan_is_published_once(cli: Cli, office: Store) -> None:
    drafted(cli)
    first = cli("plan", "publish", 1)
    assert (first.status, first.out) == (
        0,
        "Plan 1 is published as revision 1. 8 services are new, 0 stay, 0 move, 0 are called off,"
        " 0 elsewhere are untouched.",
    )
    again = cli("plan", "publish", 1)
    assert again.status == 1
    assert "no draft any more" in again.err
    assert "published, revision 1" in cli("plan", "show", 1).out


def test_a_plan_that_is_not_computed_shows_so_and_is_not_published(cli: Cli, office: Store) -> None:
    request = planning.PlanRequest("Waiting", YEARS)
    planning.draft_plan(office, request, actor="hr", at=now())
    assert "solved not yet" in cli("plan", "show", 1).out
    assert json.loads(cli("plan", "show", 1, "--json").out)["status"] is None
    answer = cli("plan", "publish", 1)
    assert answer.status == 1
    assert "not finished" in answer.err


def test_a_plan_in_every_format(cli: Cli, office: Store, tmp_path: Path) -> None:
    drafted(cli)
    for format in FORMATS:
        path = tmp_path / f"plan.{format}"
        answer = cli("plan", "export", 1, "--format", format, "--out", path)
        assert answer.status == 0
        assert path.name in answer.out
    assert len((tmp_path / "plan.csv").read_text("utf-8-sig").splitlines()) == 9
    assert len(list(load_workbook(tmp_path / "plan.xlsx").active.values)) == 9  # type: ignore[union-attr]
    assert len(Calendar.from_ical((tmp_path / "plan.ics").read_bytes()).walk("VEVENT")) == 16
    assert "ROWS" in (tmp_path / "plan.mps").read_text()
    assert json.loads((tmp_path / "plan.json").read_text())
    assert "Dee Seller" in cli("plan", "export", 1, "--format", "csv").out
    bad = cli("plan", "export", 1, "--format", "pdf")
    assert bad.status == 2
    assert "There are: csv, xlsx, ics, mps, json." in bad.err
