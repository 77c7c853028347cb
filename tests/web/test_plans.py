"""Plans: asked for, watched, looked at from all sides, exported, published."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, time, timedelta
from io import BytesIO, StringIO

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from scheduler.domain.plan import Assignment, PlanStatus, SolveStatus
from scheduler.domain.run import RunState
from scheduler.store import PlanResult
from tests.web.company import AT, Company
from tests.web.conftest import Clock, token
from web.planner.exports import file_name
from web.planner.plans import default_horizon


def ask(client: FlaskClient, **changes: object) -> TestResponse:
    """Send the form for a new plan."""
    form: dict[str, object] = {
        "csrf_token": token(client, "/plans/new"),
        "name": "Next year",
        "first": "2027-01-01",
        "last": "2027-12-31",
        "programmes": ["two_days", "cew"],
        "centres": ["berlin", "regensburg"],
        "time_limit": "30",
    }
    return client.post("/plans/new", data=form | changes)


def test_the_form_offers_two_years_from_next_month(hr: FlaskClient) -> None:
    text = hr.get("/plans/new").text
    assert 'value="2026-12-01"' in text
    assert 'value="2028-11-30"' in text
    assert 'value="60"' in text
    assert text.count('name="programmes"') == 2


def test_the_horizon_begins_next_month_also_in_december() -> None:
    first, last = default_horizon(AT.date().replace(month=12, day=31))
    assert (first.isoformat(), last.isoformat()) == ("2027-01-01", "2028-12-31")


def test_asking_for_a_plan_queues_a_run_and_shows_it(hr: FlaskClient, company: Company) -> None:
    answer = ask(hr)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/runs/")
    with company.store.read() as unit:
        plan = unit.plans.plans(1)[0]
        run = unit.runs.of_plan(plan.id)
    assert (plan.name, plan.author, plan.time_limit) == ("Next year", "hr@frontline.example", 30)
    assert plan.status is PlanStatus.DRAFT
    assert run is not None
    assert run.state is RunState.QUEUED
    assert "Waiting for a worker" in hr.get(answer.headers["Location"]).text


def test_only_the_chosen_programmes_and_centres_are_planned(
    hr: FlaskClient, company: Company
) -> None:
    ask(hr, programmes=["cew"], centres=["berlin"])
    with company.store.read() as unit:
        plan = unit.plans.plans(1)[0]
    assert (plan.programmes, plan.centres) == (("cew",), ("berlin",))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "Please fill this in."),
        ({"name": "x" * 101}, "At most 100 characters."),
        ({"first": "tomorrow"}, "Write a date as YYYY-MM-DD."),
        ({"last": "2026-12-31"}, "This is before the first day."),
        ({"last": "2099-12-31"}, "A plan covers at most ten years."),
        ({"programmes": []}, "Choose at least one."),
        ({"centres": ["atlantis"]}, "Choose at least one."),
        ({"time_limit": "0"}, "Write a whole number from 1 to 86400."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    hr: FlaskClient, company: Company, changes: dict[str, object], said: str
) -> None:
    answer = ask(hr, **({"name": "My own name"} | changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert "My own name" in answer.text or "name" in changes
    with company.store.read() as unit:
        assert unit.plans.count() == 3


def test_a_horizon_without_sessions_is_said_in_the_form(hr: FlaskClient) -> None:
    answer = ask(hr, name="A short one", first="2027-01-01", last="2027-01-01")
    assert answer.status_code == 422
    assert "No session takes place" in answer.text
    assert "A short one" in answer.text


def test_a_running_plan_tells_how_far_it_is(hr: FlaskClient, company: Company) -> None:
    answer = hr.get(f"/runs/{company.running}/progress")
    assert answer.status_code == 200
    assert "Waiting for a worker" in answer.text
    assert "Stop and keep the best" in answer.text


def test_a_finished_run_asks_no_more_and_leads_to_its_plan(
    hr: FlaskClient, company: Company
) -> None:
    answer = hr.get("/runs/2/progress")
    assert answer.status_code == 286
    assert "Finished: time was up" in answer.text
    assert f'href="/plans/{company.draft}/"' in answer.text
    assert "Stop and keep the best" not in answer.text
    assert "[[0.0,40.0,5.0]," in answer.text.replace(" ", "").replace("&#34;", '"')
    assert "hx-get" not in hr.get("/runs/2/").text


def test_a_run_can_be_stopped(hr: FlaskClient, company: Company) -> None:
    page = f"/runs/{company.running}"
    answer = hr.post(f"{page}/stop", data={"csrf_token": token(hr, f"{page}/")})
    assert answer.headers["Location"] == f"{page}/"
    with company.store.read() as unit:
        run = unit.runs.run(company.running)
    assert run.cancel or run.state is RunState.CANCELLED


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (SolveStatus.OPTIMAL, "no plan that keeps the rules has fewer points"),
        (SolveStatus.WITHIN_GAP, "no plan is better by more than 1.25"),
        (SolveStatus.TIME_LIMIT, "more time may find it"),
        (SolveStatus.STOPPED, "Somebody stopped the run"),
        (SolveStatus.INFEASIBLE, "no plan keeps every hard rule"),
        (SolveStatus.UNKNOWN, "Time was up before any plan was found"),
    ],
)
def test_every_end_of_a_run_is_told_differently(
    hr: FlaskClient, company: Company, status: SolveStatus, said: str
) -> None:
    with company.store.write() as unit:
        unit.plans.save_result(company.draft, PlanResult(status=status, gap=0.0125))
    assert said in hr.get(f"/plans/{company.draft}/quality").text.replace("\u202f", " ")


def test_quality_shows_points_by_rule_and_what_costs_them(
    hr: FlaskClient, company: Company
) -> None:
    text = hr.get(f"/plans/{company.draft}/quality").text
    assert "On time" in text
    assert "2 weeks late." in text
    assert "8 points" in text


def test_open_questions_name_the_rules_that_stand_in_the_way(
    hr: FlaskClient, company: Company
) -> None:
    text = hr.get(f"/plans/{company.draft}/open").text
    assert "Keep teams working" in text
    assert "too many of your team away" in text
    assert "7 sessions" in text
    assert "Every duty of this plan has a date" in hr.get(f"/plans/{company.published}/open").text


def test_the_board_shows_the_weeks_one_asks_for(hr: FlaskClient, company: Company) -> None:
    with company.store.read() as unit:
        row = unit.plans.search(company.published).rows[-1]
    text = hr.get(f"/plans/{company.published}/?day={row.first_day}").text
    assert row.employee_name in text[text.index('id="weeks"') :]
    empty = hr.get(f"/plans/{company.published}/?day=2027-05-03").text
    assert "Mon 3 May" in empty
    nonsense = hr.get(f"/plans/{company.published}/?day=nonsense")
    assert nonsense.status_code == 200


def test_the_list_is_searched_by_name_and_date(hr: FlaskClient, company: Company) -> None:
    name = company.employee.name
    address = f"/plans/{company.published}/list"
    assert name in hr.get(f"{address}?q={name}").text
    assert "Nothing found" in hr.get(f"{address}?q={name}&first=2028-11-29").text


def test_history_lists_the_revisions(hr: FlaskClient, company: Company) -> None:
    text = hr.get(f"/plans/{company.published}/history").text
    assert "Revision 1" in text
    assert "Published as revision 1 by hr@frontline.example" in text


def export(client: FlaskClient, company: Company, kind: str) -> TestResponse:
    """Fetch a plan as a file."""
    return client.get(f"/plans/{company.published}/export.{kind}")


def test_a_plan_is_exported_as_a_table(hr: FlaskClient, company: Company) -> None:
    answer = export(hr, company, "csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="plan-2026-2028.csv"'
    text = answer.get_data().decode("utf-8-sig")  # spreadsheets want the mark, once
    rows = list(csv.DictReader(StringIO(text)))
    assert company.employee.id in {row["employee_id"] for row in rows}
    sheet = load_workbook(BytesIO(export(hr, company, "xlsx").data)).worksheets[0]
    assert sheet.max_row == len(rows) + 1
    assert json.loads(export(hr, company, "json").text)


def test_a_plan_is_exported_as_a_calendar(hr: FlaskClient, company: Company) -> None:
    answer = export(hr, company, "ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert Calendar.from_ical(answer.data).walk("VEVENT")


def test_an_export_is_written_down(hr: FlaskClient, company: Company) -> None:
    export(hr, company, "csv")
    with company.store.read() as unit:
        assert unit.audit.entries(1)[0].action == "exported plan"


@pytest.mark.parametrize("kind", ["exe", "mps", "csv.exe"])
def test_other_formats_are_not_there(hr: FlaskClient, company: Company, kind: str) -> None:
    assert export(hr, company, kind).status_code == 404


@pytest.mark.parametrize(
    ("name", "file"),
    [("Plan 2027–2028", "plan-2027-2028"), ('x"; drop', "x-drop"), ("計画", "plan")],
)
def test_file_names_are_plain(name: str, file: str) -> None:
    assert file_name(name) == file


def publish(client: FlaskClient, company: Company, revision: int = 2) -> TestResponse:
    """Press the button of the page that says what it does."""
    page = f"/plans/{company.draft}/publish/"
    return client.post(page, data={"csrf_token": token(client, page), "revision": revision})


def legal(company: Company) -> None:
    """Let the draft be one that keeps every rule: one without any assignment does."""
    with company.store.write() as unit:
        unit.plans.save_result(company.draft, PlanResult(status=SolveStatus.OPTIMAL))


def test_before_publishing_a_page_says_what_it_will_do(hr: FlaskClient, company: Company) -> None:
    text = hr.get(f"/plans/{company.draft}/publish/").text
    assert "as revision 2?" in text
    assert "keep their dates" in text
    assert "Revision 1 (“Plan 2026–2028”) is superseded." in text
    assert "stay without a date" in text


def test_the_page_says_who_would_learn_of_a_date_too_late(
    hr: FlaskClient, company: Company, clock: Clock
) -> None:
    page = f"/plans/{company.draft}/publish/"
    assert "later than the rules promise" not in hr.get(page).text
    with company.store.read() as unit:
        sessions = unit.plans.problem(company.draft).sessions
        first, *_ = unit.plans.assignments(company.draft)
    moved = first.model_copy(update={"session": sessions[0].key})
    with company.store.write() as unit:
        result = PlanResult(status=SolveStatus.OPTIMAL, assignments=(moved,))
        unit.plans.save_result(company.draft, result)
    clock.at = datetime.combine(sessions[0].first_day, time(12), UTC) - timedelta(days=3)
    text = hr.get(page).text
    assert "1 person learns of their date later than the rules promise" in text
    assert f"{sessions[0].first_day:%-d %b %Y}" in text


def test_publishing_makes_the_next_revision(hr: FlaskClient, company: Company) -> None:
    legal(company)
    answer = publish(hr, company)
    assert answer.headers["Location"] == f"/plans/{company.draft}/"
    assert "Published as revision 2" in hr.get(answer.headers["Location"]).text
    with company.store.read() as unit:
        assert unit.plans.plan(company.draft).status is PlanStatus.PUBLISHED
        assert unit.plans.plan(company.published).status is PlanStatus.SUPERSEDED


def test_publishing_what_somebody_else_overtook_is_a_409_that_says_so(
    hr: FlaskClient, company: Company
) -> None:
    legal(company)
    answer = publish(hr, company, revision=1)
    assert answer.status_code == 409
    assert "Somebody was faster" in answer.text
    with company.store.read() as unit:
        assert unit.plans.plan(company.draft).status is PlanStatus.DRAFT


def test_publishing_twice_is_a_409(hr: FlaskClient, company: Company) -> None:
    legal(company)
    publish(hr, company)
    assert "only a draft can be published" in hr.get(f"/plans/{company.draft}/publish/").text
    page = {"csrf_token": token(hr, "/password"), "revision": "3"}
    assert hr.post(f"/plans/{company.draft}/publish/", data=page).status_code == 409


def test_a_plan_that_breaks_a_hard_rule_is_not_published(hr: FlaskClient, company: Company) -> None:
    with company.store.read() as unit:
        problem = unit.plans.problem(company.draft)
    session = problem.sessions[0]
    crowd = tuple(
        Assignment(duty_id=duty.id, employee_id=duty.employee_id, session=session.key)
        for duty in problem.duties
    )
    with company.store.write() as unit:
        result = PlanResult(status=SolveStatus.OPTIMAL, assignments=crowd)
        unit.plans.save_result(company.draft, result)
    answer = publish(hr, company)
    assert answer.status_code == 409
    assert "This plan cannot be published" in answer.text
    assert "breaks" in answer.text


def test_a_publish_form_without_its_revision_is_not_understood(
    hr: FlaskClient, company: Company
) -> None:
    page = f"/plans/{company.draft}/publish/"
    assert hr.post(page, data={"csrf_token": token(hr, page)}).status_code == 400
