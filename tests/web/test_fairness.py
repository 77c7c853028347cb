"""The page about fairness: what it says of a plan, and what it keeps to itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient

from scheduler.domain.people import Employee, Wish, WishKind
from scheduler.domain.plan import SolveStatus
from scheduler.domain.problem import Problem
from scheduler.fairness import Grouping, Measure, fairness
from scheduler.store import PlanResult, Store
from tests.web.company import AT, Company
from tests.worlds import a_person, a_session, a_world, assignments_of, days, only
from web.planner.fairness import plots

PLAIN, FRIDAY = 0, 1
SESSIONS = (a_session(0, seats=900), a_session(10, seats=900))


def people(**departments: int) -> list[Employee]:
    """So many people of each department; the first five of all are executives."""
    names = [(name, n) for name, count in departments.items() for n in range(count)]
    return [
        a_person(f"{name}-{n}", department=name, level=2 if place < 5 else 4, executive=place < 5)
        for place, (name, n) in enumerate(names)
    ]


def a_problem(staff: Sequence[Employee], wishers: int = 0) -> Problem:
    """So many of them wish for the Thursday."""
    wishes = [
        Wish(employee_id=person.id, kind=WishKind.WISHED, days=days(10))
        for person in staff[:wishers]
    ]
    return a_world(staff, SESSIONS, rules=only("fair_dates"), wishes=tuple(wishes))


def stored(store: Store, problem: Problem, choice: Sequence[int]) -> int:
    """A computed plan; its number."""
    result = PlanResult(
        status=SolveStatus.OPTIMAL,
        assignments=assignments_of(problem, choice),
        unassigned=(),
        violations=(),
        cost=0,
        bound=0.0,
        gap=0.0,
        seconds=1.0,
        score={},
        why={},
    )
    with store.write() as unit:
        unit.people.save_employees(problem.employees)
        plan_id, _ = unit.plans.create(
            "Fairness",
            problem,
            author="hr@frontline.example",
            at=AT,
            programmes=("two_days",),
            rules_version=0,
            time_limit=60,
        )
        unit.plans.save_result(plan_id, result)
    return plan_id


def shown(hr: FlaskClient, plan_id: int) -> str:
    """The text of the page, white space aside."""
    answer = hr.get(f"/plans/{plan_id}/fairness")
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_it_says_in_words_first_who_gets_unpopular_dates(hr: FlaskClient, company: Company) -> None:
    plan = [FRIDAY] * 31 + [PLAIN] * 49 + [FRIDAY] * 59 + [PLAIN] * 261
    text = shown(hr, stored(company.store, a_problem(people(Sales=80, Works=320)), plan))
    sentence = "Unpopular dates fall to Sales more often than to others: 31 of 80 services, 18"
    assert sentence in text
    assert text.index(sentence) < text.index("31 of 80<span")
    assert "more than chance" in text
    assert "Nobody: no department" not in text


def test_it_says_so_where_nobody_is_treated_differently(hr: FlaskClient, company: Company) -> None:
    plan = [FRIDAY, PLAIN] * 20
    text = shown(hr, stored(company.store, a_problem(people(Sales=20, Works=20)), plan))
    assert "Nobody: no department" in text
    assert "in at most 5 % of cases" in text
    assert "than chance</span>" not in text
    assert "Executives" in text


def test_it_defines_its_score(hr: FlaskClient, company: Company) -> None:
    plan = [FRIDAY] * 5 + [PLAIN] * 15 + [FRIDAY] * 15 + [PLAIN] * 5
    text = shown(hr, stored(company.store, a_problem(people(Sales=20, Works=20)), plan))
    assert "<dt>Department</dt><dd>75</dd>" in text
    assert "Gini coefficient" in text


def test_it_names_nobody_and_no_small_department(hr: FlaskClient, company: Company) -> None:
    staff = people(Sales=20, Works=9, Council=3, Law=4)
    text = shown(hr, stored(company.store, a_problem(staff), [FRIDAY, PLAIN] * 18))
    assert [person.name for person in staff if person.name in text] == []
    assert "Small groups" in text
    assert "Council" not in text
    assert "Law" not in text


@pytest.mark.parametrize(
    ("wishers", "said"),
    [
        (4, "Fewer than 5 people: too few to compare."),
        (5, "0 of 5 <"),
        (5, "Fewer than 5: Works"),
        (24, "0 of 20<"),
        (24, "Fewer than 5: Works"),
    ],
)
def test_it_keeps_the_wishes_of_a_few_to_itself(
    hr: FlaskClient, company: Company, wishers: int, said: str
) -> None:
    problem = a_problem(people(Sales=20, Works=20), wishers)
    text = shown(hr, stored(company.store, problem, [PLAIN] * 40))
    assert said in text
    assert not re.search(r"of 4 ?<", text)


def test_a_plan_that_is_not_computed_has_none(hr: FlaskClient, company: Company) -> None:
    with company.store.write() as unit:
        plan_id, _ = unit.plans.create(
            "Empty",
            a_problem(people(Sales=9)),
            author="hr@frontline.example",
            at=AT,
            programmes=(),
            rules_version=0,
            time_limit=60,
        )
    assert "Not computed yet" in shown(hr, plan_id)
    assert hr.get("/plans/987654/fairness").status_code == 404


def test_the_plan_of_a_company_has_the_tab(hr: FlaskClient, company: Company) -> None:
    page = hr.get(f"/plans/{company.draft}/quality").text
    assert f'href="/plans/{company.draft}/fairness"' in page
    assert 'aria-current="page">Fairness' in shown(hr, company.draft)


def test_bars_are_as_long_as_the_largest_share_and_wishes_turn_round(app: Flask) -> None:
    problem = a_problem(people(Sales=20, Works=20), wishers=30)
    plan = [FRIDAY] * 4 + [PLAIN] * 16 + [FRIDAY] * 8 + [PLAIN] * 12
    with app.test_request_context():
        found = plots(fairness(problem, assignments_of(problem, plan)))
    unpopular, granted = (
        next(plot for plot in found[measure] if plot.kind is Grouping.DEPARTMENT).bars
        for measure in (Measure.UNPOPULAR, Measure.MISSED)
    )
    assert [(bar.hits, bar.of, bar.width) for bar in unpopular] == [(4, 20, 50), (8, 20, 100)]
    assert [bar.mark for bar in unpopular] == [pytest.approx(75)] * 2
    assert [(bar.hits, bar.of) for bar in granted] == [(4, 20), (8, 10)]
    assert [bar.expected for bar in granted] == [pytest.approx(8), pytest.approx(4)]
    sales = granted[0]
    assert (sales.differs, sales.bad) == ("less", True)
