"""Service centres from tables."""

from __future__ import annotations

from datetime import time

import pytest

from scheduler.domain.calendar import Place
from scheduler.domain.errors import BadInput
from scheduler.domain.programme import Channel, ServiceCentre
from scheduler.exchange.centres import CentreReading, guess_centre_mapping, read_centres
from tests.exchange.tables_from_outside import BERLIN, table


def centres(text: str) -> CentreReading:
    """What a file of centres says, in a company in Berlin."""
    sheet = table(text)
    return read_centres(sheet, guess_centre_mapping(sheet.headers), default_place=BERLIN)


def test_reads_everything_about_a_centre() -> None:
    reading = centres(
        "key;name;address;city;country;subdivision;time zone;weekdays;opens;closes;seats;mail;"
        "phone seats;languages;programmes\n"
        "rgb;Regensburg Süd;Donaulände 2;Regensburg;Germany;Bayern;;Mon-Thu;8:30;4 pm;12;8;5;"
        "de, English;two_days, cew\n"
    )
    assert reading.blemishes == ()
    assert reading.centres == (
        ServiceCentre(
            key="rgb",
            name="Regensburg Süd",
            place=Place(
                city="Regensburg", country="DE", subdivision="BY", timezone="Europe/Berlin"
            ),
            address="Donaulände 2",
            pattern=reading.centres[0].pattern,
            opens=time(8, 30),
            closes=time(16),
            seats=12,
            channel_seats={Channel.MAIL: 8, Channel.PHONE: 5},
            languages=("de", "en"),
            programmes=("two_days", "cew"),
        ),
    )
    assert reading.centres[0].pattern.weekdays == {0, 1, 2, 3}


def test_needs_no_more_than_a_name() -> None:
    (centre,) = centres("centre\nSão Paulo 2\n").centres
    assert (centre.key, centre.name, centre.place) == ("sao-paulo-2", "São Paulo 2", BERLIN)
    assert (centre.opens, centre.closes, centre.seats) == (time(9), time(17), None)


def test_says_that_names_are_missing() -> None:
    with pytest.raises(BadInput, match=r"no column for: Name\. Found: “seats”"):
        centres("seats\n5\n")


def test_reports_every_bad_row() -> None:
    reading = centres(
        "name,key,opens,closes,seats,time zone\n"
        "Berlin,,,,,\n"
        "berlin,,,,,\n"
        ",,,,5,\n"
        "東京,,,,,\n"
        "Oslo,O slo,,,,\n"
        "Rome,,25:00,,,\n"
        "Wien,,18:00,17:00,,\n"
        "Graz,,noon,,-1,Nowhere\n"
        "Linz,,9:00,5:30pm,0,\n"
    )
    assert [(b.line, b.column, b.problem) for b in reading.blemishes] == [
        (3, "key", "the same centre is on line 2"),
        (4, "name", "the name is missing"),
        (5, "name", "the name makes no key"),
        (6, "key", "this cannot be a key"),
        (7, "opens", "there is no such time of day"),
        (8, "closes", "the centre closes before it opens at 18:00"),
        (9, "opens", "this is not a time of day"),
        (9, "time zone", "a time zone that is not known"),
        (9, "seats", "this is not a whole number"),
    ]
    assert [c.name for c in reading.centres] == ["Berlin", "Linz"]
    assert (reading.centres[1].closes, reading.centres[1].seats) == (time(17, 30), 0)
    assert reading.rows == 9


def test_names_the_column_of_names_where_there_are_no_keys() -> None:
    (blemish,) = centres("name\nBerlin\nBerlin\n").blemishes
    assert blemish.column == "name"


def test_tells_mistakes_of_the_sheet_and_of_its_rows_line_by_line() -> None:
    reading = centres("name,seats\nBerlin,many\nRome,1,2\nOslo,few\n")
    assert [blemish.line for blemish in reading.blemishes] == [2, 3, 4]
