"""Why somebody serves when they do: to HR with names and figures, to the person without."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from scheduler.domain.people import Employee
from scheduler.domain.plan import Assignment, SolveStatus
from scheduler.domain.problem import Problem
from scheduler.solving.engine import solve
from scheduler.solving.result import Limits
from scheduler.store import PlanResult, Store
from tests.processes import AMPLE
from tests.publishing import publish_as_is
from tests.web.company import AT, Company
from tests.web.conftest import SignIn

CANARY = "Quetzalcoatl"


def replaced(store: Store, plan_id: int, result: PlanResult) -> None:
    """Another result of the same draft."""
    with store.write() as unit:
        unit.plans.save_result(plan_id, result)


def problem_of(company: Company, plan_id: int) -> Problem:
    """The snapshot of a plan."""
    with company.store.read() as unit:
        return unit.plans.problem(plan_id)


def test_hr_sees_every_date_with_what_speaks_against_it(hr: FlaskClient, company: Company) -> None:
    text = hr.get(f"/plans/{company.published}/why/{company.duty}").text
    assert f"Why {company.employee.name} on " in text
    person = company.employee
    problem = problem_of(company, company.published)
    offered = {each.key for each in problem.sessions if person.centre in (None, each.centre)}
    with company.store.read() as unit:
        (mine,) = unit.plans.search(company.published, person.id).rows
    assert text.count('<tr><th scope="row">') == len(offered | {mine.session})
    assert text.count("The date in this plan.") == 1
    assert "if everybody else stays" in text
    assert re.search(r'href="/rules/#[a-z_]+"', text), "points lead to their rules"


def test_the_list_leads_there(hr: FlaskClient, company: Company) -> None:
    text = hr.get(f"/plans/{company.published}/list").text
    assert f'href="/plans/{company.published}/why/{company.duty}"' in text


def test_the_page_of_a_person_leads_to_the_plan_that_holds(
    hr: FlaskClient, company: Company
) -> None:
    assert f'href="/why/{company.duty}"' in hr.get(f"/people/{company.employee.id}").text
    answer = hr.get(f"/why/{company.duty}")
    assert answer.headers["Location"] == f"/plans/{company.published}/why/{company.duty}"


def test_a_duty_without_a_date_is_explained_too(hr: FlaskClient, company: Company) -> None:
    with company.store.read() as unit:
        missing = unit.plans.unassigned(company.draft)[0]
    text = hr.get(f"/plans/{company.draft}/why/{missing.duty_id}").text
    assert " no date?" in text
    assert "The date in this plan." not in text


def test_what_is_not_there_is_not_found(hr: FlaskClient, company: Company) -> None:
    for path in (
        f"/plans/{company.published}/why/nobody@1",
        f"/plans/9999/why/{company.duty}",
        f"/plans/{company.running}/why/{company.duty}",
    ):
        assert hr.get(path).status_code == 404


def test_a_plan_computed_again_is_explained_anew(hr: FlaskClient, company: Company) -> None:
    """What a process keeps of a plan must not outlive it."""
    path = f"/plans/{company.draft}/why/{company.duty}"
    before = hr.get(path).text
    problem = problem_of(company, company.draft)
    duty = problem.duty[company.duty]
    session = problem.sessions[-1]
    moved = Assignment(duty_id=duty.id, employee_id=duty.employee_id, session=session.key)
    status = SolveStatus.OPTIMAL
    replaced(company.store, company.draft, PlanResult(status=status, assignments=(moved,)))
    after = hr.get(path).text
    assert before != after
    assert after.count("The date in this plan.") == 1
    row = after[: after.index("The date in this plan.")].rpartition("<tr>")[2]
    assert str(session.first_day.year) in row


def test_the_person_reads_of_other_dates(employee: FlaskClient, company: Company) -> None:
    mine = employee.get("/me/").text
    assert "<details" in mine
    assert f'href="/me/dates/{company.duty}"' in mine
    text = employee.get(f"/me/dates/{company.duty}").text
    assert text.count("Your date.") == 1
    assert 'id="dates"' in text


def test_another_person_s_duty_is_not_there(sign_in: SignIn, company: Company) -> None:
    assert sign_in("other").get(f"/me/dates/{company.duty}").status_code == 404


def with_canaries(problem: Problem, but: Employee) -> Problem:
    """The same problem with a peculiar word on the records of everybody else."""
    return problem.model_copy(
        update={
            "employees": tuple(
                person
                if person.id == but.id
                else person.model_copy(
                    update={
                        "name": f"{CANARY} {n}",
                        "department": person.department and f"{CANARY} {person.department}",
                        "team": person.team and f"{CANARY} {person.team}",
                    }
                )
                for n, person in enumerate(problem.employees)
            ),
            "exemptions": tuple(
                each.model_copy(update={"category": CANARY, "approver": CANARY})
                for each in problem.exemptions
            ),
        }
    )


def test_the_page_of_a_person_has_no_word_about_others(
    sign_in: SignIn, company: Company, hr: FlaskClient
) -> None:
    """A solved plan full of canaries is published; HR reads them, the person does not."""
    problem = with_canaries(problem_of(company, company.published), but=company.employee)
    scarce = tuple(each.model_copy(update={"seats": 1}) for each in problem.sessions)
    problem = problem.model_copy(update={"sessions": scarce})
    result = solve(problem, Limits(seconds=AMPLE))
    with company.store.write() as unit:
        plan, _run = unit.plans.create(
            "Canaries",
            problem,
            author="hr",
            at=AT,
            programmes=(),
            rules_version=0,
            time_limit=3,
        )
        answer = PlanResult(status=SolveStatus.OPTIMAL, assignments=result.assignments)
        unit.plans.save_result(plan, answer)
        publish_as_is(unit, plan, problem, author="hr", at=AT)
    told = hr.get(f"/plans/{plan}/why/{company.duty}").text
    assert CANARY in told, "otherwise this says nothing"
    text = sign_in("employee").get(f"/me/dates/{company.duty}").text
    assert "Not possible" in text
    assert CANARY not in text
    assert not any(
        f">{person.id}<" in text or f" {person.id} " in text
        for person in problem.employees
        if person.id != company.employee.id
    )
