"""The rules page: every rule is a form; what is wrong is told beside its field, nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from scheduler.domain.problem import Mode
from scheduler.rules import registry
from tests.web.company import AT, Company
from tests.web.conftest import SignIn, token
from web.admin.rule_forms import settings_of, stored, stored_rule
from web.forms import Control, fields_of

SHARE = "team_floor.share"


def form_of(company: Company, client: FlaskClient, **changes: str) -> dict[str, str]:
    """The page's form as a browser would send it, with some fields typed over."""
    with company.store.read() as unit:
        book = unit.catalogue.rules()
    form = {"csrf_token": token(client, "/rules/"), "version": str(book.version)}
    for view in stored(book):
        key = view.rule.key
        if view.rule.always_on:
            continue
        form |= {f"{key}.here": "1", f"{key}.mode": view.mode, f"{key}.weight": view.weight}
        form |= {each.id: each.text for each in view.params if each.text or each.field.optional}
    return form | {name.replace("__", "."): text for name, text in changes.items()}


def save(client: FlaskClient, form: dict[str, str]) -> TestResponse:
    """Press the button."""
    return client.post("/rules/", data=form)


def setting(company: Company, key: str) -> Any:
    """How a rule is stored now."""
    with company.store.read() as unit:
        return next(each for each in unit.catalogue.rules().settings if each.key == key)


def test_every_rule_is_on_the_page_with_its_sentence(app: Flask, admin: FlaskClient) -> None:
    text = admin.get("/rules/").text
    for rule in registry().values():
        assert rule.title in text
        assert f'id="{rule.key}"' in text
    assert "People who stand in for each other never serve on the same day." in text


def test_every_parameter_of_every_rule_can_be_drawn_and_read_back(app: Flask) -> None:
    for rule in registry().values():
        default = rule.Params().model_dump(mode="json")
        with app.test_request_context():
            for field in fields_of(rule.Params):
                shown = field.show(default[field.name])
                assert field.read(shown) == default[field.name], (rule.key, field.name)


def test_a_change_is_a_new_version_with_its_author_and_reason(
    admin: FlaskClient, company: Company
) -> None:
    form = form_of(company, admin, team_floor__share="15", note="asked for by the works council")
    assert save(admin, form).status_code == 302
    assert setting(company, "team_floor").params["share"] == 0.15
    with company.store.read() as unit:
        book = unit.catalogue.rules()
    assert (book.version, book.author) == (1, "admin@frontline.example")
    history = admin.get("/rules/history").text
    assert "asked for by the works council" in history
    assert "Keep teams working" in history
    assert "On time" not in history
    assert "15%" in admin.get("/rules/").text


def test_a_rule_can_be_made_soft_or_turned_off(admin: FlaskClient, company: Company) -> None:
    changes = {"deputies.mode": "soft", "deputies.weight": "33", "spacing.mode": "off"}
    save(admin, form_of(company, admin) | changes)
    assert setting(company, "deputies").mode is Mode.SOFT
    assert setting(company, "deputies").weight == 33
    assert setting(company, "spacing").mode is Mode.OFF


def test_rules_that_are_always_on_stay_on(admin: FlaskClient, company: Company) -> None:
    form = form_of(company, admin) | {"absence.here": "1", "absence.mode": "off"}
    save(admin, form)
    assert setting(company, "absence").mode is Mode.HARD


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (SHARE, "150", "Must be at most 100."),
        (SHARE, "0", "Must be more than 0."),
        (SHARE, "a few", "Write a number, such as 0.5."),
        ("team_floor.at_least", "1.5", "Write a whole number."),
        ("team_floor.at_least", "0", "Must be at least 1."),
        ("due_date.never_later_than", "600", "Must be at most 520."),
        ("level_load.demand", "1, 2, three", "“three” is not a number."),
        ("level_load.demand", "1, 2, 3", "Needs at least 12 of them."),
        ("level_load.pauses", "Christmas", "is no range of days"),
        ("level_load.pauses", "2027-12-31..2027-12-01", "ends before it begins"),
        ("level_load.pauses", "2027-02-30..2027-03-01", "is no range of days"),
        ("deputies.weight", "many", "Write a whole number from 0 to 10,000."),
        ("deputies.weight", "10001", "Write a whole number from 0 to 10,000."),
        ("deputies.mode", "maybe", "Choose hard, soft or off."),
    ],
)
def test_a_bad_value_is_told_beside_its_field_and_stays_typed(
    admin: FlaskClient, company: Company, field: str, typed: str, said: str
) -> None:
    answer = save(admin, form_of(company, admin) | {field: typed, "note": "my reason"})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Not saved yet" in answer.text
    if not field.endswith(".mode"):
        assert typed in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="my reason"' in answer.text
    with company.store.read() as unit:
        assert unit.catalogue.rules().version == 0


