"""Commands about plans, with their exit statuses: 0 done, 1 the answer is no, 2 bad usage."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from scheduler import planning
from scheduler.cli.console import now
from scheduler.domain.calendar import Period
from scheduler.domain.errors import Busy
from scheduler.domain.plan import SolveStatus
from scheduler.domain.programme import Policy
from scheduler.domain.run import RunState
from scheduler.jobs.plan_runs import PlanRun, PlanRuns
from scheduler.jobs.worker import JobWorker
from scheduler.planning.plans.exporting import FORMATS
from scheduler.solving.result import Limits
from scheduler.store import PlanResult, Store
from scheduler.store.mapping.exceptions import STAND_INS
from scheduler.store.read_models import RunRow
from tests.cli.conftest import Cli
from tests.planning.office import START, YEARS
from tests.processes import AMPLE, until
from tests.solving.companies import a_puzzle

HORIZON = ("--from", "2027-01-01", "--to", "2028-12-31")
KEYS = ["id", "status", "placed", "unassigned", "cost", "bound", "gap", "seconds", "violations"]


def _drafted(cli: Cli, *options: object) -> dict[str, Any]:
    answer = cli("plan", "draft", *HORIZON, "--json", *options)
    found: dict[str, Any] = json.loads(answer.out)
    return found | {"exit": answer.status}


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


def test_points_are_shown_by_rule(cli: Cli, office: Store, files: Path) -> None:
    (files / "wishes.csv").write_text(
        "employee id,first,last,kind\ns1,2027-01-01,2028-12-31,unwished\n"
    )
    cli("absences", "import", files / "wishes.csv")
    answer = cli("plan", "draft", *HORIZON)
    assert "Points by rule Wishes 10" in answer.out


def test_a_draft_of_one_centre_and_programme(cli: Cli, office: Store) -> None:
    figures = _drafted(cli, "--centre", "auckland", "--programme", "two_days")
    assert (figures["exit"], figures["placed"], figures["unassigned"]) == (0, 4, 0)
    with office.read() as unit:
        assert unit.plans.plan(1).centres == ("auckland",)


def test_a_draft_in_which_nobody_can_serve_is_a_no(cli: Cli, office: Store, files: Path) -> None:
    (files / "blackouts.csv").write_text("scope,first,last\ncompany,2027-01-01,2028-12-31\n")
    cli("blackouts", "import", files / "blackouts.csv")
    figures = _drafted(cli)
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


@pytest.mark.parametrize("command", ["show", "verify", "explain", "compare", "publish", "export"])
def test_an_unknown_plan_is_bad_usage(cli: Cli, office: Store, command: str) -> None:
    options = {"export": ("--format", "csv"), "compare": ("8",)}.get(command, ())
    answer = cli("plan", command, 7, *options)
    assert answer.status == 2
    assert "There is no plan number 7." in answer.err


def test_a_verified_plan_is_a_yes_and_a_spoilt_one_a_no(cli: Cli, office: Store) -> None:
    _drafted(cli)
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
    _drafted(cli)
    first = cli("plan", "publish", 1)
    assert (first.status, first.out) == (0, "Plan 1 is published as revision 1.")
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


def test_somebodys_date_is_explained(cli: Cli, office: Store) -> None:
    _drafted(cli)
    answer = cli("plan", "explain", 1, "--employee", "s1")
    assert answer.status == 0
    assert "Dee Seller: two_days, berlin, 202" in answer.out
    assert "You have not served yet; your first service is due by 2028-12-31." in answer.out
    assert "0 duties are not placed." in cli("plan", "explain", 1).out


def test_an_id_that_many_ids_contain_is_still_one_person(
    cli: Cli, office: Store, files: Path
) -> None:
    rows = "".join(f"s1{n},Somebody {n},2019-01-01,DE\n" for n in range(30))
    (files / "more.csv").write_text(f"id,name,hire date,country\n{rows}")
    cli("staff", "import", files / "more.csv")
    _drafted(cli)
    answer = cli("plan", "explain", 1, "--employee", "s1")
    assert "Dee Seller" in answer.out
    assert "Somebody" not in answer.out


def test_who_owes_nothing_and_who_is_unknown_are_told_apart(cli: Cli, office: Store) -> None:
    _drafted(cli)
    gone = cli("plan", "explain", 1, "--employee", "gone")
    assert (gone.status, gone.out) == (0, "gone has no duty in plan 1.")
    unknown = cli("plan", "explain", 1, "--employee", "nobody")
    assert unknown.status == 2
    assert "nobody" in unknown.err


def test_plans_are_compared(cli: Cli, office: Store) -> None:
    _drafted(cli)
    nothing = cli("plan", "compare", 1)
    assert nothing.status == 2
    assert "Nothing is published yet." in nothing.err
    cli("plan", "publish", 1)
    _drafted(cli, "--centre", "auckland")
    answer = cli("plan", "compare", 2)
    assert answer.status == 0
    assert "Plan 2 and plan 1" in answer.out
    assert "only in plan 2 0 only in plan 1 4" in answer.out
    assert "the same 8 on another date 0" in cli("plan", "compare", 1, 1).out


def test_a_plan_in_every_format(cli: Cli, office: Store, tmp_path: Path) -> None:
    _drafted(cli)
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


Draft = Callable[..., tuple[int, int]]


def _claimed_by_another(
    monkeypatch: pytest.MonkeyPatch, office: Store, then: Callable[[RunRow], None]
) -> None:
    """Every new run is another worker's before this one looks."""
    real: Draft = planning.draft_plan

    def draft(store: Store, *given: Any, **named: Any) -> tuple[int, int]:
        plan_id, run_id = real(store, *given, **named)
        with office.write() as unit:
            run = unit.runs.claim("another", at=now(), lease=timedelta(hours=1))
        assert run is not None
        then(run)
        return plan_id, run_id

    monkeypatch.setattr(planning, "draft_plan", draft)


