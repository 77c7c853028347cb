"""Every page there is: it renders, carries its headers, and brings nothing inline or from afar."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from scheduler.settings import Settings
from scheduler.store import Store
from tests.web.company import HASH, PASSWORD, Company
from tests.web.conftest import Clock, SignIn, token
from web import create_app
from web.headers import HEADERS

PAGES = {
    "hr": (
        "/overview/",
        "/people/",
        "/people/?q=a&department=Operations&owing=due&executive=1&sort=due&who=all",
        "/people/?q=nobody-is-called-so",
        "/people/{employee}",
        "/import/",
        "/import/?kind=absences",
        "/import/?kind=mentors",
        "/exceptions/exemptions/",
        "/exceptions/exemptions/?q=nobody-is-called-so&show=soon",
        "/exceptions/exemptions/new",
        "/exceptions/exemptions/1",
        "/exceptions/exemptions/1/remove",
        "/exceptions/blackouts/",
        "/exceptions/blackouts/new",
        "/exceptions/wishes/",
        "/exceptions/stand-ins/new",
        "/exceptions/pairings/",
        "/exceptions/pairings/new",
        "/exceptions/mentors/",
        "/exceptions/mentors/new",
        "/centres/",
        "/plans/",
        "/plans/new",
        "/plans/{published}/",
        "/plans/{draft}/?day=2027-03-01",
        "/plans/{draft}/list",
        "/plans/{draft}/list?q=a&centre={centre}&programme=cew&first=2027-01-01&last=2027-12-31",
        "/plans/{draft}/why/{duty}",
        "/plans/{draft}/load",
        "/plans/{draft}/quality",
        "/plans/{draft}/fairness",
        "/plans/{draft}/open",
        "/plans/{published}/open",
        "/plans/{draft}/history",
        "/plans/{draft}/publish/",
        "/plans/{published}/publish/",
        "/plans/{queued}/",
        "/plans/{queued}/open",
        "/plans/{queued}/load",
        "/plans/{queued}/publish/",
        "/runs/{running}/",
        "/runs/2/",
        "/rules/",
        "/rules/history",
        "/centre/",
        "/centre/{centre}?day=2027-01-13",
    ),
    "admin": ("/rules/", "/users/", "/users/?q=hr", "/users/?q=nobody", "/users/1", "/audit/"),
    "employee": ("/me/", "/me/dates/{duty}", "/password"),
    "lead": ("/centre/{centre}",),
}
ALL = [(name, page) for name, pages in PAGES.items() for page in pages]


def filled(page: str, company: Company) -> str:
    """A page's address with the company's numbers in it."""
    return page.format(
        employee=company.employee.id,
        centre=company.centres[0],
        published=company.published,
        draft=company.draft,
        running=company.running,
        queued=company.running,
        duty=company.duty,
    )


class Reader(HTMLParser):
    """Notes what a page must not have, and whether its structure holds."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "style" in given or any(name.startswith("on") for name in given):
            self.wrong.append(f"inline in <{tag}>: {given}")
        if tag == "style" or (tag == "script" and "src" not in given):
            self.wrong.append(f"<{tag}> in the page's text")
        source = given.get("src") or (given.get("href") if tag == "link" else None) or "/"
        if not source.startswith("/"):
            self.wrong.append(f"loaded from elsewhere: {source}")
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "h1":
            self.headings.append(tag)


@pytest.mark.parametrize(("name", "page"), ALL)
def test_every_page_renders(sign_in: SignIn, company: Company, name: str, page: str) -> None:
    answer = sign_in(name).get(filled(page, company))
    assert answer.status_code == 200
    reader = Reader()
    reader.feed(answer.text)
    assert reader.wrong == []
    assert reader.headings == ["h1"]
    assert len(reader.ids) == len(set(reader.ids))
    assert "</html>" in answer.text


def test_every_answer_carries_the_headers(company: Company, sign_in: SignIn) -> None:
    client = sign_in("hr")
    for page in (
        "/overview/",
        "/sign-out",
        "/nothing-here",
        "/healthz",
        f"/runs/{company.running}/progress",
    ):
        answer = client.get(page)
        for header, value in HEADERS.items():
            assert answer.headers[header] == value, (page, header)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in answer.headers


