"""Plans as tables: every format says the same, and no cell is ever calculated."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from datetime import date, time
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.cell.cell import Cell, MergedCell

from scheduler.domain.calendar import DateRange
from scheduler.domain.ledger import Duty
from scheduler.domain.people import Employee
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Session
from scheduler.exchange.plan_tables import (
    COLUMNS,
    csv_safe,
    plan_csv,
    plan_json,
    plan_xlsx,
)
from tests.calendars.days import berlin, experience_week

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "\r\n=1+1",
    "  =1+1",
    "'=1+1",
    "''-1",
    "＝1+1",  # noqa: RUF001
    'Smith;=HYPERLINK("https://example.com")',
    "Smith\n=1+1",
    '","=1+1',
    "{=1+1}",
    "https://example.com",
    "0123",
    "1e5",
    "TRUE",
]


def problem(*names: str) -> Problem:
    """People with these names, all of whom owe service in March 2027 in Berlin."""
    people = [
        Employee(id=f"E{number}", name=name, hire_date=date(2020, 1, 1))
        for number, name in enumerate(names, start=1)
    ]
    session = Session(
        key="cew.berlin.20270303",
        programme="cew",
        centre="berlin",
        days=(date(2027, 3, 3), date(2027, 3, 4)),
        starts=(time(9), time(9)),
        ends=(time(17), time(13, 30)),
        seats=10,
        timezone="Europe/Berlin",
    )
    return Problem(
        horizon=DateRange(first=date(2027, 3, 1), last=date(2027, 3, 31)),
        employees=tuple(people),
        centres=(berlin(),),
        programmes=(experience_week(),),
        sessions=(session,),
        duties=tuple(
            Duty(
                id=f"{person.id}@1",
                employee_id=person.id,
                opens=date(2027, 1, 1),
                due=date(2027, 6, 1),
                programmes=("cew",),
            )
            for person in people
        ),
    )


def everybody_serves(world: Problem) -> list[Assignment]:
    return [
        Assignment(duty_id=duty.id, employee_id=duty.employee_id, session=world.sessions[0].key)
        for duty in world.duties
    ]


def read_csv(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline=""), strict=True))


def read_xlsx(workbook: bytes) -> list[list[Cell | MergedCell]]:
    sheet = openpyxl.load_workbook(BytesIO(workbook))["Plan"]
    return [list(row) for row in sheet.iter_rows()]


ANN = [
    "E1", "Ann", "cew", "berlin", "2027-03-03", "2027-03-03;2027-03-04",
    "09:00", "17:00;13:30", "Europe/Berlin", "participant", "",
]  # fmt: skip


def test_csv_has_the_columns_and_a_line_for_each_assignment() -> None:
    world = problem("Ann")
    assert read_csv(plan_csv(everybody_serves(world), world)) == [list(COLUMNS), ANN]


def test_a_workbook_says_the_same() -> None:
    world = problem("Ann")
    cells = read_xlsx(plan_xlsx(everybody_serves(world), world))
    assert [[cell.value or "" for cell in row] for row in cells] == [list(COLUMNS), ANN]


def test_json_says_the_same_with_the_days_as_a_list() -> None:
    world = problem("Ann")
    plan = json.loads(plan_json(everybody_serves(world), world))
    assert (plan["first"], plan["last"]) == ("2027-03-01", "2027-03-31")
    (line,) = plan["assignments"]
    assert line == dict(zip(COLUMNS, ANN, strict=True)) | {"days": ["2027-03-03", "2027-03-04"]}


def test_lines_are_in_the_same_order_whatever_the_order_of_the_assignments() -> None:
    world = problem("Bob", "Ann", "Cid")
    plan = everybody_serves(world)
    for write in (plan_csv, plan_xlsx, plan_json):
        assert write(plan, world) == write(plan[::-1], world)


def test_an_empty_plan_is_a_table_with_nothing_but_its_head() -> None:
    world = problem("Ann")
    assert read_csv(plan_csv([], world)) == [list(COLUMNS)]
    assert len(read_xlsx(plan_xlsx([], world))) == 1
    assert json.loads(plan_json([], world))["assignments"] == []


def test_a_workbook_is_the_same_whenever_it_is_written() -> None:
    world = problem("Ann")
    with zipfile.ZipFile(BytesIO(plan_xlsx(everybody_serves(world), world))) as parts:
        assert {part.date_time[:3] for part in parts.infolist()} == {(1980, 1, 1)}
        assert b">2027-03-01T00:00:00Z</dcterms:created>" in parts.read("docProps/core.xml")


@pytest.mark.parametrize("name", FORMULAS)
def test_a_spreadsheet_finds_nothing_to_calculate_in_csv(name: str) -> None:
    world = problem(name)
    text = plan_csv(everybody_serves(world), world)
    (cell,) = [row[1] for row in read_csv(text)[1:]]
    for start in [cell, *cell.replace("\r", "\n").replace(";", "\n").split("\n")]:
        assert not start.strip().startswith(("=", "+", "-", "@", "＝"))  # noqa: RUF001
    assert plain(cell) == name


@pytest.mark.parametrize("name", FORMULAS)
def test_a_workbook_holds_strings_only_and_the_names_unchanged(name: str) -> None:
    world = problem(name)
    workbook = plan_xlsx(everybody_serves(world), world)
    (row,) = read_xlsx(workbook)[1:]
    assert {cell.data_type for cell in row if cell.value is not None} == {"s"}
    assert str(row[1].value).replace("_x000D_", "\r") == name
    with zipfile.ZipFile(BytesIO(workbook)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
        assert not [part for part in parts.namelist() if part.endswith("sheet1.xml.rels")]


def plain(text: str) -> str:
    """What `csv_safe` was given: the same text without the apostrophes that it put in."""
    return re.sub(r"((?:\A|[;\t\r\n])\s*'*)'(?=[=+\-@＝＋－＠])", r"\1", text)  # noqa: RUF001


names = st.one_of(
    st.text(min_size=1, max_size=200),
    st.lists(st.sampled_from(list("='+-@;,\t\r\n \"a＝"))).map("".join),  # noqa: RUF001
)


@given(names)
@example("'''=''-;'=")
def test_what_is_made_safe_can_be_read_back(name: str) -> None:
    assert plain(csv_safe(name)) == name


@given(names.filter(bool))
def test_any_name_comes_back_equal_from_csv_and_json(name: str) -> None:
    world = problem(name)
    plan = everybody_serves(world)
    text = plan_csv(plan, world).encode().decode()
    assert [plain(row[1]) for row in read_csv(text)[1:]] == [name]
    (line,) = json.loads(plan_json(plan, world).encode())["assignments"]
    assert line["employee_name"] == name
