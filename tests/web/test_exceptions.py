"""Exceptions: found, added, changed and removed by HR, on one page; reasons stay there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from scheduler import planning
from scheduler.domain.calendar import DateRange
from scheduler.domain.people import Exemption, Pairing, StandIns, Wish, WishKind
from scheduler.exchange.exceptions.cells import Record, cells_of
from scheduler.exchange.exceptions.reading import RecordKind
from tests.store.examples import entries
from tests.web.company import AT, Company
from tests.web.conftest import SignIn, token
from web.planner.exception_forms import form_fields, typed_form

TODAY = AT.date()
ACTOR = "hr@frontline.example"


def put(company: Company, record: Record) -> int:
    """Put an entry on record; its number."""
    return planning.add_exception(company.store, record, actor=ACTOR, at=AT)


def on_record(company: Company, kind: RecordKind) -> list[Any]:
    """All entries of a kind."""
    return [entry.value for entry in entries(company.store, kind)]


def exemption(company: Company, **changes: Any) -> Exemption:
    """An exemption of the employee for a month from today."""
    values = {
        "employee_id": company.employee.id,
        "category": "care leave",
        "approver": "Mara",
        "days": DateRange(first=TODAY, last=TODAY + timedelta(days=29)),
    }
    return Exemption.model_validate(values | changes)


def send(client: FlaskClient, page: str, cells: Mapping[str, str]) -> TestResponse:
    """Fill in the form of a page as it stands there, and send it."""
    text = client.get(page).text
    was = re.search(r'name="was" value="([^"]*)"', text)
    data = {"was": was[1] if was else "", "csrf_token": token(client, page), **cells}
    return client.post(page, data=data)


def people_of(company: Company) -> tuple[str, str]:
    """The numbers of two people, in order."""
    one, other = sorted((company.employee.id, company.other.id))
    return one, other


def samples(company: Company) -> dict[RecordKind, dict[str, str]]:
    """A form of every kind, filled in."""
    one, other = people_of(company)
    days = {"first": "2027-05-03", "last": "2027-05-07"}
    return {
        RecordKind.EXEMPTIONS: {
            "employee_id": one, "category": "care leave", "approver": "Mara", **days,
            "channels": "mail", "shadowing": "yes", "remind": "2027-05-01",
        },
        RecordKind.BLACKOUTS: {
            "scope": "department", "name": str(company.employee.department), **days,
        },
        RecordKind.WISHES: {"employee_id": one, "kind": "unwished", **days},
        RecordKind.STAND_INS: {"one": one, "other": other},
        RecordKind.PAIRINGS: {"one": one, "other": other, "together": "apart"},
        RecordKind.MENTORS: {
            "id": "m-1", "name": "Ann Ångström", "centre": company.centres[0],
            "pattern": "Mon Tue", "away": "2027-05-03..2027-05-07", "most": "3", "rest": "2",
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "choices", "needed", "explained"),
    [
        (
            RecordKind.EXEMPTIONS,
            {"channels"},
            {"employee_id", "category", "approver", "first", "last"},
            {"employee_id", "category", "approver", "first", "last", "remind"},
        ),
        (
            RecordKind.PAIRINGS,
            {"together"},
            {"one", "other"},
            {"one", "other"},
        ),
    ],
)
def test_what_is_chosen_explains_itself_and_is_never_empty(
    app: Flask,
    kind: RecordKind,
    choices: set[str],
    needed: set[str],
    explained: set[str],
) -> None:
    with app.test_request_context():
        fields = form_fields(kind, {"berlin": "Berlin"})
    assert {field.name for field in fields if field.choices} == choices
    assert {field.name for field in fields if field.needed} == needed
    assert {field.name for field in fields if field.help} == explained


@pytest.mark.parametrize("kind", RecordKind)
def test_an_entry_of_every_kind_is_added_changed_and_removed(
    hr: FlaskClient, company: Company, kind: RecordKind
) -> None:
    before = on_record(company, kind)
    cells = samples(company)[kind]
    answer = send(hr, f"/exceptions/{kind}/new", cells)
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"] == f"/exceptions/{kind}/"
    (added,) = (entry for entry in entries(company.store, kind) if entry.value not in before)
    assert {key: cells_of(added.value)[key] for key in cells} == cells

    page = f"/exceptions/{kind}/{added.id}"
    text = hr.get(page).text
    assert all(f'value="{value}"' in text for value in cells.values())
    changed = cells | _changed(kind, company)
    assert send(hr, page, changed).status_code == 302
    now = next(entry.value for entry in entries(company.store, kind) if entry.id == added.id)
    assert {key: cells_of(now)[key] for key in changed} == changed

    assert send(hr, f"{page}/remove", {}).status_code == 302
    assert on_record(company, kind) == before
    assert hr.get(page).status_code == 404


def _changed(kind: RecordKind, company: Company) -> dict[str, str]:
    if kind is RecordKind.STAND_INS:
        with company.store.read() as unit:
            ids = {person.id for person in unit.people.employees()} - {*people_of(company)}
        return {"other": max(ids)}
    return {"together": "together"} if kind is RecordKind.PAIRINGS else (
        {"name": "Bob Brown"} if kind is RecordKind.MENTORS else {"last": "2027-05-09"}
    )  # fmt: skip


@pytest.mark.parametrize("kind", RecordKind)
def test_an_empty_form_says_beside_each_field_what_is_missing(
    hr: FlaskClient, company: Company, kind: RecordKind
) -> None:
    before = on_record(company, kind)
    answer = send(hr, f"/exceptions/{kind}/new", {})
    assert answer.status_code == 422
    wrong = re.findall(r'id="problem-([a-z_]+)"', answer.text)
    assert wrong
    for name in wrong:
        assert f'aria-describedby="problem-{name}' in answer.text
    assert 'role="alert"' in answer.text
    assert on_record(company, kind) == before


def test_what_was_typed_stays_beside_what_is_wrong_with_it(
    hr: FlaskClient, company: Company
) -> None:
    cells = samples(company)[RecordKind.EXEMPTIONS] | {"last": "2027-05-01", "category": "<b>care"}
    answer = send(hr, "/exceptions/exemptions/new", cells)
    assert answer.status_code == 422
    assert 'value="&lt;b&gt;care"' in answer.text
    assert 'value="2027-05-01"' in answer.text
    assert 'id="problem-last"' in answer.text
    assert "before the first day" in answer.text


def test_somebody_is_named_by_name_or_address_as_well(hr: FlaskClient, company: Company) -> None:
    person = company.employee
    cells = samples(company)[RecordKind.WISHES]
    for text in (person.name.upper(), str(person.email)):
        before = on_record(company, RecordKind.WISHES)
        cells["first"] = cells["last"] = "2027-06-01" if "@" in text else "2027-06-02"
        answer = send(hr, "/exceptions/wishes/new", cells | {"employee_id": text})
        assert answer.status_code == 302, answer.text
        (wish,) = set(on_record(company, RecordKind.WISHES)) - set(before)
        assert wish.employee_id == person.id


def test_a_name_that_fits_several_people_names_them(hr: FlaskClient, company: Company) -> None:
    cells = samples(company)[RecordKind.WISHES] | {"employee_id": "a"}
    answer = send(hr, "/exceptions/wishes/new", cells)
    assert answer.status_code == 422
    assert "Several people fit" in answer.text
    assert "Nobody on the roster" not in answer.text
    assert 'name="employee_id" type="text" value="a"' in answer.text


def test_the_same_entry_twice_is_refused(hr: FlaskClient, company: Company) -> None:
    one, other = people_of(company)
    put(company, StandIns(one=one, other=other))
    answer = send(hr, "/exceptions/stand-ins/new", {"one": other, "other": one})
    assert answer.status_code == 422
    assert "This is said already" in answer.text
    assert len([p for p in on_record(company, RecordKind.STAND_INS) if p.one == one]) == 1


def test_of_two_who_change_an_entry_the_second_is_told_and_loses_nothing(
    hr: FlaskClient, company: Company
) -> None:
    record = exemption(company)
    number = put(company, record)
    page = f"/exceptions/exemptions/{number}"
    text = hr.get(page).text
    was = re.search(r'name="was" value="([0-9a-f]+)"', text)
    assert was
    theirs = record.model_copy(update={"approver": "Somebody Else"})
    planning.replace_exception(company.store, number, theirs, actor="other", at=AT)

    mine = cells_of(record) | {"category": "my words"}
    data = {**mine, "was": was[1], "csrf_token": token(hr, page)}
    answer = hr.post(page, data=data)
    assert answer.status_code == 409
    assert "Somebody else changed this entry meanwhile" in answer.text
    assert "Somebody Else" in answer.text
    assert 'value="my words"' in answer.text
    assert theirs in on_record(company, RecordKind.EXEMPTIONS)

    now = re.search(r'name="was" value="([0-9a-f]+)"', answer.text)
    assert now
    assert hr.post(page, data=data | {"was": now[1]}).status_code == 302
    assert record.model_copy(update={"category": "my words"}) in on_record(
        company, RecordKind.EXEMPTIONS
    )


def test_an_entry_removed_meanwhile_can_be_put_on_record_again(
    hr: FlaskClient, company: Company
) -> None:
    record = exemption(company)
    number = put(company, record)
    page = f"/exceptions/exemptions/{number}"
    data = {**cells_of(record), "was": "x", "csrf_token": token(hr, page)}
    planning.remove_exception(company.store, RecordKind.EXEMPTIONS, number, actor="other", at=AT)
    answer = hr.post(page, data=data)
    assert answer.status_code == 409
    assert "removed this entry meanwhile" in answer.text
    assert 'action="/exceptions/exemptions/new"' in answer.text
    assert 'value="care leave"' in answer.text


def test_what_changed_since_it_was_shown_is_not_removed(hr: FlaskClient, company: Company) -> None:
    number = put(company, exemption(company))
    page = f"/exceptions/exemptions/{number}/remove"
    text = hr.get(page).text
    assert "Remove this exemption?" in text
    assert company.employee.name in text
    was = re.search(r'name="was" value="([0-9a-f]+)"', text)
    assert was
    later = exemption(company, approver="Somebody Else")
    planning.replace_exception(company.store, number, later, actor="other", at=AT)
    answer = hr.post(page, data={"was": was[1], "csrf_token": token(hr, page)})
    assert answer.status_code == 409
    assert "nothing was removed" in answer.text
    assert later in on_record(company, RecordKind.EXEMPTIONS)


def test_entries_are_found_by_the_people_they_concern(hr: FlaskClient, company: Company) -> None:
    one, other = company.employee, company.other
    put(company, Pairing(one=min(one.id, other.id), other=max(one.id, other.id), together=True))
    put(company, exemption(company, employee_id=other.id))
    for person in (one, other):
        found = hr.get(f"/exceptions/pairings/?q={person.email}").text
        assert "1 found" in found
        assert one.name in found
        assert other.name in found
    assert "Nothing found" in hr.get(f"/exceptions/exemptions/?q={one.email}").text
    assert other.name in hr.get(f"/exceptions/exemptions/?q={other.email}").text


@pytest.mark.parametrize(("query", "found"), [("angstrom", True), ("M-1", True), ("bob", False)])
def test_mentors_and_blackouts_are_found_by_their_own_names(
    hr: FlaskClient, company: Company, query: str, found: bool
) -> None:
    send(hr, "/exceptions/mentors/new", samples(company)[RecordKind.MENTORS])
    assert ("Ann Ångström" in hr.get(f"/exceptions/mentors/?q={query}").text) is found


def test_entries_come_in_pages(hr: FlaskClient, company: Company) -> None:
    for n in range(60):
        first = TODAY + timedelta(days=n)
        days = DateRange(first=first, last=first)
        put(company, Wish(employee_id=company.employee.id, kind=WishKind.WISHED, days=days))
    query = f"q={company.employee.id}"
    first_page, second = (hr.get(f"/exceptions/wishes/?{query}&page={n}").text for n in (1, 2))
    assert first_page.count("<tr>") == 51
    total = int(re.search(r"(\d+) found", first_page)[1])  # type: ignore[index]
    assert second.count("<tr>") == 1 + total - 50


def test_what_is_over_is_listed_only_when_asked_for(hr: FlaskClient, company: Company) -> None:
    past = DateRange(first=TODAY - timedelta(days=9), last=TODAY - timedelta(days=1))
    put(company, exemption(company, days=past))
    assert company.employee.name not in hr.get("/exceptions/exemptions/").text
    assert company.employee.name in hr.get("/exceptions/exemptions/?show=all").text


def test_the_overview_reminds_of_exemptions_that_end(hr: FlaskClient, company: Company) -> None:
    assert "exemption" not in _decisions(hr)
    put(company, exemption(company))
    put(company, exemption(company, employee_id=company.other.id, category="other"))
    text = _decisions(hr)
    assert "2 exemptions end within 30 days." in text
    assert "/exceptions/exemptions/?show=soon" in text
    shown = hr.get("/exceptions/exemptions/?show=soon").text
    assert "2 found" in shown
    assert "ends in 29 days" in shown


def test_the_overview_tells_of_a_reminder_that_is_reached(
    hr: FlaskClient, company: Company
) -> None:
    days = DateRange(first=TODAY, last=TODAY + timedelta(days=200))
    put(company, exemption(company, days=days, remind=TODAY + timedelta(days=1)))
    assert "reminder" not in _decisions(hr)
    put(company, exemption(company, days=days, remind=TODAY, category="another"))
    assert "1 exemption is to be looked at again" in _decisions(hr)
    shown = hr.get("/exceptions/exemptions/?show=soon").text
    assert "1 found" in shown
    assert "reached" in shown


def _decisions(hr: FlaskClient) -> str:
    text = hr.get("/overview/").text
    return text[text.index('id="decide"') :]


def test_a_persons_page_shows_their_exceptions_and_leads_back(
    hr: FlaskClient, company: Company
) -> None:
    one, other = company.employee, company.other
    number = put(company, exemption(company))
    put(company, StandIns(one=min(one.id, other.id), other=max(one.id, other.id)))
    text = hr.get(f"/people/{one.id}").text
    assert "care leave" in text
    assert f"/exceptions/exemptions/{number}?for={one.id}" in text
    assert f'<a href="/people/{other.id}">{other.name}</a>' in text
    page = f"/exceptions/wishes/new?for={one.id}&employee_id={one.id}"
    assert f'value="{one.id}"' in hr.get(page).text
    cells = samples(company)[RecordKind.WISHES] | {"employee_id": one.id, "for": one.id}
    answer = send(hr, page, cells)
    assert answer.headers["Location"] == f"/people/{one.id}"
    assert "would rather not" in hr.get(f"/people/{one.id}").text


def test_a_field_suggests_people_and_teams(hr: FlaskClient, company: Company) -> None:
    person = company.employee
    assert f'<option value="{person.id}">' in hr.get(f"/exceptions/people?one={person.name}").text
    assert hr.get("/exceptions/people?one=a").text.count("<option") == 20
    assert "<option" not in hr.get("/exceptions/people?one=").text
    assert f'value="{person.department}"' in hr.get(
        f"/exceptions/units?name={str(person.department).upper()}"
    ).text.replace("&amp;", "&")


@pytest.mark.parametrize(
    "page", ["nonsense/", "nonsense/new", "exemptions/999999", "exemptions/999999/remove"]
)
def test_what_is_not_there_is_404(hr: FlaskClient, page: str) -> None:
    assert hr.get(f"/exceptions/{page}").status_code == 404


def test_what_no_database_takes_is_not_sent_to_it(app: Flask) -> None:
    typed = {"employee_id": "a\x00b", "kind": "w" * 100_000}
    with app.test_request_context():
        form = typed_form(RecordKind.WISHES, typed, {})
    assert form.typed["employee_id"] == "a b"
    assert len(form.typed["kind"]) < 10_000


CANARY = "CANARY-of-a-reason"


def test_why_somebody_is_exempt_is_seen_by_hr_alone(
    sign_in: SignIn, hr: FlaskClient, company: Company
) -> None:
    cells = samples(company)[RecordKind.EXEMPTIONS] | {"category": CANARY}
    cells |= {"employee_id": company.employee.id, "last": "2027-05-20"}
    assert send(hr, "/exceptions/exemptions/new", cells).status_code == 302
    number = max(entry.id for entry in entries(company.store, RecordKind.EXEMPTIONS))
    send(hr, f"/exceptions/exemptions/{number}", cells | {"last": "2027-05-30"})
    assert CANARY in hr.get("/exceptions/exemptions/").text
    assert CANARY in hr.get(f"/people/{company.employee.id}").text
    exports = [f"/plans/{company.published}/export.{form}" for form in ("csv", "json", "ics")]
    pages = {
        "hr": ["/overview/", f"/exceptions/people?one={company.employee.name}", *exports],
        "lead": [f"/centre/{company.centres[0]}", _served_on(company)],
        "other": ["/me/"],
        "employee": ["/me/", f"/me/dates/{company.duty}"],
        "admin": ["/audit/"],
    }
    for name, paths in pages.items():
        client = sign_in(name)
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, (name, path)
            assert CANARY not in answer.text, (name, path)
    assert "added exemption" in sign_in("admin").get("/audit/").text
    for name in ("lead", "other", "employee"):
        for path in ("/exceptions/exemptions/", f"/exceptions/exemptions/{number}"):
            assert sign_in(name).get(path).status_code == 403


def _served_on(company: Company) -> str:
    """The day sheet of the lead's centre on a day when somebody serves."""
    with company.store.read() as unit:
        days = unit.calendar.days()
    day = next(each.starts.date() for each in days if each.centre == company.centres[0])
    return f"/centre/{company.centres[0]}?day={day}"
