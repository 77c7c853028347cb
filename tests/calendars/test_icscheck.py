"""Nine calendar programs that nobody here wrote read a feed, and see what the database means.

The check and its programs lie beside the checkout (`../shared/icscheck`) and are installed on the
first run. Everything goes through the real server over HTTP; what should be seen is taken from the
database by plain SQL, never from the code that writes feeds.
"""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import make_server

from scheduler.domain.calendar import Place, WorkPattern
from scheduler.domain.people import Employee
from scheduler.domain.programme import (
    AgendaDay,
    Channel,
    Programme,
    ServiceCentre,
    Session,
)
from scheduler.domain.words import say
from scheduler.settings import Settings
from scheduler.store.engine import sqlite_module
from tests.calendars.company import Clock, Company
from tests.calendars.days import EVENT_PROPERTIES, PUBLISHED
from web import create_app

CHECK = Path(__file__).parents[2].parent / "shared" / "icscheck" / "icscheck.py"
FIRST_RUN_SECONDS = 540
"""The first run installs the programs; later ones take some seconds."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not CHECK.exists(), reason=f"the calendar programs of {CHECK.parent} are not there"
    ),
]

EVERY_DAY = WorkPattern(weekdays=frozenset(range(7)))
BREAKOUT = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil\u2028ATTENDEE:mailto:a@b.example\x85"
TITLES = (
    'Customer, Experience; "Week": 早班 — Ольга 📞',
    "Zwei Tage\nKundendienst\r\nmit Zeilenumbruch\x00\x0b\x1c!",
    BREAKOUT,
    "Ünïcödé " * 30,
    "\u202eRTL\u200f 'quoted' ^n ^' %0d%0a <b>&amp;</b> {title} %(title)s 👩\u200d👧",
)

PROGRAMMES = [
    Programme(
        key=f"programme-{number}",
        title=title,
        agenda=(
            AgendaDay(title=f"Introduction, {title}", channels=(Channel.INTRODUCTION,)),
            AgendaDay(title="Mail; phone", channels=(Channel.MAIL, Channel.PHONE)),
        ),
    )
    for number, title in enumerate(TITLES)
]
CENTRES = {
    "berlin": ServiceCentre(
        key="berlin",
        name='Berlin, "Mitte"; Haus\n3',
        address=f"Straße 1\r\n10115 Berlin, {BREAKOUT}",
        place=Place(timezone="Europe/Berlin"),
        pattern=EVERY_DAY,
    ),
    "new-york": ServiceCentre(
        key="new-york",
        name="New York № 1",
        place=Place(timezone="America/New_York"),
        pattern=EVERY_DAY,
    ),
}
ZOE = Employee(
    id="E1", name='Zoë "早班" O’Neill, B.Sc.;\r\nEND:VCALENDAR', hire_date=date(2020, 1, 1)
)
SOMEBODY_ELSE = Employee(id="E2", name="Somebody Else", hire_date=date(2020, 1, 1))


def session(
    programme: int, centre: str, first: date, opens: time = time(9), closes: time = time(17)
) -> Session:
    """Two days in a row."""
    return Session(
        key=f"programme-{programme}.{centre}.{first:%Y%m%d}",
        programme=f"programme-{programme}",
        centre=centre,
        days=(first, first + timedelta(days=1)),
        starts=(opens, opens),
        ends=(closes, closes),
        seats=5,
        timezone=CENTRES[centre].place.timezone,
    )


PLAN = {
    # In Berlin clocks go forward in the night to 28 March and back in the night to 31 October.
    "E1@1": session(0, "berlin", date(2027, 3, 27)),
    "E1@2": session(1, "berlin", date(2027, 10, 30)),
    "E1@3": session(2, "berlin", date(2027, 3, 13), time(1, 30), time(3, 30)),
    # In New York on 14 March and on 7 November.
    "E1@4": session(3, "new-york", date(2027, 3, 13)),
    "E1@5": session(4, "new-york", date(2027, 11, 6)),
    "E1@6": session(0, "new-york", date(2027, 6, 1)),
    "E2@1": session(0, "berlin", date(2027, 3, 27)),
}
NEXT_PLAN = {
    **PLAN,
    "E1@3": session(2, "berlin", date(2027, 10, 30), time(1, 30), time(3, 30)),  # moved
}
del NEXT_PLAN["E1@6"]  # cancelled

KNOWN_STARTS = {
    "2027-03-27T08:00:00Z",
    "2027-03-28T07:00:00Z",
    "2027-10-30T07:00:00Z",
    "2027-10-31T08:00:00Z",
    "2027-10-29T23:30:00Z",
    "2027-10-30T23:30:00Z",
    "2027-03-13T14:00:00Z",
    "2027-03-14T13:00:00Z",
    "2027-11-06T13:00:00Z",
    "2027-11-07T14:00:00Z",
    "2027-06-01T13:00:00Z",
    "2027-06-02T13:00:00Z",
}


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    """Zoë's second revision: two days moved, two cancelled."""
    company = Company(tmp_path, [ZOE, SOMEBODY_ELSE], PROGRAMMES, CENTRES.values())
    reason = say("You are due by {day}; {breakout}", day=date(2027, 12, 31), breakout=BREAKOUT)
    company.publish(PLAN, why=dict.fromkeys(PLAN, reason))
    at = PUBLISHED + timedelta(days=1)
    company.publish(NEXT_PLAN, at=at, why=dict.fromkeys(NEXT_PLAN, reason))
    yield company
    company.store.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of a server that answers with `app` on a loopback port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def truth(database: Path) -> list[dict[str, str]]:
    """What Zoë's calendar has to show."""
    query = """
        SELECT day.uid, day.starts, day.ends, day.status, day.number, day.of,
               programme.definition
        FROM service_day AS day JOIN programme ON programme.key = day.programme
        WHERE day.employee_id = 'E1'
    """
    # With the store's own library: of two in one process neither sees the other's locks, and the
    # one that closes first takes the write-ahead log away from the other.
    with closing(sqlite_module().connect(database)) as connection:
        rows = connection.execute(query).fetchall()
    return [
        {
            "uid": uid,
            "start": f"{starts[:10]}T{starts[11:19]}Z",
            "end": f"{ends[:10]}T{ends[11:19]}Z",
            "summary": ("Cancelled: " if status == "cancelled" else "")
            + f"{without_controls(json.loads(programme)['title'])} (day {number + 1} of {of})",
        }
        for uid, starts, ends, status, number, of, programme in rows
    ]


