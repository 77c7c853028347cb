"""From two files to a calendar that a stranger's program reads, by commands alone; the calendar
comes from the running server."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from scheduler.store import Store
from tests.cli.conftest import Cli
from tests.processes import a_free_port, environment, frontline, running, until

pytestmark = pytest.mark.slow


def _fetch(url: str) -> bytes:
    with urlopen(url, timeout=5) as answer:
        assert answer.headers["Content-Type"].startswith("text/calendar")
        body: bytes = answer.read()
        return body


def _ready(base: str) -> bool:
    try:
        with urlopen(f"{base}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_import_plan_publish_subscribe(
    cli: Cli, folder: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = a_free_port()
    monkeypatch.setenv("FRONTLINE_PORT", str(port))
    variables = environment(folder, port=port, workers=1)
    away = files / "absences.csv"
    away.write_text("employee id,first,last\ns1,2027-01-01,2027-02-28\n", "utf-8")

    def run(*arguments: object) -> str:
        answer = cli(*arguments)
        assert answer.status == 0, answer.err
        return answer.out

    run("init", "--preset", "amazon_days", "--start", "2027-01-01")
    run("centres", "import", files / "centres.csv")
    run("staff", "import", files / "roster.csv")
    run("absences", "import", away)
    plan = json.loads(run("plan", "draft", "--from", "2027-01-01", "--to", "2028-12-31", "--json"))
    assert (plan["status"], plan["placed"], plan["violations"]) == ("optimal", 8, 0)
    run("plan", "verify", plan["id"])
    assert "published as revision 1" in run("plan", "publish", plan["id"])
    old, url = run("feed", "s1"), run("feed", "s1")
    assert url.startswith(f"http://127.0.0.1:{port}/feeds/")
    table = files / "plan.csv"
    run("plan", "export", plan["id"], "--format", "csv", "--out", table)
    lines = csv.DictReader(table.read_text("utf-8-sig").splitlines())
    days = next(line["days"].split(";") for line in lines if line["employee_id"] == "s1")
    with running("serve", "--web-only", variables=variables):
        until(lambda: _ready(f"http://127.0.0.1:{port}"))
        calendar = Calendar.from_ical(_fetch(url))
        with pytest.raises(HTTPError) as gone:
            _fetch(old)
        gone.value.close()
    assert gone.value.code in (404, 410)
    berlin = ZoneInfo("Europe/Berlin")
    events: list[Any] = list(calendar.walk("VEVENT"))
    starts = [event["DTSTART"].dt.astimezone(berlin) for event in events]
    assert sorted(start.date().isoformat() for start in starts) == days


def test_as_a_process_of_its_own_it_ends_with_the_same_status(office: Store, folder: Path) -> None:
    variables = environment(folder)
    refused = frontline("plan", "publish", "7", variables=variables)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("There is no plan number 7.")
    assert "Traceback" not in refused.stderr
