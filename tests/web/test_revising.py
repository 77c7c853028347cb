"""Re-planning from the published plan: asked for, computed, looked at, published."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from scheduler import planning
from scheduler.domain.people import Absence
from scheduler.domain.plan import PlanStatus, SolveStatus
from scheduler.replan import Why
from scheduler.store import PlanResult
from scheduler.store.mapping.exceptions import ABSENCES
from tests.planning import office
from tests.web.company import AT, Company
from tests.web.conftest import token


def revise(client: FlaskClient, company: Company, **typed: str) -> str:
    """Send the form; the address of the run's page comes back."""
    page = f"/plans/{company.published}/revise/"
    form = {"csrf_token": token(client, page), "freeze_until": "2026-12-24", "time_limit": "3600"}
    answer = client.post(page, data=form | typed)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def compute(company: Company, run_page: str) -> int:
    """Let a worker compute the run; the plan's number comes back."""
    run_id = int(run_page.strip("/").rpartition("/")[2])
    assert office.compute(company.store, run_id, clock=lambda: AT)
    with company.store.read() as unit:
        return unit.runs.run(run_id).plan_id


def fall_ill(company: Company) -> str:
    """The employee is away on the days of their published service; its first day comes back."""
    with company.store.write() as unit:
        [mine] = [
            a
            for a in unit.plans.assignments(company.published)
            if a.employee_id == company.employee.id
        ]
        session = unit.plans.problem(company.published).session[mine.session]
        days = {"first": session.first_day, "last": session.last_day}
        unit.exceptions.add(
            ABSENCES, [Absence.model_validate({"employee_id": company.employee.id, "days": days})]
        )
    return session.first_day.isoformat()


def test_the_published_plan_and_no_other_offers_it(hr: FlaskClient, company: Company) -> None:
    link = f'href="/plans/{company.published}/revise/"'
    assert link in hr.get(f"/plans/{company.published}/").text
    assert "/revise/" not in hr.get(f"/plans/{company.draft}/").text


def test_the_form_freezes_up_to_tomorrow(hr: FlaskClient, company: Company) -> None:
    text = hr.get(f"/plans/{company.published}/revise/").text
    assert 'value="2026-11-23"' in text
    assert '<label for="freeze_until">Dates before this day stay</label>' in text
    assert "Nothing changes for anybody until you publish it." in text


def test_asking_for_it_queues_a_run_that_follows(hr: FlaskClient, company: Company) -> None:
    page = revise(hr, company)
    assert "Waiting for a worker" in hr.get(page).text
    with company.store.read() as unit:
        plan = unit.plans.plans(1)[0]
        follows = unit.plans.problem(plan.id).follows
    assert (plan.name, plan.author) == ("Plan 2026–2028", "hr@frontline.example")
    assert follows is not None
    assert (follows.plan, follows.freeze.isoformat()) == (company.published, "2026-12-24")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"freeze_until": "soon"}, "Write a date as YYYY-MM-DD."),
        ({"time_limit": "0"}, "Write a whole number from 1 to 86400."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    hr: FlaskClient, company: Company, typed: dict[str, str], said: str
) -> None:
    page = f"/plans/{company.published}/revise/"
    form = {"csrf_token": token(hr, page), "freeze_until": "2027-02-03", "time_limit": "45"}
    answer = hr.post(page, data=form | typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert ("2027-02-03" in answer.text) != ("freeze_until" in typed)


def test_what_use_cases_refuse_is_said_in_the_form(hr: FlaskClient, company: Company) -> None:
    page = f"/plans/{company.published}/revise/"
    form = {"csrf_token": token(hr, page), "freeze_until": "2027-02-03", "time_limit": "45"}
    with company.store.write() as unit:
        everybody = unit.people.employees()
        gone = {"leave_date": date(2026, 11, 30)}
        unit.people.save_employees([p.model_copy(update=gone) for p in everybody])
    answer = hr.post(page, data=form)
    assert answer.status_code == 422
    assert "Nobody is on the roster." in answer.text


def test_another_plan_than_the_published_one_is_refused(hr: FlaskClient, company: Company) -> None:
    page = f"/plans/{company.draft}/revise/"
    assert "only the published plan can be re-planned" in hr.get(page).text
    form = {
        "csrf_token": token(hr, "/plans/new"),
        "freeze_until": "2027-02-03",
        "time_limit": "45",
    }
    assert hr.post(page, data=form).status_code == 409


def test_the_draft_says_who_changes_and_why(hr: FlaskClient, company: Company) -> None:
    fall_ill(company)
    plan_id = compute(company, revise(hr, company))
    found = planning.plan_changes(company.store, plan_id, AT)
    why = {each.employee_id: each.why for each in found.changes}
    assert why[company.employee.id] is Why.IMPOSSIBLE
    text = hr.get(f"/plans/{plan_id}/changes").text
    assert f"{len(why)} p" in text
    assert "from revision 1." in text
    assert "Proven: no plan that places as many changes fewer people." in text
    assert company.employee.name in text
    assert "the published date is not possible any more" in text
    assert 'aria-current="page">Changes' in text
    quality = hr.get(f"/plans/{plan_id}/quality").text
    assert "Proven: no plan that places as many changes fewer people." in quality
    assert "no plan that keeps the rules has fewer points" not in quality


def test_publishing_the_draft_makes_revision_two(hr: FlaskClient, company: Company) -> None:
    fall_ill(company)
    plan_id = compute(company, revise(hr, company))
    page = f"/plans/{plan_id}/publish/"
    answer = hr.post(page, data={"csrf_token": token(hr, page), "revision": "2"})
    assert answer.status_code == 302
    with company.store.read() as unit:
        plan = unit.plans.plan(plan_id)
    assert (plan.status, plan.revision) == (PlanStatus.PUBLISHED, 2)
    assert "Nothing to compare" in hr.get(f"/plans/{plan_id}/changes").text


def test_a_draft_made_anew_is_compared_without_reasons(hr: FlaskClient, company: Company) -> None:
    with company.store.write() as unit:
        unit.plans.save_result(company.draft, PlanResult(status=SolveStatus.OPTIMAL))
    text = hr.get(f"/plans/{company.draft}/changes").text
    assert "This plan was made anew" in text
    assert "no date" in text
    assert "not possible any more" not in text


def test_a_draft_like_the_published_plan_changes_nobody(hr: FlaskClient, company: Company) -> None:
    with company.store.write() as unit:
        same = unit.plans.assignments(company.published)
        result = PlanResult(status=SolveStatus.OPTIMAL, assignments=same)
        unit.plans.save_result(company.draft, result)
    assert "Nobody changes" in hr.get(f"/plans/{company.draft}/changes").text