def without_controls(text: str) -> str:
    controls = ("Cc", "Zl", "Zp")
    text = "".join(" " if unicodedata.category(c) in controls else c for c in text)
    return re.sub(r"\s+", " ", text).strip()


def test_every_calendar_program_sees_what_the_database_means(
    company: Company, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    expected = truth(company.database)
    assert {event["start"] for event in expected} == KNOWN_STARTS
    (tmp_path / "truth.json").write_text(json.dumps(expected))

    clock = Clock(datetime(2027, 1, 5, 13, tzinfo=UTC))
    app = create_app(Settings(data_dir=tmp_path), company.store, clock)
    address = company.subscribe("E1")
    caplog.set_level(logging.INFO, logger="werkzeug")
    with served(app) as server:
        check = subprocess.run(
            [
                *(sys.executable, "-B", CHECK, server + address),
                *("--truth", tmp_path / "truth.json", "--strict-clients"),
                *("--props", ",".join(EVENT_PROPERTIES)),
                *("--components", "VCALENDAR,VEVENT"),
                *("--json", tmp_path / "found.json"),
            ],
            capture_output=True,
            text=True,
            timeout=FIRST_RUN_SECONDS,
            check=False,
        )
    assert check.returncode == 0, check.stdout + check.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    assert [row for row in found["findings"] if row[0] != "ok"] == []
    assert len(found["clients"]) == 9
    assert {client["state"] for client in found["clients"]} == {"ok"}
    assert {len(client["events"]) for client in found["clients"]} == {len(expected)}
    assert "GET /feeds/[redacted].ics" in caplog.text
    assert address not in caplog.text