def test_static_files_may_be_kept_because_their_address_changes_with_them(
    client: FlaskClient,
) -> None:
    address = re.search(
        r'href="(/static/frontline\.css\?v=[0-9a-f]+)"', client.get("/sign-in").text
    )
    assert address is not None
    with client.get(address[1]) as answer:
        assert answer.status_code == 200
        assert answer.cache_control.max_age == 365 * 24 * 3600
        assert "no-store" not in answer.headers["Cache-Control"]


def test_over_https_cookies_and_pages_stay_encrypted(
    company: Company, settings: Settings, clock: Clock
) -> None:
    secure = settings.model_copy(update={"base_url": "https://frontline.example"})
    client = create_app(secure, company.store, clock).test_client()
    answer = client.get("/sign-in", base_url="https://frontline.example")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    cookie = answer.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_an_empty_company_says_what_to_do_next(
    company: Company, settings: Settings, clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('empty') / 'empty.sqlite3'}")
    store.upgrade()
    with store.write() as unit:
        unit.accounts.create_account("hr@frontline.example", HASH, ["hr"])
    client = create_app(settings, store, clock).test_client()
    form = {"email": "hr@frontline.example", "password": PASSWORD}
    client.post("/sign-in", data=form | {"csrf_token": token(client, "/sign-in")})
    assert "Import the roster" in client.get("/overview/").text
    assert "Import a roster" in client.get("/people/").text
    assert "import the roster first" in client.get("/plans/").text
    assert "A plan needs people" in client.get("/plans/new").text
    assert "No service centre yet" in client.get("/centres/").text
    assert client.get("/rules/history").status_code == 200
    store.close()


def test_the_overview_shows_executives_in_a_row_of_their_own(hr: FlaskClient) -> None:
    text = hr.get("/overview/").text
    assert "Executives" in text
    assert "never exempt" in text


def test_the_overview_names_what_needs_a_decision(hr: FlaskClient, company: Company) -> None:
    text = hr.get("/overview/").text
    assert "is ready to be looked at and published" in text
    assert f'href="/plans/{company.draft}/"' in text
    assert f'href="/runs/{company.running}/"' in text


def test_names_are_shown_as_text_and_never_as_markup(hr: FlaskClient, company: Company) -> None:
    evil = company.employee.model_copy(update={"name": "<script>alert(1)</script>"})
    with company.store.write() as unit:
        unit.people.save_employees([evil])
    for page in ("/people/?q=script", f"/people/{evil.id}", f"/plans/{company.published}/list"):
        text = hr.get(page).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


def test_a_person_s_page_never_gives_reasons_for_absences(
    hr: FlaskClient, company: Company
) -> None:
    assert "never the reason" in hr.get(f"/people/{company.employee.id}").text


def test_the_list_finds_people_whatever_their_accents(hr: FlaskClient, company: Company) -> None:
    changed = company.employee.model_copy(update={"name": "Jörg Ångström"})
    with company.store.write() as unit:
        unit.people.save_employees([changed])
    assert "Jörg Ångström" in hr.get("/people/?q=jorg+angstrom").text


def test_a_day_sheet_lists_who_comes(sign_in: SignIn, company: Company) -> None:
    with company.store.read() as unit:
        first = unit.plans.search(company.published, centre=company.centres[0]).rows[0]
    text = sign_in("lead").get(f"/centre/{company.centres[0]}?day={first.days[0]}").text
    assert first.employee_name in text
    assert "day 1 of" in text
    assert "Nobody comes on this day" in (
        sign_in("lead").get(f"/centre/{company.centres[0]}?day=2026-01-04").text
    )


def test_ready_means_that_the_database_answers(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.text == "ready\n"


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-03", "9999-12-25", "9999-12-31"])
def test_days_at_the_edges_of_the_calendar_are_shown(
    hr: FlaskClient, company: Company, day: str
) -> None:
    for page in (
        f"/centre/{company.centres[0]}?day={day}",
        f"/plans/{company.published}/?day={day}",
        f"/plans/{company.published}/list?first={day}&last={day}",
    ):
        assert hr.get(page).status_code == 200, page
