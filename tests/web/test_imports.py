"""Import: upload, map, look, apply; nothing is saved unseen, and nothing stays behind."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from werkzeug.test import TestResponse

from scheduler.exchange.exceptions.reading import RecordKind
from tests.store.examples import entries
from tests.web.company import Company
from tests.web.conftest import Clock, SignIn, token
from web.planner.uploads import KEPT_FOR

GOOD = """\
emp_no,name,department,hire date,manager
9001,Ann Ångström,Payments,2020-01-15,
9002,Bob Brown,Payments,2021-03-01,9001
"""
BAD = """\
emp_no,name,department,hire date,manager
9001,Ann Ångström,Payments,2020-01-15,
9002,Bob Brown,Payments,the first of March,9001
9001,Ann Again,Payments,2020-01-15,
"""


def upload(
    client: FlaskClient, text: str | bytes, name: str = "roster.csv", kind: str = "roster"
) -> TestResponse:
    """Send a file."""
    content = text.encode() if isinstance(text, str) else text
    form = {
        "csrf_token": token(client, "/import/"),
        "kind": kind,
        "file": (BytesIO(content), name),
    }
    return client.post("/import/", data=form, content_type="multipart/form-data")


def uploaded(client: FlaskClient, text: str | bytes, **more: str) -> str:
    """The address of the next step."""
    answer = upload(client, text, **more)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def apply(client: FlaskClient, page: str, rows: str = "all") -> TestResponse:
    """Press the button of the preview, with the mapping that it shows."""
    text = client.get(page).text
    form = text[text.index('id="apply"') :]
    form = form[: form.index("</form>")]
    hidden = dict(re.findall(r'name="(map\.[a-z_]+)" value="([^"]*)"', form))
    data = {"csrf_token": token(client, page), "mapped": "1", "rows": rows, **hidden}
    return client.post(page, data=data)


def on_record(company: Company) -> set[str]:
    """Ids of everybody on record."""
    with company.store.read() as unit:
        return {person.id for person in unit.people.employees()}


def kept(company: Company, tmp_path: Path) -> list[Path]:
    """Files that wait between two steps."""
    return [path for path in tmp_path.rglob("*") if path.parent.name == "uploads"]


def test_a_roster_is_mapped_shown_and_taken(
    hr: FlaskClient, company: Company, tmp_path: Path
) -> None:
    page = uploaded(hr, GOOD)
    text = hr.get(page).text
    assert re.search(r"<option selected>emp_no</option>", text)
    assert "new people" in text
    assert "nothing is wrong" in text
    assert "9001" not in on_record(company)
    answer = apply(hr, page)
    assert answer.headers["Location"] == "/people/"
    assert {"9001", "9002"} <= on_record(company)
    assert "“roster.csv” is imported." in hr.get("/people/").text
    assert kept(company, tmp_path) == []


def test_every_bad_row_is_shown_with_line_column_value_and_reason(hr: FlaskClient) -> None:
    text = hr.get(uploaded(hr, BAD)).text
    assert "the first of March" in text
    assert "hire date" in text
    assert 'data-label="Line">3<' in text
    assert 'data-label="Line">4<' in text
    assert "Import the good rows" in text
    assert "Import everything" not in text


def test_with_bad_rows_all_or_nothing_is_nothing(hr: FlaskClient, company: Company) -> None:
    before = on_record(company)
    answer = apply(hr, uploaded(hr, BAD))
    assert answer.status_code == 422
    assert "was not imported" in answer.text
    assert on_record(company) == before


def test_the_good_rows_can_be_taken_alone(hr: FlaskClient, company: Company) -> None:
    text = GOOD + "9003,Cid,Payments,never,9001\n"
    assert apply(hr, uploaded(hr, text), rows="good").status_code == 302
    assert {"9001", "9002"} <= on_record(company)
    assert "9003" not in on_record(company)


def test_importing_again_shows_what_changes_and_forgets_nobody(
    hr: FlaskClient, company: Company
) -> None:
    apply(hr, uploaded(hr, GOOD))
    everybody = on_record(company)
    page = uploaded(hr, GOOD.replace("Bob Brown,Payments", "Bob Brown,Refunds"))
    text = hr.get(page).text
    assert "Payments" in text
    assert "Refunds" in text
    assert "On record, but not in this file" in text
    assert company.employee.id in text
    apply(hr, page)
    assert on_record(company) == everybody


def test_a_wrong_guess_is_corrected_in_the_mapping(hr: FlaskClient, company: Company) -> None:
    text = "Who,What they are called,Since\n9100,Dora Dahl,2019-05-01\n"
    page = uploaded(hr, text)
    assert "map.hire_date" in hr.get(page).text
    assert 'id="apply"' not in hr.get(page).text
    chosen = "?mapped=1&map.employee_id=Who&map.name=What+they+are+called&map.hire_date=Since"
    assert 'id="apply"' in hr.get(page + chosen).text
    data = {
        "csrf_token": token(hr, page),
        "mapped": "1",
        "rows": "all",
        "map.employee_id": "Who",
        "map.name": "What they are called",
        "map.hire_date": "Since",
    }
    assert hr.post(page, data=data).status_code == 302
    assert "9100" in on_record(company)


def test_a_mapping_to_a_column_that_is_not_there_is_left_out(hr: FlaskClient) -> None:
    page = uploaded(hr, GOOD)
    answer = hr.get(f"{page}?mapped=1&map.employee_id=nonsense")
    assert answer.status_code == 200
    assert 'id="apply"' not in answer.text


def test_workbooks_are_read_too(hr: FlaskClient, company: Company) -> None:
    workbook = Workbook()
    for row in (["id", "name", "hire date"], ["9200", "Eve Ek", "2022-02-02"]):
        workbook.worksheets[0].append(row)
    file = BytesIO()
    workbook.save(file)
    apply(hr, uploaded(hr, file.getvalue(), name="roster.xlsx"))
    assert "9200" in on_record(company)


def test_absences_and_centres_are_imported_in_the_same_way(
    hr: FlaskClient, company: Company
) -> None:
    who = company.employee.id
    absences = f"employee id,first,last\n{who},2027-05-01,2027-05-09\n"
    assert apply(hr, uploaded(hr, absences, kind="absences")).status_code == 302
    assert "Sat 1 – Sun 9 May 2027" in hr.get(f"/people/{who}").text
    centres = "name,city,country\nOslo,Oslo,NO\n"
    answer = apply(hr, uploaded(hr, centres, kind="centres", name="centres.csv"))
    assert answer.headers["Location"] == "/centres/"
    assert "Oslo" in hr.get("/centres/").text


def exceptions(company: Company) -> dict[RecordKind, tuple[str, str]]:
    """For every kind a file of two entries, and its second row with a mistake in it."""
    one, other = sorted((company.employee.id, company.other.id))
    with company.store.read() as unit:
        third = max(person.id for person in unit.people.employees())
    days = "2027-05-03,2027-05-07"
    exempt = "employee id,category,approved by,from,expires,remind on\n"
    return {
        RecordKind.EXEMPTIONS: (
            f"{exempt}{one},care,Mara,{days},2027-05-01\n{other},care,Mara,{days},\n",
            f"{other},,Mara,{days},",
        ),
        RecordKind.BLACKOUTS: (
            f"scope,name,from,to\ncompany,,{days}\ncompany,,2027-06-01,2027-06-02\n",
            "team,nobody is in it,2027-06-01,2027-06-02",
        ),
        RecordKind.WISHES: (
            f"employee id,kind,from,to\n{one},wished,{days}\n{one},unwished,2027-06-01,\n",
            f"{one},maybe,2027-06-01,",
        ),
        RecordKind.STAND_INS: (
            f"one,other\n{one},{other}\n{one},{third}\n", f"{one},nobody",
        ),
        RecordKind.PAIRINGS: (
            f"one,other,together\n{one},{other},apart\n{one},{third},together\n",
            f"{one},{third},perhaps",
        ),
        RecordKind.MENTORS: (
            "id,name,centre,most\nm1,Ann,berlin,2\nm2,Bob,berlin,3\n",
            "m2,Bob,berlin,many",
        ),
    }  # fmt: skip


@pytest.mark.parametrize("kind", RecordKind)
def test_exceptions_of_every_kind_are_imported(
    hr: FlaskClient, company: Company, kind: RecordKind
) -> None:
    before = {entry.value for entry in entries(company.store, kind)}
    text = exceptions(company)[kind][0]
    page = uploaded(hr, text, kind=kind)
    assert figures(hr.get(page).text)["new entries"] == "2"
    answer = apply(hr, page)
    assert answer.headers["Location"] == f"/exceptions/{kind}/"
    new = {entry.value for entry in entries(company.store, kind)} - before
    assert len(new) == 2
    again = figures(hr.get(uploaded(hr, text, kind=kind)).text)
    assert (again["new entries"], again["unchanged"]) == ("0", "2")


@pytest.mark.parametrize("kind", RecordKind)
def test_one_bad_row_of_exceptions_is_told_and_nothing_is_imported(
    hr: FlaskClient, company: Company, kind: RecordKind
) -> None:
    before = entries(company.store, kind)
    text, bad = exceptions(company)[kind]
    good = text.splitlines()[:2]
    page = uploaded(hr, "\n".join([*good, bad, ""]), kind=kind)
    shown = hr.get(page).text
    assert 'data-label="Line">3<' in shown
    assert figures(shown)["things wrong"] == "1"
    assert apply(hr, page).status_code == 422
    assert entries(company.store, kind) == before
    assert apply(hr, page, rows="good").status_code == 302
    assert len(entries(company.store, kind)) == len(before) + 1


def test_an_import_of_wishes_says_what_it_takes_away(hr: FlaskClient, company: Company) -> None:
    text = exceptions(company)[RecordKind.WISHES][0]
    apply(hr, uploaded(hr, text, kind="wishes"))
    fewer = "\n".join(text.splitlines()[:2])
    page = uploaded(hr, fewer, kind="wishes")
    assert figures(hr.get(page).text)["entries removed"] == "1"


def figures(text: str) -> dict[str, str]:
    """The figures of a page by what they are called."""
    found = re.findall(r'<dt>([^<]+)</dt><dd class="value">([^<]+)</dd>', text)
    return dict(found)


@pytest.mark.parametrize(
    ("content", "name"), [("", "empty.csv"), (b"\x00\x01\x02\x03" * 50, "noise.xlsx")]
)
def test_a_file_that_cannot_be_read_is_refused_and_leaves_nothing(
    hr: FlaskClient, company: Company, tmp_path: Path, content: str | bytes, name: str
) -> None:
    answer = upload(hr, content, name)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert kept(company, tmp_path) == []


def test_no_file_at_all_is_said(hr: FlaskClient) -> None:
    answer = hr.post("/import/", data={"csrf_token": token(hr, "/import/"), "kind": "roster"})
    assert answer.status_code == 422
    assert "Choose a file first" in answer.text


def test_a_file_over_the_limit_is_refused(
    hr: FlaskClient, company: Company, tmp_path: Path
) -> None:
    answer = upload(hr, "id,name\n" + "1,Ann\n" * 50_000)
    assert answer.status_code == 422
    assert "larger than an import may be" in answer.text
    assert kept(company, tmp_path) == []


def test_a_request_far_over_the_limit_is_413(hr: FlaskClient) -> None:
    answer = hr.post(
        "/import/", data=b"x" * 2_000_000, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert "This file is too large" in answer.text


def test_an_upload_is_nobody_else_s(hr: FlaskClient, sign_in: SignIn) -> None:
    page = uploaded(hr, GOOD)
    assert sign_in("admin").get(page).status_code == 404


def test_an_upload_is_forgotten_after_a_while(
    hr: FlaskClient, clock: Clock, company: Company, tmp_path: Path
) -> None:
    page = uploaded(hr, GOOD)
    clock.at += KEPT_FOR + timedelta(seconds=1)
    answer = hr.get(page)
    assert answer.status_code == 404
    assert "Upload the file once more" in answer.text
    uploaded(hr, GOOD)
    assert len(kept(company, tmp_path)) == 2


def test_an_upload_can_be_thrown_away(hr: FlaskClient, company: Company, tmp_path: Path) -> None:
    page = uploaded(hr, GOOD)
    answer = hr.post(f"{page}/forget", data={"csrf_token": token(hr, page)})
    assert answer.status_code == 302
    assert kept(company, tmp_path) == []
    assert hr.get(page).status_code == 404


@pytest.mark.parametrize("name", ["../../etc/passwd", "..%2fsecret_key", "0" * 31])
def test_a_name_that_is_no_token_finds_nothing(hr: FlaskClient, name: str) -> None:
    assert hr.get(f"/import/{name}").status_code == 404


def test_cells_are_shown_as_text(hr: FlaskClient) -> None:
    text = hr.get(uploaded(hr, "id,name,hire date\n1,<script>alert(1)</script>,never\n")).text
    assert "<script>alert" not in text