def test_a_run_that_another_worker_took_is_watched(
    cli: Cli, office: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[Thread] = []

    def compute(run: RunRow) -> None:
        worker, kind = JobWorker(office, "another", now), PlanRuns()
        job = PlanRun(run, Limits(), lambda progress: None)
        thread = Thread(target=worker.perform, args=(kind, job))
        thread.start()
        threads.append(thread)

    _claimed_by_another(monkeypatch, office, compute)
    figures = _drafted(cli)
    for thread in threads:
        thread.join()
    assert (figures["exit"], figures["status"], figures["placed"]) == (0, "optimal", 8)


def test_a_run_that_broke_elsewhere_is_told(
    cli: Cli, office: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(run: RunRow) -> None:
        with office.write() as unit:
            unit.runs.finish(
                run.id, "another", at=now(), state=RunState.FAILED, error="It [/broke]."
            )

    _claimed_by_another(monkeypatch, office, fail)
    answer = cli("plan", "draft", *HORIZON)
    assert answer.status == 2
    assert "It [/broke]." in answer.err


def test_a_run_lost_on_the_way_is_watched_to_its_end(
    cli: Cli, office: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, kind = JobWorker.perform, PlanRuns()

    def lose(worker: JobWorker, *_given: object) -> bool:
        monkeypatch.setattr(JobWorker, "perform", real)
        hour = timedelta(hours=1)
        another = JobWorker(worker.store, "another", lambda: now() + hour, hour)
        taken = another.claim(kind)
        assert taken is not None
        assert another.perform(kind, taken)
        return False

    monkeypatch.setattr(JobWorker, "perform", lose)
    assert _drafted(cli)["status"] == "optimal"


def test_an_error_on_the_way_is_told(
    cli: Cli, office: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: Any, **named: Any) -> None:
        raise Busy("The disk of the database is full.", hint="Make room.")

    monkeypatch.setattr(JobWorker, "perform", fail)
    answer = cli("plan", "draft", *HORIZON)
    assert (answer.status, answer.out) == (1, "")
    assert "The disk of the database is full. Make room." in answer.err


def _puzzling(store: Store) -> None:
    """Everybody owes service in the same weeks, and half of all pairs stand in for each other."""
    puzzle = a_puzzle()
    with store.write() as unit:
        unit.catalogue.save_policy(
            Policy(
                start=START,
                cycle=Period(days=28),
                early=Period(),
                onboarding=Period(),
                programmes=("two_days",),
            )
        )
        unit.people.save_employees(puzzle.employees)
        unit.exceptions.replace(STAND_INS, None, puzzle.stand_ins)


def _interrupting(true: Callable[[], object]) -> Thread:
    """Presses Control-C once something is true."""

    def press() -> None:
        until(true)
        os.kill(os.getpid(), signal.SIGINT)

    thread = Thread(target=press)
    thread.start()
    return thread


FOUR_WEEKS = ("--from", "2027-01-01", "--to", "2027-01-31", "--centre", "berlin", "--json")


def _has_a_plan(store: Store) -> bool:
    with store.read() as unit:
        return any(unit.runs.incumbent(run.id) for run in unit.runs.active())


def test_control_c_stops_and_keeps_the_best_plan(cli: Cli, office: Store) -> None:
    _puzzling(office)
    looks = count()

    def deep_in_a_search() -> bool:
        """Some while after the first plan: the solver says nothing for long."""
        return _has_a_plan(office) and next(looks) > 10

    thread = _interrupting(deep_in_a_search)
    answer = cli("plan", "draft", *FOUR_WEEKS, "--time-limit", AMPLE)
    thread.join()
    figures = json.loads(answer.out)
    assert (answer.status, figures["status"], figures["violations"]) == (0, "stopped", 0)
    assert figures["placed"] > 0


def test_control_c_stops_a_run_that_another_worker_took(
    cli: Cli, office: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _puzzling(office)
    end = Event()
    worker = JobWorker(office, "another", now)
    other = Thread(target=worker.work, args=([PlanRuns()], end))
    real: Draft = planning.draft_plan

    def draft(*given: Any, **named: Any) -> tuple[int, int]:
        found = real(*given, **named)
        other.start()
        until(lambda: _has_a_plan(office))
        return found

    monkeypatch.setattr(planning, "draft_plan", draft)
    before = signal.getsignal(signal.SIGINT)
    thread = _interrupting(lambda: signal.getsignal(signal.SIGINT) is not before)
    try:
        answer = cli("plan", "draft", *FOUR_WEEKS, "--time-limit", AMPLE)
    finally:
        end.set()
        other.join()
        thread.join()
    assert json.loads(answer.out)["status"] == "stopped"
    with office.read() as unit:
        assert unit.runs.run(1).worker == "another"
