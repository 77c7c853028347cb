"""Changed rules are tried before they are saved; old versions come back; places differ."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from scheduler.domain.problem import RuleScope
from tests.planning import office
from tests.web.company import Company
from tests.web.conftest import Clock, token
from tests.web.test_rules import form_of, save, setting


def test_trying_saves_nothing_and_keeps_what_was_typed(
    admin: FlaskClient, company: Company
) -> None:
    form = form_of(company, admin, team_floor__share="1", team_floor__department_share="1")
    answer = save(admin, form | {"do": "try"})
    assert answer.status_code == 200
    assert "Tried on what is published, not saved" in answer.text
    assert 'value="1"' in answer.text
    with company.store.read() as unit:
        assert unit.catalogue.rules().version == 0


def test_trying_tells_who_would_be_away_together(admin: FlaskClient, company: Company) -> None:
    with company.store.read() as unit:
        problem = unit.plans.problem(company.published)
        first = min(
            problem.session[a.session].first_day for a in unit.plans.assignments(company.published)
        )
    pause = f"{first}..{first + timedelta(weeks=4)}"
    form = form_of(company, admin, level_load__pauses=pause, level_load__mode="hard")
    form["level_load.tolerance"] = "0"
    text = save(admin, form | {"do": "try"}).text
    assert "would break hard rules" in text
    assert "Even load" in text
    assert "What would a new plan look like?" in text


def test_trying_what_is_wrong_tells_it_beside_its_field(
    admin: FlaskClient, company: Company
) -> None:
    answer = save(admin, form_of(company, admin, team_floor__share="-5") | {"do": "try"})
    assert answer.status_code == 422
    assert "aria-invalid" in answer.text


def test_what_if_makes_a_draft_and_leads_to_its_run(
    admin: FlaskClient, company: Company, clock: Clock
) -> None:
    answer = save(admin, form_of(company, admin, spacing__days="45") | {"do": "imagine"})
    assert answer.status_code == 302
    assert "/runs/" in answer.headers["Location"]
    with company.store.read() as unit:
        plan = max(unit.plans.plans(10, 0), key=lambda each: each.id)
        problem = unit.plans.problem(plan.id)
        assert unit.catalogue.rules().version == 0
    assert plan.name.endswith("(what if)")
    assert next(s for s in problem.rules if s.key == "spacing").params["days"] == 45
    with company.store.read() as unit:
        run = unit.runs.of_plan(plan.id)
    assert run is not None
    assert office.compute(company.store, run.id, clock=clock)
    page = admin.get(f"/plans/{plan.id}/changes").text
    assert "rules that are saved nowhere" in page
    assert "Beside revision 1" in page
    adopted = admin.post(f"/rules/adopt/{plan.id}", data={"csrf_token": token(admin, "/rules/")})
    assert adopted.status_code == 302
    assert setting(company, "spacing").params["days"] == 45


def test_a_department_is_set_differently_and_back(admin: FlaskClient, company: Company) -> None:
    with company.store.read() as unit:
        department = unit.people.departments()[0]
    form = form_of(company, admin)
    chosen = {"do": "add:spacing", "spacing.place": f"department:{department}"}
    page = save(admin, form | chosen)
    assert page.status_code == 200
    assert 'name="spacing+0.scope" value="department"' in page.text
    theirs = {
        "spacing+0.scope": "department",
        "spacing+0.name": department,
        "spacing+0.mode": "hard",
        "spacing+0.weight": "10",
        "spacing+0.days": "77",
    }
    assert save(admin, form | theirs).status_code == 302
    (variant,) = setting(company, "spacing").variants
    assert (variant.scope, variant.name) == (RuleScope.DEPARTMENT, department)
    assert variant.params == {"days": 77}
    assert setting(company, "spacing").params == {"days": 28}
    again = form | theirs | {"version": "1", "spacing+0.gone": "on"}
    assert save(admin, again).status_code == 302
    assert setting(company, "spacing").variants == ()


def test_a_bad_value_of_a_department_is_told_beside_its_field(
    admin: FlaskClient, company: Company
) -> None:
    with company.store.read() as unit:
        department = unit.people.departments()[0]
    theirs = {
        "spacing+0.scope": "department",
        "spacing+0.name": department,
        "spacing+0.mode": "hard",
        "spacing+0.weight": "10",
        "spacing+0.days": "no",
    }
    answer = save(admin, form_of(company, admin) | theirs)
    assert answer.status_code == 422
    assert 'id="problem-spacing+0.days"' in answer.text
    assert 'value="no"' in answer.text
    unknown = save(
        admin,
        form_of(company, admin) | theirs | {"spacing+0.days": "7", "spacing+0.name": "Nowhere"},
    )
    assert unknown.status_code == 422
    assert "Nowhere" in unknown.text


def test_any_version_can_be_restored(admin: FlaskClient, company: Company) -> None:
    save(admin, form_of(company, admin, spacing__days="45"))
    save(admin, form_of(company, admin, spacing__days="46"))
    form = {"csrf_token": token(admin, "/rules/history"), "version": "2"}
    assert admin.post("/rules/restore/1", data=form).status_code == 302
    assert setting(company, "spacing").params["days"] == 45
    stale = admin.post("/rules/restore/2", data=form, follow_redirects=True)
    assert setting(company, "spacing").params["days"] == 45
    assert "version 3" in stale.text
    assert admin.post("/rules/restore/0", data=form | {"version": "3"}).status_code == 302
    with company.store.read() as unit:
        assert unit.catalogue.rules().settings == ()


def test_hr_may_look_but_not_restore(hr: FlaskClient) -> None:
    assert "Restore" not in hr.get("/rules/history").text
    form = {"csrf_token": token(hr, "/rules/"), "version": "0"}
    assert hr.post("/rules/restore/0", data=form).status_code == 403
