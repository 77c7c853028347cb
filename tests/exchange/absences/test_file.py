"""Absences, wishes and blackouts from tables."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import BadInput
from scheduler.domain.people import Absence, Blackout, Scope, Wish, WishKind
from scheduler.exchange.absences.file import (
    AbsenceReading,
    BlackoutReading,
    guess_absence_mapping,
    guess_blackout_mapping,
    read_absences,
    read_blackouts,
)
from tests.exchange.tables_from_outside import table


def absences(text: str) -> AbsenceReading:
    """What a file of absences says, in a company of 1, 2 and 3."""
    sheet = table(text)
    return read_absences(sheet, guess_absence_mapping(sheet.headers), known={"1", "2", "3"})


def blackouts(text: str) -> BlackoutReading:
    """What a file of blackouts says, in a company with the team Nord of the department IT."""
    sheet = table(text)
    mapping = guess_blackout_mapping(sheet.headers)
    return read_blackouts(sheet, mapping, teams={"Nord"}, departments={"IT"})


def days(first: str, last: str) -> DateRange:
    """All days from one ISO date to another."""
    return DateRange(first=date.fromisoformat(first), last=date.fromisoformat(last))


def test_reads_absences_and_wishes() -> None:
    reading = absences(
        "employee_id,first,last,kind\n"
        "1,2027-07-05,2027-07-18,absent\n"
        "1,2027-08-02,,\n"
        "2,2027-09-01,2027-09-02,Wished\n"
        "3,2027-09-01,2027-09-02,avoid\n"
        "3,2027-10-01,2027-10-02,Urlaub\n"
    )
    assert reading.blemishes == ()
    assert reading.absences == (
        Absence(employee_id="1", days=days("2027-07-05", "2027-07-18")),
        Absence(employee_id="1", days=days("2027-08-02", "2027-08-02")),
        Absence(employee_id="3", days=days("2027-10-01", "2027-10-02")),
    )
    september = days("2027-09-01", "2027-09-02")
    assert reading.wishes == (
        Wish(employee_id="2", kind=WishKind.WISHED, days=september),
        Wish(employee_id="3", kind=WishKind.UNWISHED, days=september),
    )
    assert reading.rows == 5


@pytest.mark.parametrize(
    "header", ["Personalnummer;von;bis", "Employee;Start date;End date", "emp_no;from;until"]
)
def test_guesses_the_columns(header: str) -> None:
    reading = absences(f"{header}\n1;05.07.2027;06.07.2027\n")
    assert reading.absences == (Absence(employee_id="1", days=days("2027-07-05", "2027-07-06")),)


def test_takes_single_days_where_there_is_no_last_day() -> None:
    (absence,) = absences("id,date\n1,2027-07-05\n").absences
    assert absence.days == days("2027-07-05", "2027-07-05")


def test_joins_absences_that_overlap_and_leaves_those_that_follow() -> None:
    reading = absences(
        "id,first,last\n1,2027-07-10,2027-07-20\n1,2027-07-01,2027-07-10\n"
        "1,2027-07-12,2027-07-13\n1,2027-07-21,2027-07-22\n2,2027-07-01,2027-07-02\n"
    )
    assert [a.days for a in reading.absences] == [
        days("2027-07-01", "2027-07-20"),
        days("2027-07-21", "2027-07-22"),
        days("2027-07-01", "2027-07-02"),
    ]
    assert [str(note) for note in reading.notes] == [
        "Absences that overlap another and were joined with it: 2."
    ]


def test_reports_every_bad_row() -> None:
    reading = absences(
        "id,first,last,kind\n"
        "9,2027-07-01,2027-07-02,\n"
        ",2027-07-01,2027-07-02,\n"
        "1,,2027-07-02,\n"
        "1,2027-07-02,2027-07-01,\n"
        "1,2027-07-01,9999-12-31,\n"
        "1,2027-07-01,2031-07-01,\n"
        "1,2027-07-01,2027-07-02,perhaps\n"
        "1,2027-02-29,,\n"
        "1,2027\n"
        "2,2027-07-01,2027-07-02,\n"
    )
    assert [(b.line, b.column, b.problem) for b in reading.blemishes] == [
        (2, "id", "nobody has this employee id"),
        (3, "id", "the employee id is missing"),
        (4, "first", "the first day is missing"),
        (5, "last", "the last day is before the first day 2027-07-02"),
        (6, "last", "an end that is not known"),
        (7, "last", "longer than 3 years"),
        (8, "kind", "a kind that is not known"),
        (9, "first", "there is no such day"),
        (10, None, "too few fields: 2 where the header line has 4"),
    ]
    assert [a.employee_id for a in reading.absences] == ["2"]
    assert reading.rows == 10


def test_reports_a_column_of_dates_that_cannot_tell_once() -> None:
    reading = absences("id,first,last\n1,01/02/2027,02/02/2027\n2,01/02/2027,03/02/2027\n")
    assert reading.absences == ()
    assert [(b.line, b.column) for b in reading.blemishes] == [(2, "first"), (2, "last")]


def test_says_which_columns_are_missing() -> None:
    with pytest.raises(BadInput, match=r"no column for: Employee id, First day\. Found: “name”"):
        absences("name\nAda\n")


def test_reads_blackouts() -> None:
    reading = blackouts(
        "scope,name,first,last\nteam,Nord,2027-01-01,2027-01-02\n"
        "Department,IT,2027-01-01,2027-01-02\ncompany,ignored,2027-12-24,2027-12-31\n"
    )
    january = days("2027-01-01", "2027-01-02")
    assert reading.blackouts == (
        Blackout(scope=Scope.TEAM, name="Nord", days=january),
        Blackout(scope=Scope.DEPARTMENT, name="IT", days=january),
        Blackout(scope=Scope.COMPANY, days=days("2027-12-24", "2027-12-31")),
    )
    assert (reading.blemishes, reading.notes, reading.rows) == ((), (), 3)


def test_reports_every_bad_blackout() -> None:
    reading = blackouts(
        "scope,name,first,last\nteam,Süd,2027-01-01,\n,IT,2027-01-01,\n"
        "planet,,2027-01-01,\ndepartment,,2027-01-01,\ncompany,,,\n"
    )
    assert [(b.line, b.problem) for b in reading.blemishes] == [
        (2, "there is no team of this name"),
        (3, "the scope is missing"),
        (4, "a scope that is not known"),
        (5, "there is no department of this name"),
        (6, "the first day is missing"),
    ]
    assert reading.blackouts == ()