def test_ranges_and_sets_are_written_one_to_a_line(admin: FlaskClient, company: Company) -> None:
    typed = {
        "level_load.pauses": "2027-12-20..2027-12-31\n\n2028-12-24",
        "executive_cover.sets": "100, 101\n102; 103 104",
    }
    assert save(admin, form_of(company, admin) | typed).status_code == 302
    assert setting(company, "level_load").params["pauses"] == [
        {"first": "2027-12-20", "last": "2027-12-31"},
        {"first": "2028-12-24", "last": "2028-12-24"},
    ]
    sets = setting(company, "executive_cover").params["sets"]
    assert sets == [["100", "101"], ["102", "103", "104"]]
    text = admin.get("/rules/").text
    assert "2027-12-20..2027-12-31\n2028-12-24..2028-12-24" in text
    assert "102, 103, 104" in text


def test_an_empty_optional_number_means_none(admin: FlaskClient, company: Company) -> None:
    save(admin, form_of(company, admin, due_date__never_later_than="13"))
    assert setting(company, "due_date").params["never_later_than"] == 13
    save(admin, form_of(company, admin, due_date__never_later_than=""))
    assert setting(company, "due_date").params["never_later_than"] is None


def test_a_stale_version_is_a_409_that_says_what_they_changed_and_keeps_what_was_typed(
    admin: FlaskClient, company: Company
) -> None:
    mine = form_of(company, admin, team_floor__share="11")
    save(admin, form_of(company, admin, spacing__days="60"))
    answer = save(admin, mine)
    assert answer.status_code == 409
    assert "saved version 1 while you were editing" in answer.text
    assert 'href="#spacing"' in answer.text
    assert 'name="team_floor.share" value="11"' in answer.text
    assert setting(company, "spacing").params["days"] == 60
    assert setting(company, "team_floor").params["share"] == 0.2


def test_a_mistake_does_not_hide_that_the_version_is_stale(
    admin: FlaskClient, company: Company
) -> None:
    mine = form_of(company, admin, team_floor__share="none")
    save(admin, form_of(company, admin, spacing__days="60"))
    answer = save(admin, mine)
    assert answer.status_code == 409
    assert "Write a number, such as 0.5." in answer.text


def test_after_a_409_saving_again_is_meant(admin: FlaskClient, company: Company) -> None:
    mine = form_of(company, admin, team_floor__share="11")
    save(admin, form_of(company, admin, spacing__days="60"))
    assert 'name="version" value="1"' in save(admin, mine).text
    assert save(admin, mine | {"version": "1"}).status_code == 302
    assert setting(company, "team_floor").params["share"] == 0.11


def test_the_sentence_follows_what_is_typed_without_saving(
    admin: FlaskClient, company: Company
) -> None:
    form = form_of(company, admin, team_floor__share="35")
    answer = admin.post("/rules/team_floor/sentence", data=form)
    assert "On no day are more than 35% of a team" in answer.text
    wrong = admin.post("/rules/team_floor/sentence", data=form | {SHARE: "-1"})
    assert "Largest share of a team away: Must be more than 0." in wrong.text
    assert admin.post("/rules/nothing/sentence", data=form).status_code == 404
    with company.store.read() as unit:
        assert unit.catalogue.rules().version == 0


def test_hr_looks_and_an_admin_changes(sign_in: SignIn, company: Company) -> None:
    hr = sign_in("hr")
    text = hr.get("/rules/").text
    assert "An admin can change them" in text
    assert "Save as version" not in text
    assert save(hr, {"csrf_token": token(hr, "/password"), "version": "0"}).status_code == 403


def test_a_form_without_a_version_is_not_understood(admin: FlaskClient, company: Company) -> None:
    form = form_of(company, admin)
    del form["version"]
    assert save(admin, form).status_code == 400


def test_stored_parameters_that_no_longer_fit_are_shown_as_defaults(app: Flask) -> None:
    rule = registry()["spacing"]
    broken = rule.default_setting().model_copy(update={"params": {"weeks": 4}})
    with app.test_request_context():
        view = stored_rule(rule, broken)
    assert "defaults are shown" in view.problems[""]
    assert view.params[0].text == "28"
    assert settings_of((view,)) is not None


def test_settings_that_no_rule_knows_are_named(admin: FlaskClient, company: Company) -> None:
    rule = registry()["spacing"]
    unknown = rule.default_setting().model_copy(update={"key": "forgotten_rule"})
    with company.store.write() as unit:
        unit.catalogue.save_rules([unknown], expected_version=0, author="admin", at=AT, note="")
    assert "forgotten_rule" in admin.get("/rules/").text


def test_every_kind_of_field_is_used_or_meant_for_rules_to_come() -> None:
    used = {field.control for rule in registry().values() for field in fields_of(rule.Params)}
    assert used <= set(Control)
