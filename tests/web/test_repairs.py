"""Open questions: what blocks a duty, its repairs, and the button that makes a draft with one."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from scheduler import planning
from scheduler.domain.errors import NotPublishable
from scheduler.domain.people import Absence
from scheduler.domain.problem import Problem
from scheduler.explain import Explainer
from scheduler.planning.rules.what_if import is_what_if
from scheduler.solving.engine import solve
from scheduler.store import PlanResult
from tests.planning import office
from tests.processes import AMPLE
from tests.web.company import AT, Company
from tests.web.conftest import token
from tests.worlds import a_person, a_session, a_world, day, days
from web.planner import repairs

PEOPLE = 13
"""How many people want the one seat of a session."""


def a_plan(company: Company, people: int = PEOPLE, **changes: Any) -> int:
    """A computed plan of one session with one seat, under the rules as they are saved."""
    with company.store.read() as unit:
        book = unit.catalogue.rules()
    world = a_world([a_person(f"p{n:02}") for n in range(people)], [a_session(0, seats=1)])
    fields = {name: getattr(world, name) for name in Problem.model_fields}
    problem = Problem.model_validate(fields | {"rules": book.settings} | changes)
    result = solve(problem)
    with company.store.write() as unit:
        unit.people.save_employees(problem.employees)
        plan_id, run_id = unit.plans.create(
            "Short of seats",
            problem,
            author="hr@frontline.example",
            at=AT,
            programmes=("two_days",),
            rules_version=book.version,
            time_limit=AMPLE,
        )
        left = Explainer(problem, result).unassigned()
        answer = PlanResult(status=result.status, assignments=result.assignments, unassigned=left)
        unit.plans.save_result(plan_id, answer)
        claimed = unit.runs.claim("test", at=AT, lease=timedelta(minutes=1), only=run_id)
        assert claimed is not None
        unit.runs.finish(run_id, "test", at=AT, state="done")
    return plan_id


def button(text: str, words: str) -> dict[str, str]:
    """What the form of the repair with these words sends."""
    forms = re.findall(r"<form.*?</form>", text, re.DOTALL)
    form = next(each for each in forms if words in each)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def press(client: FlaskClient, plan_id: int, words: str) -> str:
    """Press the button of a repair; the address of the run's page comes back."""
    text = client.get(f"/plans/{plan_id}/open").text
    answer = client.post(f"/plans/{plan_id}/open/repair", data=button(text, words))
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def compute(company: Company, run_page: str) -> int:
    """Let a worker compute the run; the plan's number comes back."""
    run_id = int(run_page.strip("/").rpartition("/")[2])
    assert office.compute(company.store, run_id, clock=lambda: AT)
    with company.store.read() as unit:
        return unit.runs.run(run_id).plan_id


def test_a_duty_is_shown_with_what_blocks_it_and_what_would_help(
    hr: FlaskClient, company: Company
) -> None:
    text = hr.get(f"/plans/{a_plan(company, 2)}/open").text
    assert "Without these there would be 1 date; no smaller set of rules is enough." in text
    assert "No more people than seats" in text
    assert "one more seat in Berlin on 11 Jan 2027" in text
    assert "New draft with this" in text
    assert "Proven: as the rules are" in text


def test_the_button_makes_a_draft_that_places_more_and_can_be_published(
    hr: FlaskClient, company: Company
) -> None:
    plan_id = a_plan(company, 2)
    run_page = press(hr, plan_id, "one more seat in Berlin")
    assert "Waiting for a worker" in hr.get(run_page).text
    draft = compute(company, run_page)
    with company.store.read() as unit:
        plan, problem = unit.plans.plan(draft), unit.plans.problem(draft)
        assert (plan.placed, plan.unassigned, plan.author) == (2, 0, "hr@frontline.example")
        assert problem.sessions[0].seats == 2
        assert not is_what_if(unit, plan, problem)
        [entry] = [each for each in unit.audit.entries() if each.action == "drafted repair"]
    assert "one more seat in Berlin" in str(entry.details)


