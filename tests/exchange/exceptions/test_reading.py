"""Exemptions, blackouts, wishes, pairs and mentors from tables and forms."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.domain.calendar import FULL_TIME, DateRange, WorkPattern
from scheduler.domain.errors import BadInput
from scheduler.domain.people import (
    Blackout,
    Exemption,
    Mentor,
    Pairing,
    Scope,
    StandIns,
    Wish,
    WishKind,
)
from scheduler.domain.programme import Channel
from scheduler.exchange.exceptions.reading import (
    NamesOnRecord,
    RecordKind,
    RecordReading,
    fields_of,
    guess_record_mapping,
    read_record,
    read_records,
)
from tests.exchange.tables_from_outside import table

COMPANY = NamesOnRecord(
    people={"1", "2", "3"}, teams={"Nord"}, departments={"IT"}, centres={"berlin": "Berlin Mitte"}
)
MAY = DateRange(first=date(2027, 5, 3), last=date(2027, 5, 14))


def read(kind: RecordKind, text: str) -> RecordReading:
    """What a file says in that company."""
    sheet = table(text)
    return read_records(kind, sheet, guess_record_mapping(kind, sheet.headers), COMPANY)


GOOD = {
    RecordKind.EXEMPTIONS: (
        "Personalnummer;Grund;genehmigt von;von;gültig bis;Kanal;begleitet;Wiedervorlage\n"
        "1;Pflege;Personalrat;03.05.2027;14.05.2027;;;\n"
        "2;hearing;HR;2027-05-03;2027-05-14;E-Mail, Telefon;ja;2027-05-01\n",
        (
            Exemption(employee_id="1", category="Pflege", approver="Personalrat", days=MAY),
            Exemption(
                employee_id="2",
                category="hearing",
                approver="HR",
                days=MAY,
                channels=(Channel.MAIL, Channel.PHONE),
                shadowing=True,
                remind=date(2027, 5, 1),
            ),
        ),
    ),
    RecordKind.BLACKOUTS: (
        "scope,name,first,last\nteam,Nord,2027-05-03,2027-05-14\ncompany,,2027-05-03,2027-05-14\n",
        (
            Blackout(scope=Scope.TEAM, name="Nord", days=MAY),
            Blackout(scope=Scope.COMPANY, days=MAY),
        ),
    ),
    RecordKind.WISHES: (
        "employee id,wish,from,to\n1,wished,2027-05-03,2027-05-14\n2,avoid,2027-05-03,\n",
        (
            Wish(employee_id="1", kind=WishKind.WISHED, days=MAY),
            Wish(
                employee_id="2",
                kind=WishKind.UNWISHED,
                days=DateRange(first=MAY.first, last=MAY.first),
            ),
        ),
    ),
    RecordKind.STAND_INS: (
        "employee,Stellvertreter\n3,1\n1,2\n",
        (StandIns(one="1", other="3"), StandIns(one="1", other="2")),
    ),
    RecordKind.PAIRINGS: (
        "one,other,together\n2,1,together\n2,3,getrennt\n1,3,no\n",
        (
            Pairing(one="1", other="2", together=True),
            Pairing(one="2", other="3", together=False),
            Pairing(one="1", other="3", together=False),
        ),
    ),
    RecordKind.MENTORS: (
        "id,name,centre,weekdays,away,max,rest weeks\n"
        "m1,Mia,Berlin Mitte,Mon Thu,2027-05-03 .. 2027-05-14; 2027-06-01,3,2\n"
        "m2,Max,berlin,,,,\n",
        (
            Mentor(
                id="m1",
                name="Mia",
                centre="berlin",
                pattern=WorkPattern(weekdays=frozenset({0, 3})),
                away=(MAY, DateRange(first=date(2027, 6, 1), last=date(2027, 6, 1))),
                most=3,
                rest=2,
            ),
            Mentor(id="m2", name="Max", centre="berlin", pattern=FULL_TIME, most=2, rest=0),
        ),
    ),
}


def test_there_is_an_example_of_every_kind() -> None:
    assert set(GOOD) == set(RecordKind)


@pytest.mark.parametrize("kind", RecordKind)
def test_good_rows_are_read(kind: RecordKind) -> None:
    text, values = GOOD[kind]
    reading = read(kind, text)
    assert reading.blemishes == ()
    assert reading.values == values
    assert reading.rows == len(values)


@pytest.mark.parametrize("kind", RecordKind)
def test_the_same_said_twice_is_blamed_on_the_second(kind: RecordKind) -> None:
    text, values = GOOD[kind]
    last = text.splitlines()[-1]
    reading = read(kind, text + last + "\n")
    (blemish,) = reading.blemishes
    assert reading.values == values
    assert "the same is said on line" in blemish.problem
    assert blemish.line == len(text.splitlines()) + 1


@pytest.mark.parametrize("kind", RecordKind)
def test_every_field_has_words_for_the_page(kind: RecordKind) -> None:
    fields = fields_of(kind)
    assert all(field.title and field.help.endswith(".") for field in fields)
    assert len({field.key for field in fields}) == len(fields)


E, W, S, P, M = (
    RecordKind.EXEMPTIONS,
    RecordKind.WISHES,
    RecordKind.STAND_INS,
    RecordKind.PAIRINGS,
    RecordKind.MENTORS,
)
EXEMPT = {
    "employee_id": "1",
    "category": "care",
    "approver": "HR",
    "first": "2027-05-03",
    "last": "2027-05-14",
}
MENTOR = {"id": "m1", "name": "Mia", "centre": "berlin"}


@pytest.mark.parametrize(
    ("kind", "cells", "field", "problem"),
    [
        (E, EXEMPT | {"employee_id": "9"}, "employee_id", "nobody has this employee id"),
        (E, EXEMPT | {"category": ""}, "category", "the category is missing"),
        (E, EXEMPT | {"approver": ""}, "approver", "the name of the approver is missing"),
        (E, EXEMPT | {"last": ""}, "last", "the last day is missing"),
        (E, EXEMPT | {"last": "2027-05-02"}, "last", "before the first day"),
        (E, EXEMPT | {"last": "2033-05-02"}, "last", "longer than 5 years"),
        (E, EXEMPT | {"last": "9999-12-31"}, "last", "an end that is not known"),
        (E, EXEMPT | {"channels": "fax"}, "channels", "a channel that is not known"),
        (E, EXEMPT | {"shadowing": "perhaps"}, "shadowing", "neither yes nor no"),
        (E, EXEMPT | {"remind": "2027-05-15"}, "remind", "the reminder comes after the last day"),
        (E, EXEMPT | {"remind": "soon"}, "remind", "this is not a date"),
        (W, {"employee_id": "1", "first": "2027-05-03"}, "kind", "this is no kind of wish"),
        (
            W,
            {"employee_id": "1", "first": "2027-05-03", "kind": "leave"},
            "kind",
            "this is no kind of wish",
        ),
        (S, {"one": "1", "other": "1"}, "other", "both are the same person"),
        (S, {"one": "1", "other": "9"}, "other", "nobody has this employee id"),
        (P, {"one": "1", "other": "2"}, "together", "together or apart is missing"),
        (P, {"one": "1", "other": "2", "together": "so so"}, "together", "neither together nor"),
        (M, MENTOR | {"id": ""}, "id", "the mentor id is missing"),
        (M, MENTOR | {"centre": "rome"}, "centre", "there is no centre of this name"),
        (M, MENTOR | {"most": "32"}, "most", "this is too many"),
        (M, MENTOR | {"rest": "some"}, "rest", "this is not a whole number"),
        (M, MENTOR | {"away": "May"}, "away", "this is no range of days"),
        (M, MENTOR | {"away": "2027-05-03..2027-05-02"}, "away", "before the first day"),
        (M, MENTOR | {"pattern": "sometimes"}, "pattern", "these are not weekdays"),
    ],
)
def test_a_bad_field_is_told_by_its_name(
    kind: RecordKind, cells: dict[str, str], field: str, problem: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read_record(kind, cells, COMPANY)
    (blemish,) = caught.value.blemishes
    assert (blemish.line, blemish.column) == (None, field)
    assert problem in blemish.problem
    assert blemish.hint


def test_a_form_says_the_same_as_a_table() -> None:
    assert read_record(E, EXEMPT | {"channels": "mail only"}, COMPANY) == Exemption(
        employee_id="1", category="care", approver="HR", days=MAY, channels=(Channel.MAIL,)
    )
    assert read_record(M, MENTOR, COMPANY) == Mentor(id="m1", name="Mia", centre="berlin")


def test_a_table_without_a_last_day_is_none_of_exemptions() -> None:
    with pytest.raises(BadInput, match="no column for: Last day"):
        read(E, "employee id,category,approver,first\n1,care,HR,2027-05-03\n")


def test_all_bad_rows_are_told_by_line_and_the_good_ones_are_there() -> None:
    reading = read(P, "one,other,together\n1,9,yes\n1,2,yes\n3,3,no\n1,3,perhaps\n")
    assert [(blemish.line, blemish.column) for blemish in reading.blemishes] == [
        (2, "other"),
        (4, "other"),
        (5, "together"),
    ]
    assert reading.values == (Pairing(one="1", other="2", together=True),)
