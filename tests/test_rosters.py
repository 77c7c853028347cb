"""Real rosters and a company of a thousand, from their files to proven plans."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scheduler import planning
from scheduler.domain.calendar import DateRange
from scheduler.domain.plan import SolveStatus
from scheduler.exchange.roster.reading import guess_mapping
from scheduler.exchange.sheets.reading import read_table
from scheduler.jobs.plan_runs import PlanRuns
from scheduler.sample import make_company, write_company
from scheduler.solving.result import Limits
from scheduler.store import Store
from scheduler.store.read_models import PlanRow
from tests.databases import *  # noqa: F403  # fixtures are found by their names
from tests.planning.office import (
    AT,
    HR,
    ON_SQLITE,
    START,
    compute,
    import_absences,
    import_blackouts,
    import_centres,
)
from tests.processes import AMPLE

ROSTERS = Path(__file__).parents[1].parent / "shared" / "rosters"
ORACLE = ROSTERS / "oracle_hr" / "employees.csv"
TEST_DB = ROSTERS / "test_db" / "employees.csv.gz"
SEATTLE = "name,city,country,timezone\nSeattle,Seattle,US,America/Los_Angeles\n"
TWO_YEARS = DateRange(first=START, last=date(2028, 12, 31))
LIMIT = 50 * 1024 * 1024

pytestmark = ON_SQLITE


def _present(path: Path) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        not path.exists(), reason=f"the roster {path.parent.name} is not beside this checkout"
    )


def _import(store: Store, path: Path) -> planning.ImportReport:
    sheet = read_table(path, filename=path.name, limit_bytes=LIMIT)
    return planning.import_roster(store, sheet, guess_mapping(sheet.headers), actor=HR, at=AT)


def _solved(store: Store) -> PlanRow:
    request = planning.PlanRequest("Two years", TWO_YEARS, time_limit=AMPLE)
    plan_id, _ = planning.draft_plan(store, request, actor=HR, at=AT)
    compute(store, kind=PlanRuns(Limits(workers=2)))
    assert planning.verify_plan(store, plan_id).hard == ()
    with store.read() as unit:
        return unit.plans.plan(plan_id)


@_present(ORACLE)
def test_all_of_oracle_hr_serve_the_president_included(store: Store) -> None:
    planning.initialise(store, "amazon", at=AT, start=START)
    import_centres(store, SEATTLE)
    report = _import(store, ORACLE)
    assert (len(report.reading.employees), report.blemishes) == (107, ())
    plan = _solved(store)
    assert plan.solve_status is SolveStatus.OPTIMAL
    assert (plan.placed, plan.unassigned, plan.hard_violations, plan.gap) == (107, 0, 0, 0)
    assert plan.seconds is not None
    assert plan.seconds <= 60
    with store.read() as unit:
        (president,) = (p for p in unit.people.employees() if p.manager_id is None)
        served = {assignment.employee_id for assignment in unit.plans.assignments(plan.id)}
    assert (president.level, president.executive, president.title) == (1, True, "President")
    assert president.id in served


@_present(TEST_DB)
def test_test_db_imports_as_it_is(store: Store) -> None:
    planning.initialise(store, "amazon", at=AT, start=START)
    import_centres(store, SEATTLE)
    report = _import(store, TEST_DB)
    assert report.blemishes == ()
    assert len(report.reading.employees) == 10_009
    with store.read() as unit:
        assert unit.people.count() == 10_009


@pytest.mark.slow
def test_a_thousand_people_at_one_centre_are_placed_and_nearly_proven(
    store: Store, tmp_path: Path
) -> None:
    """From the files of `frontline sample`, the way HR would."""
    planning.initialise(store, "amazon", at=AT, start=START)
    company = make_company(1000, 1, seed=1, start=START)
    write_company(company, tmp_path)
    import_centres(store, (tmp_path / "centres.csv").read_text("utf-8"))
    with store.write() as unit:
        unit.catalogue.save_programmes(company.seated(unit.catalogue.programmes()))
    _import(store, tmp_path / "roster.csv")
    import_absences(store, (tmp_path / "absences.csv").read_text("utf-8"))
    import_blackouts(store, (tmp_path / "blackouts.csv").read_text("utf-8"))
    plan = _solved(store)
    assert (plan.unassigned, plan.hard_violations) == (0, 0)
    assert plan.placed == plan.duties
    assert plan.placed is not None
    assert plan.placed > 980
    assert plan.gap is not None
    assert plan.gap <= 0.001