def test_the_draft_says_that_it_alone_has_the_change(hr: FlaskClient, company: Company) -> None:
    plan_id = a_plan(company, 2)
    assert "The change lives in the new draft alone" in hr.get(f"/plans/{plan_id}/open").text
    run_page = press(hr, plan_id, "one more seat in Berlin")
    said = "This draft alone has the change: one more seat in Berlin on 2027-01-11."
    assert said in hr.get(run_page).text
    draft = compute(company, run_page)
    for _ in range(3):  # others do other things meanwhile
        press(hr, plan_id, "one more seat in Berlin")
    text = hr.get(f"/plans/{draft}/open").text
    assert "Drafted with a repair: one more seat in Berlin on 2027-01-11" in text
    assert "Nothing else knows of it" in text
    assert "Drafted with a repair" not in hr.get(f"/plans/{plan_id}/open").text


def test_what_a_draft_was_made_with_is_found_far_back(
    hr: FlaskClient, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repairs, "ENTRIES", 1)
    plan_id = a_plan(company, 2)
    draft = compute(company, press(hr, plan_id, "one more seat in Berlin"))
    press(hr, plan_id, "one more seat in Berlin")
    assert "Drafted with a repair" in hr.get(f"/plans/{draft}/open").text


def test_a_repair_that_sets_a_rule_is_there_to_try(hr: FlaskClient, company: Company) -> None:
    """Told eight days before, where two weeks are asked for."""
    plan_id = a_plan(company, 1, made=day(-8))
    text = hr.get(f"/plans/{plan_id}/open").text
    words = "1 instead of 2 weeks&#39; notice for Two days"
    assert words in text
    assert "changes a rule: to try, not to publish" in text
    draft = compute(company, press(hr, plan_id, words))
    with company.store.read() as unit:
        assert unit.plans.plan(draft).placed == 1
    with pytest.raises(NotPublishable, match="what if"):
        planning.publish(company.store, draft, actor="hr", at=AT)


def test_several_with_the_same_repair_are_helped_together(
    hr: FlaskClient, company: Company
) -> None:
    plan_id = a_plan(company, 4)
    assert "places 3 duties" in hr.get(f"/plans/{plan_id}/open").text
    draft = compute(company, press(hr, plan_id, "3 more seats in Berlin"))
    with company.store.read() as unit:
        assert unit.plans.plan(draft).unassigned == 0


def test_many_open_questions_are_turned_page_by_page(hr: FlaskClient, company: Company) -> None:
    plan_id = a_plan(company)
    first, second = (hr.get(f"/plans/{plan_id}/open?page={n}").text for n in (1, 2))
    shown = [set(re.findall(r"/people/(p\d\d)", text)) for text in (first, second)]
    assert [len(each) for each in shown] == [10, 2]
    assert not shown[0] & shown[1]
    words = "one more seat in Berlin"
    assert button(second, words)["first"] == "10"
    form = button(second, words)
    assert hr.post(f"/plans/{plan_id}/open/repair", data=form).status_code == 302
    assert "To the first page" in hr.get(f"/plans/{plan_id}/open?page=9").text


def test_a_repair_that_is_not_offered_is_refused(hr: FlaskClient, company: Company) -> None:
    plan_id = a_plan(company, 2)
    form = button(hr.get(f"/plans/{plan_id}/open").text, "one more seat")
    answer = hr.post(f"/plans/{plan_id}/open/repair", data=form | {"repair": "made up"})
    assert answer.status_code == 409
    del form["csrf_token"]
    assert hr.post(f"/plans/{plan_id}/open/repair", data=form).status_code == 400


def test_only_hr_may_ask_for_a_draft(employee: FlaskClient, company: Company) -> None:
    plan_id = a_plan(company, 2)
    form = {"csrf_token": token(employee, "/me/"), "repair": "any", "first": "0"}
    assert employee.get(f"/plans/{plan_id}/open").status_code == 403
    assert employee.post(f"/plans/{plan_id}/open/repair", data=form).status_code == 403


def test_an_absence_is_no_planners_to_change(hr: FlaskClient, company: Company) -> None:
    away = Absence(employee_id="p00", days=days(0, 89))
    text = hr.get(f"/plans/{a_plan(company, 1, absences=(away,))}/open").text
    assert "Nobody serves while away" in text
    assert "None was found: what blocks this duty is not a planner's to change." in text
    assert "New draft with this" not in text


def test_where_there_is_a_date_no_repair_is_needed(hr: FlaskClient, company: Company) -> None:
    """The draft was filled by hand, and left some out that it had places for."""
    text = hr.get(f"/plans/{company.draft}/open").text
    assert "Nothing: there is a date for this duty as the plan stands." in text
    assert "None is needed." in text
    assert "more time may find dates for some of these duties" in text
